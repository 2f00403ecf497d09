"""Where the events of a store go."""

from __future__ import annotations

from labserver.events import Event, Log

__all__ = ["Recorder"]


class Recorder:
    """Records events in a log: that of a rebuilding first, later that of the lab."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def __call__(self, event: Event) -> None:
        """Append an event."""
        self.log.append(event)
