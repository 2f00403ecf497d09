"""The map as a widget."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import traitlets

from labserver.widgets.base import Feed, LabWidget, script, style
from labserver.widgets.mailmap.faces import page, plain, sheet
from labserver.widgets.mailmap.key import key
from labserver.widgets.mailmap.picture import drawing
from labserver.widgets.mailmap.shapes import SYMBOLS
from labserver.widgets.mailmap.values import MapView
from labserver.widgets.mailmap.view import blanked, view

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
        self._account = account
        self._devices = devices
        self._step = step
        self._since = since
        self._blank = blank
        self._seen = self._look(feed)
        super().__init__(feed, live=live and step is None, symbols=SYMBOLS, key=key())

    def _look(self, feed: Feed) -> MapView:
        snapshot = feed.snapshot(self._step)
        self._weight = len(snapshot.messages)
        seen = view(snapshot, self._account, self._devices, since=self._since)
        return blanked(seen) if self._blank else seen

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

    def _drawn(self) -> dict[str, Any]:
        self._seen = self._look(self._feed) if self._live else self._seen
        nodes, at = drawing(self._seen)
        return {
            "step": self._seen.step,
            "changed": self._seen.changed,
            "label": self._seen.sentence,
            "over": self._feed.closed,
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
