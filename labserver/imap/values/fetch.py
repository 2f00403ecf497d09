"""What FETCH may ask (RFC 3501 section 6.4.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

__all__ = [
    "MACROS",
    "BinarySection",
    "BinarySize",
    "BodySection",
    "FetchItem",
    "Item",
    "Partial",
    "Preview",
    "Section",
    "SectionText",
]


class Item(Enum):
    """A FETCH item that is just a name; the value is the name on the wire."""

    # Plans are looked up by their items for each message; Enum's own hash is slow.
    __hash__ = object.__hash__

    FLAGS = "FLAGS"
    INTERNALDATE = "INTERNALDATE"
    SIZE = "RFC822.SIZE"
    ENVELOPE = "ENVELOPE"
    BODY = "BODY"
    BODYSTRUCTURE = "BODYSTRUCTURE"
    UID = "UID"
    MODSEQ = "MODSEQ"
    EMAILID = "EMAILID"
    THREADID = "THREADID"
    SAVEDATE = "SAVEDATE"
    RFC822 = "RFC822"
    RFC822_HEADER = "RFC822.HEADER"
    RFC822_TEXT = "RFC822.TEXT"


class SectionText(Enum):
    """A part specifier that is no number; the value is the name on the wire."""

    HEADER = "HEADER"
    FIELDS = "HEADER.FIELDS"
    FIELDS_NOT = "HEADER.FIELDS.NOT"
    TEXT = "TEXT"
    MIME = "MIME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What stands between the brackets of BODY[...].

    `path` is the part number's components, () for the message itself. `names` are the field names
    of HEADER.FIELDS and HEADER.FIELDS.NOT as the client wrote them, unquoted; at least one there,
    none elsewhere. MIME never comes without a path.
    """

    path: tuple[int, ...] = ()
    text: SectionText | None = None
    names: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Partial:
    """`<offset.count>`: octets from `offset` on, at most `count` (at least 1)."""

    offset: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySection:
    """BODY[section]<partial>, or with `peek` BODY.PEEK[section]<partial>."""

    section: Section = Section()
    peek: bool = False
    partial: Partial | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BinarySection:
    """BINARY[part]<partial>, or BINARY.PEEK (RFC 3516); `path` () is the whole message."""

    path: tuple[int, ...] = ()
    peek: bool = False
    partial: Partial | None = None


@dataclass(frozen=True, slots=True)
class BinarySize:
    """BINARY.SIZE[part] (RFC 3516)."""

    path: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """PREVIEW, or with `lazy` PREVIEW (LAZY) (RFC 8970)."""

    lazy: bool = False


FetchItem: TypeAlias = Item | BodySection | BinarySection | BinarySize | Preview

_FAST = (Item.FLAGS, Item.INTERNALDATE, Item.SIZE)

MACROS: Mapping[str, tuple[Item, ...]] = {
    "ALL": (*_FAST, Item.ENVELOPE),
    "FAST": _FAST,
    "FULL": (*_FAST, Item.ENVELOPE, Item.BODY),
}
"""What stands for several items; only ever alone, never in a list (RFC 3501 section 6.4.5)."""
