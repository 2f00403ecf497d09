"""The devices of one lab, by name, and the place where their folders are."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import finalize

from labserver.lab.services import MAIL_HOST

if TYPE_CHECKING:
    from labserver.devices import Device, World

__all__ = ["Devices"]


class Devices:
    """Devices as they are asked for.

    `folder` is where their folders go; None: a temporary place, which `sweep` removes.
    """

    def __init__(self, folder: str | Path | None) -> None:
        self._folder = None if folder is None else Path(folder)
        self._made: dict[str, Device] = {}
        self._sweep: Callable[[], object] | None = None

    def get(self, name: str, owner: Callable[[], str], world: Callable[[], World]) -> Device:
        """Return the device of that name.

        If there is none, or it was lost, a new one: for the address that `owner` gives, meeting
        the server through `world`.
        """
        from labserver.devices import Device  # slow to import

        device = self._made.get(name)
        if device is None or device.lost:
            address = owner()
            device = Device(name, address, self.place() / name, world(), host=MAIL_HOST)
            self._made[name] = device
        return device

    def place(self) -> Path:
        """Return the folder of all devices' folders."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="mail-lab-"))
            # Runs at the end of the process too, when nobody has closed the lab.
            self._sweep = finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def close(self) -> None:
        """End what the devices have open."""
        with ExitStack() as each:  # Each is done even if one before it is interrupted.
            for device in self._made.values():
                each.callback(device.close)

    def sweep(self) -> None:
        """Remove the temporary place, if there is one."""
        if self._sweep is not None:
            self._sweep()
