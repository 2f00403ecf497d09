"""One pass over a message's bytes, giving its tree of parts.

Theory of operation
-------------------
The scanner moves through the message once, forwards. It keeps a stack of the parts that are open at
the present offset: the root at the bottom, the innermost part on top. Two things move it on:

* *Opening.* At the start of a part its header ends at the next blank line, or earlier, where a
  delimiter of an open multipart stands: outer delimiters count at any depth (RFC 2046 §5.1.2). A
  multipart's delimiter joins the open ones; a message part opens the embedded message at once.
* *A delimiter line.* It belongs to one multipart on the stack. Everything above that one ends
  before the line end in front of the delimiter; then a new part opens, or, after a closing
  delimiter, the multipart waits, with its epilogue, for its own end.

At the end of the message all that is still open ends. No octet is looked at again for a deeper
level: the searches for blank lines and the counting of line ends remember how far they came.

What cannot be opened is described as what it can be used as:

* a multipart in which no part is found, for want of a boundary or of delimiters, is text/plain
  (RFC 2045 §5.2 recommends that default for an invalid Content-Type);
* a message in a transfer encoding (RFC 2046 §5.2.1 forbids it for message/rfc822; RFC 6532 §3.7
  allows it for message/global), and what is nested deeper than `MAX_DEPTH`, is
  application/octet-stream, the parameters kept.

A message has at most `MAX_PARTS` parts: the last of them runs on to the end of the message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from labserver.message.contents import MESSAGE, TEXT, Contents, MediaType, read_contents
from labserver.message.parameters import parameter
from labserver.message.parts import Outline, Part

__all__ = ["MAX_DEPTH", "MAX_PARTS", "outline", "scan"]

#: Multiparts and messages inside one another; a deeper one stays closed.
MAX_DEPTH = 100
#: Parts in one message, multiparts and embedded messages included.
MAX_PARTS = 10_000

_BLANK = re.compile(rb"\n\r?\n")
_IDENTITY = frozenset({b"", b"7bit", b"8bit", b"binary"})


def scan(data: bytes) -> Part:
    """Return the root part of message `data`: any bytes, in linear time; never raises."""
    return _Scanner(data).run()


def outline(data: bytes) -> Outline:
    """Return where header and body of message `data` lie, without a look into the body."""
    if data.startswith((b"\r\n", b"\n")):
        return Outline(0, data.index(b"\n") + 1, len(data))
    found = _BLANK.search(data, 0)
    return Outline(0, found.end() if found else len(data), len(data))


@dataclass(slots=True)
class _Open:
    """A part that has begun and not ended."""

    start: int
    body: int
    contents: Contents
    media: MediaType
    lines_before: int
    #: The line that divides this multipart, `--` included; None if there is none (any more).
    delimiter: bytes | None = None
    children: list[Part] = field(default_factory=list)


class _Scanner:
    """The state of one pass."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._stack: list[_Open] = []
        self._count = 0
        self._delimiters: tuple[bytes, ...] = ()
        self._needle = b""
        self._blank = (-1, 0)  # where the next blank line's match begins and ends
        self._counted = (0, 0)  # an offset, and the line ends before it

    def run(self) -> Part:
        data = self._data
        position = self._open(0, TEXT)
        while self._delimiters:
            at = self._next_delimiter(position, len(data))
            if at < 0:
                break
            position = self._divide(at)
        self._close(1, len(data))
        return _finish(self._stack[0], len(data), self._lines_before(len(data)))

    # -- opening -----------------------------------------------------------------------

    def _open(self, start: int, default: MediaType) -> int:
        """Open the part at `start`, and what it embeds; give the offset to go on from."""
        while True:
            body = self._header_end(start)
            if self._delimiters:
                at = self._next_delimiter(start, body)
                body = body if at < 0 else at
            contents = read_contents(self._data, start, body, default)
            part = _Open(start, body, contents, contents.media, self._lines_before(body))
            self._stack.append(part)
            self._count += 1
            opens_message = self._admit(part)
            if self._count >= MAX_PARTS:
                self._set_delimiters(())
            if not opens_message:
                return body
            start, default = body, TEXT

    def _admit(self, part: _Open) -> bool:
        """Decide what the new part on top of the stack may hold; True: an embedded message."""
        kind = part.media.type.lower()
        if kind == "multipart":
            boundary = (parameter(part.media.params, "boundary") or b"").rstrip()
            if not boundary:
                part.media = TEXT
            elif self._is_full():
                part.media = _opaque(part.media)
            else:
                part.delimiter = b"--" + boundary
                self._set_delimiters((*self._delimiters, part.delimiter))
        elif kind == "message" and part.media.subtype.lower() in ("rfc822", "global"):
            encoding = (part.contents.encoding or b"").lower()
            if encoding in _IDENTITY and not self._is_full():
                return True
            part.media = _opaque(part.media)
        return False

    def _is_full(self) -> bool:
        return len(self._stack) > MAX_DEPTH or self._count >= MAX_PARTS

    # -- delimiters --------------------------------------------------------------------

    def _divide(self, at: int) -> int:
        """Act on the delimiter line at `at`; give the offset to go on from."""
        data = self._data
        line_end = data.find(b"\n", at)
        after = len(data) if line_end < 0 else line_end + 1
        line = data[at:after].rstrip()
        level, closing = self._owner(line)
        self._close(level + 1, self._give_back(level + 1, at))
        owner = self._stack[level]
        if closing:
            owner.delimiter = None
        self._set_delimiters(tuple(p.delimiter for p in self._stack if p.delimiter is not None))
        if closing or line_end < 0:
            return after
        digest = owner.media.subtype.lower() == "digest"
        return self._open(after, MESSAGE if digest else TEXT)

    def _give_back(self, level: int, at: int) -> int:
        """Return where the open parts from `level` upwards end before the delimiter at `at`.

        The line end in front of a delimiter is the delimiter's, even if it stood for the blank
        line, or ended the last field: then there is no such line, and no body (RFC 2046 §5.1.1,
        body-part and delimiter).
        """
        end = at - 2 if self._data.endswith(b"\r\n", 0, at) else at - 1
        for part in self._stack[level:]:
            part.start = min(part.start, max(self._stack[level].start, end))
            body = max(part.start, end)
            if part.body > body:
                part.body, part.lines_before = body, self._lines_before(body)
        return max(end, self._stack[-1].body)

    def _owner(self, line: bytes) -> tuple[int, bool]:
        """Which open multipart `line` divides (its level), and whether it closes it.

        The whole line counts first, innermost multipart first; then, as RFC 2046 §5.1.1 allows
        more text on the line, the longest delimiter that the line begins with.
        """
        best, length = -1, 0
        for level in range(len(self._stack) - 1, -1, -1):
            delimiter = self._stack[level].delimiter
            if delimiter is None or not line.startswith(delimiter):
                continue
            rest = line[len(delimiter) :]
            if not rest or rest == b"--":
                return level, bool(rest)
            if len(delimiter) > length:
                best, length = level, len(delimiter)
        return best, line.startswith(b"--", length)

    def _next_delimiter(self, position: int, stop: int) -> int:
        """Find the next line in `[position, stop)` that begins with an open delimiter, or -1."""
        data, needle, delimiters = self._data, self._needle, self._delimiters
        at = data.find(needle, max(position - 1, 0), stop)
        while at >= 0 and not data.startswith(delimiters, at + 1):
            at = data.find(needle, at + 1, stop)
        return at + 1 if at >= 0 else -1

    def _set_delimiters(self, delimiters: tuple[bytes, ...]) -> None:
        self._delimiters = delimiters
        if delimiters:
            # What all delimiter lines have in common, at least the two hyphens.
            low, high = min(delimiters), max(delimiters)
            same = next(
                (i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low)
            )
            self._needle = b"\n" + low[:same]

    # -- closing -----------------------------------------------------------------------

    def _close(self, level: int, end: int) -> None:
        """End all open parts from `level`, at least 1, upwards at `end`."""
        while len(self._stack) > level:
            part = _finish(self._stack.pop(), end, self._lines_before(end))
            self._stack[-1].children.append(part)

    # -- searches that never look twice ------------------------------------------------

    def _header_end(self, start: int) -> int:
        """Return the offset after the blank line that ends the header at `start`."""
        data = self._data
        if start == 0:
            return outline(data).body
        before = start - 1
        if self._blank[0] < before:
            found = _BLANK.search(data, before)
            self._blank = found.span() if found else (len(data), len(data))
        return self._blank[1]

    def _lines_before(self, position: int) -> int:
        """Count the line ends before `position`, which goes backwards by one line end at most."""
        last, lines = self._counted
        if position < last:  # a line end was given back to its delimiter
            return lines - self._data.count(b"\n", position, last)
        lines += self._data.count(b"\n", last, position)
        self._counted = (position, lines)
        return lines


def _opaque(media: MediaType) -> MediaType:
    return MediaType("application", "octet-stream", media.params)


def _finish(part: _Open, end: int, lines_before_end: int) -> Part:
    contents = part.contents
    media = part.media
    if not part.children and media.type.lower() == "multipart":
        media = TEXT
    return Part(
        start=part.start,
        body=part.body,
        end=end,
        lines=lines_before_end - part.lines_before,
        type=media.type,
        subtype=media.subtype,
        params=media.params,
        id=contents.id,
        description=contents.description,
        encoding=contents.encoding,
        md5=contents.md5,
        location=contents.location,
        language=contents.language,
        disposition=contents.disposition,
        children=tuple(part.children),
    )
