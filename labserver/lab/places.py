"""The places beside the server that one lab has handed out, and where their folders are."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from weakref import finalize

from labserver.errors import LabError
from labserver.lab.journal import Journal
from labserver.lab.routes import full
from labserver.store import HOSTS

if TYPE_CHECKING:
    from labserver.devices import Backup, Device, Webmail, World

__all__ = ["Places"]

Party = TypeVar("Party", "Device", "Backup", "Webmail")


class Places:
    """Devices, backups and webmail as they are asked for: made the first time, and again once lost.

    `folder` is where their folders go; None: a temporary place, which `sweep` removes. `accounts`
    maps user names to passwords. `address` gives the address of a user name, and raises LabError if
    there is no such account; they meet the server through `world`. What
    lies in a folder already is noted in `journal`.
    """

    def __init__(
        self,
        folder: str | Path | None,
        accounts: Mapping[str, str],
        address: Callable[[str], str],
        world: Callable[[], World],
        journal: Journal,
    ) -> None:
        self._folder = None if folder is None else Path(folder)
        self._passwords = {full(login): password for login, password in accounts.items()}
        self._address = address
        self._world = world
        self._journal = journal
        self._made: dict[str, Device | Backup | Webmail] = {}
        self._sweep: Callable[[], object] | None = None

    def remember(self, address: str, password: str) -> None:
        """Take note of the password of an account that was added."""
        self._passwords[address] = password

    def device(self, name: str, owner: str) -> Device:
        """Return the device of that name; a new one is for a user."""
        from labserver.devices import Device  # slow to import

        held = self._held(name, Device)
        if held is None:
            address = self._address(owner)
            world, host = self._world(), _host(address)
            held = self._made[name] = Device(name, address, self.place() / name, world, host=host)
            self._note(name)
        return held

    def backup(self, name: str, owner: str, password: str | None) -> Backup:
        """Return the backup of that name; a new one is for a user."""
        from labserver.devices import Backup

        held = self._held(name, Backup)
        if held is None:
            address = self._address(owner)
            held = self._made[name] = Backup(
                name,
                address,
                self.place() / name,
                self._world(),
                password=self._password(address, password),
                host=_host(address),
            )
            self._note(name)
        return held

    def webmail(self, owner: str, name: str, password: str | None) -> Webmail:
        """Return the webmail of a user. Raises LabError if the name is of another user's."""
        from labserver.devices import Webmail

        held, address = self._held(name, Webmail), self._address(owner)
        if held is None:
            held = self._made[name] = Webmail(
                name,
                address,
                self._world(),
                password=self._password(address, password),
                host=_host(address),
            )
        if held.owner != address:
            raise LabError(f"{name} is {held.owner}'s: that of {address} needs another name")
        return held

    def _held(self, name: str, kind: type[Party]) -> Party | None:
        held = self._made.get(name)
        if held is None or held.lost:
            return None
        if not isinstance(held, kind):
            raise LabError(f"{name} is the name of a {held.kind}")
        if not held.here:
            held.arrive()
        return held

    def _note(self, name: str) -> None:
        """Note what lay in a folder before it was ever used: whoever rewinds must know it."""
        folder = self.place() / name
        self._journal.find(
            name,
            tuple(
                (path.relative_to(folder).as_posix(), path.read_bytes() if path.is_file() else None)
                for path in sorted(folder.rglob("*"))
            ),
        )

    def all(self) -> Mapping[str, Device | Backup | Webmail]:
        """Return all by name, with those that are lost."""
        return self._made

    def _password(self, address: str, given: str | None) -> str:
        password = self._passwords.get(address) if given is None else given
        if password is None:
            raise LabError(f"the lab was not told the password of {address}")
        return password

    def place(self) -> Path:
        """Return the folder of all their folders."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="mail-lab-"))
            # Runs at the end of the process too, when nobody has closed the lab.
            self._sweep = finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def close(self) -> None:
        """End what they have open."""
        with ExitStack() as each:  # Each is done even if one before it is interrupted.
            for held in self._made.values():
                each.callback(held.close)

    def sweep(self) -> None:
        """Remove the temporary place, if there is one."""
        if self._sweep is not None:
            self._sweep()


def _host(address: str) -> str:
    """Return the server that knows the people of an address's domain."""
    return HOSTS[address.rpartition("@")[2]]
