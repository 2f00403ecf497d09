"""Commands that read messages: FETCH and SEARCH, with and without UID.

RFC 3501 sections 6.4.4, 6.4.5 and 6.4.8. A message that another session has expunged, of which
this client has not heard yet, is handled as RFC 2180 section 4.1.2 allows: FETCH gives what is
there and ends with NO. UID FETCH passes it over as a UID that does not exist and tells of the
EXPUNGE in the same reply; only if the message goes while the reply is being sent, it ends with NO.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Any, Final

from labserver.imap.commands.chosen import chosen, some_expunged
from labserver.imap.commands.command import Command
from labserver.imap.core import Core
from labserver.imap.fetch import Ahead, render, sets_seen
from labserver.imap.parsing.messages import Fetching, read_fetch
from labserver.imap.parsing.search_keys import read_criteria
from labserver.imap.reply import Outcome, Reply, Status, ok
from labserver.imap.search import search
from labserver.imap.values import Criteria, FetchItem, Item
from labserver.imap.view import View
from labserver.store import Flagging, Row, flag_tuple

__all__ = ["COMMANDS"]

_GROUP: Final = 64
_GROUP_OCTETS: Final = 256 * 1024
"""How many messages, and how much of them, a reply reads from the store at once."""


def fetch(core: Core, asked: Fetching, *, uid: bool) -> Outcome:
    """Tell what is asked of the messages. What is read without PEEK is marked as seen first."""
    view = core.view
    uids = chosen(view, asked.messages, uid=uid)
    items = asked.items
    if uid and Item.UID not in items:
        items = (Item.UID, *items)
    rows, newly_seen = _mark_seen(core, view, uids, items)
    view.told_flags(newly_seen if Item.FLAGS not in items else (row.uid for row in rows))
    streamed = _Streamed(
        core, view, items, rows, newly_seen, incomplete=not uid and len(rows) < len(uids)
    )
    name = "UID FETCH" if uid else "FETCH"
    return Reply(partial(streamed.status, name), streamed)


def _mark_seen(
    core: Core, view: View, uids: list[int], items: tuple[FetchItem, ...]
) -> tuple[list[Row], Collection[int]]:
    r"""Return the rows as they are when the reply begins, and which became \Seen by it."""
    rows = view.rows(uids)
    if view.read_only or not sets_seen(items):
        return rows, ()
    unseen = {row.uid for row in rows if "\\Seen" not in flag_tuple(row.flags)}
    if not unseen:
        return rows, ()
    core.store.messages.set_flags(
        view.mailbox, unseen, Flagging.ADD, ["\\Seen"], connection=core.connection
    )
    return view.rows(uids), unseen


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
        self._items = items
        self._with_flags = items if Item.FLAGS in items else (Item.FLAGS, *items)
        self._numbered = view.numbered(rows)
        self._flags = view.flags_now()
        self._newly_seen = newly_seen
        self._incomplete = incomplete

    def __iter__(self) -> Iterator[bytes]:
        for group in self._groups():
            ahead = Ahead(self._items, [row for row, _ in group], self._messages)
            for row, number in group:
                items = self._with_flags if row.uid in self._newly_seen else self._items
                parts = render(items, row, number, self._flags(row), self._messages, ahead)
                if parts is None:
                    self._incomplete = True
                else:
                    yield from parts

    def _groups(self) -> Iterator[list[tuple[Row, int]]]:
        """Yield the messages in groups that are read at once: few, and not large together."""
        group: list[tuple[Row, int]] = []
        octets = 0
        for pair in self._numbered:
            octets += pair[0].octets
            if group and (octets > _GROUP_OCTETS or len(group) == _GROUP):
                yield group
                group, octets = [], pair[0].octets
            group.append(pair)
        yield group

    def status(self, name: str) -> Status:
        """Return how the command ends, once all has been sent that could be."""
        if self._incomplete:
            return Status.of(some_expunged())
        return ok(f"{name} completed")


def search_messages(core: Core, criteria: Criteria, *, uid: bool) -> Outcome:
    """Tell which messages match; those expunged meanwhile don't (RFC 2180 section 4.3)."""
    view = core.view
    found = search(criteria, view, view.rows(view.uids), core.store.messages)
    numbers = found if uid else [number for each in found if (number := view.number(each))]
    line = " ".join(["* SEARCH", *map(str, numbers)]).encode("ascii") + b"\r\n"
    return Reply(ok("UID SEARCH completed" if uid else "SEARCH completed"), [line])


COMMANDS: tuple[Command[Any], ...] = (
    Command("SEARCH", read_criteria, partial(search_messages, uid=False)),
    Command("UID SEARCH", read_criteria, partial(search_messages, uid=True)),
    Command("FETCH", read_fetch, partial(fetch, uid=False)),
    Command("UID FETCH", read_fetch, partial(fetch, uid=True)),
)
