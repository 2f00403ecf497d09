"""Mod-sequences in commands (RFC 7162 section 3.1).

A mod-sequence belongs to a whole message here: a conditional STORE may meet MODIFIED because of a
flag that it does not name, which section 3.1.3 lets a server do. Every mailbox keeps its
mod-sequences, so that NOMODSEQ is never said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized

from labserver.imap.core import Core
from labserver.imap.parsing.messages import Storing
from labserver.imap.values import And, InSequence, ModSeq, Not, Or, SearchKey
from labserver.imap.view import View
from labserver.store import Flagging, Row, flag_tuple

__all__ = ["asks_modseq", "aware", "highest_after", "highest_of", "names_numbers", "unchanged"]


def aware(core: Core) -> list[bytes]:
    """Note that the client is aware of mod-sequences; return what it is told of that.

    The first command that shows it is answered with HIGHESTMODSEQ of the mailbox that is
    selected, if one is (section 3.1).
    """
    new = core.dialect.enable(["CONDSTORE"])
    return [core.selected.highest_line()] if new and core.selected is not None else []


def highest_after(core: Core, view: View, removed: Sized) -> str | None:
    """Return the response code HIGHESTMODSEQ for an OK after messages were removed.

    None: nothing was removed, or the client is not aware. All that is pending is told before
    that OK, so that it is the highest there is (section 3.2.7; MOVE: RFC 6851 section 4.4);
    unless the client wants to hear of no more than its own (RFC 5465 section 3.1).
    """
    if not removed or not core.dialect.enabled("CONDSTORE"):
        return None
    return f"HIGHESTMODSEQ {view.highest_after()}"


def unchanged(rows: Iterable[Row], given: Storing, since: int) -> list[int]:
    """Return the UIDs of those rows that pass UNCHANGEDSINCE.

    0 passes only keywords that a message does not have: system flags are always there (section
    3.1.3, example 8).
    """
    new = _only_keywords(given) if since == 0 else frozenset()
    return [
        row.uid
        for row in rows
        if row.modseq <= since
        or (new and new.isdisjoint(flag.lower() for flag in flag_tuple(row.flags)))
    ]


def _only_keywords(given: Storing) -> frozenset[str]:
    """Return the keywords that are named, in small letters; none if more than those is meant."""
    if given.how is Flagging.REPLACE or any(flag.startswith("\\") for flag in given.flags):
        return frozenset()
    return frozenset(flag.lower() for flag in given.flags)


def asks_modseq(key: SearchKey) -> bool:
    """Tell whether MODSEQ is anywhere in a search key: then the reply has it too."""
    return any(isinstance(each, ModSeq) for each in _keys(key))


def names_numbers(key: SearchKey) -> bool:
    """Tell whether a search key names message numbers: none may change then (section 3.2.10.2)."""
    return any(isinstance(each, InSequence) for each in _keys(key))


def _keys(key: SearchKey) -> Iterator[SearchKey]:
    match key:
        case Not(inner):
            yield from _keys(inner)
        case Or(first, second):
            yield from _keys(first)
            yield from _keys(second)
        case And(keys):
            for each in keys:
                yield from _keys(each)
        case _:
            yield key


def highest_of(rows: Iterable[Row], uids: Iterable[int]) -> int:
    """Return the highest mod-sequence of those of `rows` that have one of the UIDs; 0: of none."""
    wanted = frozenset(uids)
    return max((row.modseq for row in rows if row.uid in wanted), default=0)
