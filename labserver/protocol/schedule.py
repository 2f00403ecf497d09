"""When a message that could not be passed on is tried again (RFC 5321 section 4.5.4.1): pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["Schedule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The pauses between tries.

    The first is `pause`, each further one twice as long as the one before. The last try is made
    `give_up` after the message was received. Once it has waited for `warn`, a sender who asked
    for that is told (RFC 3461 section 5.2.5). Raises ValueError for what is not positive.
    """

    pause: timedelta = timedelta(minutes=30)
    give_up: timedelta = timedelta(days=5)
    warn: timedelta = timedelta(hours=4)

    def __post_init__(self) -> None:
        """Look at the durations."""
        if min(self.pause, self.give_up, self.warn) <= timedelta(0):
            raise ValueError("the durations of a schedule are greater than zero")

    def deadline(self, received: datetime) -> datetime:
        """Return the moment of the last try."""
        return received + self.give_up

    def due(self, received: datetime, tries: int, now: datetime) -> datetime | None:
        """Return when to try again after the try number `tries` has failed; None: never."""
        deadline = self.deadline(received)
        if now >= deadline:
            return None
        # Bounded: whoever sets a pause of a second need not wait for the number to overflow.
        return min(now + self.pause * (1 << min(tries - 1, 30)), deadline)

    def warns(self, received: datetime, now: datetime) -> bool:
        """Tell whether the message has waited long enough for the sender to be told."""
        return now - received >= self.warn
