"""What a run of the queues has done: small values that read well in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from labserver.events import Leave

__all__ = ["Handled", "Held", "Settled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What became of a message for one recipient; `reply` is the last one."""

    letter: str
    host: str
    recipient: str
    how: Leave
    reply: str

    def __str__(self) -> str:
        return f"{self.letter} {self.how} at {self.host} for {self.recipient}: {self.reply}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A message that waits: until when, after how many tries, and why."""

    letter: str
    host: str
    recipient: str
    tries: int
    due: datetime
    reply: str

    def __str__(self) -> str:
        why = f": {self.reply}" if self.reply else ""
        return (
            f"{self.letter} waits at {self.host} for {self.recipient}"
            f" until {self.due:%d %b %H:%M}{why}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What left the queues, in order, and what waits there still; `now` is the time after it.

    `cut_short`: so much was handled that the rest was left waiting.
    """

    handled: tuple[Handled, ...]
    waiting: tuple[Held, ...]
    now: datetime
    cut_short: bool = False

    @property
    def relayed(self) -> tuple[Handled, ...]:
        """What another server took."""
        return self._left("relayed")

    @property
    def delivered(self) -> tuple[Handled, ...]:
        """What came to lie in a mailbox of the server where it waited."""
        return self._left("delivered")

    @property
    def bounced(self) -> tuple[Handled, ...]:
        """What failed, and was reported to its sender."""
        return self._left("bounced")

    @property
    def dropped(self) -> tuple[Handled, ...]:
        """What failed, with nobody to report it to."""
        return self._left("dropped")

    def _left(self, how: Leave) -> tuple[Handled, ...]:
        return tuple(each for each in self.handled if each.how == how)

    def __repr__(self) -> str:
        counts = [
            f"{len(those)} {how}"
            for how, those in (
                ("relayed", self.relayed),
                ("delivered", self.delivered),
                ("bounced", self.bounced),
                ("dropped", self.dropped),
            )
            if those
        ]
        count = len(self.waiting)
        waits = f"{count} {'waits' if count == 1 else 'wait'}" if count else "nothing waits"
        if self.cut_short:
            waits += "; stopped, for mail seems to multiply: look at the lists and forwardings"
        head = f"<{self.now:%d %b %H:%M}: {', '.join([*counts, waits])}>"
        return "\n".join([head, *map(str, self.handled), *map(str, self.waiting)])
