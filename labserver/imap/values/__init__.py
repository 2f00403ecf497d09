"""What a parsed command holds: sets of messages, what FETCH, SEARCH, LIST may ask and tell.

Values only: `labserver.imap.parsing` builds them, `sets`, `fetch` and `search` say what they mean.
An extension adds members to a union or an enum here, and nothing that exists moves.
"""

from labserver.imap.values.fetch import (
    MACROS,
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
from labserver.imap.values.links import Link
from labserver.imap.values.listing import Listing, ReturnOption, SelectionOption
from labserver.imap.values.metadata import Depth
from labserver.imap.values.notify import EVERYTHING, EventGroup, MailboxFilter, NotifyEvent, Wish
from labserver.imap.values.results import ResultOption, Returning, Window
from labserver.imap.values.resync import Resync
from labserver.imap.values.search import (
    MAX_SEARCH_DEPTH,
    SIMPLE_KEYS,
    All,
    And,
    BodyContains,
    Criteria,
    EmailId,
    HasFlag,
    HeaderContains,
    InSequence,
    InternalDate,
    InUids,
    Larger,
    ModSeq,
    Not,
    Or,
    Recent,
    SavedDate,
    SearchKey,
    SentDate,
    Smaller,
    TextContains,
    ThreadId,
    When,
    Within,
)
from labserver.imap.values.sets import MAX_RANGES, STAR, SequenceSet
from labserver.imap.values.sort import SortCriterion, SortKey, ThreadAlgorithm
from labserver.imap.values.status import StatusItem

__all__ = [
    "EVERYTHING",
    "MACROS",
    "MAX_RANGES",
    "MAX_SEARCH_DEPTH",
    "SIMPLE_KEYS",
    "STAR",
    "All",
    "And",
    "BinarySection",
    "BinarySize",
    "BodyContains",
    "BodySection",
    "Criteria",
    "Depth",
    "EmailId",
    "EventGroup",
    "FetchItem",
    "HasFlag",
    "HeaderContains",
    "InSequence",
    "InUids",
    "InternalDate",
    "Item",
    "Larger",
    "Link",
    "Listing",
    "MailboxFilter",
    "ModSeq",
    "Not",
    "NotifyEvent",
    "Or",
    "Partial",
    "Preview",
    "Recent",
    "ResultOption",
    "Resync",
    "ReturnOption",
    "Returning",
    "SavedDate",
    "SearchKey",
    "Section",
    "SectionText",
    "SelectionOption",
    "SentDate",
    "SequenceSet",
    "Smaller",
    "SortCriterion",
    "SortKey",
    "StatusItem",
    "TextContains",
    "ThreadAlgorithm",
    "ThreadId",
    "When",
    "Window",
    "Wish",
    "Within",
]
