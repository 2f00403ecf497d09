"""What each FETCH item is for a message (RFC 3501 section 6.4.5), and how the reply names it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from labserver.imap.fetching.ahead import COMPUTED, Ahead
from labserver.imap.fetching.binary import extract_binary
from labserver.imap.fetching.sections import SECTIONS, extract, has_content, section_name
from labserver.imap.objectids import email_id
from labserver.imap.syntax import date_time, flag_list
from labserver.imap.values import (
    BinarySection,
    BinarySize,
    BodySection,
    FetchItem,
    Item,
    Partial,
    Preview,
    Section,
)
from labserver.store import Row

__all__ = ["Kind", "Message", "Plan", "plan_of"]


class Message(NamedTuple):
    """One message while its reply is made."""

    row: Row
    flags: tuple[str, ...]
    ahead: Ahead


_Value: TypeAlias = Callable[[Message], bytes | None]
"""What an item is for a message: octets; content None is NIL."""


def _once(item: FetchItem) -> _Value:
    return lambda message: message.ahead.computed(item, message.row.body)


_PLAIN: dict[Item, _Value] = {
    Item.FLAGS: lambda message: flag_list(message.flags),
    Item.INTERNALDATE: lambda message: date_time(message.row.internaldate, message.row.zone),
    Item.SIZE: lambda message: b"%d" % message.row.octets,
    Item.UID: lambda message: b"%d" % message.row.uid,
    Item.MODSEQ: lambda message: b"(%d)" % message.row.modseq,
    Item.EMAILID: lambda message: b"(%b)" % email_id(message.row).encode("ascii"),
    # RFC 8474 section 5.2: NIL where no relationships are calculated.
    Item.THREADID: lambda _: b"NIL",
    Item.SAVEDATE: lambda message: date_time(message.row.saved, 0),
    **{item: _once(item) for item in COMPUTED if isinstance(item, Item)},
}


def _content(item: BodySection) -> tuple[bytes, _Value]:
    """Return the name of a section in the reply, and what takes its octets from a message."""
    section = item.section

    def whole(message: Message) -> bytes | None:
        return extract(message.ahead.open(message.row.body), section)

    return _part_of(b"BODY" + section_name(section), whole, item.partial)


def _binary(item: BinarySection) -> tuple[bytes, _Value]:
    path = item.path

    def whole(message: Message) -> bytes | None:
        return extract_binary(message.ahead.open(message.row.body), path)

    return _part_of(b"BINARY" + section_name(Section(path=path)), whole, item.partial)


def _part_of(name: bytes, whole: _Value, asked: Partial | None) -> tuple[bytes, _Value]:
    """Return name and value of a content of which the client may want a part only."""
    if asked is None:
        return name, whole
    start, stop = asked.offset, asked.offset + asked.count

    def piece(message: Message) -> bytes | None:
        found = whole(message)
        # Beyond the end a slice is empty, as section 6.4.5 wants.
        return None if found is None else found[start:stop]

    # Only the origin octet is repeated (section 7.4.2).
    return b"%b<%d>" % (name, start), piece


def _binary_size(item: BinarySize) -> tuple[bytes, _Value]:
    path = item.path

    def size(message: Message) -> bytes:
        return b"%d" % len(extract_binary(message.ahead.open(message.row.body), path) or b"")

    return b"BINARY.SIZE" + section_name(Section(path=path)), size


def _lazily(message: Message) -> bytes:
    return message.ahead.lazy_preview(message.row.body)


class Kind(Enum):
    """How a value is written: as it is, as a string, or as a string in which NUL may stand."""

    PLAIN = "plain"
    STRING = "string"
    BINARY = "binary"


class Plan(NamedTuple):
    """What to do for each message: name, value and its kind, for each item once.

    Without content the reply is one line, `template`, with a place for the number and each value.
    """

    items: tuple[tuple[bytes, _Value, Kind], ...]
    has_content: bool
    template: bytes


@lru_cache(maxsize=256)
def plan_of(items: tuple[FetchItem, ...]) -> Plan:
    """Return what to do for each message of which these items are asked."""
    plan: list[tuple[bytes, _Value, Kind]] = []
    for item in dict.fromkeys(items):
        match item:
            case BodySection():
                plan.append((*_content(item), Kind.STRING))
            case BinarySection():
                plan.append((*_binary(item), Kind.BINARY))
            case BinarySize():
                plan.append((*_binary_size(item), Kind.PLAIN))
            case Preview(lazy):
                plan.append((b"PREVIEW", _lazily if lazy else _once(item), Kind.PLAIN))
            case _ if item in SECTIONS:
                _, value = _content(BodySection(section=SECTIONS[item]))
                plan.append((item.value.encode("ascii"), value, Kind.STRING))
            case _:
                plan.append((item.value.encode("ascii"), _PLAIN[item], Kind.PLAIN))
    names = b" ".join(b"%b %%b" % name for name, _, _ in plan)
    return Plan(
        tuple(plan),
        has_content(items),
        b"* %%d FETCH (%b)\r\n" % names,
    )
