"""Reads a snapshot as the map shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from labserver.snapshot import Changed, Place, Situation, Snapshot, describe, situation
from labserver.widgets.mailmap.collapse import Left, collapse
from labserver.widgets.mailmap.fullness import fullness
from labserver.widgets.mailmap.paths import paths
from labserver.widgets.mailmap.reader import Reader
from labserver.widgets.mailmap.values import CellFace, MapView, PlaceFace, ShelfFace
from labserver.widgets.mailmap.wires import wires
from labserver.widgets.visible import visible
from labserver.widgets.words import en as words

__all__ = ["blanked", "view"]

_SHELVES = 4
"""So many mailboxes are shown though they are empty."""


def view(
    snapshot: Snapshot,
    account: str,
    devices: Collection[str] | None = None,
    *,
    since: int = 0,
) -> MapView:
    """Return what the map of an account shows. Raises KeyError for an unknown one.

    What changed last is ringed, and the line that did it marked, unless that was not after entry
    `since` of the log, or was nothing of what is shown.
    """
    if snapshot.changed.step <= since:
        snapshot = replace(snapshot, changed=Changed())
    now = situation(snapshot, account, devices)
    if not any(cell.changed for row in now.rows for cell in row.cells):
        # What changed is somebody else's: no line has done anything here.
        snapshot = replace(snapshot, changed=Changed())
    strip, hidden = wires(snapshot, now)
    parts = collapse(now.rows)
    used = {part.shelf for part in parts}
    shelves = [name for n, name in enumerate(now.shelves) if name in used or n < _SHELVES]
    reader = Reader(snapshot, now, strip, shelves)
    order = _order(now.places)
    rows = tuple(
        reader.left(part) if isinstance(part, Left) else reader.row(part, order) for part in parts
    )
    return MapView(
        title=words.map_title(visible(account)),
        sentence=visible(describe(now)),
        step=snapshot.number,
        changed=snapshot.changed.step,
        places=tuple(_place(now, snapshot, n) for n in order),
        shelves=tuple(_shelf(now, name) for name in shelves),
        rows=rows,
        paths=paths(snapshot, now, strip),
        wires=strip,
        more_wires=words.more_connections(hidden) if hidden else "",
        news=words.news(_news(now)),
        words=words.MAP,
    )


def blanked(full: MapView) -> MapView:
    """Return the map with places and messages and no mark: to print, and to fill in by pencil."""
    empty = CellFace(
        state="blank",
        protocol="",
        word="",
        number="",
        details=(),
        label="",
        changed=False,
        tied=False,
        arrow="",
    )
    rows = tuple(
        replace(row, cells=(empty,) * len(row.cells), copies="", holder="", tone="plain")
        for row in full.rows
    )
    return replace(
        full,
        sentence=words.BLANK,
        places=tuple(
            replace(
                place,
                line=place.line if place.kind == "server" else "",
                lost=False,
                foot="",
                fullness=None,
            )
            for place in full.places
        ),
        shelves=tuple(replace(shelf, note="") for shelf in full.shelves),
        rows=rows,
        paths=(),
        wires=(),
        more_wires="",
        news="",
        blank=True,
        words={**full.words, "none": ""},
    )


def _shelf(now: Situation, name: str) -> ShelfFace:
    """Return a mailbox; what lies in it too, but has its row elsewhere, is named beside it."""
    held = any(row.shelf == name for row in now.rows)
    also = [
        row.letter
        for row in now.rows
        if row.shelf != name and any(copy.mailbox == name for copy in row.cells[0].copies)
    ]
    note = words.also(also) if also else "" if held else words.EMPTY
    return ShelfFace(name=words.mailbox(name), note=note)


def _news(now: Situation) -> list[str]:
    """Say what has changed last, a phrase a cell."""
    return [words.news_of(row, cell) for row in now.rows for cell in row.cells if cell.changed]


def _order(places: tuple[Place, ...]) -> list[int]:
    """Return the places as drawn: the server amid up to two devices, else first."""
    n = len(places)
    return [1, 0, *range(2, n)] if n in (2, 3) else list(range(n))


def _place(now: Situation, snapshot: Snapshot, n: int) -> PlaceFace:
    place = now.places[n]
    if place.kind == "server":
        mailboxes = snapshot.accounts[place.name].mailboxes.values()
        sizes = [copy.octets for mailbox in mailboxes for copy in mailbox.copies.values()]
        held = words.messages(len(sizes))
        bar = fullness(snapshot.accounts[place.name], now)
        foot = f"{held} · {words.size(sum(sizes))}" if sizes else held
        return PlaceFace(
            kind="server",
            name=words.SERVER,
            line=visible(place.name),
            foot=foot if bar is None else bar.text,
            fullness=bar,
        )
    device = now.devices[n - 1]
    copies = [copy for row in now.rows for copy in row.cells[n].copies]
    headers = sum(not copy.whole for copy in copies)
    line = words.device_line(device, len(copies), headers, now.strangers[n - 1])
    lost = device.lost is not None
    return PlaceFace(kind=device.kind, name=visible(device.name), line=line, lost=lost)
