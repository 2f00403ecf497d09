"""What stays on the server: accounts, mailboxes, messages, flags (SQLite)."""

from labserver.store.accounts import DOMAINS, Account, Secret
from labserver.store.annotations import SPECIAL_USE, VALUE_LIMIT
from labserver.store.arriving import Arrival
from labserver.store.errors import (
    AnnotationTooLarge,
    BadCredentials,
    HasInferiors,
    InvalidName,
    InvalidUse,
    MailboxExists,
    NoSuchMailbox,
    OverQuota,
    ReadOnlyAnnotation,
    StoreError,
    TooManyAnnotations,
    TooManyMailboxes,
)
from labserver.store.flags import SYSTEM_FLAGS, Flagging, flag_text, flag_tuple
from labserver.store.mailboxes import SPECIAL_USES, Mailbox
from labserver.store.names import SEPARATOR, canonical, superiors
from labserver.store.quota import Quota, Resource
from labserver.store.reading import Row, Status
from labserver.store.recollect import recollect
from labserver.store.store import Store

__all__ = [
    "DOMAINS",
    "SEPARATOR",
    "SPECIAL_USE",
    "SPECIAL_USES",
    "SYSTEM_FLAGS",
    "VALUE_LIMIT",
    "Account",
    "AnnotationTooLarge",
    "Arrival",
    "BadCredentials",
    "Flagging",
    "HasInferiors",
    "InvalidName",
    "InvalidUse",
    "Mailbox",
    "MailboxExists",
    "NoSuchMailbox",
    "OverQuota",
    "Quota",
    "ReadOnlyAnnotation",
    "Resource",
    "Row",
    "Secret",
    "Status",
    "Store",
    "StoreError",
    "TooManyAnnotations",
    "TooManyMailboxes",
    "canonical",
    "flag_text",
    "flag_tuple",
    "recollect",
    "superiors",
]
