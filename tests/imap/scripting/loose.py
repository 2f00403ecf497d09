r"""Compares a reply with one that an RFC prints, in everything but what the RFC leaves free.

Free are: human-readable texts; a response code where none is printed (RFC 3501 section 7.1); the
order of flags, of FETCH, STATUS and ESEARCH items, and of the untagged responses to SELECT,
EXAMINE, LIST and LSUB; further untagged OK with a code in the reply to SELECT; LIST attributes that
tell of children where none is printed (RFC 3348); whether a mailbox name is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.imap.replies import Atom, Value, fetched, read, read_all

__all__ = ["compare", "logical"]

_STATUS = re.compile(rb"(\S+) (OK|NO|BAD|BYE|PREAUTH)(?: \[([^\]]*)\])?(?: (.*))?", re.DOTALL)
_FETCHED = re.compile(rb"\* \d+ FETCH .*", re.DOTALL)
_FLAGS = re.compile(rb"\* FLAGS (.*)")
_COUNTED = re.compile(rb"\* STATUS (.*)", re.DOTALL)
_LISTED = re.compile(rb"\* (LIST|LSUB) \(([^)]*)\) (.*)", re.DOTALL)
_ESEARCH = re.compile(rb"\* ESEARCH(?: \(TAG (\"[^\"]*\")\))?( UID)?((?: \S+ \S+)*)")
_LITERAL = re.compile(rb"\{(\d+)\}$")
_FREE_ORDER = ("SELECT", "EXAMINE", "LIST", "LSUB")
_CHILDREN = re.compile(rb"\\Has(?:No)?Children ?", re.IGNORECASE)


def logical(octets: bytes) -> Iterator[bytes]:
    """Split a reply into its responses: a literal belongs to the line that announces it."""
    start = at = 0
    while at < len(octets):
        end = octets.index(b"\r\n", at)
        announced = _LITERAL.search(octets[at:end])
        if announced:
            at = end + 2 + int(announced[1])
            continue
        at = end + 2
        yield octets[start : at - 2]
        start = at


def compare(command: str, expected: Sequence[str], reply: bytes, *, whole: bool) -> list[str]:
    """Return what is wrong with a reply; nothing if it is as expected.

    `whole`: there is nothing else in it; otherwise the expected lines are in it, in that order.
    """
    wanted = list(logical("".join(f"{line}\r\n" for line in expected).encode()))
    seen = list(logical(reply))
    name = [*command.split(), "", ""][1].upper()
    if not whole:
        at = iter(seen)
        missing = [want for want in wanted if not any(_same(want, line) for line in at)]
        return [f"- {line.decode()}" for line in missing] and _told(wanted, seen)
    if name in _FREE_ORDER:
        left = list(seen)
        for want in wanted:
            found = next((line for line in left if _same(want, line)), None)
            if found is None:
                return _told(wanted, seen)
            left.remove(found)
        left = [line for line in left if not (name in _FREE_ORDER[:2] and _is_code(line))]
        return _told(wanted, seen) if left or not _same(wanted[-1], seen[-1]) else []
    same = len(wanted) == len(seen) and all(map(_same, wanted, seen))
    return [] if same else _told(wanted, seen)


def _told(wanted: list[bytes], seen: list[bytes]) -> list[str]:
    return [f"- {w.decode()}" for w in wanted] + [f"+ {s.decode()}" for s in seen]


def _is_code(line: bytes) -> bool:
    return line.startswith(b"* OK [")


def _same(wanted: bytes, line: bytes) -> bool:
    status = _STATUS.fullmatch(wanted)
    ours = _STATUS.fullmatch(line)
    if status and ours:
        codes = status[3] is None or _code(status[3]) == _code(ours[3] or b"")
        return status.group(1, 2) == ours.group(1, 2) and codes
    if _LISTED.fullmatch(line) and not _CHILDREN.search(wanted):
        line = _CHILDREN.sub(b"", line)
    return bool(_normal(wanted) == _normal(line))


def _code(code: bytes) -> object:
    values = read_all(code)
    return [_set(value) if isinstance(value, list) else value for value in values]


def _set(values: Value) -> object:
    assert isinstance(values, list)
    return frozenset(str(value) for value in values)


def _plain(value: Value) -> object:
    """Return a value with its words as the strings they may be."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.encode() if isinstance(value, Atom) else value


def _normal(line: bytes) -> Any:
    """Return what a response says, the same for those that say the same."""
    if line.startswith(b"+"):
        return "+"
    for pattern, normal in _NORMAL.items():
        found = pattern.fullmatch(line)
        if found:
            return normal(found)
    return line


def _messages(found: re.Match[bytes]) -> object:
    number, items = fetched(found[0] + b"\r\n")
    flags = {"FLAGS": _set(items["FLAGS"])} if "FLAGS" in items else {}
    return number, {**items, **flags}


def _listed(found: re.Match[bytes]) -> object:
    return found[1], frozenset(found[2].lower().split()), _plain(read_all(found[3]))


def _counted(found: re.Match[bytes]) -> object:
    name, items = read_all(found[1])
    assert isinstance(items, list)
    return _plain(name), {str(a): b for a, b in zip(items[::2], items[1::2], strict=True)}


def _searched(found: re.Match[bytes]) -> object:
    words = found[3].split()
    return found[1], found[2], dict(zip(words[::2], words[1::2], strict=True))


_NORMAL: dict[re.Pattern[bytes], Callable[[re.Match[bytes]], object]] = {
    _FETCHED: _messages,
    _FLAGS: lambda found: _set(read(found[1])),
    _LISTED: _listed,
    _COUNTED: _counted,
    _ESEARCH: _searched,
}
