"""What STATUS may ask (RFC 3501 section 6.3.10, and its extensions)."""

from __future__ import annotations

from enum import Enum

__all__ = ["StatusItem"]


class StatusItem(Enum):
    """What STATUS may ask; the value is the name on the wire."""

    MESSAGES = "MESSAGES"
    RECENT = "RECENT"
    UIDNEXT = "UIDNEXT"
    UIDVALIDITY = "UIDVALIDITY"
    UNSEEN = "UNSEEN"
    HIGHESTMODSEQ = "HIGHESTMODSEQ"
    SIZE = "SIZE"
    DELETED = "DELETED"
    APPENDLIMIT = "APPENDLIMIT"
    MAILBOXID = "MAILBOXID"
    DELETED_STORAGE = "DELETED-STORAGE"
