from __future__ import annotations

import pytest

from labserver.imap.capabilities import CAPABILITIES, REMOVED, REV2_PARTS
from labserver.imap.commands import COMMANDS
from labserver.imap.dialect import Dialect
from labserver.imap.table import TABLE, State
from labserver.store import Resource
from tests.imap.driver import Client, Server

# RFC 3501 section 6, RFC 2177, 2342, 3691, 4315, 5256, 6851, 9208: written down again, to compare.
ANY = ["CAPABILITY", "NOOP", "LOGOUT", "ID"]
NOT_AUTHENTICATED = ["STARTTLS", "AUTHENTICATE", "LOGIN"]
AUTHENTICATED = [
    *("SELECT", "EXAMINE", "CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE"),
    *("LIST", "LSUB", "STATUS", "APPEND", "IDLE", "COMPRESS", "NAMESPACE", "UNAUTHENTICATE"),
    *("SETACL", "DELETEACL", "GETACL", "LISTRIGHTS", "MYRIGHTS"),
    *("GETQUOTA", "GETQUOTAROOT", "SETQUOTA"),
    *("GETMETADATA", "SETMETADATA", "NOTIFY"),
]
NOTHING_SELECTED = ["ENABLE"]
SELECTED = [
    *("CHECK", "CLOSE", "UNSELECT", "EXPUNGE", "SEARCH", "FETCH", "STORE", "COPY", "MOVE"),
    *("REPLACE", "UID REPLACE"),
    *("UID SEARCH", "UID FETCH", "UID STORE", "UID COPY", "UID MOVE", "UID EXPUNGE"),
    *("SORT", "UID SORT", "THREAD", "UID THREAD", "CANCELUPDATE"),
]

EXAMPLES = {
    "ID": "ID NIL",
    "ENABLE": "ENABLE X",
    "COMPRESS": "COMPRESS DEFLATE",
    "AUTHENTICATE": "AUTHENTICATE PLAIN",
    "LOGIN": "LOGIN bob tulip",
    "SELECT": "SELECT INBOX",
    "EXAMINE": "EXAMINE INBOX",
    "CREATE": "CREATE new",
    "DELETE": "DELETE box",
    "RENAME": "RENAME box other",
    "SUBSCRIBE": "SUBSCRIBE box",
    "UNSUBSCRIBE": "UNSUBSCRIBE subscribed",
    "LIST": 'LIST "" *',
    "LSUB": 'LSUB "" *',
    "SETACL": "SETACL box alice lr",
    "DELETEACL": "DELETEACL box alice",
    "GETACL": "GETACL box",
    "LISTRIGHTS": "LISTRIGHTS box alice",
    "MYRIGHTS": "MYRIGHTS box",
    "STATUS": "STATUS INBOX (MESSAGES)",
    "NOTIFY": "NOTIFY NONE",
    "GETMETADATA": "GETMETADATA INBOX /shared/comment",
    "SETMETADATA": "SETMETADATA INBOX (/shared/comment NIL)",
    "APPEND": "APPEND INBOX {5}\nHello",
    "GETQUOTA": "GETQUOTA bob@home.example",
    "GETQUOTAROOT": "GETQUOTAROOT INBOX",
    "SETQUOTA": "SETQUOTA bob@home.example (STORAGE 99)",
    "SEARCH": "SEARCH ALL",
    "FETCH": "FETCH 1 FLAGS",
    "STORE": "STORE 1 FLAGS (\\Seen)",
    "COPY": "COPY 1 box",
    "MOVE": "MOVE 1 box",
    "REPLACE": "REPLACE 1 box {5}\nHello",
    "UID REPLACE": "UID REPLACE 1 box {5}\nHello",
    "UID SEARCH": "UID SEARCH ALL",
    "CANCELUPDATE": 'CANCELUPDATE "a1"',
    "SORT": "SORT (DATE) UTF-8 ALL",
    "UID SORT": "UID SORT (DATE) UTF-8 ALL",
    "THREAD": "THREAD REFERENCES UTF-8 ALL",
    "UID THREAD": "UID THREAD REFERENCES UTF-8 ALL",
    "UID FETCH": "UID FETCH 1 FLAGS",
    "UID STORE": "UID STORE 1 FLAGS (\\Seen)",
    "UID COPY": "UID COPY 1 box",
    "UID MOVE": "UID MOVE 1 box",
    "UID EXPUNGE": "UID EXPUNGE 1",
}

LEADS_TO = {
    "LOGIN": State.AUTHENTICATED,
    "SELECT": State.SELECTED,
    "EXAMINE": State.SELECTED,
    "CLOSE": State.AUTHENTICATED,
    "UNSELECT": State.AUTHENTICATED,
    "UNAUTHENTICATE": State.NOT_AUTHENTICATED,
    "LOGOUT": State.LOGOUT,
}


EXTENSIONS = {
    command
    for each in CAPABILITIES
    if each.name not in ("STARTTLS", *REV2_PARTS)
    for command in each.commands
}
"""Commands that neither revision has."""


def in_state(server: Server, state: State, revision: str = "IMAP4rev1") -> Client:
    server.deliver()
    server.store.mailboxes.create(server.bob, "box")
    server.store.subscriptions.add(server.bob, "subscribed")
    server.store.quotas.set(server.bob, {Resource.MESSAGE: 99})
    if state is State.NOT_AUTHENTICATED:
        return server.connect()
    client = server.login()
    assert client.do(f"ENABLE {revision}")[-1] == "OK ENABLE completed"
    if state is State.SELECTED:
        client.do("SELECT INBOX")
    return client


def test_every_command_has_a_grammar_a_deed_and_a_row() -> None:
    assert set(COMMANDS) == set(TABLE.rules)
    assert all(COMMANDS[name].name == name for name in COMMANDS)


def test_the_table_says_what_the_rfc_says() -> None:
    assert set(TABLE.allowed(State.NOT_AUTHENTICATED)) == {*ANY, *NOT_AUTHENTICATED}
    assert set(TABLE.allowed(State.AUTHENTICATED)) == {*ANY, *AUTHENTICATED, *NOTHING_SELECTED}
    assert set(TABLE.allowed(State.SELECTED)) == {*ANY, *AUTHENTICATED, *SELECTED}
    assert TABLE.allowed(State.LOGOUT) == ()


def test_rev2_has_the_same_table_without_what_it_removed() -> None:
    # RFC 9051 section 9: command-any, command-nonauth, command-auth, command-select
    dialect = Dialect()
    dialect.enable(["IMAP4rev2"])
    known = {name for name in TABLE.rules if dialect.knows(name)}
    base = {name for name in known if name not in EXTENSIONS}
    assert base == {
        *("CAPABILITY", "LOGOUT", "NOOP", "STARTTLS", "LOGIN", "AUTHENTICATE"),
        *("APPEND", "CREATE", "DELETE", "ENABLE", "EXAMINE", "LIST", "NAMESPACE", "RENAME"),
        *("SELECT", "STATUS", "SUBSCRIBE", "UNSUBSCRIBE", "IDLE", "CLOSE", "UNSELECT"),
        *("EXPUNGE", "COPY", "MOVE", "FETCH", "STORE", "SEARCH", "UID COPY", "UID MOVE"),
        *("UID FETCH", "UID SEARCH", "UID STORE", "UID EXPUNGE"),
    }
    assert set(TABLE.rules) - known == {"CHECK", "LSUB"}


@pytest.mark.parametrize("revision", ["IMAP4rev1", "IMAP4rev2"])
@pytest.mark.parametrize("state", [State.NOT_AUTHENTICATED, State.AUTHENTICATED, State.SELECTED])
@pytest.mark.parametrize(
    "command", [*ANY, *NOT_AUTHENTICATED, *AUTHENTICATED, *NOTHING_SELECTED, *SELECTED]
)
def test_each_command_in_each_state(
    server: Server, state: State, command: str, revision: str
) -> None:
    client = in_state(server, state, revision)
    before = list(server.log)
    reply = client.do(EXAMPLES.get(command, command))
    allowed = command in TABLE.allowed(state)
    if command in REMOVED and client.session._core.dialect.rev2:
        assert reply == [f"BAD Unknown command {command}"]
        assert server.log == before
    elif not allowed:
        expected = {
            State.NOT_AUTHENTICATED: "BAD Log in first",
            State.AUTHENTICATED: "BAD Select a mailbox first",
            State.SELECTED: "BAD You are logged in already",
        }
        text = expected[state]
        if state is State.AUTHENTICATED and command in NOT_AUTHENTICATED:
            text = "BAD You are logged in already"
        if state is State.SELECTED and command in NOTHING_SELECTED:
            text = "BAD Close the mailbox first"
        assert reply == [text]
        assert server.log == before
        assert client.state == state.value
    elif command in {"AUTHENTICATE", "IDLE"}:
        assert reply[-1].startswith("+ ")
        assert client.state == state.value
        assert client.activity == ("" if command == "AUTHENTICATE" else "IDLE")
    elif command == "CANCELUPDATE":
        assert reply == ["BAD No search of that tag is kept up to date"]
    else:
        assert reply[-1] == f"OK {reply[-1].split(' ', 1)[1]}"
        assert client.state == LEADS_TO.get(command, state).value


def test_after_logout_nothing_is_taken_up(server: Server) -> None:
    client = server.connect()
    assert client.raw(b"a LOGOUT\r\nb NOOP\r\n") == (
        b"* BYE IMAP4rev1 server logging out\r\na OK LOGOUT completed\r\n"
    )
    assert client.session.next == "close"
    assert client.session.unread() == b"b NOOP\r\n"
    assert client.raw(b"c NOOP\r\n") == b""


def test_a_select_that_fails_leaves_nothing_selected(server: Server) -> None:
    for name in ("nowhere", "&broken"):
        client = server.selected()
        assert client.do(f"SELECT {name}")[1:] == ["NO [NONEXISTENT] No such mailbox"]
        assert client.do("CHECK") == ["BAD Select a mailbox first"]
        assert client.states[-2:] == [("SELECTED", "INBOX"), ("AUTHENTICATED", None)]


def test_a_select_that_is_malformed_changes_nothing(server: Server) -> None:
    client = server.selected()
    assert client.do("SELECT") == ["BAD An argument is missing"]
    assert client.do("CHECK") == ["OK CHECK completed"]


def test_states_are_recorded_once_each(server: Server) -> None:
    client = server.login()
    client.do("NOOP")
    client.do("EXAMINE inbox")
    client.do("IDLE")
    assert client.activity == "IDLE"
    client.raw(b"DONE\r\n")
    client.do("CLOSE")
    client.do("LOGOUT")
    assert client.states == [
        ("NOT AUTHENTICATED", None),
        ("AUTHENTICATED", None),
        ("SELECTED", "INBOX"),
        ("SELECTED", "INBOX"),  # busy with IDLE,
        ("SELECTED", "INBOX"),  # and no more
        ("AUTHENTICATED", None),
        ("LOGOUT", None),
    ]
