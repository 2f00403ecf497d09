"""How what waits at the servers follows from the log."""

from __future__ import annotations

from dataclasses import replace

from rpds import HashTrieMap

from labserver import events
from labserver.snapshot.step import Steps
from labserver.snapshot.values import Snapshot, Waiting

__all__ = ["STEPS"]


def _queued(snapshot: Snapshot, event: events.Queued) -> Snapshot:
    queue = snapshot.queues.get(event.host, HashTrieMap())
    row = Waiting(
        host=event.host,
        queue_id=event.queue_id,
        message=event.message,
        sender=event.sender,
        recipient=event.recipient,
    )
    return _put(snapshot, event.host, queue.insert((event.queue_id, event.recipient), row))


def _deferred(snapshot: Snapshot, event: events.Deferred) -> Snapshot:
    queue = snapshot.queues.get(event.host, HashTrieMap())
    key = (event.queue_id, event.recipient)
    row = queue.get(key)
    if row is None:
        return snapshot
    row = replace(row, reply=event.reply, due=event.due)
    return _put(snapshot, event.host, queue.insert(key, row))


def _dequeued(snapshot: Snapshot, event: events.Dequeued) -> Snapshot:
    queue = snapshot.queues.get(event.host, HashTrieMap())
    return _put(snapshot, event.host, queue.discard((event.queue_id, event.recipient)))


def _put(snapshot: Snapshot, host: str, queue: HashTrieMap[tuple[str, str], Waiting]) -> Snapshot:
    # An empty queue and none at all are the same world.
    queues = snapshot.queues.insert(host, queue) if queue else snapshot.queues.discard(host)
    return replace(snapshot, queues=queues)


STEPS: Steps = {
    events.Queued: _queued,
    events.Deferred: _deferred,
    events.Dequeued: _dequeued,
}
