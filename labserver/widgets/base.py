"""What all widgets share: their three faces; and the pictures, their facts and live repainting.

ipywidgets has no types: this is the one typed base on top of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import anywidget
import traitlets

from labserver.events import Entry
from labserver.snapshot import Playhead, Snapshot
from labserver.widgets.painter import Painter
from labserver.widgets.palette import variables

__all__ = ["Faced", "Feed", "LabWidget", "script", "style"]


_PAUSE = 0.02
_PAUSE_EACH = 0.0001


def script(own: Path) -> str:
    """Return a picture's script as a module: what all pictures share, and then its own."""
    shared = Path(__file__).with_name("draw.js")
    return shared.read_text(encoding="utf-8") + own.read_text(encoding="utf-8")


def style(name: str, own: Path) -> str:
    """Return the style sheet of a picture of class `name`: the colours, and then its own."""
    return variables(name) + own.read_text(encoding="utf-8")


class Feed(Protocol):
    """Where the pictures get their facts: the lab."""

    @property
    def closed(self) -> bool:
        """Whether the lab is over: nothing will change any more."""

    @property
    def first(self) -> int:
        """The first step that can be looked at."""

    @property
    def playhead(self) -> Playhead:
        """Where the lab's pictures are."""

    def snapshot(self, step: int | None = None) -> Snapshot:
        """Return the world after entry `step` of the log, or now."""

    def entries(self, since: int, until: int | None = None) -> list[Entry]:
        """Return the entries of the log with a number greater than `since`, up to `until`."""

    def body(self, sha256: str) -> bytes:
        """Return the octets of a `Data` event. Raises KeyError if they are not kept."""

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback()` after changes, on the server's thread; returns what ends it."""


class _Shown:
    """What a live picture sees of a feed: the world where the playhead is."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self.playhead = feed.playhead

    @property
    def closed(self) -> bool:
        return self._feed.closed

    @property
    def first(self) -> int:
        return self._feed.first

    def snapshot(self, step: int | None = None) -> Snapshot:
        if step is None:
            step = self.playhead.step
        # A bounded log may have dropped it meanwhile.
        return self._feed.snapshot(None if step is None else max(step, self.first))

    def entries(self, since: int, until: int | None = None) -> list[Entry]:
        return self._feed.entries(since, until)

    def body(self, sha256: str) -> bytes:
        return self._feed.body(sha256)

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        return self._feed.listen(callback)


class Faced(anywidget.AnyWidget):
    """What has three faces: live in a page, HTML in a saved notebook, and plain text."""

    view = traitlets.Dict().tag(sync=True)
    """What the page's script draws."""

    def html(self) -> str:
        """Return the face for saved notebooks: HTML without scripts, the same each time."""
        raise NotImplementedError

    def text(self) -> str:
        """Return the face in plain text."""
        raise NotImplementedError

    def __repr__(self) -> str:
        # anywidget's holds a memory address; outputs must be the same each time.
        return self.text()

    def __str__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - ipywidgets' own signature
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if bundle is not None else ({}, {})
        return {**data, "text/plain": self.text(), "text/html": self.html()}, metadata


class LabWidget(Faced):
    """A picture of the lab. A subclass says what it shows; this keeps it and shows it.

    With `live` it follows the lab until the lab or the widget is closed, and the lab's playhead
    until the widget is; otherwise it stays the picture of the moment when it was made.
    """

    # ipywidgets closes what is deleted, made to the end or not.
    _deafen: Callable[[], None] | None = None
    _unhook: Callable[[], None] | None = None
    _painter: Painter | None = None
    _weight = 0
    """How many entries or messages a painting goes through."""

    def __init__(self, feed: Feed, *, live: bool, **traits: object) -> None:
        self._live = live and not feed.closed
        self._feed: Feed = _Shown(feed) if self._live else feed
        super().__init__(view=self._drawn(), **traits)
        if self._live:
            self._painter = Painter(self._paint)
            self._deafen = feed.listen(self._heard)
            self._unhook = feed.playhead.listen(self._moved)
            # What changed while this was being made has not been told to us.
            self._painter.changed()

    def _drawn(self) -> dict[str, Any]:
        """Return what the page's script is to draw now. Called under one lock."""
        raise NotImplementedError

    def _paint(self) -> None:
        self.view = self._drawn()
        if self._painter is not None:
            # A long story takes long to paint: leave the other threads time for their work.
            self._painter.pause = _PAUSE + _PAUSE_EACH * self._weight
        if self._feed.closed:
            self._stop()

    def _heard(self) -> None:
        """Take note of a change; the last one is that the lab is closed, and is not waited for."""
        if self._painter is not None:
            (self._painter.at_once if self._feed.closed else self._painter.changed)()

    def _moved(self) -> None:
        """Paint what the playhead has come to: now, and not after a pause."""
        if self._painter is not None:
            self._painter.now()

    def _stop(self) -> None:
        deafen, self._deafen = self._deafen, None
        if deafen is not None:
            deafen()

    def close(self) -> None:
        """Stop following the lab, and take the live face from the page."""
        self._stop()
        unhook, self._unhook = self._unhook, None
        if unhook is not None:
            unhook()
        if self._painter is not None:
            self._painter.end()
        super().close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'live' if self._live else 'of one moment'})"

    def __str__(self) -> str:
        if self._painter is not None:
            self._painter.now()
        return self.text()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - ipywidgets' own signature
        if self._painter is not None:
            self._painter.now()
        return super()._repr_mimebundle_(**kwargs)
