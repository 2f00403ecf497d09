"""How the world goes on from an earlier step of its own log."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from labserver import events
from labserver.snapshot.connections import end
from labserver.snapshot.step import Steps
from labserver.snapshot.values import Changed, Epoch, Snapshot

__all__ = ["STEPS"]


def _rewound(snapshot: Snapshot, event: events.Rewound) -> Snapshot:
    world = cast("Snapshot", event.world)
    here = replace(
        world,
        number=snapshot.number,
        time=snapshot.time,
        epoch=Epoch(begun=snapshot.number, step=event.step),
    )
    for number in sorted(world.connections):
        if world.connections[number].how is None:
            here = end(here, number, "cut")
    return replace(here, changed=Changed(step=snapshot.number))


STEPS: Steps = {events.Rewound: _rewound}
