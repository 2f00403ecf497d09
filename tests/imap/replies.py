"""A small reader of IMAP data, written from the grammar and from nothing in the package.

Strings become bytes, NIL None, lists Python lists, other words `Atom`.
"""

from __future__ import annotations

import re
from typing import TypeAlias, Union

__all__ = ["Atom", "Value", "fetched", "read", "read_all"]


class Atom(str):
    """A word that is no string: a number, a flag, the name of an item."""

    __slots__ = ()


Value: TypeAlias = Union[bytes, Atom, "list[Value]", None]

_ITEM = re.compile(rb"BODY\[[^\]]*\](?:<[0-9]+>)?|[^ ()\"{\r\n\x80-\xff]+")


def _value(data: bytes, at: int) -> tuple[Value, int]:
    first = data[at : at + 1]
    if first == b"(":
        return _list(data, at + 1)
    if first == b'"':
        return _quoted(data, at + 1)
    if data[at : at + 2] == b"~{":  # literal8 (RFC 3516 section 7)
        return _value(data, at + 1)
    if first == b"{":
        close = data.index(b"}\r\n", at)
        start = close + 3
        end = start + int(data[at + 1 : close])
        assert end <= len(data), "a literal is cut off"
        return data[start:end], end
    word = _ITEM.match(data, at)
    assert word, data[at : at + 40]
    return (None if word[0] == b"NIL" else Atom(word[0].decode())), word.end()


def _list(data: bytes, at: int) -> tuple[Value, int]:
    found: list[Value] = []
    while data[at : at + 1] != b")":
        value, at = _value(data, at)
        found.append(value)
        if data[at : at + 1] == b" ":
            at += 1
            assert data[at : at + 1] not in (b")", b" "), "a space too many"
        elif data[at : at + 1] == b"(":
            assert isinstance(value, list), "a space too few"
        else:
            assert data[at : at + 1] == b")", data[at - 20 : at + 20]
    return found, at + 1


def _quoted(data: bytes, at: int) -> tuple[bytes, int]:
    out = bytearray()
    while data[at] != 0x22:
        if data[at] == 0x5C:
            at += 1
            assert data[at] in b'"\\'
        assert data[at] not in b"\r\n\0"
        assert data[at] < 0x80
        out.append(data[at])
        at += 1
    return bytes(out), at + 1


def read(data: bytes) -> Value:
    """Read exactly one value."""
    value, end = _value(data, 0)
    assert end == len(data), data[end:]
    return value


def read_all(data: bytes) -> list[Value]:
    """Read values parted by spaces."""
    value, _ = _list(data + b")", 0)
    assert isinstance(value, list)
    return value


def fetched(reply: bytes) -> tuple[int, dict[str, Value]]:
    """Read one `* n FETCH (...)` line: the number, and the items by name."""
    head = re.match(rb"\* ([1-9][0-9]*) FETCH ", reply)
    assert head, reply[:40]
    assert reply.endswith(b")\r\n")
    items = read(reply[head.end() : -2])
    assert isinstance(items, list)
    assert len(items) % 2 == 0
    names = [str(name) for name in items[::2]]
    assert all(isinstance(name, Atom) for name in items[::2])
    assert len(set(names)) == len(names)
    return int(head[1]), dict(zip(names, items[1::2], strict=True))
