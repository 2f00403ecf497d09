"""Commands that search, with and without UID: SEARCH, SORT, THREAD.

RFC 3501 sections 6.4.4 and 6.4.8, RFC 5256 section 3, RFC 5267 section 3. Messages that were
expunged meanwhile match nothing (RFC 2180 section 4.3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.commands.condstore import asks_modseq, aware, highest_of, names_numbers
from labserver.imap.core import Core
from labserver.imap.errors import Malformed
from labserver.imap.parsing.searching import (
    Searching,
    Sorting,
    Threading,
    read_search,
    read_sort,
    read_tags,
    read_thread,
)
from labserver.imap.reply import Outcome, Reply, no, ok
from labserver.imap.searching.contexts import Context, settled
from labserver.imap.searching.results import esearch, listing, singled_out
from labserver.imap.searching.search import search
from labserver.imap.searching.sort import sort
from labserver.imap.searching.thread import thread, thread_list
from labserver.imap.values import Criteria, ResultOption, Returning, SortCriterion
from labserver.store import Row

__all__ = ["COMMANDS"]


def search_messages(core: Core, asked: Searching, *, uid: bool) -> Outcome:
    """Tell which messages match."""
    returning = asked.returning
    if returning is None and core.dialect.rev2:
        # RFC 9051 section 6.4.4: SEARCH is answered by ESEARCH, and ALL is assumed.
        returning = Returning()
    context = _context(core, asked.criteria, None, returning, uid=uid)
    rows = _saved(core, returning, lambda: _matching(core, asked.criteria))
    lines = _results(core, asked.criteria, rows, uid=uid, name="SEARCH", returning=returning)
    lines += _kept_up_to_date(core, context, rows)
    return _reply("SEARCH", asked.criteria, lines, uid=uid)


def sort_messages(core: Core, asked: Sorting, *, uid: bool) -> Outcome:
    """Tell which messages match, in the order asked for."""
    returning = asked.returning
    context = _context(core, asked.criteria, asked.program, returning, uid=uid)

    def in_order() -> list[Row]:
        return sort(asked.program, _matching(core, asked.criteria), core.store.messages)

    rows = _saved(core, returning, in_order)
    lines = _results(core, asked.criteria, rows, uid=uid, name="SORT", returning=returning)
    lines += _kept_up_to_date(core, context, rows)
    return _reply("SORT", asked.criteria, lines, uid=uid)


def thread_messages(core: Core, asked: Threading, *, uid: bool) -> Outcome:
    """Tell which messages match, put together to threads."""
    rows = _matching(core, asked.criteria)
    lines = aware(core) if asks_modseq(asked.criteria.key) else []
    uids = [row.uid for row in rows]
    numbers = dict(zip(uids, uids if uid else core.view.numbers(uids), strict=True))
    told = thread_list(thread(asked.algorithm, rows, core.store.messages), numbers)
    lines.append(b"* THREAD %b\r\n" % told if told else b"* THREAD\r\n")
    return _reply("THREAD", asked.criteria, lines, uid=uid)


def _reply(name: str, criteria: Criteria, lines: list[bytes], *, uid: bool) -> Reply:
    status = ok(f"UID {name} completed" if uid else f"{name} completed")
    return Reply(status, lines, keeps_numbers=names_numbers(criteria.key))


def cancel_update(core: Core, tags: tuple[str, ...]) -> Outcome:
    """Tell no more news of the searches with those tags (RFC 5267 section 4.3.5)."""
    contexts = core.view.contexts
    for tag in tags:
        if tag not in contexts:
            raise Malformed("No search of that tag is kept up to date")
    contexts.cancel(tags)
    return Reply(ok("CANCELUPDATE completed"))


def _context(
    core: Core,
    criteria: Criteria,
    program: tuple[SortCriterion, ...] | None,
    returning: Returning | None,
    *,
    uid: bool,
) -> Context | None:
    """Return the context that UPDATE asks for, which has found nothing yet; None: not asked for.

    Raises Malformed if there is one of that tag (RFC 5267 section 4.3).
    """
    if returning is None or ResultOption.UPDATE not in returning:
        return None
    if core.tag in core.view.contexts:
        raise Malformed("The tag is in use by a search that is kept up to date")
    # Before anything is saved: `$` is what was saved before this command.
    criteria = replace(criteria, key=settled(criteria.key, core.view))
    return Context(
        tag=core.tag,
        uid=uid,
        criteria=criteria,
        program=program,
        attributes=returning.attributes,
    )


def _kept_up_to_date(core: Core, context: Context | None, rows: list[Row]) -> list[bytes]:
    """Have a context kept up to date, if there is one; return the refusal if there are too many."""
    if context is None:
        return []
    if core.view.contexts.full:
        code = f'NOUPDATE "{context.tag}"'
        return [no("Too many searches are kept up to date", code=code).line()]
    core.view.contexts.add(replace(context, found=[row.uid for row in rows]))
    return []


def _matching(core: Core, criteria: Criteria) -> list[Row]:
    """Return what matches of the messages that the client knows, in mailbox order."""
    view = core.view
    return search(criteria, view, view.rows(view.uids), core.store.messages, view.now())


def _saved(core: Core, returning: Returning | None, find: Callable[[], list[Row]]) -> list[Row]:
    """Return what is found, and save it if it is to be saved.

    Nothing is saved of a command that ends with NO; one that ends with BAD leaves what was saved
    (RFC 5182 section 2.1).
    """
    if returning is None or ResultOption.SAVE not in returning:
        return find()
    try:
        rows = find()
    except Malformed:
        raise
    except Exception:
        core.view.saved.clear()
        raise
    core.view.saved = set(singled_out(returning, [row.uid for row in rows]))
    return rows


def _results(
    core: Core,
    criteria: Criteria,
    rows: list[Row],
    *,
    uid: bool,
    name: str,
    returning: Returning | None,
) -> list[bytes]:
    """Return what is told of what was found: a list of it, or what was asked to be told."""
    modseq = asks_modseq(criteria.key)
    lines = aware(core) if modseq else []
    found = [row.uid for row in rows]
    numbers = found if uid else core.view.numbers(found)
    if returning is None:
        lines.append(listing(name, numbers, highest_of(rows, found) if modseq else None))
    elif not returning.only_saves:
        highest = highest_of(rows, singled_out(returning, found)) if modseq else None
        lines.append(esearch(core.tag, returning, numbers, highest, uid=uid))
    return lines


COMMANDS: tuple[Command[Any], ...] = (
    Command("SEARCH", read_search, partial(search_messages, uid=False)),
    Command("UID SEARCH", read_search, partial(search_messages, uid=True)),
    Command("SORT", read_sort, partial(sort_messages, uid=False)),
    Command("UID SORT", read_sort, partial(sort_messages, uid=True)),
    Command("CANCELUPDATE", read_tags, cancel_update),
    Command("THREAD", read_thread, partial(thread_messages, uid=False)),
    Command("UID THREAD", read_thread, partial(thread_messages, uid=True)),
)
