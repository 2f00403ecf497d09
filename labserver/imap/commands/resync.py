"""What a client that was away has missed: QRESYNC of SELECT, VANISHED of UID FETCH.

RFC 7162 sections 3.2.5 and 3.2.6.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from labserver.imap.core import Core
from labserver.imap.sets import format_set, spans
from labserver.imap.values import Resync, SequenceSet
from labserver.imap.view import View

__all__ = ["missed", "vanished"]

_Spans = list[tuple[int, int]]


def missed(core: Core, view: View, client: Resync) -> list[bytes]:
    """Return what has changed in the mailbox just selected since the client knew it.

    If it has another UIDVALIDITY now, nothing: all that the client knew is void (section 3.2.5).
    """
    if client.uidvalidity != view.mailbox.uidvalidity:
        return []
    known = None if client.known is None else spans(client.known, 0)
    same = 0 if client.pairs is None else _same_until(view.uids, *client.pairs)
    gone = core.store.messages.expunged(view.mailbox, client.modseq)
    changed = [
        row
        for row in view.rows(view.uids)
        if row.modseq > client.modseq and (known is None or _within(known, row.uid))
    ]
    earlier = _earlier(view, (uid for uid in gone if uid > same), known)
    return [*earlier, *view.flags_lines(changed, uid=True)]


def vanished(core: Core, view: View, named: SequenceSet, since: int) -> list[bytes]:
    """Return VANISHED (EARLIER) with what of those UIDs was expunged after a mod-sequence."""
    gone = core.store.messages.expunged(view.mailbox, since)
    # `*` reaches the last of what is gone too: else who comes back with 1:* would keep ghosts.
    largest = max([1, *view.uids[-1:], *gone[-1:]])
    return _earlier(view, gone, spans(named, largest))


def _earlier(view: View, gone: Iterable[int], known: _Spans | None) -> list[bytes]:
    # What the client still counts is told by VANISHED without EARLIER, which renumbers.
    told = [
        uid for uid in gone if (known is None or _within(known, uid)) and view.number(uid) is None
    ]
    return [b"* VANISHED (EARLIER) %b\r\n" % format_set(told)] if told else []


def _within(known: _Spans, uid: int) -> bool:
    index = bisect_right(known, (uid, uid))
    return any(low <= uid <= high for low, high in known[max(index - 1, 0) : index + 1])


def _same_until(uids: Sequence[int], numbers: SequenceSet, theirs: SequenceSet) -> int:
    """Return the last UID up to which the client knows what has gone (section 3.2.5.2).

    A message that still has its number had none expunged before it that the client knew of.
    """
    same = 0
    for number, uid in zip(_each(numbers, len(uids)), _each(theirs, None), strict=False):
        if uids[number - 1] == uid:
            same = uid
    return same


def _each(numbers: SequenceSet, most: int | None) -> Iterator[int]:
    """Yield the numbers of an ascending set, no more than `most`, however many it names."""
    for low, high in numbers.ranges:
        yield from range(low, (high if most is None else min(high, most)) + 1)
        if most is not None and high >= most:
            return
