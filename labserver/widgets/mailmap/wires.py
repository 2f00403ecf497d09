"""The strip under the map: one entry a connection, and what was said on it last."""

from __future__ import annotations

import re
from dataclasses import dataclass

from labserver.snapshot import Connection, Said, Situation, Snapshot
from labserver.widgets.visible import clip, visible, wire
from labserver.widgets.words import en as words

__all__ = ["Exchange", "Wire", "wires"]

_SHOWN = 5
_LINE = 300
_TAG = re.compile(r'^[^\s(){%*"\\+]+ (?=[A-Za-z])')
"""What stands before a command of IMAP (RFC 3501 section 9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A line and its answer; either can be missing. `marked`: it changed what is ringed.

    With `end` it is no line but what the lab tells: a fault that struck, the end of the connection.
    """

    command: str = ""
    reply: str = ""
    end: str = ""
    marked: bool = False

    def __str__(self) -> str:
        if self.end:
            return self.end
        said = (f"C: {self.command}" if self.command else "", f"S: {self.reply}")
        return "  ".join(said if self.reply else said[:1]).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One connection. `label` is the line that changed a cell, without its tag.

    `short` is what the picture says of its state, or how it ended.
    """

    number: int
    protocol: str
    badge: str
    port: int
    device: str
    state: str
    short: str
    open: bool
    marked: bool
    label: str
    secured: str
    exchanges: tuple[Exchange, ...]


def wires(snapshot: Snapshot, now: Situation) -> tuple[tuple[Wire, ...], int]:
    """Return the connections to show, by number, and how many more are open.

    Shown are those that changed something in this step, all open ones, and of each device that
    has none open its last.
    """
    here = {device.name for device in now.devices if device.lost is None}
    last: dict[str, int] = {}
    open_ones = []
    for number in sorted(snapshot.connections):
        connection = snapshot.connections[number]
        if connection.how is None:
            open_ones.append(number)
        if connection.device in here:
            last[connection.device] = number
    busy = {snapshot.connections[number].device for number in open_ones}
    changing = [n for n, c in sorted(snapshot.connections.items()) if _changing(snapshot, c)]
    idle = [number for device, number in sorted(last.items()) if device not in busy]
    wanted = list(dict.fromkeys([*changing, *reversed(open_ones), *idle]))
    shown = sorted(wanted[:_SHOWN])
    return tuple(_wire(snapshot, snapshot.connections[n]) for n in shown), len(wanted) - len(shown)


def _changing(snapshot: Snapshot, connection: Connection) -> bool:
    changed = snapshot.changed
    by_line = connection.cause is not None and connection.cause.number in changed.lines
    return by_line or changed.ended == connection.number


def _wire(snapshot: Snapshot, connection: Connection) -> Wire:
    marked = _changing(snapshot, connection)
    by_line = marked and snapshot.changed.ended != connection.number
    cause = connection.cause if by_line else None
    exchanges = []
    said = Exchange(command=_text(connection.command), reply=_text(connection.reply))
    again = False
    if cause is not None:
        own = cause.direction == "C"
        again = cause == (connection.command if own else connection.reply)
        causing = Exchange(command=_text(cause), reply=_text(connection.effect), marked=True)
        exchanges.append(causing if own else Exchange(reply=_text(cause), marked=True))
    if str(said) and not again:
        exchanges.append(said)
    if connection.fault is not None:
        exchanges.append(Exchange(end=words.fault(connection.fault)))
    if marked and not by_line:
        exchanges.append(Exchange(end=words.ending(connection), marked=True))
    badge = words.PROTOCOLS[connection.protocol]
    return Wire(
        number=connection.number,
        protocol=badge.lower(),
        badge=badge,
        port=connection.port,
        device=visible(connection.device),
        state=words.connection_state(connection),
        short=words.ending(connection)
        or words.in_state(visible(connection.state), visible(connection.activity)),
        open=connection.how is None,
        marked=marked,
        secured="" if connection.secured is None else visible(connection.secured),
        label=_TAG.sub("", _text(cause)) if badge == "IMAP" else _text(cause),
        exchanges=tuple(exchanges),
    )


def _text(said: Said | None) -> str:
    return "" if said is None else clip(wire(said.text), _LINE)
