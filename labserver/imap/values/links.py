"""Links to messages on this server: IMAP URLs (RFC 5092)."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.imap.values.fetch import Section

__all__ = ["Link"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A message, or a part of one, by mailbox and UID.

    `written` is the URL. `uidvalidity` None: any. `offset` and `count` bound the octets; `count`
    None: to the end.
    """

    written: str
    mailbox: str
    uidvalidity: int | None
    uid: int
    section: Section
    offset: int = 0
    count: int | None = None
