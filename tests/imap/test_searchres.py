from __future__ import annotations

from collections.abc import Iterator

import pytest

from labserver.imap.commands import searching
from tests.imap.driver import Client, Server
from tests.imap.searching import ask, rev2, senders


@pytest.fixture
def bob(server: Server) -> Iterator[Client]:
    """Bob's client: messages 1 to 8 from a to h, with UIDs 11 to 18."""
    senders(server, "x" * 10 + "abcdefgh")
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    server.store.messages.expunge(inbox, range(1, 11))
    client = server.selected()
    client.do("CREATE Box")
    return client


def saved(client: Client) -> str:
    """Return what `$` stands for, as numbers."""
    found = ask(client, "SEARCH RETURN (ALL) $")[0]
    return found.removeprefix("* ESEARCH (TAG)").removeprefix(" ALL ")


def test_the_examples(bob: Client) -> None:
    # RFC 5182 section 2.2, examples 1, 3 and 4
    assert bob.do("SEARCH RETURN (SAVE) OR FROM b@ OR FROM d@ FROM g@") == ["OK SEARCH completed"]
    assert bob.do("FETCH $ (UID FLAGS)") == [
        "* 2 FETCH (UID 12 FLAGS (\\Recent))",
        "* 4 FETCH (UID 14 FLAGS (\\Recent))",
        "* 7 FETCH (UID 17 FLAGS (\\Recent))",
        "OK FETCH completed",
    ]
    for keys in ("UID $ SMALLER 4096", "$ SMALLER 4096"):
        assert bob.do(f"UID SEARCH {keys}")[0] == "* SEARCH 12 14 17"
    assert bob.do("SEARCH CHARSET UTF-8 (OR $ 1,3:4) TEXT {4}\ntext")[0] == "* SEARCH 1 2 3 4 7"
    # Example 5: the failed SEARCH was to be saved
    reply = bob.do("SEARCH RETURN (SAVE) CHARSET KOI8-R (OR $ 1,3:4) TEXT {4}\nXXXX")
    assert reply[0].startswith("NO [BADCHARSET")
    assert saved(bob) == ""
    # Example 6
    bob.do("SEARCH RETURN (SAVE) FROM nobody")
    assert bob.do('COPY $ "Box"') == ["OK COPY completed"]


def test_pipelined(bob: Client) -> None:
    # Example 7
    reply = bob.raw(
        b"F282 SEARCH RETURN (SAVE) FROM c@\r\n"
        b'F283 COPY $ "Box"\r\n'
        b"F284 STORE $ +FLAGS.Silent (\\Deleted)\r\n"
    )
    assert reply.split(b"\r\n")[0] == b"F282 OK SEARCH completed"
    assert reply.endswith(b"F284 OK STORE completed\r\n")
    assert bob.do("SEARCH DELETED")[0] == "* SEARCH 3"
    assert bob.server.uids("Box") == [1]


def test_the_last_one_counts(bob: Client) -> None:
    # Example 9
    bob.do("SEARCH RETURN (SAVE) FROM a@")
    bob.do("UID SEARCH RETURN (SAVE) FROM b@")
    assert saved(bob) == "2"


@pytest.mark.parametrize(
    ("options", "told", "kept"),
    [
        # Example 10, and the table of RFC 5182 section 2.4
        ("ALL SAVE", " ALL 2,4:6,8", "2,4:6,8"),
        ("SAVE MIN", " MIN 2", "2"),
        ("SAVE MAX", " MAX 8", "8"),
        ("MAX SAVE MIN", " MIN 2 MAX 8", "2,8"),
        ("MAX SAVE MIN COUNT", " MIN 2 MAX 8 COUNT 5", "2,4:6,8"),
        ("ALL SAVE MIN", " MIN 2 ALL 2,4:6,8", "2,4:6,8"),
        ("SAVE COUNT", " COUNT 5", "2,4:6,8"),
    ],
)
def test_min_and_max_keep_what_they_tell(bob: Client, options: str, told: str, kept: str) -> None:
    bob.do("STORE 2,4:6,8 +FLAGS.SILENT (\\Flagged)")
    assert ask(bob, f"SEARCH RETURN ({options}) FLAGGED")[0] == f"* ESEARCH (TAG){told}"
    assert saved(bob) == kept
    bob.do("SEARCH RETURN (SAVE MIN MAX) 3")
    assert saved(bob) == "3"
    assert ask(bob, "SEARCH RETURN (SAVE MIN MAX) DRAFT")[0] == "* ESEARCH (TAG)"
    assert saved(bob) == ""


def test_what_leaves_it_as_it_is(bob: Client) -> None:
    bob.do("SEARCH RETURN (SAVE) 2:3")
    for command in (
        "SEARCH ALL",
        "SEARCH RETURN (ALL) ALL",
        "SEARCH CHARSET KOI8-R ALL",  # NO, without SAVE
        "SEARCH RETURN (ALL) CHARSET KOI8-R ALL",
        "SEARCH " + "NOT " * 200 + "ALL",
        "SEARCH RETURN (SAVE) FOO",  # BAD
        "SEARCH RETURN (SAVE) CHARSET US-ASCII TEXT {1}\n\xff",
        "SELECT",
        "NOOP",
        "UID FETCH $ UID",
    ):
        bob.do(command)
        assert saved(bob) == "2:3", command


def test_a_no_empties_it(bob: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[int]:
        raise RuntimeError

    for command in (
        "SEARCH RETURN (SAVE) CHARSET KOI8-R ALL",
        "SEARCH RETURN (SAVE) " + "NOT " * 200 + "ALL",
        "SEARCH RETURN (SAVE) " + "TEXT {1}\nx " * 101 + "ALL",
        "SEARCH RETURN (SAVE ALL) TEXT broken",
    ):
        bob.do("SEARCH RETURN (SAVE) 2:3")
        with monkeypatch.context() as patch:
            if "broken" in command:
                patch.setattr(searching, "search", broken)
            assert bob.do(command)[0].startswith("NO")
        assert saved(bob) == "", command


@pytest.mark.parametrize("command", ["SELECT INBOX", "EXAMINE INBOX", "SELECT Box"])
def test_selecting_empties_it(bob: Client, command: str) -> None:
    bob.do("SEARCH RETURN (SAVE) ALL")
    bob.do(command)
    assert saved(bob) == ""


def test_in_every_command_with_a_set(bob: Client) -> None:
    bob.do("SEARCH RETURN (SAVE) 2:3")
    assert bob.do("FETCH $ UID")[:2] == ["* 2 FETCH (UID 12)", "* 3 FETCH (UID 13)"]
    assert bob.do("UID FETCH $ UID")[:2] == ["* 2 FETCH (UID 12)", "* 3 FETCH (UID 13)"]
    assert len(bob.do("STORE $ +FLAGS (\\Seen)")) == 3
    assert len(bob.do("UID STORE $ +FLAGS (\\Answered)")) == 3
    assert bob.do("COPY $ Box")[0].startswith("OK [COPYUID")
    assert bob.do("UID COPY $ Box")[0].startswith("OK [COPYUID")
    assert len(bob.server.uids("Box")) == 4
    assert bob.do("SEARCH NOT $")[0] == "* SEARCH 1 4 5 6 7 8"
    bob.do("STORE 1:8 +FLAGS.SILENT (\\Deleted)")
    assert bob.do("UID EXPUNGE $") == ["* 2 EXPUNGE", "* 2 EXPUNGE", "OK UID EXPUNGE completed"]
    bob.do("UID SEARCH RETURN (SAVE) 1")
    assert bob.do("MOVE $ Box")[1:] == ["* 1 EXPUNGE", "OK MOVE completed"]
    bob.do("UID SEARCH RETURN (SAVE) 1")
    assert bob.do("UID MOVE $ Box")[1:] == ["* 1 EXPUNGE", "OK UID MOVE completed"]


def test_empty_it_is_no_error(bob: Client) -> None:
    for command in (
        "FETCH $ FLAGS",
        "UID FETCH $ FLAGS",
        "STORE $ FLAGS (x)",
        "UID STORE $ FLAGS x",
    ):
        assert bob.do(command) == [f"OK {command[: command.index(' $')]} completed"]
    for command in ("COPY $ Box", "MOVE $ Box", "UID COPY $ Box", "UID EXPUNGE $"):
        assert bob.do(command)[0].startswith("OK")
    bob.do("SELECT Box")  # where there is no message at all
    assert bob.do("FETCH $ FLAGS") == ["OK FETCH completed"]
    assert bob.do("SEARCH $") == ["* SEARCH", "OK SEARCH completed"]


def test_what_is_expunged_leaves_it(bob: Client) -> None:
    bob.do("SEARCH RETURN (SAVE) 2:4")
    bob.do("STORE 3 +FLAGS.SILENT (\\Deleted)")
    bob.do("EXPUNGE")
    assert saved(bob) == "2:3"
    assert bob.do("UID FETCH $ UID")[:2] == ["* 2 FETCH (UID 12)", "* 3 FETCH (UID 14)"]


def test_what_another_session_expunges_leaves_it_at_once(bob: Client) -> None:
    bob.do("SEARCH RETURN (SAVE) 2:4")
    inbox = bob.server.store.mailboxes.get(bob.server.bob, "INBOX")
    bob.server.store.messages.expunge(inbox, [13])
    # Not told yet: the numbers hold, and the message that is gone is missed by nobody.
    assert bob.do("FETCH $ UID") == [
        "* 2 FETCH (UID 12)",
        "* 4 FETCH (UID 14)",
        "OK FETCH completed",
    ]
    assert bob.do("COPY $ Box")[0] == "* 3 EXPUNGE"
    assert len(bob.server.uids("Box")) == 2
    assert saved(bob) == "2:3"


def test_what_arrives_does_not_join_it(bob: Client) -> None:
    bob.do("SEARCH RETURN (SAVE) ALL")
    bob.server.deliver()
    bob.do("NOOP")
    assert saved(bob) == "1:8"


def test_under_rev2_save_alone_tells_nothing(bob: Client) -> None:
    rev2(bob)
    assert bob.do("SEARCH RETURN (SAVE) 2") == ["OK SEARCH completed"]
    assert ask(bob, "UID SEARCH UID $ SMALLER 4096")[0] == "* ESEARCH (TAG) UID ALL 12"


@pytest.mark.parametrize(
    "command",
    [
        "FETCH $,1 FLAGS",
        "FETCH 1,$ FLAGS",
        "FETCH $:3 FLAGS",
        "FETCH $x FLAGS",
        "SEARCH $Junk",
        "FETCH 1 BODY[$]",
    ],
)
def test_it_stands_alone(bob: Client, command: str) -> None:
    assert bob.do(command)[0].startswith("BAD")


@pytest.mark.parametrize("switched", ["SEARCHRES", "ESEARCH"])
def test_switched_off_there_is_none(server: Server, switched: str) -> None:
    server.deliver()
    bob = server.login(switched)
    bob.do("SELECT INBOX")
    for command in (
        "FETCH $ FLAGS",
        "SEARCH $",
        "UID SEARCH UID $",
        "STORE $ FLAGS (x)",
        "UID EXPUNGE $",
    ):
        assert bob.do(command)[0].startswith("BAD")
    assert bob.do("SEARCH RETURN (SAVE) ALL")[0].startswith("BAD")
    assert bob.do("STORE 1 +FLAGS.SILENT ($Junk)") == ["OK STORE completed"]
    assert bob.do("SEARCH KEYWORD $Junk")[0] == "* SEARCH 1"
