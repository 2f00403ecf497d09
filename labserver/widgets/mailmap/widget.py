"""The map as a widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import traitlets

from labserver.snapshot import Account, Snapshot
from labserver.widgets.base import Feed, LabWidget, script, style
from labserver.widgets.mailmap.faces import page, plain, sheet
from labserver.widgets.mailmap.key import key
from labserver.widgets.mailmap.picture import drawing
from labserver.widgets.mailmap.shapes import SYMBOLS
from labserver.widgets.mailmap.values import MapView
from labserver.widgets.mailmap.view import blanked, view
from labserver.widgets.turns import end_of
from labserver.widgets.walk import Walk
from labserver.widgets.words import en as words

__all__ = ["MailMap"]

_HERE = Path(__file__).parent


class MailMap(LabWidget):
    """Server and devices side by side: where each message of an account is.

    `account` is an address; `devices` names the devices to show, else those of the account's
    owner. `step` shows the world after that entry of the log. Live maps follow the lab; with
    `live=False`, or with a `step`, it is the picture of one moment. What changed last bears a
    ring, unless that was not after entry `since`. Raises KeyError for an account or device that
    the lab does not have.
    """

    _esm = script(_HERE / "widget.js")
    _css = style("lm-map", _HERE / "widget.css")
    symbols = traitlets.Dict().tag(sync=True)
    key = traitlets.Dict().tag(sync=True)
    sought = traitlets.Dict().tag(sync=True)
    """The cell that the page asks about: the `message`, and the `place` by its number."""
    wish = traitlets.Dict().tag(sync=True)
    """Where in the log the page wants to `go`: back, on or live."""

    def __init__(
        self,
        feed: Feed,
        account: str = "bob@home.example",
        *,
        step: int | None = None,
        devices: Sequence[str] | None = None,
        since: int = 0,
        live: bool = True,
        blank: bool = False,
    ) -> None:
        self._walk = Walk(feed)
        self._account = account
        self._devices = devices
        self._step = step
        self._since = since
        self._blank = blank
        self._begun = False
        self._seen = self._look(feed)
        self._begun = True
        super().__init__(feed, live=live and step is None, symbols=SYMBOLS, key=key())
        self.observe(self._asked, "sought")
        self.observe(self._wished, "wish")

    def _wished(self, change: dict[str, Any]) -> None:
        """Go through the log as the page asks to, with all the lab's pictures."""
        if not self._live:
            return
        self._walk.asked(change["new"])
        if self._feed.playhead.step is not None:
            self._walk.hold()

    def _moved(self) -> None:
        if self._feed.playhead.step is None:
            self._walk.let_go()
        super()._moved()

    def _look(self, feed: Feed) -> MapView:
        snapshot = feed.snapshot(self._step)
        if feed.playhead.step is not None and self._account not in snapshot.accounts:
            # Somebody has gone back to before it came.
            nothing = Account(address=self._account)
            accounts = snapshot.accounts.insert(self._account, nothing)
            snapshot = replace(snapshot, accounts=accounts)
        self._weight = len(snapshot.messages)
        seen = view(snapshot, self._account, self._named(snapshot), since=self._since)
        return blanked(seen) if self._blank else seen

    def _named(self, snapshot: Snapshot) -> Sequence[str] | None:
        """Return the devices that are asked for by name, without those that are still to come."""
        if self._devices is None or not self._begun:
            return self._devices
        return [name for name in self._devices if name in snapshot.devices]

    def _asked(self, change: dict[str, Any]) -> None:
        """Take the lab's pictures to the step that changed a cell last, if something takes them."""
        message, place = change["new"].get("message"), change["new"].get("place")
        playhead = self._feed.playhead
        if not playhead.held or not isinstance(message, int) or not isinstance(place, int):
            return
        if 0 <= place < len(self._seen.places):
            face = self._seen.places[place]
            name = self._account if face.kind == "server" else face.name
            step = self._changed_last(message, name)
            if step is not None:
                playhead.to(step)

    def _changed_last(self, message: int, name: str) -> int | None:
        """Return the newest step by now that changed a cell, at the end of what it was part of."""
        step = self._seen.step
        while step > self._feed.first:
            changed = self._feed.snapshot(step).changed
            if any((cell.place.name, cell.message) == (name, message) for cell in changed.cells):
                return end_of(self._feed.entries(changed.step), changed.step)
            # Nothing else was changed between two changes.
            step = min(step, changed.step) - 1
        return None

    def blank(self) -> MailMap:
        """Return the same map without a mark, of this moment: to print, and fill in by pencil."""
        return MailMap(
            self._feed,
            self._account,
            step=self._step,
            devices=self._devices,
            live=False,
            blank=True,
        )

    def _past(self) -> str:
        """Say that it is the past, if it is."""
        step = self._feed.playhead.step if self._live else None
        return "" if step is None else words.past(step)

    def _steps(self) -> dict[str, Any]:
        """Return what the step buttons say and can do; nothing if this is of one moment."""
        if not self._live:
            return {}
        step = self._feed.playhead.step
        newest = self._seen.step if step is None else self._walk.newest
        return {
            "at": words.step(self._seen.step, newest),
            "back": self._seen.step > self._feed.first,
            "live": step is None,
        }

    def _drawn(self) -> dict[str, Any]:
        self._seen = self._look(self._feed) if self._live else self._seen
        nodes, at = drawing(self._seen)
        return {
            "step": self._seen.step,
            "changed": self._seen.changed,
            "label": self._seen.sentence,
            "over": self._feed.closed,
            "past": self._past(),
            "steps": self._steps(),
            "held": self._live and self._feed.playhead.held,
            "width": at.width,
            "height": at.height,
            "nodes": nodes,
            **sheet(self._seen, at),
        }

    def html(self) -> str:
        """Return the map for saved notebooks: an image on a light plate, and a table."""
        return page(self._seen)

    def text(self) -> str:
        """Return the map as an aligned table of text."""
        return plain(self._seen)

    def close(self) -> None:
        """Stop following the lab; if only this kept its pictures in the past, they are live."""
        if hasattr(self, "_walk"):  # ipywidgets closes what is deleted, made to the end or not.
            self._walk.let_go()
        super().close()
