"""SORT: messages in the order that a client asks for (RFC 5256 section 3, RFC 5957)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from labserver.imap.opened import Bodies
from labserver.imap.sort_facts import Letter, letters
from labserver.imap.values import SortCriterion, SortKey
from labserver.store import Row

__all__ = ["sort"]

_Value: TypeAlias = Callable[[Letter], bytes] | Callable[[Letter], int]

_OF_ROW: Mapping[SortKey, Callable[[Row], int]] = {
    SortKey.ARRIVAL: lambda row: row.internaldate,
    SortKey.SIZE: lambda row: row.octets,
}
_OF_LETTER: Mapping[SortKey, _Value] = {
    SortKey.ARRIVAL: lambda letter: letter.row.internaldate,
    SortKey.CC: lambda letter: letter.facts.cc,
    SortKey.DATE: lambda letter: letter.sent,
    SortKey.DISPLAYFROM: lambda letter: letter.facts.display_from,
    SortKey.DISPLAYTO: lambda letter: letter.facts.display_to,
    SortKey.FROM: lambda letter: letter.facts.from_,
    SortKey.SIZE: lambda letter: letter.row.octets,
    SortKey.SUBJECT: lambda letter: letter.facts.subject,
    SortKey.TO: lambda letter: letter.facts.to,
}


def sort(program: Sequence[SortCriterion], rows: Sequence[Row], bodies: Bodies) -> list[Row]:
    """Return `rows`, which come in mailbox order, as `program` orders them.

    Where all criteria agree the mailbox order stays, also under REVERSE, which turns round
    nothing but its own criterion.
    """
    if all(criterion.key in _OF_ROW for criterion in program):
        ordered = list(rows)
        for criterion in reversed(program):
            ordered.sort(key=_OF_ROW[criterion.key], reverse=criterion.reverse)
        return ordered
    found = letters(rows, bodies)
    # The last criterion first: each later pass leaves alone what it finds equal.
    for criterion in reversed(program):
        found.sort(key=_OF_LETTER[criterion.key], reverse=criterion.reverse)
    return [letter.row for letter in found]
