"""What changed in this step, and the line that did it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from rpds import HashTrieSet

from labserver.events import Event
from labserver.snapshot.values import Cell, Changed, Connection, Said, Snapshot

__all__ = ["Steps", "changed", "marking", "unsaid"]

Steps = dict[type[Event], Callable[[Snapshot, Any], Snapshot]]
"""How to fold an event, by its type."""


def changed(
    snapshot: Snapshot, cell: Cell | None, connection: int | None, *, told: bool = False
) -> Snapshot:
    """Note that `cell` changed because of what was said on `connection`.

    The cause is the client's last line; or the server's, if the client was told of something
    while it waited (`told`, in IDLE: RFC 2177). A change that no line made stands for itself.
    """
    if cell is None:
        return snapshot
    speaker = None if connection is None else snapshot.connections.get(connection)
    cause = None if speaker is None else _cause(speaker, told=told)
    before = snapshot.changed
    if before.settled or cause is None:
        before = Changed(step=snapshot.number, settled=cause is None)
    lines = before.lines
    if cause is not None and cause.number not in lines:
        lines = (*lines, cause.number)
    now = replace(before, step=snapshot.number, cells=before.cells.insert(cell), lines=lines)
    connections = snapshot.connections
    if speaker is not None and cause is not None and speaker.cause != cause:
        effect = speaker.reply if cause == speaker.command else None
        speaker = replace(speaker, cause=cause, effect=effect)
        connections = connections.insert(speaker.number, speaker)
    return replace(snapshot, changed=now, connections=connections)


def unsaid(snapshot: Snapshot, cells: Iterable[Cell] = (), ended: int | None = None) -> Snapshot:
    """Note a step that no line made: the lab laid mail in, a device was lost, a session broke.

    `cells` are what changed with the end of the connection `ended`.
    """
    now = Changed(step=snapshot.number, cells=HashTrieSet(cells), ended=ended)
    return replace(snapshot, changed=now)


def marking(snapshot: Snapshot, address: str) -> Snapshot:
    """Note that flags mean something in an account: from now on "no flag" says something, too."""
    account = snapshot.accounts.get(address)
    if account is None or account.marks:
        return snapshot
    account = replace(account, marks=True)
    return replace(snapshot, accounts=snapshot.accounts.insert(address, account))


def _cause(speaker: Connection, *, told: bool) -> Said | None:
    if told and speaker.activity == "IDLE" and speaker.reply is not None:
        return speaker.reply
    return speaker.command
