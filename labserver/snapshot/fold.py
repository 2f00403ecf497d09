"""The one fold of the log.

Pure: each entry makes a new snapshot. Nothing here judges: an event about a mailbox or a
connection that is not there (a log cut at its beginning) changes nothing but the step's number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from labserver.events import Entry
from labserver.snapshot import connections, devices, epochs, queues, server
from labserver.snapshot.values import Snapshot

__all__ = ["EMPTY", "apply", "fold"]

EMPTY = Snapshot.empty()
"""The world before anything has happened."""

_STEPS = {**server.STEPS, **connections.STEPS, **devices.STEPS, **queues.STEPS, **epochs.STEPS}


def apply(snapshot: Snapshot, entry: Entry) -> Snapshot:
    """Return the world after `entry`, given the world before it."""
    numbered = replace(snapshot, number=entry.number, time=entry.time)
    step = _STEPS.get(type(entry.event))
    return numbered if step is None else step(numbered, entry.event)


def fold(entries: Iterable[Entry], start: Snapshot = EMPTY) -> Snapshot:
    """Return the world after all `entries`, oldest first, given the world before them."""
    for entry in entries:
        start = apply(start, entry)
    return start
