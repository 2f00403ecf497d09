"""Command lines out of a stream of octets, the same whatever its split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labserver.pop3.languages import Text

__all__ = ["Cut", "LineReader"]


@dataclass(frozen=True, slots=True)
class Cut:
    """Octets taken up together.

    `text` is the line without its line end. None: no command can be read from it, for the reason
    that `error` gives; if that is None too, it is more of a line that was refused already.
    """

    octets: bytes
    text: bytes | None
    error: Text | None = None


class LineReader:
    """Cuts lines; holds at most one, of at most `limit` octets with its line end.

    A longer line is refused as soon as that many octets of it are there. The rest of it is taken
    up in pieces of `limit` octets, so that what is recorded does not depend on the split.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = bytearray()
        self._start = 0
        self._skipping = False

    def feed(self, data: bytes) -> None:
        """Take over input."""
        if self._start:
            del self._held[: self._start]
            self._start = 0
        self._held += data

    def held(self) -> bytes:
        """Return the input that was not taken up."""
        return bytes(self._held[self._start :])

    def drop(self) -> bytes:
        """Forget the input that was not taken up, and return it."""
        held = self.held()
        self._held.clear()
        self._start = 0
        self._skipping = False
        return held

    def __iter__(self) -> Iterator[Cut]:
        return self

    def __next__(self) -> Cut:
        """Take up the next line. Raises StopIteration when there is no whole one."""
        start = self._start
        at = self._held.find(b"\n", start, start + self._limit)
        if at >= 0:
            self._start = at + 1
            octets = bytes(self._held[start : self._start])
            if self._skipping:
                self._skipping = False
                return Cut(octets, None)
            if not octets.endswith(b"\r\n"):
                return Cut(octets, None, Text.BARE_LF)
            return Cut(octets, octets[:-2])
        if len(self._held) - start < self._limit:
            raise StopIteration
        self._start = start + self._limit
        octets = bytes(self._held[start : self._start])
        error = None if self._skipping else Text.LONG_LINE
        self._skipping = True
        return Cut(octets, None, error)
