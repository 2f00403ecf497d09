"""Where the lab and Dovecot 2.3 differ for good, and which sentence of which RFC says who is right.

A row has the smallest message that shows the difference, and what each server says of it: a row
that has become untrue fails. Broken messages, to which no RFC gives a meaning, have the sentence
that they break. What generated messages meet again and again has a pattern as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from tests.imap.differential.compare import Difference

__all__ = ["PATTERNS", "ROWS", "Pattern", "Right", "Row", "Rule"]


class Right(Enum):
    """Who does what the sentence says."""

    LAB = "the lab"
    DOVECOT = "Dovecot"
    BOTH = "both: it leaves the choice"
    NEITHER = "nobody: the message breaks it"


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence, and where it stands."""

    source: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One difference: what `message` gives at `point` (see `Difference`) on each server."""

    right: Right
    rule: Rule
    message: bytes
    point: str
    ours: object
    theirs: object

    def __str__(self) -> str:
        return f"{self.point}: {self.message[:60]!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Which differences in generated messages are those of a row."""

    row: Row
    covers: Callable[[Difference], bool]


# ------------------------------------------------------------------------------------- ENVELOPE

_HOST = Rule(
    "RFC 3501 section 9",
    "NIL indicates [RFC-2822] group syntax. Otherwise, holds [RFC-2822] domain name",
)
_LIST = Rule("RFC 5322 section 3.4", 'address-list = (address *("," address)) / obs-addr-list')
_EMPTY_MEMBERS = Rule(
    "RFC 5322 section 4.4", 'obs-addr-list = *([CFWS] ",") address *("," [address / CFWS])'
)
_UNFOLDING = Rule(
    "RFC 5322 section 2.2.3",
    "Unfolding is accomplished by simply removing any CRLF that is immediately followed by WSP.",
)
_ONCE = Rule("RFC 5322 section 3.6", "| from | 1 | 1 | See sender and 3.6.2 |")
_WORDS = Rule("RFC 3501 section 9", "after removing [RFC-2822] quoting")


def _one(name: bytes | None, mailbox: bytes, host: bytes) -> tuple[bytes | None, ...]:
    return (name, None, mailbox, host)


def _to(right: Right, rule: Rule, value: bytes, ours: object, theirs: object) -> Row:
    message = b"To: " + value + b"\r\n\r\nx\r\n"
    return Row(
        right=right, rule=rule, message=message, point="envelope to", ours=ours, theirs=theirs
    )


def _field(
    right: Right, rule: Rule, name: bytes, lines: bytes, ours: object, theirs: object
) -> Row:
    message = name + lines + b"\r\n\r\nx\r\n"
    point = f"envelope {name.decode().lower()}"
    return Row(right=right, rule=rule, message=message, point=point, ours=ours, theirs=theirs)


_NOTHING = _one(None, b"MISSING_MAILBOX", b"MISSING_DOMAIN")
_A, _B = _one(None, b"a", b"home.example"), _one(None, b"b", b"home.example")

_ENVELOPE = (
    # A domain that is not there is no word that is not there either.
    _to(
        Right.LAB,
        _HOST,
        b"alice",
        (_one(None, b"alice", b""),),
        (_one(None, b"alice", b"MISSING_DOMAIN"),),
    ),
    _to(
        Right.LAB,
        _HOST,
        b"<alice>",
        (_one(None, b"alice", b""),),
        (_one(None, b"alice", b"MISSING_DOMAIN"),),
    ),
    _to(
        Right.LAB,
        _HOST,
        b"alice@",
        (_one(None, b"alice", b""),),
        (_one(None, b"alice", b"MISSING_DOMAIN"),),
    ),
    _to(Right.LAB, _HOST, b"<>", (_one(None, b"", b""),), (_NOTHING,)),
    _to(
        Right.LAB,
        _HOST,
        b"@home.example",
        (_one(None, b"", b"home.example"),),
        (_one(None, b"MISSING_MAILBOX", b"home.example"),),
    ),
    _to(
        Right.LAB, _EMPTY_MEMBERS, b"a@home.example, , b@home.example", (_A, _B), (_A, _NOTHING, _B)
    ),
    _to(Right.LAB, _EMPTY_MEMBERS, b",", None, (_NOTHING,)),
    _to(Right.LAB, _WORDS, b'"" <a@home.example>', (_one(b"", b"a", b"home.example"),), (_A,)),
    _to(
        Right.NEITHER,
        _LIST,
        b"Alice <a@home.example",
        (_one(b"Alice", b"a", b"home.example"),),
        (_one(b"Alice", b"a", b"SYNTAX_ERROR"),),
    ),
    _to(
        Right.NEITHER,
        _LIST,
        b"Alice a@home.example",
        (_one(b"Alice", b"a", b"home.example"),),
        (_one(b"Alice a", b"MISSING_MAILBOX", b"MISSING_DOMAIN"),),
    ),
    _to(Right.NEITHER, _LIST, b"a@b@c", (_one(None, b"a@b", b"c"),), (_one(None, b"a", b"b"),)),
    _to(Right.NEITHER, _LIST, b"<a@home.example> <b@home.example>", (_A, _B), (_A,)),
    _to(Right.NEITHER, _LIST, b"a@home.example; b@home.example", (_A, _B), (_A,)),
    _to(
        Right.NEITHER,
        _LIST,
        b"<al ice@home.example>",
        (_one(None, b"alice", b"home.example"),),
        (_one(None, b"al", b"SYNTAX_ERROR"),),
    ),
    _to(
        Right.NEITHER,
        _LIST,
        b'"unclosed <a@home.example>',
        (_one(None, b"unclosed <a@home.example>", b""),),
        (_NOTHING,),
    ),
    _to(
        Right.NEITHER,
        _LIST,
        b"(unclosed <a@home.example>",
        (_one(b"(unclosed", b"a", b"home.example"),),
        None,
    ),
    _field(Right.LAB, _UNFOLDING, b"Subject", b": a\r\n\t b\r\n  c", b"a\t b  c", b"a b c"),
    _field(Right.LAB, _UNFOLDING, b"Subject", b": tab\there", b"tab\there", b"tab here"),
    _field(Right.BOTH, _UNFOLDING, b"Date", b":\r\n yesterday", b"yesterday", b" yesterday"),
    _field(Right.BOTH, _UNFOLDING, b"Message-ID", b":\r\n <1@x>", b"<1@x>", b" <1@x>"),
    _field(Right.NEITHER, _ONCE, b"Subject", b": a\r\nSubject: b", b"a", b"b"),
    _field(Right.NEITHER, _ONCE, b"Date", b": a\r\nDate: b", b"a", b"b"),
    _field(Right.NEITHER, _ONCE, b"Message-ID", b": a\r\nMessage-ID: b", b"a", b"b"),
    _field(Right.NEITHER, _ONCE, b"In-Reply-To", b": a\r\nIn-Reply-To: b", b"a", b"b"),
    _field(
        Right.NEITHER,
        _ONCE,
        b"Sender",
        b": a@home.example\r\nSender: b@home.example",
        (_A,),
        (_A, _B),
    ),
)

# -------------------------------------------------------------------------------- BODYSTRUCTURE

_CHARSET = Rule(
    "RFC 2046 section 4.1.2",
    "The default character set, which must be assumed in the absence of a charset parameter, is "
    "US-ASCII.",
)
_INVALID = Rule(
    "RFC 2045 section 5.2",
    "It is also recommend that this default be assumed when a syntactically invalid Content-Type "
    "header field is encountered.",
)
_PARTS = Rule(
    "RFC 2046 section 5.1",
    "The body must then contain one or more body parts, each preceded by a boundary delimiter line",
)
_VERSION = Rule(
    "RFC 2045 section 4",
    "In the absence of a MIME-Version field, a receiving mail user agent (whether conforming to "
    "MIME requirements or not) may optionally choose to interpret the body of the message "
    "according to local conventions.",
)
_QUOTING = Rule("RFC 2045 section 5.1", "Must be in quoted-string, to use within parameter values")
_ENCODING = Rule(
    "RFC 2045 section 6.1",
    'mechanism := "7bit" / "8bit" / "binary" / "quoted-printable" / "base64" / ietf-token / '
    "x-token",
)
_DISPOSITION = Rule(
    "RFC 2183 section 2",
    'disposition := "Content-Disposition" ":" disposition-type *(";" disposition-parm)',
)
_ASCII = ((b"charset", b"us-ascii"),)


def _mime(right: Right, rule: Rule, field: bytes, point: str, ours: object, theirs: object) -> Row:
    message = b"MIME-Version: 1.0\r\nContent-" + field + b"\r\n\r\nx\r\n"
    point = f"BODYSTRUCTURE {point}"
    return Row(right=right, rule=rule, message=message, point=point, ours=ours, theirs=theirs)


_NO_CHARSET = _mime(Right.BOTH, _CHARSET, b"Type: text/html", "params", None, _ASCII)
_NO_PARTS = _mime(
    Right.NEITHER,
    _PARTS,
    b"Type: multipart/mixed; boundary=b",
    "shape",
    (b"text/plain", 0),
    (b"multipart/mixed", 1),
)

_ENCODED = Row(
    right=Right.LAB,
    rule=Rule(
        "RFC 2046 section 5.2.1",
        'No encoding other than "7bit", "8bit", or "binary" is permitted for the body of a '
        '"message/rfc822" entity.',
    ),
    message=b"MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogYQ0KDQo=\r\n",
    point="BODYSTRUCTURE shape",
    ours=(b"application/octet-stream", 0),
    theirs=(b"message/rfc822", 1),
)

_STRUCTURE = (
    _NO_CHARSET,
    _ENCODED,
    _NO_PARTS,
    _mime(Right.LAB, _INVALID, b"Type: text", "shape", (b"text/plain", 0), (b"text/", 0)),
    _mime(Right.LAB, _INVALID, b"Type: text/", "shape", (b"text/plain", 0), (b"/", 0)),
    _mime(Right.LAB, _INVALID, b"Type: /plain", "shape", (b"text/plain", 0), (b"/", 0)),
    _mime(Right.LAB, _INVALID, b"Type:", "shape", (b"text/plain", 0), (b"/", 0)),
    _mime(Right.LAB, _INVALID, b'Type: "text/plain"', "shape", (b"text/plain", 0), (b"/", 0)),
    _mime(
        Right.NEITHER, _INVALID, b"Type: text/plain/x; a=b", "shape", (b"text/plain", 0), (b"/", 0)
    ),
    _mime(
        Right.NEITHER,
        _INVALID,
        b"Type: text/plain; ; charset=utf-8",
        "params",
        ((b"charset", b"utf-8"),),
        _ASCII,
    ),
    _mime(
        Right.NEITHER,
        _INVALID,
        b'Type: text/plain; charset="utf-8',
        "params",
        ((b"charset", b"utf-8"),),
        _ASCII,
    ),
    _mime(
        Right.NEITHER,
        _INVALID,
        b"Type: text/plain; charset=utf-8 a=b",
        "params",
        ((b"charset", b"utf-8"), (b"a", b"b")),
        ((b"charset", b"utf-8"),),
    ),
    _mime(
        Right.NEITHER,
        _QUOTING,
        b"Type: a/b; name=two words",
        "params",
        ((b"name", b"two words"),),
        ((b"name", b"two"),),
    ),
    _mime(
        Right.NEITHER,
        _QUOTING,
        b"Type: a/b; url=http://a.example",
        "params",
        ((b"url", b"http://a.example"),),
        ((b"url", b"http"),),
    ),
    _mime(Right.NEITHER, _ENCODING, b"Transfer-Encoding: base64;", "encoding", b"base64", b"7bit"),
    _mime(
        Right.NEITHER, _ENCODING, b'Transfer-Encoding: "base64"', "encoding", b'"base64"', b"7bit"
    ),
    _mime(Right.NEITHER, _ENCODING, b"Transfer-Encoding: a b", "encoding", b"a b", b"7bit"),
    _mime(Right.NEITHER, _DISPOSITION, b"Disposition:", "disposition", None, (b"", None)),
    _mime(
        Right.NEITHER,
        _DISPOSITION,
        b"Disposition: ; filename=x",
        "disposition",
        None,
        (b"", ((b"filename", b"x"),)),
    ),
    Row(
        right=Right.BOTH,
        rule=_VERSION,
        message=b"Content-ID: <a@b>\r\n\r\nx\r\n",
        point="BODYSTRUCTURE id",
        ours=b"<a@b>",
        theirs=None,
    ),
)

# ------------------------------------------------------------------------------------- sections

_BLANK_LINE = Rule(
    "RFC 3501 section 6.4.5",
    "the blank line is included in all header fetches, except in the case of a message which has "
    "no body and no blank line.",
)
_DELIMITER = Rule("RFC 2046 section 5.1.1", "delimiter := CRLF dash-boundary")
_TOGETHER = Rule(
    "RFC 5322 section 2.3",
    "CR and LF MUST only occur together as CRLF; they MUST NOT appear independently in the body.",
)

_INNER = b"--c\r\n\r\none\r\n--c--"
_HEADER_ONLY = Row(
    right=Right.LAB,
    rule=_BLANK_LINE,
    message=b"Subject: a\r\n",
    point="BODY[HEADER.FIELDS (SUBJECT)]",
    ours=b"Subject: a\r\n",
    theirs=b"Subject: a\r\n\r\n",
)
_CLOSED = Row(
    right=Right.LAB,
    rule=_DELIMITER,
    message=b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: multipart/mixed; boundary=c\r\n\r\n" + _INNER + b"\r\n--b--\r\n",
    point="BODY[1]",
    ours=_INNER,
    theirs=_INNER + b"\r\n",
)

_READ_ON = Row(
    right=Right.LAB,
    rule=Rule(
        "RFC 3501 section 6.4.5",
        "The HEADER, HEADER.FIELDS, and HEADER.FIELDS.NOT part specifiers refer to the [RFC-2822] "
        "header of the message or of an encapsulated [MIME-IMT] MESSAGE/RFC822 message.",
    ),
    message=b"MIME-Version: 1.0\r\nContent-Type: multipart/digest; boundary=b\r\n\r\n"
    b"--b\r\n\r\nX: y\r\n--b--\r\n",
    point="BODY[1.HEADER.FIELDS.NOT (SUBJECT TO)]<0>",
    ours=b"X: y",
    theirs=b"X: y\r\n--b--\r\n",
)

_SECTIONS = (
    _HEADER_ONLY,
    _READ_ON,
    _CLOSED,
    Row(
        right=Right.NEITHER,
        rule=_TOGETHER,
        message=b"Subject: a\n\nb\n",
        point="BODY[]",
        ours=b"Subject: a\n\nb\n",
        theirs=b"Subject: a\r\n\r\nb\r\n",
    ),
    Row(
        right=Right.NEITHER,
        rule=_TOGETHER,
        message=b"Subject: a\n\nb\n",
        point="RFC822.SIZE",
        ours="14",
        theirs="17",
    ),
    Row(
        right=Right.NEITHER,
        rule=_TOGETHER,
        message=b"\r\nx\r",
        point="BODY[]",
        ours=b"\r\nx\r",
        theirs=b"\r\nx",
    ),
)

ROWS = (*_ENVELOPE, *_STRUCTURE, *_SECTIONS)


def _adds_charset(found: Difference) -> bool:
    mine = found.ours or ()
    return (
        found.point.endswith(" params")
        and isinstance(mine, tuple)
        and found.theirs == (*mine, *_ASCII)
    )


def _has_no_parts(found: Difference) -> bool:
    match found.theirs:
        case (bytes(kind), 1) if found.point.endswith(" shape"):
            return found.ours == (b"text/plain", 0) and kind.startswith(b"multipart/")
    return False


def _opens_what_is_encoded(found: Difference) -> bool:
    return (
        found.point.endswith(" shape")
        and (found.ours, found.theirs) == (_ENCODED.ours, _ENCODED.theirs)
        and b"content-transfer-encoding:" in found.message.lower()
    )


def _has_one_line_end_more(found: Difference) -> bool:
    if not (found.kind.startswith(b"multipart/") or found.kind == b"message/rfc822"):
        return False
    match found.ours, found.theirs:
        case bytes(mine), bytes(other):
            # A piece may end between the two.
            return found.point.startswith("BODY[") and other in (mine + b"\r\n", mine + b"\r")
        case int(mine), int(other):
            more = {"octets": 2, "lines": 1}.get(found.point.rpartition(" ")[2])
            return other - mine == more
    return False


def _adds_a_blank_line(found: Difference) -> bool:
    match found.ours, found.theirs:
        case bytes(mine), bytes(other) if found.point.startswith("BODY[HEADER.FIELDS ("):
            return other == mine + b"\r\n" and b"\r\n\r\n" not in found.message
    return False


def _reads_on_without_a_blank_line(found: Difference) -> bool:
    match found.ours, found.theirs:
        case bytes(mine), bytes(other) if ".HEADER.FIELDS" in found.point:
            return found.kind == b"message/rfc822" and other.startswith(mine)
    return False


PATTERNS = (
    Pattern(row=_NO_CHARSET, covers=_adds_charset),
    Pattern(row=_NO_PARTS, covers=_has_no_parts),
    Pattern(row=_ENCODED, covers=_opens_what_is_encoded),
    Pattern(row=_HEADER_ONLY, covers=_adds_a_blank_line),
    Pattern(row=_READ_ON, covers=_reads_on_without_a_blank_line),
    Pattern(row=_CLOSED, covers=_has_one_line_end_more),
)
