"""Commands that read messages: FETCH, with and without UID.

RFC 3501 sections 6.4.5 and 6.4.8. A message that another session has expunged, of which
this client has not heard yet, is handled as RFC 2180 section 4.1.2 allows: FETCH gives what is
there and ends with NO. UID FETCH passes it over as a UID that does not exist and tells of the
EXPUNGE in the same reply; only if the message goes while the reply is being sent, it ends with NO.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any, Final

from labserver.imap.commands.chosen import chosen, some_expunged
from labserver.imap.commands.command import Command
from labserver.imap.commands.condstore import aware
from labserver.imap.commands.resync import vanished
from labserver.imap.core import Core
from labserver.imap.errors import Malformed
from labserver.imap.fetching.ahead import Ahead
from labserver.imap.fetching.columns import lines
from labserver.imap.fetching.fetch import render, sets_seen
from labserver.imap.parsing.messages import Fetching, read_fetch
from labserver.imap.reply import Outcome, Reply, Status, no, ok
from labserver.imap.values import BinarySection, BinarySize, FetchItem, Item
from labserver.imap.view import View
from labserver.message import UnknownEncoding
from labserver.store import Flagging, Row, flag_tuple

__all__ = ["COMMANDS", "describe"]

_GROUP: Final = 64
_GROUP_OCTETS: Final = 256 * 1024
"""How many messages, and how much of them, a reply reads from the store at once."""
_LINES: Final = 512
"""For how many messages the reply is written at once, if their rows are enough."""


def fetch(core: Core, asked: Fetching, *, uid: bool) -> Outcome:
    """Tell what is asked of the messages. What is read without PEEK is marked as seen first."""
    view = core.view
    if asked.vanished and not uid:
        raise Malformed("VANISHED is for UID FETCH")  # RFC 7162 section 3.2.6
    if asked.window is not None and not uid:
        raise Malformed("PARTIAL is for UID FETCH")  # RFC 9394 section 3.3
    uids = chosen(view, asked.messages, uid=uid)
    items = _items(asked, uid=uid)
    lines = aware(core) if Item.MODSEQ in items else []
    rows = view.rows(uids)
    incomplete = not uid and len(rows) < len(uids)
    if asked.window is not None:
        rows = list(asked.window.of(rows))
    if asked.since is not None:
        if asked.vanished:
            lines += vanished(core, view, asked.messages, asked.since)
        rows = [row for row in rows if row.modseq > asked.since]
    rows, newly_seen = _mark_seen(core, view, rows, items)
    complete = Item.FLAGS in items and (Item.MODSEQ in items or not core.dialect.condstore)
    view.told_flags((row.uid for row in rows) if complete else newly_seen)
    streamed = _Streamed(core, view, items, rows, newly_seen, incomplete=incomplete)
    name = "UID FETCH" if uid else "FETCH"
    return Reply(partial(streamed.status, name), chain(lines, streamed))


def describe(
    core: Core, view: View, uids: list[int], items: tuple[FetchItem, ...]
) -> Iterable[bytes]:
    """Return FETCH responses that nobody has asked for now, with items of messages.

    With UID and mod-sequence, for a client that is aware of them (RFC 7162 section 3.2.4).
    """
    if core.dialect.condstore:
        items = (*(item for item in (Item.UID, Item.MODSEQ) if item not in items), *items)
    rows, newly_seen = _mark_seen(core, view, view.rows(uids), items)
    return _Streamed(core, view, items, rows, newly_seen, incomplete=False)


def _items(asked: Fetching, *, uid: bool) -> tuple[FetchItem, ...]:
    """Return the items asked for, with those that come with them."""
    implied = (Item.UID,) if uid else ()
    if asked.since is not None:
        implied = (*implied, Item.MODSEQ)
    return (*(item for item in implied if item not in asked.items), *asked.items)


def _mark_seen(
    core: Core, view: View, rows: list[Row], items: tuple[FetchItem, ...]
) -> tuple[list[Row], Collection[int]]:
    r"""Return the rows as they are when the reply begins, and which became \Seen by it."""
    # RFC 4314 section 4: what the user may not mark is read all the same.
    may = view.permission
    if may.examined or "s" not in may.rights or not sets_seen(items):
        return rows, ()
    unseen = {row.uid for row in rows if "\\Seen" not in flag_tuple(row.flags)}
    if not unseen:
        return rows, ()
    core.store.messages.set_flags(
        view.mailbox, unseen, Flagging.ADD, ["\\Seen"], connection=core.connection
    )
    return view.rows([row.uid for row in rows]), unseen


class _Streamed:
    """The FETCH responses of one command, each made when it is its turn.

    Which they are, their numbers and their flags are fixed when the command is done: what happens
    while the reply is being read must not move the numbers in it.
    """

    def __init__(
        self,
        core: Core,
        view: View,
        items: tuple[FetchItem, ...],
        rows: list[Row],
        newly_seen: Collection[int],
        *,
        incomplete: bool,
    ) -> None:
        self._messages = core.store.messages
        self._rev2 = core.dialect.rev2
        self._items = items
        # What the client did not ask for is told by itself (RFC 7162 section 3.2.4).
        unasked = (Item.FLAGS, Item.UID, Item.MODSEQ) if core.dialect.condstore else (Item.FLAGS,)
        self._with_flags = (*(item for item in unasked if item not in items), *items)
        self._rows, self._numbers = view.numbered(rows)
        self._flags = view.flags_now()
        self._newly_seen = newly_seen
        self._incomplete = incomplete
        self._unknown_encoding = False

    def __iter__(self) -> Iterator[bytes]:
        write = lines(self._items)
        if write is not None:
            for start in range(0, len(self._rows), _LINES):
                piece = slice(start, start + _LINES)
                yield write(self._rows[piece], self._numbers[piece], self._flags)
            return
        for group in self._groups():
            rows = self._rows[group]
            ahead = Ahead(self._items, rows, self._messages, rev2=self._rev2)
            for row, number in zip(rows, self._numbers[group], strict=True):
                parts = self._render(row, number, ahead)
                if parts is None:
                    self._incomplete = True
                else:
                    yield from parts

    def _render(self, row: Row, number: int, ahead: Ahead) -> list[bytes] | None:
        """Return the response for a message; None if its octets are gone."""
        items = self._with_flags if row.uid in self._newly_seen else self._items
        flags = self._flags(row)
        try:
            return render(items, row, number, flags, self._messages, ahead)
        except UnknownEncoding:
            # RFC 3516 section 4.3: the request fails. What else was asked for is told.
            self._unknown_encoding = True
            items = tuple(
                item for item in items if not isinstance(item, BinarySection | BinarySize)
            )
            return render(items, row, number, flags, self._messages, ahead) if items else []

    def _groups(self) -> Iterator[slice]:
        """Yield where the messages are that are read at once: few, and not large together."""
        start = octets = 0
        for place, row in enumerate(self._rows):
            octets += row.octets
            if place > start and (octets > _GROUP_OCTETS or place - start == _GROUP):
                yield slice(start, place)
                start, octets = place, row.octets
        if self._rows:
            yield slice(start, len(self._rows))

    def status(self, name: str) -> Status:
        """Return how the command ends, once all has been sent that could be."""
        if self._unknown_encoding:
            return no("The encoding of a part is not known here", code="UNKNOWN-CTE")
        if self._incomplete:
            return Status.of(some_expunged())
        return ok(f"{name} completed")


COMMANDS: tuple[Command[Any], ...] = (
    Command("FETCH", read_fetch, partial(fetch, uid=False)),
    Command("UID FETCH", read_fetch, partial(fetch, uid=True)),
)
