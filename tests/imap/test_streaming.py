"""A reply that is being read while others change the mailbox, at every one of its chunks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests.imap.driver import Client, Server, letter
from tests.imap.replies import Atom, fetched
from tests.imap.scripting.loose import logical

# Long enough for chunks of their own, and for some to be put together.
BODIES = [letter(f"Letter {n + 1}", n * 20_000 * "x" + "\r\n") for n in range(4)]
COMMANDS = (
    "FETCH 1:4 (UID BODY.PEEK[])",
    "FETCH 4,2,1,3 (UID BODY[])",
    "UID FETCH 1:* (FLAGS BODY.PEEK[])",
    "UID FETCH 1:4 (BODYSTRUCTURE BODY.PEEK[] ENVELOPE)",
    "FETCH 1:* (UID FLAGS RFC822.SIZE INTERNALDATE)",
)


def expunge(other: Client, numbers: str) -> None:
    assert other.do(f"STORE {numbers} +FLAGS.SILENT (\\Deleted)")[-1] == "OK STORE completed"
    assert other.do("EXPUNGE")[-1] == "OK EXPUNGE completed"


def move_away(other: Client) -> None:
    assert other.do("MOVE 2:3 chest")[-1] == "OK MOVE completed"


def flag(other: Client) -> None:
    assert other.do("STORE 1:4 FLAGS (\\Flagged $Work)")[-1] == "OK STORE completed"


def append(other: Client) -> None:
    assert other.do("APPEND box {12}\nSubject: new")[-1].startswith("OK ")


def disconnect(other: Client) -> None:
    other.session.lost("cut")


def rename(other: Client) -> None:
    assert other.do("RENAME box trunk")[-1] == "OK RENAME completed"


def delete(other: Client) -> None:
    assert other.do("DELETE box")[-1] == "OK DELETE completed"


def everything(other: Client) -> None:
    flag(other)
    append(other)
    expunge(other, "1,3,5")
    append(other)
    rename(other)
    disconnect(other)


Disturbance = Callable[[Client], None]
DISTURBANCES: dict[str, Disturbance] = {
    "expunges the first": lambda other: expunge(other, "1"),
    "expunges the last": lambda other: expunge(other, "4"),
    "expunges all": lambda other: expunge(other, "1:*"),
    "moves": move_away,
    "stores flags": flag,
    "appends": append,
    "disconnects": disconnect,
    "renames": rename,
    "deletes": delete,
    "does everything": everything,
}
KEEPS_ALL = ("stores flags", "appends", "disconnects", "renames")


def stage() -> tuple[Server, Client, Client]:
    server = Server()
    server.store.mailboxes.create(server.bob, "box")
    server.store.mailboxes.create(server.bob, "chest")
    for body in BODIES:
        server.deliver(body, "box")
    return server, server.selected("box"), server.selected("box")


def streamed(reader: Client, command: str, at: int, act: Callable[[], None]) -> tuple[bytes, int]:
    """Read a reply; do something before its chunk `at`. Return it, and how many chunks it had."""
    out = b""
    chunks = 0
    line = f"f {command}\r\n".encode()
    reader.sent += line
    reply = iter(reader.session.receive(line))
    while True:
        if chunks == at:
            act()
        chunk = next(reply, None)
        if chunk is None:
            return out, chunks
        out += chunk
        chunks += 1


@cache
def undisturbed(command: str) -> int:
    """Count the chunks of a reply."""
    server, reader, _ = stage()
    _, chunks = streamed(reader, command, -1, lambda: None)
    server.store.close()
    return chunks


@pytest.mark.parametrize("name", DISTURBANCES)
@pytest.mark.parametrize("command", COMMANDS)
def test_at_every_chunk(command: str, name: str) -> None:
    # Before its first chunk is asked for, a command has not been taken up.
    for at in range(1, undisturbed(command) + 1):
        disturbed(command, name, at)


def disturbed(command: str, name: str, at: int) -> None:
    server, reader, other = stage()
    out, _ = streamed(reader, command, at, lambda: DISTURBANCES[name](other))
    lines = list(logical(out))
    if name == "deletes":
        assert lines.pop() == b"* BYE The mailbox has been deleted"
        assert reader.session.next == "close"
    *data, end = lines
    given = [fetched(line + b"\r\n") for line in data]
    told = [number for number, _ in given]
    assert told == sorted(set(told))
    for number, items in given:
        assert items["UID"] == Atom(number), "the numbers are those from before"
        if "BODY[]" in items:
            assert items["BODY[]"] == BODIES[number - 1]
    if len(given) == 4:
        assert end.startswith(b"f OK ")
    else:
        assert name not in KEEPS_ALL
        assert end == b"f NO [EXPUNGEISSUED] Some of the requested messages no longer exist"
    if name != "deletes":
        after(server, reader, other, name)
    server.store.close()


def after(server: Server, reader: Client, other: Client, name: str) -> None:
    """The reader is told of all that happened, and everybody agrees again."""
    news = reader.do("NOOP")
    assert news[-1] == "OK NOOP completed"
    box = "trunk" if name in ("renames", "does everything") else "box"
    uids = server.uids(box)
    shown = reader.do("FETCH 1:* (UID)") if uids else ["OK"]
    assert shown[:-1] == [f"* {n} FETCH (UID {uid})" for n, uid in enumerate(uids, 1)]
    gone = 4 - len([uid for uid in uids if uid <= 4])
    assert len([line for line in news if line.endswith(" EXPUNGE")]) == gone
    if name not in ("disconnects", "does everything"):
        assert other.do("NOOP")[-1] == "OK NOOP completed"


def test_a_reader_that_goes_away_in_the_middle() -> None:
    for at in range(1, undisturbed(COMMANDS[0])):
        server, reader, other = stage()
        assert other.do("IDLE") == ["+ idling"]
        reply = iter(reader.session.receive(f"f {COMMANDS[0]}\r\n".encode()))
        for _ in range(at):
            next(reply)
        close = getattr(reply, "close", None)
        assert close is not None
        close()
        reader.session.lost("cut")
        server.deliver(mailbox="box")
        assert other.news() == ["* 5 EXISTS", "* 1 RECENT"]
        assert reader.wakes == 0
        server.store.close()
