"""SORT: messages in the order that a client asks for (RFC 5256 section 3, RFC 5957)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from labserver.imap.opened import Bodies
from labserver.imap.searching.sort_facts import Facts, facts_of, sent
from labserver.imap.values import SortCriterion, SortKey
from labserver.store import Row

__all__ = ["sort"]

_Value: TypeAlias = Callable[[Row], bytes] | Callable[[Row], int]

_OF_ROW: Mapping[SortKey, Callable[[Row], int]] = {
    SortKey.ARRIVAL: lambda row: row.internaldate,
    SortKey.SIZE: lambda row: row.octets,
}
_OF_FACTS: Mapping[SortKey, Callable[[Facts], bytes]] = {
    SortKey.CC: lambda facts: facts.cc,
    SortKey.DISPLAYFROM: lambda facts: facts.display_from,
    SortKey.DISPLAYTO: lambda facts: facts.display_to,
    SortKey.FROM: lambda facts: facts.from_,
    SortKey.SUBJECT: lambda facts: facts.subject,
    SortKey.TO: lambda facts: facts.to,
}


def sort(program: Sequence[SortCriterion], rows: Sequence[Row], bodies: Bodies) -> list[Row]:
    """Return `rows`, which come in mailbox order, as `program` orders them.

    Where all criteria agree the mailbox order stays, also under REVERSE, which turns round
    nothing but its own criterion.
    """
    known: Mapping[int, Facts] = {}
    ordered = list(rows)
    if any(criterion.key not in _OF_ROW for criterion in program):
        known = facts_of(bodies, [row.body for row in rows])
        ordered = [row for row in rows if row.body in known]
    # The last criterion first: each later pass leaves alone what it finds equal.
    for criterion in reversed(program):
        ordered.sort(key=_value(criterion.key, known), reverse=criterion.reverse)
    return ordered


def _value(key: SortKey, known: Mapping[int, Facts]) -> _Value:
    """Return what gives what is compared of a row."""
    if key in _OF_ROW:
        return _OF_ROW[key]
    if key is SortKey.DATE:
        return lambda row: sent(row, known[row.body])
    value = _OF_FACTS[key]
    return lambda row: value(known[row.body])
