"""The pictures of one lab: where an account's mail is, what was said, in which states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from labserver.errors import LabError
from labserver.events import Log
from labserver.lab.feed import LabFeed

if TYPE_CHECKING:
    from labserver.widgets import MailMap, Replay, StateDiagram, Transcript

__all__ = ["Pictures"]


class Pictures:
    """Draws from a lab's feed; knows at which step each account was looked at last."""

    def __init__(self, feed: LabFeed, log: Log) -> None:
        self._feed = feed
        self._log = log
        self._looked: dict[str, int] = {}

    def map(self, address: str) -> MailMap:
        """Return the live picture of where an account's mail is."""
        from labserver.widgets import MailMap  # slow to import

        return MailMap(self._feed, address, since=self._looked.get(address, 0), live=True)

    def look(self, address: str) -> MailMap:
        """Return the picture of this moment, with what is new since the last look."""
        from labserver.widgets import MailMap

        since, self._looked[address] = self._looked.get(address, 0), self._log.last
        return MailMap(self._feed, address, since=since, live=False)

    def replay(self) -> Replay:
        """Return what takes all live pictures through the log."""
        from labserver.widgets import Replay

        return Replay(self._feed)

    def transcript(
        self,
        connections: tuple[int, ...],
        *,
        protocol: str,
        device: str,
        order: Literal["connection", "time"],
        look: Literal["text", "bytes", "decoded"],
    ) -> Transcript:
        """Return the live transcript of these connections, or of all if there are none."""
        from labserver.widgets import Transcript

        return Transcript(
            self._feed,
            connections=connections or None,
            protocol=protocol,
            device=device,
            order=order,
            look=look,
        )

    def states(self, protocol: str, connection: int | None) -> StateDiagram:
        """Return the live diagram of a protocol's states. Raises LabError for another protocol."""
        from labserver.lab.tables import STATES
        from labserver.widgets import StateDiagram

        if protocol not in STATES:
            raise LabError(f"there are states of {', '.join(STATES)}, not of {protocol!r}")
        listeners, spoken, table = STATES[protocol]
        return StateDiagram(self._feed, table, listeners, spoken, connection=connection)
