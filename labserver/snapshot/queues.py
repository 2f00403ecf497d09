"""How what waits at the servers, and what is refused, follows from the log."""

from __future__ import annotations

import re
from dataclasses import replace

from rpds import HashTrieMap

from labserver import events
from labserver.snapshot.step import Steps, changed
from labserver.snapshot.values import Cell, Place, Refusal, Snapshot, Waiting

__all__ = ["STEPS"]

_REFUSED = re.compile(r"[45]\d\d(?!\d)")
"""How the reply begins of a server that was asked and said no."""


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
    row = queue.get((event.queue_id, event.recipient))
    if row is not None and event.how in ("bounced", "dropped") and _REFUSED.match(event.reply):
        message = snapshot.messages.get(event.message)
        refusal = Refusal(
            account=event.recipient,
            message=event.message,
            sender=row.sender,
            octets=0 if message is None else message.octets,
            reply=event.reply,
            told=event.how == "bounced",
        )
        snapshot = _refuse(snapshot, refusal, None)
    return _put(snapshot, event.host, queue.discard((event.queue_id, event.recipient)))


def _rejected(snapshot: Snapshot, event: events.Rejected) -> Snapshot:
    refusal = Refusal(
        account=event.account,
        message=event.message,
        sender=event.sender,
        octets=event.octets,
        reply=event.reply,
        told=True,
    )
    return _refuse(snapshot, refusal, event.connection)


def _refuse(snapshot: Snapshot, refusal: Refusal, connection: int | None) -> Snapshot:
    # What has never crossed has no letter: it goes by the entry that tells of it.
    number = -snapshot.number if refusal.message is None else refusal.message
    snapshot = replace(snapshot, refusals=snapshot.refusals.insert(snapshot.number, refusal))
    return changed(snapshot, Cell(Place("server", refusal.account), number), connection)


def _put(snapshot: Snapshot, host: str, queue: HashTrieMap[tuple[str, str], Waiting]) -> Snapshot:
    # An empty queue and none at all are the same world.
    queues = snapshot.queues.insert(host, queue) if queue else snapshot.queues.discard(host)
    return replace(snapshot, queues=queues)


STEPS: Steps = {
    events.Queued: _queued,
    events.Deferred: _deferred,
    events.Dequeued: _dequeued,
    events.Rejected: _rejected,
}
