"""Taking a lab back to an earlier step: rebuilt beside it, compared, and only then put in place."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from labserver.devices.holder import Party
from labserver.errors import LabError
from labserver.lab.places import Places
from labserver.lab.rebuilding import Rebuilt, rebuild
from labserver.lab.server import Server
from labserver.snapshot import Snapshot, differing, fold

__all__ = ["rewind"]


def rewind(step: int, server: Server, held: Places) -> int:
    """Do what `Lab.rewind` says."""
    why_not = server.why_not_rewound()
    if why_not is not None:
        raise LabError(f"{why_not}: it can't be rewound")
    last = server.log.last
    if not 0 <= step <= last:
        raise LabError(f"there is no moment {step}: the log has {last}")
    devices, place = held.all(), held.place()
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".rewind-", dir=place) as beside:
        rebuilt = rebuild(
            server.plan,
            server.log,
            server.journal,
            step,
            root=Path(beside),
            address=server.address,
        )
        try:
            world = server.feed.snapshot(rebuilt.step)
            _must_be_alike(rebuilt, world)
            for device in devices.values():
                device.break_off()
        except BaseException:
            rebuilt.close()
            raise

        def then() -> None:
            _put_in_place(rebuilt, world, devices, place)

        server.background.run(server.adopt(rebuilt, world, then))
    return rebuilt.step


def _must_be_alike(rebuilt: Rebuilt, world: Snapshot) -> None:
    """Raise LabError if what was rebuilt is not what was."""
    found = differing(fold(rebuilt.log), world)
    if found:
        raise LabError(
            f"what was done up to moment {rebuilt.step} does not come to the same again: there is"
            f" a difference in {', '.join(found)}; nothing was rewound"
        )


def _put_in_place(
    rebuilt: Rebuilt, world: Snapshot, devices: Mapping[str, Party], place: Path
) -> None:
    """Have the folders of all devices be what was rebuilt."""
    for name in devices:
        shutil.rmtree(place / name, ignore_errors=True)
    for folder in rebuilt.root.iterdir():
        folder.replace(place / folder.name)
    for name, device in devices.items():
        known = world.devices.get(name)
        lost = known is not None and known.lost is not None
        device.rewound(here=known is not None and not lost, lost=lost)
