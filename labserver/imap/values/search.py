"""What SEARCH may ask (RFC 3501 section 6.4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TypeAlias

from labserver.imap.values.sets import SequenceSet

__all__ = [
    "MAX_SEARCH_DEPTH",
    "SIMPLE_KEYS",
    "AddressContains",
    "All",
    "And",
    "BodyContains",
    "Criteria",
    "EmailId",
    "HasFlag",
    "HeaderContains",
    "InSequence",
    "InUids",
    "InternalDate",
    "Larger",
    "ModSeq",
    "Not",
    "Or",
    "Recent",
    "SavedDate",
    "SearchKey",
    "SentDate",
    "Smaller",
    "TextContains",
    "ThreadId",
    "When",
    "Within",
]

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
class SavedDate:
    """SAVEDBEFORE, SAVEDON, SAVEDSINCE <date> (RFC 8514 section 4.3)."""

    when: When
    day: date


@dataclass(frozen=True, slots=True)
class Within:
    """YOUNGER <seconds>, or if not `younger` OLDER <seconds> (RFC 5032 section 2)."""

    seconds: int
    younger: bool


@dataclass(frozen=True, slots=True)
class SentDate:
    """SENTBEFORE, SENTON, SENTSINCE <date>."""

    when: When
    day: date


@dataclass(frozen=True, slots=True)
class HeaderContains:
    """HEADER <field> <string>; also SUBJECT with its own name as field.

    `text` is as the client sent it, in the charset of the `Criteria`.
    """

    field: bytes
    text: bytes


@dataclass(frozen=True, slots=True)
class AddressContains:
    """BCC, CC, FROM, TO <string>: their own name is the field."""

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
class ModSeq:
    """MODSEQ [<entry> <type>] <n>: changed at `modseq` or since (RFC 7162 section 3.1.5).

    The store has one mod-sequence a message, so that the entry must be ignored.
    """

    modseq: int


@dataclass(frozen=True, slots=True)
class EmailId:
    """EMAILID <objectid> (RFC 8474 section 6)."""

    objectid: str


@dataclass(frozen=True, slots=True)
class ThreadId:
    """THREADID <objectid>: matches no message, as none has one (RFC 8474 section 5.2)."""

    objectid: str


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
    | SavedDate
    | Within
    | SentDate
    | HeaderContains
    | AddressContains
    | BodyContains
    | TextContains
    | InSequence
    | InUids
    | ModSeq
    | EmailId
    | ThreadId
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
    "SAVEDATESUPPORTED": All(),
    "SEEN": HasFlag("\\Seen"),
    "UNANSWERED": Not(HasFlag("\\Answered")),
    "UNDELETED": Not(HasFlag("\\Deleted")),
    "UNDRAFT": Not(HasFlag("\\Draft")),
    "UNFLAGGED": Not(HasFlag("\\Flagged")),
    "UNSEEN": Not(HasFlag("\\Seen")),
}
"""Keys without an argument, as RFC 3501 section 6.4.4 says what they are equivalent to.

SAVEDATESUPPORTED is all messages: every mailbox has save dates (RFC 8514 section 4.3).
"""
