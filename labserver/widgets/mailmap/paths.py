"""The sender's side: the way of a message to the server, in one line above the map."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.events import letters
from labserver.snapshot import Situation, Snapshot
from labserver.widgets.mailmap.wires import Wire
from labserver.widgets.visible import visible
from labserver.widgets.words import en as words

__all__ = ["PathFace", "paths"]

_SHOWN = 3
_HOST = "mail."


@dataclass(frozen=True, slots=True, kw_only=True)
class PathFace:
    """A client, the server that it speaks to, what waits there, and for which server.

    `start` is empty if nobody is connected there. `said` tells all of it in one sentence.
    """

    start: str
    wire: Wire | None
    host: str
    waits: str
    onward: str
    said: str


def paths(snapshot: Snapshot, now: Situation, strip: tuple[Wire, ...]) -> tuple[PathFace, ...]:
    """Return what is on its way: SMTP sessions that are open or changed something, and queues."""
    clients: dict[str, Wire] = {}
    for wire in strip:
        connection = snapshot.connections[wire.number]
        if wire.protocol == "smtp" and (wire.open or wire.marked):
            clients[connection.host] = wire
    queues: dict[str, dict[int, str]] = {}
    for row in now.waiting:
        queues.setdefault(row.host, {})[row.message] = row.recipient
    found = []
    for host in sorted({*clients, *queues}, key=lambda host: (host not in queues, host)):
        waiting = queues.get(host, {})
        onward = sorted({_HOST + each.rpartition("@")[2] for each in waiting.values()} - {host})
        found.append(_path(clients.get(host), host, sorted(waiting), onward))
    return tuple(found[:_SHOWN])


def _path(wire: Wire | None, host: str, waiting: list[int], onward: list[str]) -> PathFace:
    names = [letters(number) for number in waiting]
    waits = words.waits(names)
    goal = visible(onward[0]) if len(onward) == 1 else ""
    start = "" if wire is None else wire.device
    return PathFace(
        start=start,
        wire=wire,
        host=visible(host),
        waits=waits,
        onward=goal,
        said=words.path_sentence(
            start, "" if wire is None else wire.badge, visible(host), waits, goal
        ),
    )
