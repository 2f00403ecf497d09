"""A device: a name, a folder, dialogues and mail programs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from labserver.devices.dialogue import Dialogue, no_greeting
from labserver.devices.dialogues import ImapDialogue, Pop3Dialogue, SmtpDialogue
from labserver.devices.errors import DeviceError, DeviceLost
from labserver.devices.files import StoredFile
from labserver.devices.folder import Folder
from labserver.devices.keepers import ImapKeeper, Pop3Keeper
from labserver.devices.seams import PORTS, Address, Connect, Dialled, Record
from labserver.devices.shelf import Shelf
from labserver.events import DeviceAdded, Lost

if TYPE_CHECKING:
    from labserver.devices.programs import ImapProgram, Pop3Program, SmtpProgram
    from labserver.devices.programs.settings import Settings

__all__ = ["Device"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")


def _home_address(login: str) -> str:
    return login if "@" in login else f"{login}@home.example"


class Device:
    """A laptop, a phone: what it holds is what is in its folder.

    `folder` is made if it is not there; files in it are told to the log again. `connect` and
    `record` are its only ways to the world, `address` its account settings: which mail address
    belongs to a user name. Records DeviceAdded. Raises DeviceError for a name that can't be part
    of a file's or a host's name.
    """

    def __init__(
        self,
        name: str,
        owner: str,
        folder: Path,
        connect: Connect,
        record: Record,
        *,
        address: Address = _home_address,
        host: str = "mail.home.example",
    ) -> None:
        if not _NAME.fullmatch(name):
            raise DeviceError(
                f"a device's name is made of letters, digits, - and _, 31 at most: not {name!r}"
            )
        self.name = name
        self.owner = owner
        self.host = host
        self._connect = connect
        self._record = record
        self._address = address
        self._held: Shelf | None = Shelf(name, folder, record)
        self._dialogues: list[Dialogue] = []
        record(DeviceAdded(device=name, owner=owner))
        self._held.report()

    def __repr__(self) -> str:
        if self._held is None:
            return f"<device {self.name}: lost>"
        count = len(self.files())
        return f"<device {self.name}: {count} {'file' if count == 1 else 'files'}>"

    # The folder

    @property
    def lost(self) -> bool:
        """Whether the device is gone."""
        return self._held is None

    @property
    def _shelf(self) -> Shelf:
        if self._held is None:
            raise DeviceLost(f"{self.name} is lost, with all that was on it")
        return self._held

    def files(self) -> tuple[StoredFile, ...]:
        """Return what the folder holds, read from the disk now, oldest first."""
        return self._shelf.files()

    @property
    def known_ids(self) -> tuple[str, ...]:
        """The POP3 unique-ids of all that the device ever fetched, in the order of fetching."""
        return tuple(self._shelf.known_ids())

    def folder(self, account: str, mailbox: str = "INBOX") -> Folder:
        """Return the Maildir of a mailbox of `account`, an address."""
        return self._shelf.folder(account, mailbox)

    def flag(self, file: str, *flags: str) -> None:
        """Give a file these flags and no others, on this device only. Raises DeviceError."""
        self._shelf.flag(file, flags)

    def discard(self, file: str) -> None:
        """Delete a file from this device, and from nowhere else. Raises DeviceError."""
        self._shelf.discard(file)

    def lose(self) -> None:
        """Lose the device: its connections break, its folder is deleted."""
        shelf = self._shelf
        for dialogue in self._dialogues:
            dialogue.cut()
        self._held = None
        shelf.destroy()
        self._record(Lost(device=self.name))

    def close(self) -> None:
        """Close what connections it has and wait for nothing: the lab is closing."""
        for dialogue in self._dialogues:
            dialogue.abandon()
        self._dialogues.clear()

    # Dialogues

    @overload
    def dial(
        self, protocol: Literal["pop3"], *, host: str | None = None, keep: bool = True
    ) -> Pop3Dialogue: ...
    @overload
    def dial(
        self, protocol: Literal["imap"], *, host: str | None = None, keep: bool = True
    ) -> ImapDialogue: ...
    @overload
    def dial(
        self,
        protocol: Literal["smtp", "submission"],
        *,
        host: str | None = None,
        keep: bool = True,
    ) -> SmtpDialogue: ...
    def dial(
        self, protocol: Dialled, *, host: str | None = None, keep: bool = True
    ) -> Pop3Dialogue | ImapDialogue | SmtpDialogue:
        """Connect to a server, print its greeting, and return the dialogue.

        With `keep` what arrives is saved in the folder. Raises ConnectionOver if the connection
        ends before the greeting, LabError if there is no such host, DeviceLost.
        """
        shelf = self._shelf
        if protocol not in PORTS:
            raise DeviceError(f"a device dials one of {', '.join(PORTS)}, not {protocol!r}")
        try:
            connection = self._connect(host or self.host, PORTS[protocol], self.name)
        except OSError:
            raise no_greeting(protocol) from None
        number = connection.number
        dialogue: Pop3Dialogue | ImapDialogue | SmtpDialogue
        if protocol == "pop3":
            pop3 = Pop3Keeper(shelf, number, self._address) if keep else None
            dialogue = Pop3Dialogue(connection, self.name, keeper=pop3)
        elif protocol == "imap":
            imap = ImapKeeper(shelf, number, self._address) if keep else None
            dialogue = ImapDialogue(connection, self.name, keeper=imap)
        else:
            dialogue = SmtpDialogue(connection, self.name, protocol)
        self._dialogues = [each for each in self._dialogues if each.open]
        self._dialogues.append(dialogue)
        dialogue.greet()
        return dialogue

    # Mail programs

    def pop3_program(
        self, account: str, password: str, *, leave_on_server: bool = True
    ) -> Pop3Program:
        """Return a mail program that reads `account` (a user name) by POP3."""
        from labserver.devices.programs import Pop3Program

        return Pop3Program(self._settings(account, password), leave_on_server=leave_on_server)

    def imap_program(self, account: str, password: str) -> ImapProgram:
        """Return a mail program that reads `account` (a user name) by IMAP."""
        from labserver.devices.programs import ImapProgram

        return ImapProgram(self._settings(account, password))

    def smtp_program(self, account: str, password: str) -> SmtpProgram:
        """Return a mail program that sends as `account` (a user name), by submission."""
        from labserver.devices.programs import SmtpProgram

        return SmtpProgram(self._settings(account, password))

    def _settings(self, login: str, password: str) -> Settings:
        from labserver.devices.programs.settings import Settings

        return Settings(
            device=self.name,
            host=self.host,
            login=login,
            password=password,
            address=self._address(login),
            address_of=self._address,
            connect=self._connect,
            shelf=lambda: self._shelf,
        )
