"""The scanner's work grows with the message and no faster: counted in octets looked at."""

from __future__ import annotations

import re

import pytest

from labserver.message import scan, scanner


class Counted(bytes):
    """Bytes that count how many of them the searches pass over."""

    looked_at: int

    def find(self, sub: bytes, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        stop = len(self) if end is None else end
        found = super().find(sub, start, stop)
        self.looked_at += (found if found >= 0 else stop) - start
        return found

    def count(self, sub: bytes, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        stop = len(self) if end is None else end
        self.looked_at += stop - start
        return super().count(sub, start, stop)


class CountedPattern:
    """A pattern whose searches count like those of `Counted`."""

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self._pattern = pattern

    def search(self, data: Counted, start: int) -> re.Match[bytes] | None:
        found = self._pattern.search(data, start)
        data.looked_at += (found.end() if found else len(data)) - start
        return found


def nested(levels: int, blank: bytes) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n%s--b%d\n" % (i, blank, i)
        for i in range(levels)
    )


_FLAT = b"Content-Type: multipart/mixed; boundary=b\n\n"
SHAPES = {
    "2,000 nested multiparts": nested(2000, b"\n"),
    "all of it one header": nested(2000, b""),
    "inner multiparts without a blank line": _FLAT
    + b"--b\nContent-Type: multipart/mixed; boundary=c\n" * 3000,
    "100 nested around a large body": nested(100, b"\n") + b"\nx" * 100_000,
    "100 nested, then dashes": nested(100, b"\n") + b"\n--b" * 50_000,
    "parts without a blank line": _FLAT + (b"--b\n" + b"A" * 90 + b"\n") * 5000,
    "empty parts": _FLAT + b"--b\n" * 50_000,
    "nested messages": b"Content-Type: message/rfc822\n\n" * 10_000,
    "messages without a blank line": b"Content-Type: multipart/digest; boundary=b\n\n"
    + (b"--b\n\n" + b"A" * 90 + b"\n") * 4000,
    "inner multiparts, all unclosed": _FLAT
    + b"--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n" * 3000,
}


@pytest.mark.parametrize("data", [pytest.param(d, id=n) for n, d in SHAPES.items()])
def test_work_is_linear(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(data)
    counted.looked_at = 0
    monkeypatch.setattr(scanner, "_BLANK", CountedPattern(scanner._BLANK))
    scan(counted)
    # At most: blank lines, line ends, delimiters in headers and in bodies, ends of lines.
    assert len(data) <= counted.looked_at <= 5 * len(data)
