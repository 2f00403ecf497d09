"""What happens to a lab as a whole, over no connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from labserver.events.event import Event

__all__ = ["Arranged", "Rewound"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged(Event):
    """Something was done to the lab that nothing else tells of; `what` is a clause that says it.

    A fault was added, lab time was moved on: such a deed is a step like any other.
    """

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewound(Event):
    """The lab is as it was after entry `step`; what was done since then is undone.

    `world` is the snapshot of that moment, so that the log can be folded from front to back. All
    connections have ended by then as a cut would end them.
    """

    step: int
    world: object = field(repr=False)
