"""Commands that search: SEARCH, with and without UID (RFC 3501 sections 6.4.4 and 6.4.8)."""

from __future__ import annotations

from functools import partial
from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.commands.condstore import asks_modseq, aware, highest_of
from labserver.imap.core import Core
from labserver.imap.errors import Malformed
from labserver.imap.parsing.searching import Searching, read_search
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.results import esearch, listing, singled_out
from labserver.imap.search import search
from labserver.imap.values import Criteria, Returning, ResultOption
from labserver.store import Row

__all__ = ["COMMANDS"]


def search_messages(core: Core, asked: Searching, *, uid: bool) -> Outcome:
    """Tell which messages match."""
    modseq = asks_modseq(asked.criteria.key)
    lines = aware(core) if modseq else []
    rows = _saved(core, asked)
    found = [row.uid for row in rows]
    numbers = found if uid else _numbers(core, found)
    returning = asked.returning
    if returning is None and core.dialect.rev2:
        # RFC 9051 section 6.4.4: SEARCH is answered by ESEARCH, and ALL is assumed.
        returning = Returning()
    if returning is None:
        lines.append(listing("SEARCH", numbers, highest_of(rows, found) if modseq else None))
    elif not returning.only_saves:
        highest = highest_of(rows, singled_out(returning, found)) if modseq else None
        lines.append(esearch(core.tag, returning, numbers, highest, uid=uid))
    return Reply(ok("UID SEARCH completed" if uid else "SEARCH completed"), lines)


def _saved(core: Core, asked: Searching) -> list[Row]:
    """Return what matches, and save it if it is to be saved.

    Nothing is saved of a command that ends with NO; one that ends with BAD leaves what was saved
    (RFC 5182 section 2.1).
    """
    returning, view = asked.returning, core.view
    if returning is None or ResultOption.SAVE not in returning:
        return _matching(core, asked.criteria)
    try:
        rows = _matching(core, asked.criteria)
    except Malformed:
        raise
    except Exception:
        view.saved.clear()
        raise
    view.saved = set(singled_out(returning, [row.uid for row in rows]))
    return rows


def _matching(core: Core, criteria: Criteria) -> list[Row]:
    """Return what matches; messages expunged meanwhile don't (RFC 2180 section 4.3)."""
    view = core.view
    known = view.rows(view.uids)
    found = frozenset(search(criteria, view, known, core.store.messages, core.now))
    return [row for row in known if row.uid in found]


def _numbers(core: Core, uids: list[int]) -> list[int]:
    numbers = {uid: number for number, uid in enumerate(core.view.uids, 1)}
    return [numbers[uid] for uid in uids]


COMMANDS: tuple[Command[Any], ...] = (
    Command("SEARCH", read_search, partial(search_messages, uid=False)),
    Command("UID SEARCH", read_search, partial(search_messages, uid=True)),
)
