"""Commands that the lab and Dovecot 2.3 answer differently for good, and the sentence for each.

Each row is the shortest script that shows it; the generators keep clear of these, or undo them.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.imap.differential.known import Right, Rule

__all__ = ["ENDED", "OTHER", "ROWS", "Row"]

OTHER = "other: "
"""What begins a command of a second connection."""

ENDED = "the connection is closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the last of some commands is answered by the lab, and by Dovecot.

    An answer is its status, and the untagged responses that begin with `told`, if that is given.
    """

    right: Right
    rule: Rule
    commands: tuple[str, ...]
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    told: str = ""


_OK, _NO, _BAD = ("OK",), ("NO",), ("BAD",)


def _status(
    right: Right, rule: Rule, *commands: str, ours: tuple[str, ...], theirs: tuple[str, ...]
) -> Row:
    return Row(right=right, rule=rule, commands=commands, ours=ours, theirs=theirs)


def _message(head: str, body: str = "x\r\n", flags: str = "") -> str:
    text = f"{head}\r\n\r\n{body}"
    return f"APPEND INBOX {flags}{{{len(text)}+}}\r\n{text}"


_SELECT = "SELECT INBOX"

# ------------------------------------------------------------------------------------ mailboxes

_SUPERIORS = Rule(
    "RFC 3501 section 6.3.3",
    "If the server's hierarchy separator character appears elsewhere in the name, the "
    "server SHOULD create any superior hierarchical names that are needed for the CREATE "
    "command to be successfully completed.",
)
_DECLARED = Rule(
    "RFC 3501 section 6.3.3",
    "Server implementations that do not require this declaration MUST ignore the declaration.",
)
_ANY_NAME = Rule(
    "RFC 3501 section 5.1",
    "The interpretation of all other names is implementation-dependent.",
)
_RENAMED = Rule(
    "RFC 2180 section 3.4",
    "The server MAY allow the RENAME of a multi-accessed mailbox",
)
_GONE = Rule(
    "RFC 2180 section 3.3",
    "The server MAY allow the DELETE/RENAME of a multi-accessed mailbox, but disconnect all other "
    "clients who have the mailbox accessed by sending a untagged BYE response.",
)
_MAILBOXES = (
    _status(Right.LAB, _SUPERIORS, "CREATE m/n", "SELECT m", ours=_OK, theirs=_NO),
    _status(
        Right.LAB,
        _SUPERIORS,
        "CREATE m",
        "RENAME m n/o",
        "SELECT n",
        ours=_OK,
        theirs=_NO,
    ),
    _status(Right.LAB, _DECLARED, 'CREATE "&AOk-/"', ours=_OK, theirs=_NO),
    *(
        _status(Right.BOTH, _ANY_NAME, f'CREATE "{name}"', ours=_OK, theirs=_NO)
        for name in (".", "..", "../x", "a/../b", "~", "~/x", "a.", ".a", "a.b", "n" * 255)
    ),
    *(
        _status(Right.BOTH, _ANY_NAME, f'CREATE "{name}"', ours=_NO, theirs=_OK)
        for name in ("a%b", "a*b")
    ),
    Row(
        right=Right.LAB,
        rule=Rule(
            "RFC 3501 section 6.3.4",
            "In this case, all messages in that mailbox are removed, and the name will acquire "
            "the \\Noselect mailbox name attribute.",
        ),
        commands=("CREATE m", "CREATE m/n", "DELETE m", 'LIST "" m'),
        told="LIST",
        ours=("OK", 'LIST (\\Noselect \\HasChildren) "/" m'),
        theirs=("OK", 'LIST (\\HasChildren) "/" m'),
    ),
    Row(
        right=Right.BOTH,
        rule=Rule(
            "RFC 3501 section 6.3.4",
            "The DELETE command permanently removes the mailbox with the given name.",
        ),
        commands=("CREATE m", "CREATE m/n", "DELETE m", "DELETE m/n", 'LIST "" *'),
        told="LIST (\\Noselect",
        ours=("OK", 'LIST (\\Noselect \\HasNoChildren) "/" m'),
        theirs=_OK,
    ),
    _status(
        Right.BOTH,
        _GONE,
        "CREATE m",
        "SELECT m",
        "DELETE m",
        "NOOP",
        ours=_OK,
        theirs=(ENDED,),
    ),
    *(
        _status(
            Right.BOTH,
            _RENAMED,
            "CREATE m",
            f"{who}SELECT m",
            "RENAME m n",
            f"{who}NOOP",
            ours=_OK,
            theirs=(ENDED,),
        )
        for who in ("", OTHER)
    ),
    _status(
        Right.LAB,
        Rule("RFC 3501 section 6.3.5", "Renaming INBOX is permitted, and has special behavior."),
        _SELECT,
        "RENAME INBOX m",
        ours=_OK,
        theirs=_NO,
    ),
    _status(
        Right.BOTH,
        Rule(
            "RFC 3501 section 6.3.6",
            "A server MAY validate the mailbox argument to SUBSCRIBE to verify that it exists.",
        ),
        "SUBSCRIBE nowhere",
        ours=_OK,
        theirs=_NO,
    ),
    _status(
        Right.LAB,
        Rule("RFC 3501 section 6.3.7", "NO - unsubscribe failure: can't unsubscribe that name"),
        "UNSUBSCRIBE nowhere",
        ours=_NO,
        theirs=_OK,
    ),
    _status(
        Right.LAB,
        Rule(
            "RFC 3501 section 6.3.2",
            "No changes to the permanent state of the mailbox, including per-user state, are "
            "permitted",
        ),
        "CREATE m",
        "EXAMINE m",
        "UID STORE 1 FLAGS (\\Seen)",
        ours=_NO,
        theirs=_OK,
    ),
    *(
        _status(Right.LAB, rule, "CREATE m", "SELECT m", f"{verb} 1 nowhere", ours=_NO, theirs=_OK)
        for verb, rule in (
            (
                "UID COPY",
                Rule(
                    "RFC 3501 section 6.4.7",
                    "If the destination mailbox does not exist, a server SHOULD return an error.",
                ),
            ),
            (
                "UID MOVE",
                Rule(
                    "RFC 6851 section 3.3",
                    "Response codes such as TRYCREATE (see [RFC3501], Section 6.4.7), as well as "
                    "those defined by extensions, are sent as appropriate.",
                ),
            ),
        )
    ),
)

# ----------------------------------------------------------------------------------------- LIST

_MOD_OPTION = Rule(
    "RFC 5258 section 6",
    "If a list-select-mod-opt appears, then a list-select-base-opt must also appear.",
)
_INBOX = Rule(
    "RFC 3501 section 6.3.8",
    'if the uppercase string "INBOX" matches the interpreted reference and mailbox name '
    "arguments with wildcards as described above",
)
_LISTING = (
    _status(
        Right.LAB, _MOD_OPTION, 'LIST (RECURSIVEMATCH SPECIAL-USE) "" *', ours=_BAD, theirs=_OK
    ),
    _status(
        Right.LAB,
        Rule("RFC 5258 section 6", 'patterns = "(" list-mailbox *(SP list-mailbox) ")"'),
        'LIST "" ()',
        ours=_BAD,
        theirs=_OK,
    ),
    Row(
        right=Right.LAB,
        rule=_INBOX,
        commands=(_SELECT, 'LIST "" "inBox*"'),
        told="LIST",
        ours=_OK,
        theirs=("OK", 'LIST (\\HasNoChildren) "/" INBOX'),
    ),
    Row(
        right=Right.NEITHER,
        rule=Rule(
            "RFC 3501 section 5.1.3",
            '"&" is used to shift to modified BASE64 and "-" to shift back to US-ASCII.',
        ),
        commands=('CREATE "&-"', 'LIST "" "&*"'),
        told="LIST",
        ours=_OK,
        theirs=("OK", 'LIST (\\HasNoChildren) "/" &-'),
    ),
    Row(
        right=Right.BOTH,
        rule=Rule(
            "RFC 6154 section 2",
            "The extended LIST command MAY return SPECIAL-USE attributes even if the client does "
            "not specify the return option.",
        ),
        commands=("CREATE Sent (USE (\\Sent))", 'LIST "" (Sent)'),
        told="LIST",
        ours=("OK", 'LIST (\\Sent) "/" Sent'),
        theirs=("OK", 'LIST () "/" Sent'),
    ),
)

# ------------------------------------------------------------------------------ SEARCH and others

_CHARSET = Rule(
    "RFC 3501 section 6.4.4",
    "If the server does not support the specified [CHARSET], it MUST return a tagged NO response "
    "(not a BAD).",
)
_SORTING = Rule(
    "RFC 5256 section 3",
    "(SUBJECT DATE) will sort messages in order by their base subject text; and for messages with "
    "the same base subject text, it will sort by their sent date.",
)
_FROM = [_message(f"From: {name}@home.example") for name in "bbab"]
_FINDING = (
    _status(Right.LAB, _CHARSET, _SELECT, "SEARCH CHARSET KOI-7 ALL", ours=_NO, theirs=_OK),
    _status(Right.LAB, _CHARSET, _SELECT, "SORT (SIZE) KOI-7 ALL", ours=_NO, theirs=_OK),
    Row(
        right=Right.LAB,
        rule=Rule("RFC 5256 section 5", 'thread-data = "THREAD" [SP 1*thread-list]'),
        commands=(_SELECT, "THREAD REFERENCES UTF-8 ALL"),
        told="THREAD",
        ours=("OK", "THREAD"),
        theirs=("OK", "THREAD "),
    ),
    # It has a set with `*` in it, out of order, for a bug of its own.
    _status(
        Right.LAB,
        Rule(
            "RFC 3501 section 9",
            "two seq-number values and all values between these two regardless of order.",
        ),
        *_FROM,
        _SELECT,
        "THREAD REFERENCES UTF-8 *:4,2,*:1",
        ours=_OK,
        theirs=(ENDED,),
    ),
    # It keeps numbers for strings that it has sorted, and gives further strings wrong ones.
    Row(
        right=Right.LAB,
        rule=_SORTING,
        commands=(
            *_FROM,
            _SELECT,
            "SORT (REVERSE FROM) UTF-8 1",
            "SORT (REVERSE FROM SIZE) UTF-8 1:4",
        ),
        told="SORT",
        ours=("OK", "SORT 1 2 4 3"),
        theirs=("OK", "SORT 2 4 1 3"),
    ),
)

# ------------------------------------------------------------------------------- what comes in

_DECODING = Rule(
    "RFC 3516 section 4.2",
    "Requests that the specified section be transmitted after performing CTE-related decoding.",
)
_UNKNOWN = Rule(
    "RFC 3516 section 4.3",
    "If the server does not know how to decode the section's CTE, it MUST fail the request and "
    'issue a "NO" response that contains the "UNKNOWN-CTE" extended response code.',
)
_MIXED = _message(
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b",
    "--b\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--b--\r\n",
)
_BROKEN = _message(
    "MIME-Version: 1.0\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: base64", "!!!\r\n"
)
_CONTENT = (
    Row(
        right=Right.BOTH,
        rule=_DECODING,
        commands=(_MIXED, _SELECT, "FETCH 1 BINARY.SIZE[]"),
        told="1 FETCH",
        ours=("OK", "1 FETCH (BINARY.SIZE[] 119)"),
        theirs=("OK", "1 FETCH (BINARY.SIZE[] 118)"),
    ),
    _status(Right.BOTH, _UNKNOWN, _BROKEN, _SELECT, "FETCH 1 BINARY.SIZE[1]", ours=_OK, theirs=_NO),
    _status(
        Right.LAB,
        Rule("RFC 3516 section 7", 'partial = "<" number "." nz-number ">"'),
        _MIXED,
        _SELECT,
        "FETCH 1 BINARY.PEEK[1]<0.0>",
        ours=_BAD,
        theirs=_OK,
    ),
    _status(
        Right.BOTH,
        Rule(
            "RFC 3516 section 4.4",
            "If the destination mailbox does not support the storage of binary content, the "
            'server MUST fail the request and issue a "NO" response that contains the '
            '"UNKNOWN-CTE" extended response code.',
        ),
        "APPEND INBOX ~{3+}\r\na\0b",
        ours=_NO,
        theirs=_OK,
    ),
    _status(
        Right.LAB,
        Rule(
            "RFC 4469 section 4.1",
            "Possible reasons for this are bad URL syntax, unrecognized URL schema, invalid "
            "message UID, or invalid body part.",
        ),
        _message("Subject: a"),
        _SELECT,
        'APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;SECTION=2" TEXT {3+}\r\na\r\n)',
        ours=_NO,
        theirs=_OK,
    ),
)

# ------------------------------------------------------------------------- CONDSTORE and others

_ZERO = Rule(
    "RFC 7162 section 3.1.3",
    "Use of UNCHANGEDSINCE with a modification sequence of 0 always fails if the metadata item "
    "exists.",
)
_STATES = (
    Row(
        right=Right.LAB,
        rule=_ZERO,
        commands=(
            _message("Subject: a"),
            "SELECT INBOX (CONDSTORE)",
            "STORE 1 (UNCHANGEDSINCE 0) -FLAGS ($a)",
        ),
        told="code",
        ours=("OK", "None"),
        theirs=("OK", "MODIFIED 1"),
    ),
    _status(
        Right.LAB,
        Rule("RFC 7162 section 7", 'chgsince-fetch-mod = "CHANGEDSINCE" SP mod-sequence-value'),
        _message("Subject: a"),
        _SELECT,
        "FETCH 1 FLAGS (CHANGEDSINCE 0)",
        ours=_BAD,
        theirs=_OK,
    ),
    Row(
        right=Right.LAB,
        rule=Rule(
            "RFC 5161 section 3.2",
            "The ENABLED response may contain no capabilities, which means that no extensions",
        ),
        commands=("ENABLE NOTHING",),
        told="ENABLED",
        ours=("OK", "ENABLED"),
        theirs=_OK,
    ),
    Row(
        right=Right.LAB,
        rule=Rule(
            "RFC 5161 section 3.1",
            "each corresponding ENABLED response SHOULD only contain extensions enabled by the "
            "corresponding ENABLE command.",
        ),
        commands=("ENABLE CONDSTORE", "ENABLE CONDSTORE"),
        told="ENABLED",
        ours=("OK", "ENABLED"),
        theirs=("OK", "ENABLED CONDSTORE"),
    ),
    _status(
        Right.BOTH,
        Rule(
            "RFC 5161 section 3.1",
            "Clients MUST NOT issue ENABLE once they SELECT/EXAMINE a mailbox; however, server "
            "implementations don't have to check that",
        ),
        _SELECT,
        "ENABLE CONDSTORE",
        ours=_BAD,
        theirs=_OK,
    ),
    _status(
        Right.LAB,
        Rule(
            "RFC 5465 section 5",
            "If one of MessageNew or MessageExpunge is specified, then both events MUST be "
            "specified. Otherwise, the server MUST respond with the tagged BAD response.",
        ),
        "NOTIFY SET (personal (MessageNew))",
        ours=_BAD,
        theirs=_OK,
    ),
    _status(
        Right.LAB,
        Rule("RFC 5161 section 4", 'command-any =/ "ENABLE" 1*(SP capability)'),
        "ENABLE",
        ours=_BAD,
        theirs=_OK,
    ),
    _status(
        Right.LAB,
        Rule("RFC 2971 section 4", 'id ::= "ID" SPACE id_params_list'),
        "ID",
        ours=_BAD,
        theirs=_OK,
    ),
)

ROWS = (*_MAILBOXES, *_LISTING, *_FINDING, *_CONTENT, *_STATES)
