"""FETCH replies: from items and a row to chunks of octets (RFC 3501 sections 6.4.5 and 7.4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from labserver.imap.opened import Bodies, Gone, Opened, open_body
from labserver.imap.sections import extract, section_name
from labserver.imap.structure import body_structure, envelope_structure
from labserver.imap.syntax import date_time
from labserver.imap.values import BodySection, FetchItem, Item, Section, SectionText
from labserver.message import Part
from labserver.protocol.session import Payload
from labserver.store import Row

__all__ = ["render", "sets_seen"]


class _Message:
    """One message while its reply is made; its octets are read when an item needs them."""

    __slots__ = ("_bodies", "flags", "row")

    def __init__(self, row: Row, flags: Sequence[str], bodies: Bodies) -> None:
        self.row = row
        self.flags = flags
        self._bodies = bodies

    def open(self, data: bytes | None = None) -> Opened:
        return open_body(self._bodies, self.row.body, data)

    def derived(self, kind: str, compute: Callable[[bytes, Part], bytes]) -> bytes:
        def make(data: bytes) -> bytes:
            opened = self.open(data)
            return compute(opened.data, opened.root)

        value = self._bodies.derived(self.row.body, kind, make)
        if value is None:
            raise Gone
        return value


_Value: TypeAlias = Callable[[_Message], bytes | None]
"""What an item is for a message: octets; content None is NIL."""


def _body(data: bytes, root: Part) -> bytes:
    return body_structure(data, root, extensible=False)


def _bodystructure(data: bytes, root: Part) -> bytes:
    return body_structure(data, root, extensible=True)


_PLAIN: dict[Item, _Value] = {
    Item.FLAGS: lambda message: b"(%b)" % " ".join(message.flags).encode("ascii"),
    Item.INTERNALDATE: lambda message: date_time(message.row.internaldate, message.row.zone),
    Item.SIZE: lambda message: b"%d" % message.row.octets,
    Item.UID: lambda message: b"%d" % message.row.uid,
    Item.ENVELOPE: lambda message: message.derived("imap envelope", envelope_structure),
    Item.BODY: lambda message: message.derived("imap body", _body),
    Item.BODYSTRUCTURE: lambda message: message.derived("imap bodystructure", _bodystructure),
}

_SECTIONS = {
    Item.RFC822: Section(),
    Item.RFC822_HEADER: Section(text=SectionText.HEADER),
    Item.RFC822_TEXT: Section(text=SectionText.TEXT),
}


def _content(item: BodySection) -> tuple[bytes, _Value]:
    """Return the name of a section in the reply, and what takes its octets from a message."""
    section, partial = item.section, item.partial
    name = b"BODY" + section_name(section)
    if partial is None:
        return name, lambda message: extract(message.open(), section)
    start, stop = partial.offset, partial.offset + partial.count

    def piece(message: _Message) -> bytes | None:
        whole = extract(message.open(), section)
        # Beyond the end a slice is empty, as section 6.4.5 wants.
        return None if whole is None else whole[start:stop]

    # Only the origin octet is repeated (section 7.4.2).
    return b"%b<%d>" % (name, start), piece


@lru_cache(maxsize=256)
def _plan(items: tuple[FetchItem, ...]) -> tuple[tuple[bytes, _Value, bool], ...]:
    """Return name, value and whether it is content, for each item once."""
    plan: list[tuple[bytes, _Value, bool]] = []
    for item in dict.fromkeys(items):
        if isinstance(item, BodySection):
            plan.append((*_content(item), True))
        elif item in _SECTIONS:
            _, value = _content(BodySection(section=_SECTIONS[item]))
            plan.append((item.value.encode("ascii"), value, True))
        else:
            plan.append((item.value.encode("ascii"), _PLAIN[item], False))
    return tuple(plan)


def render(
    items: tuple[FetchItem, ...], row: Row, seq: int, flags: Sequence[str], messages: Bodies
) -> list[bytes] | None:
    r"""Return one untagged `FETCH` reply, or None if the message's octets are gone.

    `seq` is the message sequence number; `flags` are what FLAGS shows, `\Recent` included.
    Together the chunks are the whole reply with its line end. The content of each section is a
    `Payload`, a chunk of its own; if it is empty it is "" and no chunk. Content is sent exactly
    as it arrived. What is expunged meanwhile is left to the caller to refuse (RFC 2180 section
    4.1.2); a reply that needs no octets is always made.
    """
    message = _Message(row, flags, messages)
    chunks: list[bytes] = []
    text = b"* %d FETCH (" % seq
    gap = b""
    try:
        for name, value, is_content in _plan(items):
            found = value(message)
            text += b"%b%b " % (gap, name)
            gap = b" "
            if found is None:
                text += b"NIL"
            elif not is_content:
                text += found
            elif not found:
                text += b'""'
            else:
                chunks += (text + b"{%d}\r\n" % len(found), Payload(found))
                text = b""
    except Gone:
        return None
    chunks.append(text + b")\r\n")
    return chunks


def sets_seen(items: Iterable[FetchItem]) -> bool:
    r"""Say whether fetching these sets `\Seen` (RFC 3501 section 6.4.5).

    BODY[...] does, BODY.PEEK[...] does not; RFC822 is as BODY[], RFC822.TEXT as BODY[TEXT], but
    RFC822.HEADER is as BODY.PEEK[HEADER].
    """
    return any(
        not item.peek if isinstance(item, BodySection) else item in (Item.RFC822, Item.RFC822_TEXT)
        for item in items
    )
