"""Identifiers of mailboxes and messages that outlive names and UIDs (RFC 8474)."""

from __future__ import annotations

from labserver.store import Mailbox, Row

__all__ = ["email_id", "mailbox_id"]


def mailbox_id(mailbox: Mailbox) -> str:
    """Return the MAILBOXID: a mailbox keeps it through renames, and no other ever gets it."""
    return f"F{mailbox.id}"


def email_id(row: Row) -> str:
    """Return the EMAILID: of the octets and the internal date, as copies share them.

    Whatever is immutable for a UID is the same for messages with one EMAILID (section 5.1), and
    the internal date is (RFC 3501 section 2.3.1.1). So is the save date, but every copy must have
    its own (RFC 8514 section 3), and a copy must have this identifier.
    """
    return f"M{row.body}_{row.internaldate}_{row.zone}"
