"""What stays on the server: accounts, mailboxes, messages, flags (SQLite)."""

from labserver.store.accounts import DOMAINS, HOSTS, Account, Residents, Secret
from labserver.store.annotations import SPECIAL_USE, VALUE_LIMIT
from labserver.store.arriving import Arrival, Post
from labserver.store.errors import (
    AnnotationTooLarge,
    BadCredentials,
    HasInferiors,
    InvalidName,
    InvalidUse,
    MailboxExists,
    NoSuchMailbox,
    OverQuota,
    OwnersRights,
    ReadOnlyAnnotation,
    StoreError,
    TooManyAnnotations,
    TooManyMailboxes,
)
from labserver.store.flags import SYSTEM_FLAGS, Flagging, flag_text, flag_tuple
from labserver.store.mailbox import Mailbox
from labserver.store.mailboxes import SPECIAL_USES
from labserver.store.names import OTHER_USERS, SEPARATOR, canonical, superiors
from labserver.store.queue import Content, Leaving, Terms, Waiting
from labserver.store.quota import Quota, Resource
from labserver.store.reading import Status
from labserver.store.recollect import recollect
from labserver.store.rights import (
    ALL_RIGHTS,
    NEW_RIGHTS,
    NO_RIGHTS,
    Granting,
    Rights,
    permitted,
    rights_of,
    rights_text,
)
from labserver.store.routes import Route
from labserver.store.row import Row
from labserver.store.store import Store

__all__ = [
    "ALL_RIGHTS",
    "DOMAINS",
    "HOSTS",
    "NEW_RIGHTS",
    "NO_RIGHTS",
    "OTHER_USERS",
    "SEPARATOR",
    "SPECIAL_USE",
    "SPECIAL_USES",
    "SYSTEM_FLAGS",
    "VALUE_LIMIT",
    "Account",
    "AnnotationTooLarge",
    "Arrival",
    "BadCredentials",
    "Content",
    "Flagging",
    "Granting",
    "HasInferiors",
    "InvalidName",
    "InvalidUse",
    "Leaving",
    "Mailbox",
    "MailboxExists",
    "NoSuchMailbox",
    "OverQuota",
    "OwnersRights",
    "Post",
    "Quota",
    "ReadOnlyAnnotation",
    "Residents",
    "Resource",
    "Rights",
    "Route",
    "Row",
    "Secret",
    "Status",
    "Store",
    "StoreError",
    "Terms",
    "TooManyAnnotations",
    "TooManyMailboxes",
    "Waiting",
    "canonical",
    "flag_text",
    "flag_tuple",
    "permitted",
    "recollect",
    "rights_of",
    "rights_text",
    "superiors",
]
