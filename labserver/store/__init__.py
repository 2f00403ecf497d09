"""What stays on the server: accounts, mailboxes, messages, flags (SQLite)."""

from labserver.store.accounts import DOMAINS, Account, Secret
from labserver.store.errors import (
    BadCredentials,
    HasInferiors,
    InvalidName,
    InvalidUse,
    MailboxExists,
    NoSuchMailbox,
    OverQuota,
    StoreError,
    TooManyMailboxes,
)
from labserver.store.flags import SYSTEM_FLAGS, Flagging, flag_text, flag_tuple
from labserver.store.mailboxes import SPECIAL_USES, Mailbox
from labserver.store.messages import Arrival
from labserver.store.names import SEPARATOR, canonical, superiors
from labserver.store.quota import Quota, Resource
from labserver.store.reading import Row, Status
from labserver.store.recollect import recollect
from labserver.store.store import Store

__all__ = [
    "DOMAINS",
    "SEPARATOR",
    "SPECIAL_USES",
    "SYSTEM_FLAGS",
    "Account",
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
    "Resource",
    "Row",
    "Secret",
    "Status",
    "Store",
    "StoreError",
    "TooManyMailboxes",
    "canonical",
    "flag_text",
    "flag_tuple",
    "recollect",
    "superiors",
]
