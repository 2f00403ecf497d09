"""What SEARCH looks at: messages' texts, made at the first search for them (`search_texts`).

What was made is kept twice: in the store, for good, and here in memory, as far as there is room,
so that a search through a mailbox is little more than looking into each text. The short ones, of
the fields of one name, are joined for many messages: they are looked into at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import accumulate
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from labserver.imap.opened import Bodies
from labserver.imap.searching.search_texts import (
    ADDRESSES,
    CONTENTS,
    DECODED,
    KINDS,
    PART_HEADERS,
    RAW,
    SENT,
    values_in,
)
from labserver.store import Row

__all__ = ["Haystack"]

_KEEP_OCTETS: Final = 64 * 1024 * 1024
_ENTRY: Final = 100
"""Octets that keeping a text costs besides its own."""

_SLICE: Final = 256
"""How many messages are read from the store at once, and how many texts are joined."""

_KEEP_JOINED: Final = 512
"""So many times the texts of a slice are kept joined: mailboxes differ, and so do their parts."""


class _Text(NamedTuple):
    """A text that each message has: of a kind, or of the fields of one name in a header.

    `body`: of the contents those that are no header of a part.
    """

    kind: str
    field: bytes | None = None
    body: bool = False


_IN_FRONT: Final = b" "
"""What stands in front of every value of a field."""


def _in_field(name: bytes, needle: bytes) -> list[_Text]:
    kinds = (DECODED, RAW) if b"=?" in needle else (DECODED,)
    return [_Text(kind, name) for kind in kinds]


class _Joined:
    """The texts of some bodies, parted by NUL, to look into all at once."""

    __slots__ = ("_joined", "_starts", "bodies")

    def __init__(self, bodies: list[int], texts: Sequence[bytes]) -> None:
        self.bodies = bodies
        self._joined = b"\0".join(texts)
        self._starts = [0, *accumulate(len(text) + 1 for text in texts)]

    def __len__(self) -> int:
        return len(self._joined) + _ENTRY * len(self.bodies)

    def places(self, needle: bytes) -> Iterator[int]:
        """Yield the places of the bodies with the needle in their text, ascending."""
        joined, starts = self._joined, self._starts
        at = joined.find(needle)
        while at >= 0:
            place = bisect_right(starts, at)
            yield place - 1
            at = joined.find(needle, starts[place])


class _Kept:
    """Texts of one store in memory, by body. When there are too many it begins anew."""

    def __init__(self) -> None:
        self._texts: dict[_Text, dict[int, bytes]] = {}
        self._joined: dict[tuple[_Text, int], _Joined] = {}
        self._octets = 0

    def held(self, text: _Text) -> dict[int, bytes]:
        """Return the texts of that sort that are kept, to look into."""
        return self._texts.get(text) or self._texts.setdefault(text, {})

    def add(self, text: _Text, made: dict[int, bytes]) -> None:
        if self._room(sum(map(len, made.values())) + _ENTRY * len(made)):
            self.held(text).update(made)

    def joined(self, text: _Text, bodies: list[int]) -> _Joined | None:
        """Return the texts of exactly these bodies, if they are kept joined."""
        found = self._joined.get((text, bodies[0]))
        return found if found is not None and found.bodies == bodies else None

    def join(self, text: _Text, joined: _Joined) -> None:
        key = (text, joined.bodies[0])
        self._octets -= len(self._joined.pop(key, ()))
        if len(self._joined) >= _KEEP_JOINED:
            self._octets -= len(self._joined.pop(next(iter(self._joined))))
        if self._room(len(joined)):
            self._joined[key] = joined

    def _room(self, octets: int) -> bool:
        """Say whether there is room for so many octets more; there is now, if there was not."""
        self._octets += octets
        if self._octets <= _KEEP_OCTETS:
            return True
        self._texts.clear()
        self._joined.clear()
        self._octets = 0
        return False


_kept: WeakKeyDictionary[Bodies, _Kept] = WeakKeyDictionary()


def _slices(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[begin : begin + _SLICE] for begin in range(0, len(rows), _SLICE))


class Haystack:
    """The texts of one store's messages, for one search.

    Each question returns those of the rows for which the answer is yes, in their order. `gone`
    are the bodies, of those asked about, that no message has any more: they are in no answer.
    """

    def __init__(self, messages: Bodies) -> None:
        self._messages = messages
        self._kept = _kept.setdefault(messages, _Kept())
        self.gone: set[int] = set()

    def with_field(self, name: bytes, needle: bytes, rows: Sequence[Row]) -> list[Row]:
        """Return where a field of that (folded) name has `needle` in its value; b"" is in any."""
        if b":" in name:
            return []  # no field's name has one; here it would reach into a value
        return self._any(_in_field(name, needle), needle or _IN_FRONT, rows)

    def with_address(self, name: bytes, needle: bytes, rows: Sequence[Row]) -> list[Row]:
        """Return where it is in that field, or in what the envelope shows of it."""
        if not needle:
            return self.with_field(name, needle, rows)
        return self._any([*_in_field(name, needle), _Text(ADDRESSES, name)], needle, rows)

    def with_body(self, needle: bytes, rows: Sequence[Row]) -> list[Row]:
        """Return where it is in the body: its texts, and the headers of embedded messages."""
        return self._any([_Text(CONTENTS, body=True)], needle, rows)

    def with_text(self, needle: bytes, rows: Sequence[Row]) -> list[Row]:
        """Return where it is in the header, in the body, or in the header of a part of it.

        RFC 9051 section 6.4.4: TEXT includes MIME header fields.
        """
        kinds = (DECODED, RAW, CONTENTS) if b"=?" in needle else (DECODED, CONTENTS)
        return self._any([_Text(kind) for kind in kinds], needle, rows)

    def sent(self, fits: Callable[[date], bool], rows: Sequence[Row]) -> list[Row]:
        """Return whose Date field has a day that fits, disregarding time and zone."""

        def on_a_day(text: bytes) -> bool:
            return bool(text) and fits(date.fromisoformat(text.decode("ascii")))

        found: list[Row] = []
        for slice_ in _slices(rows):
            texts = self._of(_Text(SENT), slice_)
            found += [row for row in slice_ if row.body in texts and on_a_day(texts[row.body])]
        return found

    def _any(self, texts: Sequence[_Text], needle: bytes, rows: Sequence[Row]) -> list[Row]:
        """Return the rows of which one of the texts has the needle."""
        if len(texts) == 1:
            return self._in(texts[0], needle, rows)
        found: set[int] = set()
        left = rows
        for text in texts:
            found.update(row.uid for row in self._in(text, needle, left))
            left = [row for row in left if row.uid not in found]
        return [row for row in rows if row.uid in found]

    def _in(self, text: _Text, needle: bytes, rows: Sequence[Row]) -> list[Row]:
        if text.field is not None:
            return self._in_joined(text, needle, rows)
        found: list[Row] = []
        for slice_ in _slices(rows):
            kept = self._kept.held(text)
            try:
                found += [row for row in slice_ if needle in kept[row.body]]
            except KeyError:  # not all are kept
                texts = self._of(text, slice_)
                found += [r for r in slice_ if r.body in texts and needle in texts[r.body]]
        return found

    def _in_joined(self, text: _Text, needle: bytes, rows: Sequence[Row]) -> list[Row]:
        found: list[Row] = []
        for slice_ in _slices(rows):
            bodies = [row.body for row in slice_]
            joined = self._kept.joined(text, bodies)
            if joined is None:
                texts = self._of(text, slice_)
                # No string is found in the text of who is gone: none is empty here.
                joined = _Joined(bodies, [texts.get(body, b"") for body in bodies])
                if len(texts) == len(set(bodies)):
                    self._kept.join(text, joined)
            found += [slice_[place] for place in joined.places(needle)]
        return found

    def _of(self, text: _Text, rows: Sequence[Row]) -> dict[int, bytes]:
        """Return the texts of these messages, and of no others; those that are gone have none."""
        kept = self._kept.held(text)
        texts = {body: kept[body] for row in rows if (body := row.body) in kept}
        missing = {row.body for row in rows} - texts.keys()
        if missing:
            made = self._made(text, sorted(missing))
            self.gone |= missing - made.keys()
            self._kept.add(text, made)
            texts |= made
        return texts

    def _made(self, text: _Text, bodies: Sequence[int]) -> dict[int, bytes]:
        """Return what the store has of the bodies, or what is made of them now."""
        compute = KINDS[text.kind]
        made = self._messages.derived(bodies, text.kind, lambda _, data: compute(data))
        if text.body:
            return {body: found.partition(PART_HEADERS)[0] for body, found in made.items()}
        if text.field is None:
            return made
        values = partial(values_in, text.field)
        return {body: values(header) for body, header in made.items()}
