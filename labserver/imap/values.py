"""What a parsed command holds: sets of messages, FETCH items, SEARCH keys, STATUS items.

Values only: the parser builds them, `sets`, `fetch` and `search` say what they mean. An extension
adds members to a union or an enum here (`BINARY[...]` is one more `FetchItem`, a fuzzy search one
more `SearchKey`), and nothing that exists moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TypeAlias

__all__ = [
    "MACROS",
    "MAX_RANGES",
    "MAX_SEARCH_DEPTH",
    "SIMPLE_KEYS",
    "STAR",
    "All",
    "And",
    "BodyContains",
    "BodySection",
    "Criteria",
    "FetchItem",
    "HasFlag",
    "HeaderContains",
    "InSequence",
    "InUids",
    "InternalDate",
    "Item",
    "Larger",
    "Not",
    "Or",
    "Partial",
    "Recent",
    "SearchKey",
    "Section",
    "SectionText",
    "SentDate",
    "SequenceSet",
    "Smaller",
    "StatusItem",
    "TextContains",
    "When",
]

# Sets of messages (RFC 3501 section 9: sequence-set)

STAR = 0
"""`*` in a range: the largest number in use. No message ever has the number 0."""

MAX_RANGES = 5000
"""The most ranges a set may have; a command line of 8192 octets holds fewer."""


@dataclass(frozen=True, slots=True)
class SequenceSet:
    """A sequence-set as written: one or more ranges, a single number being a range of one.

    Ends are 1 to 4294967295 or `STAR`, in either order; ranges may overlap. Whether the numbers
    are message sequence numbers or UIDs, the command says. `sets` reads it.
    """

    ranges: tuple[tuple[int, int], ...]


# FETCH (RFC 3501 section 6.4.5)


class Item(Enum):
    """A FETCH item that is just a name; the value is the name on the wire."""

    FLAGS = "FLAGS"
    INTERNALDATE = "INTERNALDATE"
    SIZE = "RFC822.SIZE"
    ENVELOPE = "ENVELOPE"
    BODY = "BODY"
    BODYSTRUCTURE = "BODYSTRUCTURE"
    UID = "UID"
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


FetchItem: TypeAlias = Item | BodySection

_FAST = (Item.FLAGS, Item.INTERNALDATE, Item.SIZE)

MACROS: Mapping[str, tuple[Item, ...]] = {
    "ALL": (*_FAST, Item.ENVELOPE),
    "FAST": _FAST,
    "FULL": (*_FAST, Item.ENVELOPE, Item.BODY),
}
"""What stands for several items; only ever alone, never in a list (RFC 3501 section 6.4.5)."""


# STATUS (RFC 3501 section 6.3.10)


class StatusItem(Enum):
    """What STATUS may ask; the value is the name on the wire."""

    MESSAGES = "MESSAGES"
    RECENT = "RECENT"
    UIDNEXT = "UIDNEXT"
    UIDVALIDITY = "UIDVALIDITY"
    UNSEEN = "UNSEEN"


# SEARCH (RFC 3501 section 6.4.4)

MAX_SEARCH_DEPTH = 100
"""How deep NOT, OR and parentheses may be nested; the parser refuses more."""


class When(Enum):
    """How a message's date lies to the one in the key: days are compared, not moments."""

    BEFORE = "BEFORE"
    ON = "ON"
    SINCE = "SINCE"


@dataclass(frozen=True, slots=True)
class All:
    """ALL."""


@dataclass(frozen=True, slots=True)
class HasFlag:
    r"""ANSWERED, DELETED, DRAFT, FLAGGED, SEEN (as `\Answered` ...) and KEYWORD <flag>."""

    flag: str


@dataclass(frozen=True, slots=True)
class Recent:
    """RECENT: this session was the first to hear of the message."""


@dataclass(frozen=True, slots=True)
class Larger:
    """LARGER <n>."""

    octets: int


@dataclass(frozen=True, slots=True)
class Smaller:
    """SMALLER <n>."""

    octets: int


@dataclass(frozen=True, slots=True)
class InternalDate:
    """BEFORE, ON, SINCE <date>."""

    when: When
    day: date


@dataclass(frozen=True, slots=True)
class SentDate:
    """SENTBEFORE, SENTON, SENTSINCE <date>."""

    when: When
    day: date


@dataclass(frozen=True, slots=True)
class HeaderContains:
    """HEADER <field> <string>; also BCC, CC, FROM, SUBJECT, TO with their own name as field.

    `text` is as the client sent it, in the charset of the `Criteria`.
    """

    field: bytes
    text: bytes


@dataclass(frozen=True, slots=True)
class BodyContains:
    """BODY <string>."""

    text: bytes


@dataclass(frozen=True, slots=True)
class TextContains:
    """TEXT <string>."""

    text: bytes


@dataclass(frozen=True, slots=True)
class InSequence:
    """A sequence set of message sequence numbers."""

    numbers: SequenceSet


@dataclass(frozen=True, slots=True)
class InUids:
    """UID <sequence set>."""

    uids: SequenceSet


@dataclass(frozen=True, slots=True)
class Not:
    """NOT <search-key>."""

    key: SearchKey


@dataclass(frozen=True, slots=True)
class Or:
    """OR <search-key1> <search-key2>."""

    first: SearchKey
    second: SearchKey


@dataclass(frozen=True, slots=True)
class And:
    """Several keys in a row, at the top or in parentheses: all must match."""

    keys: tuple[SearchKey, ...]


SearchKey: TypeAlias = (
    All
    | HasFlag
    | Recent
    | Larger
    | Smaller
    | InternalDate
    | SentDate
    | HeaderContains
    | BodyContains
    | TextContains
    | InSequence
    | InUids
    | Not
    | Or
    | And
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What SEARCH was asked: the key, and the CHARSET of its strings (None: none was named)."""

    key: SearchKey
    charset: bytes | None = None


SIMPLE_KEYS: Mapping[str, SearchKey] = {
    "ALL": All(),
    "ANSWERED": HasFlag("\\Answered"),
    "DELETED": HasFlag("\\Deleted"),
    "DRAFT": HasFlag("\\Draft"),
    "FLAGGED": HasFlag("\\Flagged"),
    "NEW": And((Recent(), Not(HasFlag("\\Seen")))),
    "OLD": Not(Recent()),
    "RECENT": Recent(),
    "SEEN": HasFlag("\\Seen"),
    "UNANSWERED": Not(HasFlag("\\Answered")),
    "UNDELETED": Not(HasFlag("\\Deleted")),
    "UNDRAFT": Not(HasFlag("\\Draft")),
    "UNFLAGGED": Not(HasFlag("\\Flagged")),
    "UNSEEN": Not(HasFlag("\\Seen")),
}
"""Keys without an argument, as RFC 3501 section 6.4.4 says what they are equivalent to."""
