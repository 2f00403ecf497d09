"""What is timed: a row is a name, an aim, and what a client does.

To add one, add it to ROWS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from client import ImapClient
from served import message

WINDOW = 2000
APPENDED = 500
_SPARE = b"spare"


@dataclass(frozen=True, slots=True)
class Case:
    """A mailbox that a client has open, with so many messages."""

    client: ImapClient
    mailbox: bytes
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`work` is timed; `before` and `after` are not.

    `aim` is the ratio to Dovecot's time that is hoped for. `first`: the first time is of interest
    by itself, since a server may keep what it computes then. `needs`: the capability without
    which the lab is not asked. `same`: both servers' answers must be equal.
    """

    name: str
    aim: float
    work: Callable[[Case], bytes | None]
    before: Callable[[Case], None] = lambda _: None
    after: Callable[[Case], None] = lambda _: None
    first: bool = False
    same: bool = False
    needs: bytes | None = None


def _command(command: bytes) -> Callable[[Case], bytes]:
    return lambda case: case.client.do(command)


def _fetch(items: bytes) -> Callable[[Case], None]:
    def work(case: Case) -> None:
        told = case.client.do(b"FETCH 1:* " + items)
        if told.count(b" FETCH (") != case.messages:
            raise RuntimeError("not every message was told of")

    return work


def _bodies(case: Case) -> None:
    told = case.client.do(b"FETCH 1:%d BODY.PEEK[]" % min(case.messages, WINDOW))
    if len(told) < len(message(0)) * min(case.messages, WINDOW):
        raise RuntimeError("not every message was told of")


def _search(key: bytes, name: str | None = None) -> Row:
    return Row(
        name=name or f"SEARCH {key.decode()}",
        aim=0.2,
        work=_command(b"SEARCH " + key),
        first=True,
        same=True,
    )


def _select(case: Case) -> None:
    case.client.do(b"SELECT " + case.mailbox)


def _copied(case: Case) -> None:
    r"""Open a copy of the mailbox, with half of it \Deleted."""
    case.client.do(b"CREATE " + _SPARE)
    case.client.do(b"COPY 1:* " + _SPARE)
    case.client.do(b"SELECT " + _SPARE)
    case.client.do(b"STORE 1:%d +FLAGS.SILENT (\\Deleted)" % (case.messages // 2))


def _dropped(case: Case) -> None:
    _select(case)
    case.client.do(b"DELETE " + _SPARE)


_new = count(10_000_000)


def _append(case: Case) -> None:
    for _ in range(APPENDED):
        case.client.do(b"APPEND " + _SPARE, message(next(_new)))


ROWS: tuple[Row, ...] = (
    Row(name="SELECT", aim=1.0, work=_select, first=True),
    _search(b"SUBJECT 77"),
    _search(b"SUBJECT 7"),
    _search(b'TEXT "lazy cat"'),
    _search(b"TEXT 77"),
    _search(b"TEXT z"),
    _search(b"BODY q!"),
    Row(
        name="FETCH 1:* (UID FLAGS RFC822.SIZE)",
        aim=2.0,
        work=_fetch(b"(UID FLAGS RFC822.SIZE)"),
        first=True,
    ),
    Row(name="FETCH 1:* ENVELOPE", aim=1.5, work=_fetch(b"ENVELOPE"), first=True),
    Row(name=f"FETCH 1:{WINDOW} BODY.PEEK[]", aim=1.5, work=_bodies, first=True),
    Row(name="SORT (SUBJECT)", aim=1.0, work=_command(b"SORT (SUBJECT) UTF-8 ALL"), needs=b"SORT"),
    Row(
        name="THREAD REFERENCES",
        aim=1.0,
        work=_command(b"THREAD REFERENCES UTF-8 ALL"),
        needs=b"THREAD=REFERENCES",
    ),
    Row(
        name="STORE 1:* +FLAGS",
        aim=1.0,
        work=_command(b"STORE 1:* +FLAGS (\\Flagged)"),
        after=lambda case: _command(b"STORE 1:* -FLAGS.SILENT (\\Flagged)")(case) and None,
    ),
    Row(
        name="EXPUNGE of half",
        aim=1.0,
        before=_copied,
        work=_command(b"EXPUNGE"),
        after=_dropped,
    ),
    Row(
        name=f"APPEND of {APPENDED}",
        aim=0.5,
        before=lambda case: _command(b"CREATE " + _SPARE)(case) and None,
        work=_append,
        after=lambda case: _command(b"DELETE " + _SPARE)(case) and None,
    ),
)
