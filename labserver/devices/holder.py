"""What all places beside the server have: a name, an owner, a mail host, perhaps a folder."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from labserver.devices.errors import DeviceError, DeviceLost
from labserver.devices.files import StoredFile
from labserver.devices.folder import Folder
from labserver.devices.seams import World
from labserver.devices.shelf import Shelf
from labserver.devices.tls import nobody
from labserver.events import DeviceAdded, DeviceKind, Lost

if TYPE_CHECKING:
    from labserver.devices.programs.settings import Security, Settings

__all__ = ["Holder", "Party"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")


class Party:
    """Who connects to mail servers for somebody: `host` is the server that knows its `owner`.

    `world` is its only way to what is outside. `trusts_lab`: it verifies servers by the authorities
    that `world` gives it; if False, it trusts nobody's certificate. Records DeviceAdded. Raises
    DeviceError for a name that can't be part of a file's or a host's name.
    """

    kind: DeviceKind

    def __init__(self, name: str, owner: str, world: World, *, host: str) -> None:
        if not _NAME.fullmatch(name):
            raise DeviceError(
                f"a {self.kind}'s name is made of letters, digits, - and _,"
                f" 31 at most: not {name!r}"
            )
        self.name = name
        self.owner = owner
        self.host = host
        self.trusts_lab = True
        self._world = world
        self._lost = False
        self._here = False
        self.arrive()

    @property
    def lost(self) -> bool:
        """Whether it is gone."""
        return self._lost

    @property
    def here(self) -> bool:
        """Whether the lab knows of it: not, if the lab was rewound to before it came."""
        return self._here

    def arrive(self) -> None:
        """Come to be: the log is told."""
        self._here = True
        self._world.record(DeviceAdded(device=self.name, owner=self.owner, kind=self.kind))

    def rewound(self, *, here: bool, lost: bool) -> None:
        """Be what the lab was rewound to; the log is told nothing. It arrives when it is used."""
        self._here = here
        self._lost = lost

    def break_off(self) -> None:
        """Break what connections it has; return once the log has it."""

    def close(self) -> None:
        """Close what connections it has and wait for nothing: the lab is closing."""

    def _trust(self) -> ssl.SSLContext:
        return self._world.trust() if self.trusts_lab else nobody()

    def _get_shelf(self) -> Shelf:
        raise DeviceError(f"{self.name} has no folder")

    def _there(self) -> None:
        """Arrive if it has not. Raises DeviceLost if it is lost."""
        if not self._here:
            self.arrive()

    def _settings(
        self, login: str, password: str, security: Security, host: str | None = None
    ) -> Settings:
        from labserver.devices.programs.settings import SECURITIES, Settings

        if security not in SECURITIES:
            raise DeviceError(f"security is one of {', '.join(SECURITIES)}, not {security!r}")
        there: Callable[[], None] = self._there
        return Settings(
            device=self.name,
            host=host or self.host,
            login=login,
            password=password,
            security=security,
            address=self._world.address(login),
            world=self._world,
            trust=self._trust,
            there=there,
            shelf=self._get_shelf,
        )


class Holder(Party):
    """A party with a folder of mail, which can be lost with it.

    `folder` is made if it is not there; files in it are told to the log again.
    """

    def __init__(self, name: str, owner: str, folder: Path, world: World, *, host: str) -> None:
        self._folder = folder
        self._held: Shelf | None = None
        super().__init__(name, owner, world, host=host)

    def arrive(self) -> None:
        """Come to be, with what is in the folder: the log is told."""
        self._held = Shelf(self.name, self._folder, self._world)
        super().arrive()
        self._held.report()

    def rewound(self, *, here: bool, lost: bool) -> None:
        """Be what the lab was rewound to, with the folder as it is now."""
        super().rewound(here=here, lost=lost)
        self._held = Shelf(self.name, self._folder, self._world) if here and not lost else None

    def __repr__(self) -> str:
        if self._lost:
            return f"<{self.kind} {self.name}: lost>"
        if not self._here:
            return f"<{self.kind} {self.name}: not here yet>"
        if self._shelf.gone:
            return f"<{self.kind} {self.name}: its folder is gone>"
        count = len(self.files())
        return f"<{self.kind} {self.name}: {count} {'file' if count == 1 else 'files'}>"

    @property
    def _shelf(self) -> Shelf:
        if self._lost:
            raise DeviceLost(f"{self.name} is lost, with all that was on it")
        if self._held is None:
            self.arrive()
        return cast("Shelf", self._held)

    def _get_shelf(self) -> Shelf:
        return self._shelf

    def _there(self) -> None:
        self._get_shelf()

    def files(self) -> tuple[StoredFile, ...]:
        """Return what the folder holds, read from the disk now, oldest first.

        Raises DeviceError if the folder itself is gone, as that of a closed lab is.
        """
        return self._shelf.files()

    def folder(self, account: str, mailbox: str = "INBOX") -> Folder:
        """Return the Maildir of a mailbox of `account`, an address."""
        return self._shelf.folder(account, mailbox)

    def discard(self, file: str) -> None:
        """Delete a file from here, and from nowhere else. Raises DeviceError."""
        self._shelf.discard(file)

    def lose(self) -> None:
        """Lose it: its connections break, its folder is deleted."""
        shelf = self._shelf
        self.break_off()
        self._held = None
        self._lost = True
        shelf.destroy()
        self._world.record(Lost(device=self.name))
