"""FETCH replies: from items and a row to chunks of octets (RFC 3501 sections 6.4.5 and 7.4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache, partial
from typing import NamedTuple, TypeAlias

from labserver.imap.fetching.binary import extract_binary
from labserver.imap.fetching.sections import extract, section_name
from labserver.imap.fetching.structure import body_structure, envelope_structure
from labserver.imap.objectids import email_id
from labserver.imap.opened import Bodies, Gone, Opened, open_body
from labserver.imap.syntax import date_time, string
from labserver.imap.values import (
    BinarySection,
    BinarySize,
    BodySection,
    FetchItem,
    Item,
    Partial,
    Preview,
    Section,
    SectionText,
)
from labserver.imap.view import flag_list
from labserver.message import Part, preview
from labserver.protocol.session import Payload
from labserver.store import Row

__all__ = ["Ahead", "lines", "render", "sets_seen"]


_Compute: TypeAlias = Callable[[Opened], bytes]


def _of_root(compute: Callable[[bytes, Part], bytes]) -> _Compute:
    return lambda message: compute(message.data, message.root)


def _preview(data: bytes, root: Part) -> bytes:
    return string(preview(data, root).encode("utf-8", "replace"))


_PREVIEW, _LAZY = Preview(), Preview(lazy=True)

_COMPUTED: dict[FetchItem, tuple[str, _Compute]] = {
    Item.ENVELOPE: (
        "imap envelope",
        lambda message: envelope_structure(message.data, message.outline),
    ),
    Item.BODY: ("imap body", _of_root(partial(body_structure, extensible=False))),
    Item.BODYSTRUCTURE: (
        "imap bodystructure",
        _of_root(partial(body_structure, extensible=True)),
    ),
    _PREVIEW: ("imap preview", _of_root(_preview)),
}
"""What is computed from a message once, and by which name the store keeps it."""

_COMPUTED_REV2: dict[FetchItem, tuple[str, _Compute]] = {
    **_COMPUTED,
    Item.BODY: (
        "imap4rev2 body",
        _of_root(partial(body_structure, extensible=False, rev2=True)),
    ),
    Item.BODYSTRUCTURE: (
        "imap4rev2 bodystructure",
        _of_root(partial(body_structure, extensible=True, rev2=True)),
    ),
}
"""The same for a client of IMAP4rev2."""


class Ahead:
    """What the replies for some messages need of the store, read for all of them at once.

    `rev2`: the client speaks IMAP4rev2. Raises Gone where a message is asked for that is not there
    any more.
    """

    __slots__ = ("_computed", "_messages", "_opened", "_previews")

    def __init__(
        self,
        items: tuple[FetchItem, ...],
        rows: Sequence[Row],
        messages: Bodies,
        *,
        rev2: bool = False,
    ) -> None:
        bodies = [row.body for row in rows]
        self._messages = messages
        # A single message may be open still: it is fetched piece by piece.
        several = len(bodies) > 1
        datas = messages.datas(bodies) if several and _plan(items).has_content else {}
        self._opened = {body: Opened(data) for body, data in datas.items()}

        def made(compute: _Compute, body: int, data: bytes) -> bytes:
            if several:
                opened = self._opened.get(body) or self._opened.setdefault(body, Opened(data))
            else:
                opened = open_body(messages, body, data)
            return compute(opened)

        self._computed: Mapping[FetchItem, Mapping[int, bytes]] = {
            item: messages.derived(bodies, kind, partial(made, compute))
            for item, (kind, compute) in (_COMPUTED_REV2 if rev2 else _COMPUTED).items()
            if item in items
        }
        kind, _ = _COMPUTED[_PREVIEW]
        self._previews = messages.known(bodies, kind) if _LAZY in items else {}

    def open(self, body: int) -> Opened:
        """Return a message's octets and structure."""
        return self._opened.get(body) or open_body(self._messages, body)

    def lazy_preview(self, body: int) -> bytes:
        """Return the preview if it has been computed, else NIL (RFC 8970 section 4.1)."""
        return self._previews.get(body, b"NIL")

    def computed(self, item: FetchItem, body: int) -> bytes:
        """Return what one of the items that are computed once is."""
        value = self._computed[item].get(body)
        if value is None:
            raise Gone
        return value


class _Message(NamedTuple):
    """One message while its reply is made."""

    row: Row
    flags: tuple[str, ...]
    ahead: Ahead


_Value: TypeAlias = Callable[[_Message], bytes | None]
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
    **{item: _once(item) for item in _COMPUTED if isinstance(item, Item)},
}

_Column: TypeAlias = Callable[[Sequence[Row], Sequence[tuple[str, ...]]], Iterable[bytes | int]]
"""What an item is for several messages, of which rows and flags are given."""

_COLUMNS: dict[Item, tuple[bytes, _Column]] = {
    Item.FLAGS: (b"%b", lambda _, flags: map(flag_list, flags)),
    Item.SIZE: (b"%d", lambda rows, _: [row.octets for row in rows]),
    Item.UID: (b"%d", lambda rows, _: [row.uid for row in rows]),
}
"""The items that clients ask of whole mailboxes, and how they are written."""

_SECTIONS = {
    Item.RFC822: Section(),
    Item.RFC822_HEADER: Section(text=SectionText.HEADER),
    Item.RFC822_TEXT: Section(text=SectionText.TEXT),
}


def _content(item: BodySection) -> tuple[bytes, _Value]:
    """Return the name of a section in the reply, and what takes its octets from a message."""
    section = item.section

    def whole(message: _Message) -> bytes | None:
        return extract(message.ahead.open(message.row.body), section)

    return _part_of(b"BODY" + section_name(section), whole, item.partial)


def _binary(item: BinarySection) -> tuple[bytes, _Value]:
    path = item.path

    def whole(message: _Message) -> bytes | None:
        return extract_binary(message.ahead.open(message.row.body), path)

    return _part_of(b"BINARY" + section_name(Section(path=path)), whole, item.partial)


def _part_of(name: bytes, whole: _Value, asked: Partial | None) -> tuple[bytes, _Value]:
    """Return name and value of a content of which the client may want a part only."""
    if asked is None:
        return name, whole
    start, stop = asked.offset, asked.offset + asked.count

    def piece(message: _Message) -> bytes | None:
        found = whole(message)
        # Beyond the end a slice is empty, as section 6.4.5 wants.
        return None if found is None else found[start:stop]

    # Only the origin octet is repeated (section 7.4.2).
    return b"%b<%d>" % (name, start), piece


def _binary_size(item: BinarySize) -> tuple[bytes, _Value]:
    path = item.path

    def size(message: _Message) -> bytes:
        return b"%d" % len(extract_binary(message.ahead.open(message.row.body), path) or b"")

    return b"BINARY.SIZE" + section_name(Section(path=path)), size


def _lazily(message: _Message) -> bytes:
    return message.ahead.lazy_preview(message.row.body)


class _Kind(Enum):
    """How a value is written: as it is, as a string, or as a string in which NUL may stand."""

    PLAIN = "plain"
    STRING = "string"
    BINARY = "binary"


class _Plan(NamedTuple):
    """What to do for each message: name, value and its kind, for each item once.

    Without content the reply is one line, `template`, with a place for the number and each value.
    """

    items: tuple[tuple[bytes, _Value, _Kind], ...]
    has_content: bool
    template: bytes


@lru_cache(maxsize=256)
def _plan(items: tuple[FetchItem, ...]) -> _Plan:
    plan: list[tuple[bytes, _Value, _Kind]] = []
    for item in dict.fromkeys(items):
        match item:
            case BodySection():
                plan.append((*_content(item), _Kind.STRING))
            case BinarySection():
                plan.append((*_binary(item), _Kind.BINARY))
            case BinarySize():
                plan.append((*_binary_size(item), _Kind.PLAIN))
            case Preview(lazy):
                plan.append((b"PREVIEW", _lazily if lazy else _once(item), _Kind.PLAIN))
            case _ if item in _SECTIONS:
                _, value = _content(BodySection(section=_SECTIONS[item]))
                plan.append((item.value.encode("ascii"), value, _Kind.STRING))
            case _:
                plan.append((item.value.encode("ascii"), _PLAIN[item], _Kind.PLAIN))
    names = b" ".join(b"%b %%b" % name for name, _, _ in plan)
    return _Plan(
        tuple(plan),
        any(kind is not _Kind.PLAIN for _, _, kind in plan),
        b"* %%d FETCH (%b)\r\n" % names,
    )


def render(
    items: tuple[FetchItem, ...],
    row: Row,
    seq: int,
    flags: tuple[str, ...],
    messages: Bodies,
    ahead: Ahead | None = None,
) -> list[bytes] | None:
    r"""Return one untagged `FETCH` reply, or None if the message's octets are gone.

    `seq` is the message sequence number; `flags` are what FLAGS shows, `\Recent` included.
    `ahead`: what has been read for this message and others, for these items at least.
    Together the chunks are the whole reply with its line end. The content of each section is a
    `Payload`, a chunk of its own; if it is empty it is "" and no chunk. Content is sent exactly
    as it arrived, but for NUL, which only BINARY can send. What is expunged meanwhile is left to
    the caller to refuse (RFC 2180 section 4.1.2); a reply that needs no octets is always made.
    Raises UnknownEncoding.
    """
    plan = _plan(items)
    message = _Message(row, flags, ahead or Ahead(items, [row], messages))
    try:
        if not plan.has_content:
            return [plan.template % (seq, *[value(message) for _, value, _ in plan.items])]
        return _with_content(plan, seq, message)
    except Gone:
        return None


def _with_content(plan: _Plan, seq: int, message: _Message) -> list[bytes]:
    chunks: list[bytes] = []
    text = b"* %d FETCH (" % seq
    gap = b""
    for name, value, kind in plan.items:
        found = value(message)
        text += b"%b%b " % (gap, name)
        gap = b" "
        if found is None:
            text += b"NIL"
        elif kind is _Kind.PLAIN:
            text += found
        elif not found:
            text += b'""'
        else:
            tilde = b""
            if b"\0" in found:
                # Only a literal8 holds NUL (RFC 3501 section 9, note 3, CHAR8). Elsewhere another
                # octet stands in its place, so that sizes and offsets stay true.
                tilde = b"~" if kind is _Kind.BINARY else b""
                found = found if tilde else found.replace(b"\0", b"\x80")
            chunks += (text + b"%b{%d}\r\n" % (tilde, len(found)), Payload(found))
            text = b""
    chunks.append(text + b")\r\n")
    return chunks


@lru_cache(maxsize=256)
def _columns(items: tuple[FetchItem, ...]) -> tuple[bytes, tuple[_Column, ...]] | None:
    """Return the line for these items and what stands in it, if all of them are in `_COLUMNS`."""
    columns = []
    places = []
    for item in dict.fromkeys(items):
        if not isinstance(item, Item) or item not in _COLUMNS:
            return None
        how, column = _COLUMNS[item]
        columns.append(column)
        places.append(b"%b %b" % (item.value.encode("ascii"), how))
    return b"* %%d FETCH (%b)\r\n" % b" ".join(places), tuple(columns)


Write: TypeAlias = Callable[[Sequence[Row], Sequence[int], Callable[[Row], tuple[str, ...]]], bytes]
"""Writes the replies for rows with these sequence numbers; the flags of a row are asked for."""


def lines(items: tuple[FetchItem, ...]) -> Write | None:
    """Return what writes the replies for several messages, if rows are all that the items need.

    What it writes are the octets that `render` gives one by one, in a fraction of the time.
    """
    found = _columns(items)
    if found is None:
        return None
    line, columns = found

    def write(
        rows: Sequence[Row], numbers: Sequence[int], flags: Callable[[Row], tuple[str, ...]]
    ) -> bytes:
        shown = list(map(flags, rows))
        cells = zip(numbers, *(each(rows, shown) for each in columns), strict=True)
        return b"".join([line % values for values in cells])

    return write


def sets_seen(items: Iterable[FetchItem]) -> bool:
    r"""Say whether fetching these sets `\Seen` (RFC 3501 section 6.4.5).

    BODY[...] and BINARY[...] do, with .PEEK they do not; RFC822 is as BODY[], RFC822.TEXT as
    BODY[TEXT], but RFC822.HEADER is as BODY.PEEK[HEADER].
    """
    return any(
        not item.peek
        if isinstance(item, BodySection | BinarySection)
        else item in (Item.RFC822, Item.RFC822_TEXT)
        for item in items
    )
