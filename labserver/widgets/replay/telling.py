"""What changed in a moment, in words: from its entries, and the world before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from labserver import events
from labserver.events import Entry, Event, letters
from labserver.snapshot import Snapshot, apply
from labserver.widgets.visible import clip, visible
from labserver.widgets.words import en as words

__all__ = ["said", "tell"]

_MOST = 6
_COLUMNS = 70


def said(entries: Sequence[Entry], before: Snapshot) -> str:
    """Return the client's line that began it, and who said it; empty if it was none."""
    first = entries[0].event if entries else None
    if not isinstance(first, events.Line):
        return ""
    connection = before.connections.get(first.connection)
    who = "" if connection is None else visible(connection.device)
    line = first.data.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
    return words.told_line(who, clip(visible(line), _COLUMNS))


def tell(entries: Sequence[Entry], before: Snapshot) -> list[str]:
    """Return sentences, in order; many of them are counted."""
    told: list[str] = []
    for entry in entries:
        how = _TOLD.get(type(entry.event))
        sentence = "" if how is None else how(before, entry.event)
        if sentence and sentence not in told:
            told.append(sentence)
        before = apply(before, entry)
    left = len(told) - _MOST
    return [*told[:_MOST], words.told_more(left)] if left > 1 else told


def _message(snapshot: Snapshot, account: str, mailbox: str, uid: int) -> str:
    held = snapshot.accounts.get(account)
    box = None if held is None else held.mailboxes.get(mailbox)
    copy = None if box is None else box.copies.get(uid)
    return words.SOME_MESSAGE if copy is None else letters(copy.message)


def _file(snapshot: Snapshot, device: str, name: str) -> str:
    held = snapshot.devices.get(device)
    file = None if held is None else held.files.get(name)
    number = None if file is None else file.message
    return words.SOME_MESSAGE if number is None else letters(number)


def _box(event: Any) -> str:  # noqa: ANN401 - any event about a mailbox
    return words.told_mailbox(visible(event.mailbox), event.account)


def _delivered(_: Snapshot, event: events.Delivered) -> str:
    return words.told_delivered(letters(event.message), _box(event), event.cause)


def _flags(before: Snapshot, event: events.FlagsChanged) -> str:
    which = _message(before, event.account, event.mailbox, event.uid)
    return words.told_flags(which, _box(event), visible(" ".join(event.flags)))


def _expunged(before: Snapshot, event: events.Expunged) -> str:
    return words.told_removed(
        _message(before, event.account, event.mailbox, event.uid), _box(event)
    )


def _marked(before: Snapshot, event: events.Marked) -> str:
    return words.told_marked(_message(before, event.account, event.mailbox, event.uid))


def _expiring(before: Snapshot, event: events.Expiring) -> str:
    return words.told_expiring(_message(before, event.account, event.mailbox, event.uid))


def _saved(before: Snapshot, event: events.Saved) -> str:
    number = before.forms.get(event.sha256)
    if event.uid is not None:
        which = _message(before, event.account, event.mailbox, event.uid)
    else:
        which = words.SOME_MESSAGE if number is None else letters(number)
    return words.told_saved(which, event.device, event.copied)


def _synced(before: Snapshot, event: events.Synced) -> str:
    which = _file(before, event.device, event.file)
    return words.told_flags(which, event.device, visible(" ".join(event.flags)))


def _discarded(before: Snapshot, event: events.Discarded) -> str:
    return words.told_removed(_file(before, event.device, event.file), event.device)


def _state(_: Snapshot, event: events.StateChanged) -> str:
    state = words.in_state(visible(event.state), visible(event.activity))
    return words.told_state(event.connection, state)


def _connected(_: Snapshot, event: events.Connected) -> str:
    return words.told_connected(event.connection, visible(event.device), event.host, event.port)


_TOLD: dict[type[Event], Callable[[Snapshot, Any], str]] = {
    events.AccountAdded: lambda _, event: words.told_account(event.account),
    events.MailboxCreated: lambda _, event: words.told_created(_box(event)),
    events.MailboxDeleted: lambda _, event: words.told_deleted(_box(event)),
    events.MailboxRenamed: lambda _, event: words.told_renamed(_box(event), visible(event.to)),
    events.Renumbered: lambda _, event: words.told_renumbered(_box(event)),
    events.AccessChanged: lambda _, event: words.told_access(_box(event)),
    events.QuotaChanged: lambda _, event: words.told_quota(event.account),
    events.NewMessage: lambda _, event: words.told_new(
        letters(event.message), clip(visible(event.subject), _COLUMNS)
    ),
    events.Delivered: _delivered,
    events.FlagsChanged: _flags,
    events.Expunged: _expunged,
    events.Rejected: lambda _, event: words.told_rejected(event.account),
    events.Queued: lambda _, event: words.told_queued(
        letters(event.message), event.host, visible(event.recipient)
    ),
    events.Deferred: lambda _, event: words.told_deferred(
        letters(event.message), visible(event.recipient)
    ),
    events.Dequeued: lambda _, event: words.told_dequeued(
        letters(event.message), visible(event.recipient), event.how
    ),
    events.Connected: _connected,
    events.Closed: lambda _, event: words.told_closed(event.connection, event.how),
    events.Secured: lambda _, event: words.told_secured(event.connection, event.version),
    events.StateChanged: _state,
    events.Numbered: lambda _, event: words.told_numbered(len(event.uids)),
    events.Marked: _marked,
    events.Expiring: _expiring,
    events.Unmarked: lambda *_: words.TOLD_UNMARKED,
    events.FaultStruck: lambda _, event: words.told_fault(visible(event.fault)),
    events.DeviceAdded: lambda _, event: words.told_device(event.device),
    events.Saved: _saved,
    events.Synced: _synced,
    events.Discarded: _discarded,
    events.Lost: lambda _, event: words.told_lost(event.device),
    events.Arranged: lambda _, event: words.told_arranged(visible(event.what)),
    events.Rewound: lambda _, event: words.told_rewound(event.step),
}
