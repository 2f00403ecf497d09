"""What a command's answer means, without what may differ: texts, times of news, UIDVALIDITY.

Of mod-sequences only their presence is told: each server counts its own way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tests.imap.differential.neutral import Fields, fetch_fields
from tests.imap.differential.talk import Answer
from tests.imap.replies import Value, read_all

__all__ = ["Meaning", "expanded", "meaning"]

Meaning = tuple[str, object, list[tuple[object, ...]]]
"""Status, code, and what the untagged responses say, in a fixed order."""

# Codes that tell a client what to do next. UIDVALIDITY is each server's own.
_CODE = re.compile(
    r"(TRYCREATE|READ-ONLY|READ-WRITE|COPYUID|APPENDUID|MODIFIED|BADURL)(?: (.*))?",
)
_STATED = re.compile(rb"OK \[((?:UNSEEN|UIDNEXT|COPYUID) .*?)\]")
_PART = re.compile(r"([0-9]+)(?::([0-9]+))?")


def meaning(answer: Answer) -> Meaning:
    """Return what an answer means."""
    said = [one for response in answer.untagged for one in _said(response, answer.tag)]
    return answer.status, _code(answer.code), sorted(said, key=repr)


def _code(code: str | None) -> object:
    found = _CODE.fullmatch(code or "")
    if found is None:
        return None
    name, rest = found[1], found[2]
    if name in ("COPYUID", "APPENDUID"):
        return name, *(expanded(one) for one in rest.split()[1:])
    if name == "MODIFIED":
        return name, sorted(expanded(rest))
    return name, rest


def expanded(written: str) -> tuple[int, ...]:
    """Return the numbers of a sequence set, in their order; it has no `*`."""
    found: list[int] = []
    for part in written.split(","):
        bounds = _PART.fullmatch(part)
        assert bounds, written
        low, high = int(bounds[1]), int(bounds[2] or bounds[1])
        step = 1 if low <= high else -1
        found.extend(range(low, high + step, step))
    return tuple(found)


def _said(response: bytes, tag: bytes) -> Iterator[tuple[object, ...]]:
    name, _, rest = response.partition(b" ")
    if reading := _READERS.get(name):
        yield (name, *reading(read_all(rest) if rest else []))
    elif name == b"ESEARCH":
        yield name, *_esearch(read_all(rest), tag)
    elif found := _STATED.match(response):
        words = found[1].decode().split()
        yield tuple(words[:1] + words[2:] if words[0] == "COPYUID" else words)
    elif rest.startswith(b"FETCH "):
        # With a UID it has been asked for, or has been changed by this command.
        _, fields = fetch_fields(response)
        if "UID" in fields:
            yield tuple(sorted(_fetched(fields).items(), key=repr))


def _fetched(fields: Fields) -> Fields:
    flags = fields.get("FLAGS")
    if isinstance(flags, frozenset):
        # Which session is the first is up to the server (RFC 3501 section 2.3.2).
        fields["FLAGS"] = sorted(flags - {"\\recent"})
    if "MODSEQ" in fields:
        fields["MODSEQ"] = "told"
    # A part that is not there: NIL or empty, nstring has both (RFC 3516 section 7).
    return {
        name: value or b"" if name.startswith("BINARY[") else value
        for name, value in fields.items()
    }


def _listed(values: list[Value]) -> Iterator[object]:
    attributes, delimiter, mailbox, *extended = values
    assert isinstance(attributes, list)
    told = {str(one).lower() for one in attributes}
    # What is not there can't be selected (RFC 5258 section 3).
    closed = told & {"\\noselect", "\\nonexistent"}
    yield bool(closed)
    yield sorted(told - closed - {"\\marked", "\\unmarked"})  # guesses (RFC 3501 section 7.2.2)
    yield delimiter
    yield _text(mailbox)
    for items in extended:
        assert isinstance(items, list)
        yield {_text(key): value for key, value in zip(items[::2], items[1::2], strict=True)}


def _status(values: list[Value]) -> Iterator[object]:
    mailbox, items = values
    assert isinstance(items, list)
    told = dict(zip(map(str, items[::2]), map(str, items[1::2]), strict=True))
    if "HIGHESTMODSEQ" in told:
        assert int(told["HIGHESTMODSEQ"]) > 0
        told["HIGHESTMODSEQ"] = "told"
    yield _text(mailbox)
    yield sorted(told.items())


def _numbers(values: list[Value], *, ordered: bool) -> Iterator[object]:
    """Read SEARCH or SORT: numbers, and perhaps `(MODSEQ n)` (RFC 7162 section 3.1.5)."""
    if values and isinstance(values[-1], list):
        assert str(values.pop()[0]) == "MODSEQ"  # type: ignore[index]
        yield "MODSEQ"
    numbers = [int(str(one)) for one in values]
    yield numbers if ordered else sorted(numbers)


def _esearch(values: list[Value], tag: bytes) -> Iterator[object]:
    if values and isinstance(values[0], list):
        assert values.pop(0) == ["TAG", tag], "it answers another command"
    if values and values[0] == "UID":
        yield values.pop(0)
    for name, value in zip(map(str, values[::2]), values[1::2], strict=True):
        if name == "MODSEQ":
            yield name
        elif name == "ALL":
            yield name, expanded(str(value))
        elif name == "PARTIAL":
            assert isinstance(value, list)
            span, found = value
            yield name, str(span), None if found is None else expanded(str(found))
        else:
            yield name, str(value)


def _vanished(values: list[Value]) -> Iterator[object]:
    yield "earlier" if values[0] == ["EARLIER"] else "now"
    yield sorted(expanded(str(values[-1])))


def _threads(values: list[Value]) -> Iterator[object]:
    """Read THREAD: the tree; a space may be left out between its lists."""
    yield values


_READERS: dict[bytes, Callable[[list[Value]], Iterator[object]]] = {
    b"LIST": _listed,
    b"LSUB": _listed,
    b"STATUS": _status,
    b"SEARCH": lambda values: _numbers(values, ordered=False),
    b"SORT": lambda values: _numbers(values, ordered=True),
    b"THREAD": _threads,
    b"VANISHED": _vanished,
    b"ENABLED": lambda values: iter(sorted(map(str, values))),
    b"NAMESPACE": iter,
    b"METADATA": iter,
}


def _text(value: object) -> str:
    name = value.decode() if isinstance(value, bytes) else str(value)
    # In any case as a name, and to both in any case above others.
    return re.sub(r"(?i)^inbox(?=/|$)", "INBOX", name)
