r"""RFC 3501 section 6, command by command: in which state it is allowed, and what is BAD.

The table is written from the headings of section 6 ("Any State", "Not Authenticated State", ...)
and from the argument lines and the grammar (section 9) of each command, not from the package.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.imap.driver import Client, Server

NOT, AUTH, SELECTED = "NOT AUTHENTICATED", "AUTHENTICATED", "SELECTED"
ANY = (NOT, AUTH, SELECTED)
LOGGED_IN = (AUTH, SELECTED)


@dataclass(frozen=True, slots=True)
class Row:
    """A command: its section, an example, the states it is valid in, and where it leads to.

    `bad`: arguments that its grammar does not have. `no`: commands that are well formed and fail.
    """

    section: str
    example: str
    states: tuple[str, ...]
    to: str | None = None
    bad: tuple[str, ...] = ()
    no: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        words = self.example.split()
        return " ".join(words[:2]) if words[0] == "UID" else words[0]


NO_ARGUMENTS = ("x", "()", '""', " ")
MAILBOX = ("", "a b", "(a)", '"a', "a\\b", "{1", "%", "*")
SEQUENCES = ("0", "1:", ":1", "1,", "a", "1:2:3", "-1", "4294967296", "1 2", "*:a", "$x")
FLAGS = ("(a", "a)", "(\\Recent)", "(a  b)", "((a))", "(\\)")
ROWS = (
    Row("6.1.1", "CAPABILITY", ANY, bad=NO_ARGUMENTS),
    Row("6.1.2", "NOOP", ANY, bad=NO_ARGUMENTS),
    Row("6.1.3", "LOGOUT", ANY, to="LOGOUT", bad=NO_ARGUMENTS),
    Row("6.2.1", "STARTTLS", (NOT,), bad=NO_ARGUMENTS),
    Row(
        "6.2.2",
        "AUTHENTICATE PLAIN",
        (NOT,),
        bad=("", '"PLAIN"', "PLAIN a b", "(PLAIN)"),
        no=("AUTHENTICATE X-NONSENSE",),
    ),
    Row(
        "6.2.3",
        "LOGIN bob tulip",
        (NOT,),
        to=AUTH,
        bad=("", "bob", "bob tulip x", "(bob) tulip", '"bob tulip', "bob  tulip", "bob {x}"),
        no=("LOGIN bob rose", 'LOGIN nobody ""'),
    ),
    Row("6.3.1", "SELECT INBOX", LOGGED_IN, to=SELECTED, bad=MAILBOX),
    Row("6.3.2", "EXAMINE INBOX", LOGGED_IN, to=SELECTED, bad=MAILBOX),
    Row("6.3.3", "CREATE new", LOGGED_IN, bad=MAILBOX, no=("CREATE INBOX", "CREATE box")),
    Row("6.3.4", "DELETE box", LOGGED_IN, bad=MAILBOX, no=("DELETE INBOX", "DELETE nowhere")),
    Row(
        "6.3.5",
        "RENAME box other",
        LOGGED_IN,
        bad=("", "box", "box a b", "(box) other", "box (other)"),
        no=("RENAME nowhere x", "RENAME box INBOX", "RENAME INBOX box"),
    ),
    Row("6.3.6", "SUBSCRIBE box", LOGGED_IN, bad=MAILBOX),
    Row("6.3.7", "UNSUBSCRIBE box", LOGGED_IN, bad=MAILBOX, no=("UNSUBSCRIBE nowhere",)),
    Row("6.3.8", 'LIST "" *', LOGGED_IN, bad=("", '""', '"" a b', '"" "a', '* ""')),
    Row("6.3.9", 'LSUB "" *', LOGGED_IN, bad=("", '""', '"" a b', '"" (a)', '* ""')),
    Row(
        "6.3.10",
        "STATUS INBOX (MESSAGES)",
        LOGGED_IN,
        bad=(
            *("", "INBOX", "INBOX ()", "INBOX MESSAGES", "INBOX (NONSENSE)", "INBOX (MESSAGES"),
            *("(MESSAGES)", "INBOX (MESSAGES  RECENT)", "INBOX (MESSAGES) x"),
        ),
        no=("STATUS nowhere (MESSAGES)",),
    ),
    Row(
        "6.3.11",
        "APPEND INBOX {5}\nHello",
        LOGGED_IN,
        bad=(
            *("", "INBOX", "INBOX hello", 'INBOX "hello"', "INBOX {x}", "INBOX {-1}"),
            *(f"INBOX {flags} {{12}}" for flags in FLAGS if flags != "a)"),
            *('INBOX "yesterday" {12}', 'INBOX "1-Jan-2020 00:00:00 +0000" {12}'),
            *("INBOX (\\Seen){12}", 'INBOX "01-Jan-2020 00:00:00 +0000" (\\Seen) {12}'),
        ),
        no=("APPEND nowhere {5}\nHello",),
    ),
    Row("6.4.1", "CHECK", (SELECTED,), bad=NO_ARGUMENTS),
    Row("6.4.2", "CLOSE", (SELECTED,), to=AUTH, bad=NO_ARGUMENTS),
    Row("6.4.3", "EXPUNGE", (SELECTED,), bad=("1", *NO_ARGUMENTS)),
    Row(
        "6.4.4",
        "SEARCH ALL",
        (SELECTED,),
        bad=(
            *("", "NONSENSE", "NOT", "OR ALL", "OR ALL NOT", "()", "(ALL", "ALL)", "ALL  ALL"),
            *("FROM", "HEADER a", "KEYWORD \\Seen", "LARGER x", "LARGER -1", "UID", "UID a", "0"),
            *("SINCE yesterday", "SINCE 1-Foo-1994", "SINCE 30-Feb-1994", "1:", "CHARSET"),
            *("CHARSET UTF-8", "ALL CHARSET UTF-8", "KEYWORD"),
        ),
        no=("SEARCH CHARSET X-NONSENSE ALL",),
    ),
    Row(
        "6.4.5",
        "FETCH 1 FLAGS",
        (SELECTED,),
        bad=(
            *("", "1", "FLAGS", "1 ()", "1 NONSENSE", "1 (FLAGS", "1 FLAGS)", "1 FLAGS UID"),
            *("1 (ALL)", "1 (FULL FLAGS)", "1 ((FLAGS))", "1 (FLAGS,UID)", "1 BODY[", "1 BODY]"),
            *("1 BODY[NONSENSE]", "1 BODY[0]", "1 BODY[1.]", "1 BODY[.1]", "1 BODY[MIME]"),
            *(
                "1 BODY[1.HEADER.FIELDS]",
                "1 BODY[HEADER.FIELDS ()]",
                "1 BODY[]<0>",
                "1 BODY[]<1.0>",
            ),
            *("1 BODY[]<.1>", "1 BODY[]<-1.1>", "1 BODY.PEEK", "1 RFC822.NONSENSE", "99 FLAGS"),
            *(f"{each} FLAGS" for each in SEQUENCES),
        ),
    ),
    Row(
        "6.4.6",
        "STORE 1 FLAGS (\\Seen)",
        (SELECTED,),
        bad=(
            *("", "1", "1 FLAGS", "1 (FLAGS a)", "1 NONSENSE a", "1 *FLAGS a", "1 + FLAGS a"),
            *("1 FLAGS.LOUD a", "1 FLAGS.SILENT", "99 FLAGS a", '1 FLAGS "a"'),
            *(f"1 +FLAGS {flags}" for flags in FLAGS),
            *(f"{each} FLAGS a" for each in SEQUENCES),
        ),
        no=("STORE 1 +FLAGS (\\Nonsense)",),
    ),
    Row(
        "6.4.7",
        "COPY 1 box",
        (SELECTED,),
        bad=("", "1", "box", "box 1", "1 a b", "99 box", *(f"{each} box" for each in SEQUENCES)),
        no=("COPY 1 nowhere",),
    ),
    Row("6.4.8", "UID COPY 1 box", (SELECTED,), bad=("", "1", "0 box"), no=("UID COPY 1 nowhere",)),
    Row("6.4.8", "UID FETCH 1 FLAGS", (SELECTED,), bad=("", "1", "1 ()", "0 FLAGS", "1:a FLAGS")),
    Row("6.4.8", "UID STORE 1 FLAGS a", (SELECTED,), bad=("", "1", "1 FLAGS", "0 FLAGS a")),
    Row("6.4.8", "UID SEARCH ALL", (SELECTED,), bad=("", "NONSENSE", "UID")),
)
# Section 6.4.8: UID stands before COPY, FETCH, STORE and SEARCH only (RFC 4315: EXPUNGE; RFC 6851:
# MOVE). Section 6.5.1: what begins with X is experimental; there is none here.
NEVER = (
    *("UID", "UID NOOP", "UID CLOSE", "UID SELECT INBOX", "UID LOGIN bob tulip", "UID UID FETCH 1"),
    *("XNONSENSE", "NONSENSE", "FETCH1 FLAGS", "noop.", "(NOOP)"),
)
CASES = [(row, state) for row in ROWS for state in ANY]
BAD = [(row, state, bad) for row in ROWS for state in row.states for bad in row.bad]
NO = [(row, state, no) for row in ROWS for state in row.states for no in row.no]


def in_state(server: Server, state: str) -> Client:
    server.deliver()
    server.store.mailboxes.create(server.bob, "box")
    server.store.subscriptions.add(server.bob, "box")
    if state == NOT:
        return server.connect()
    return server.login() if state == AUTH else server.selected()


def probed(client: Client) -> str:
    """Find out the state by what it allows: section 3."""
    if client.session.next == "close":
        return "LOGOUT"
    if client.do("CHECK") == ["OK CHECK completed"]:
        return SELECTED
    return AUTH if client.do("LIST nowhere nothing")[-1].startswith("OK ") else NOT


@pytest.mark.parametrize(
    ("row", "state"), CASES, ids=[f"{row.section}-{row.name}-{state}" for row, state in CASES]
)
def test_a_command_in_a_state(server: Server, row: Row, state: str) -> None:
    client = in_state(server, state)
    before = len(server.log)
    reply = client.do(row.example)
    if state not in row.states:
        assert len(reply) == 1
        assert reply[0].startswith("BAD ")
        assert len(server.log) == before
        assert probed(client) == state
    elif row.name == "AUTHENTICATE":
        assert reply == ["+ "]
        # Section 6.2.2: cancelled with a "*".
        assert client.raw(b"*\r\n").startswith(b"a1 BAD ")
        assert probed(client) == state
    else:
        assert reply[-1].startswith("OK ")
        assert probed(client) == (row.to or state)


@pytest.mark.parametrize(
    ("row", "state", "arguments"),
    BAD,
    ids=[f"{row.section}-{state}-{row.name} {bad}" for row, state, bad in BAD],
)
def test_wrong_arguments_are_bad(server: Server, row: Row, state: str, arguments: str) -> None:
    # Section 6: a rejected command never changes the state of the connection or of the mailbox.
    client = in_state(server, state)
    before = len(server.log)
    reply = client.raw(f"a0 {row.name} {arguments}".encode() + b"\r\n")
    assert reply.startswith(b"a0 BAD ")
    assert reply.count(b"\r\n") == 1
    assert len(server.log) == before
    assert probed(client) == state


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_command_that_needs_arguments_is_bad_without(server: Server, row: Row) -> None:
    client = in_state(server, row.states[-1])
    reply = client.raw(f"a0 {row.name}\r\n".encode())
    assert reply.split(b"\r\n")[-2].startswith(b"a0 BAD " if row.name != row.example else b"a0 OK ")


@pytest.mark.parametrize(
    ("row", "state", "command"), NO, ids=[f"{row.section}-{state}-{no}" for row, state, no in NO]
)
def test_a_command_that_fails_changes_nothing(
    server: Server, row: Row, state: str, command: str
) -> None:
    del row
    client = in_state(server, state)
    before = len(server.log)
    reply = client.do(command)
    assert [line.split()[0] for line in reply] == ["NO"]
    assert len(server.log) == before
    assert probed(client) == state


@pytest.mark.parametrize("state", LOGGED_IN)
@pytest.mark.parametrize("command", ["SELECT", "EXAMINE"])
def test_selecting_what_is_not_there_leaves_nothing_selected(
    server: Server, state: str, command: str
) -> None:
    # Section 6.3.1: the exception to the rule above.
    client = in_state(server, state)
    assert client.do(f"{command} nowhere")[-1].startswith("NO ")
    assert probed(client) == AUTH


@pytest.mark.parametrize("state", ANY)
@pytest.mark.parametrize("command", NEVER)
def test_what_is_no_command_is_bad_everywhere(server: Server, state: str, command: str) -> None:
    client = in_state(server, state)
    before = len(server.log)
    assert client.do(command)[-1].startswith("BAD ")
    assert len(server.log) == before
    assert probed(client) == state


def test_every_command_of_section_6_has_a_row() -> None:
    assert [row.section for row in ROWS] == [
        *(f"6.1.{n}" for n in (1, 2, 3)),
        *(f"6.2.{n}" for n in (1, 2, 3)),
        *(f"6.3.{n}" for n in range(1, 12)),
        *(f"6.4.{n}" for n in range(1, 8)),
        *["6.4.8"] * 4,
    ]
