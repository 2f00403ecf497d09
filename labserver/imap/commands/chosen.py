"""What commands on messages have in common."""

from __future__ import annotations

from collections.abc import Iterable

from labserver.imap.access import demand
from labserver.imap.core import Core
from labserver.imap.errors import Refused
from labserver.imap.sets import select_numbers, select_uids
from labserver.imap.values import SequenceSet
from labserver.imap.view import View
from labserver.store import Mailbox, flag_tuple

__all__ = ["REMOVE", "chosen", "expunge_deleted", "some_expunged", "tells_uids", "writable"]

REMOVE = "te"
r"""What it takes to remove a message that another command has put elsewhere.

Rights to mark it as \Deleted and to expunge it (RFC 6851 section 4.2; RFC 8508 section 4.1).
"""


def some_expunged() -> Refused:
    """Return the NO of RFC 2180 section 4, with a code that hints at NOOP (RFC 5530 section 3)."""
    return Refused("Some of the requested messages no longer exist", code="EXPUNGEISSUED")


def chosen(view: View, messages: SequenceSet, *, uid: bool) -> list[int]:
    """Return the UIDs of the messages that a set names, ascending.

    Raises Malformed for a message sequence number that no message has; a UID that none has is no
    error (RFC 3501 section 6.4.8), nor is it if the saved result is empty (RFC 5182 section 2.1).
    """
    if messages.saved:
        return sorted(view.saved)
    if uid:
        return select_uids(messages, view.uids)
    numbers = select_numbers(messages, len(view.uids))
    if len(numbers) == len(view.uids):
        return view.uids.copy()
    return [view.uids[number - 1] for number in numbers]


def writable(view: View, needs: Iterable[str] = ()) -> View:
    """Return the view. Raises Refused if it was opened with EXAMINE, or if a right is missing."""
    if view.permission.examined:
        raise Refused("The mailbox is open to read only", code="READ-ONLY")
    demand(view.permission.rights, needs)
    return view


def tells_uids(core: Core, target: Mailbox) -> bool:
    """Tell whether the client may hear which UIDs messages got where it has put them.

    Not if it may not look there (RFC 4315 section 5).
    """
    return core.dialect.offers("UIDPLUS") and "r" in core.access.rights(target)


def expunge_deleted(core: Core, view: View, uids: list[int] | None = None) -> list[int]:
    r"""Remove for good what is \Deleted of those messages (None: of all in the mailbox).

    All means all that there are now, also what has arrived untold: section 6.4.3. Returns the
    UIDs that were removed.
    """
    messages = core.store.messages
    doomed = [
        row.uid for row in messages.rows(view.mailbox, uids) if "\\Deleted" in flag_tuple(row.flags)
    ]
    return messages.expunge(view.mailbox, doomed, connection=core.connection)
