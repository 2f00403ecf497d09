"""A device: a name, a folder, dialogues and mail programs."""

from __future__ import annotations

import re
import ssl
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from labserver.devices.channel import Channel
from labserver.devices.dialogue import Dialogue, no_greeting
from labserver.devices.dialogues import ImapDialogue, Pop3Dialogue, SmtpDialogue
from labserver.devices.errors import DeviceError, DeviceLost
from labserver.devices.files import StoredFile
from labserver.devices.folder import Folder
from labserver.devices.keepers import ImapKeeper, Pop3Keeper
from labserver.devices.seams import PORTS, Dialled, World
from labserver.devices.shelf import Shelf
from labserver.devices.tls import nobody
from labserver.events import DeviceAdded, Lost

if TYPE_CHECKING:
    from labserver.devices.programs import ImapProgram, Pop3Program, SmtpProgram
    from labserver.devices.programs.settings import Security, Settings

__all__ = ["Device"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")


class Device:
    """A laptop, a phone: what it holds is what is in its folder.

    `folder` is made if it is not there; files in it are told to the log again. `world` is its only
    way to what is outside. `trusts_lab`: it verifies servers by the authorities that `world` gives
    it; if False, it trusts nobody's certificate. Records DeviceAdded. Raises DeviceError for a name
    that can't be part of a file's or a host's name.
    """

    def __init__(
        self,
        name: str,
        owner: str,
        folder: Path,
        world: World,
        *,
        host: str = "mail.home.example",
    ) -> None:
        if not _NAME.fullmatch(name):
            raise DeviceError(
                f"a device's name is made of letters, digits, - and _, 31 at most: not {name!r}"
            )
        self.name = name
        self.owner = owner
        self.host = host
        self.trusts_lab = True
        self._world = world
        self._held: Shelf | None = Shelf(name, folder, world)
        self._dialogues: list[Dialogue] = []
        world.record(DeviceAdded(device=name, owner=owner))
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
        self._world.record(Lost(device=self.name))

    def close(self) -> None:
        """Close what connections it has and wait for nothing: the lab is closing."""
        for dialogue in self._dialogues:
            dialogue.abandon()
        self._dialogues.clear()

    # Dialogues

    @overload
    def dial(
        self, protocol: Literal["pop3", "pop3s"], *, host: str | None = None, keep: bool = True
    ) -> Pop3Dialogue: ...
    @overload
    def dial(
        self, protocol: Literal["imap", "imaps"], *, host: str | None = None, keep: bool = True
    ) -> ImapDialogue: ...
    @overload
    def dial(
        self,
        protocol: Literal["smtp", "submission", "submissions"],
        *,
        host: str | None = None,
        keep: bool = True,
    ) -> SmtpDialogue: ...
    def dial(
        self, protocol: Dialled, *, host: str | None = None, keep: bool = True
    ) -> Pop3Dialogue | ImapDialogue | SmtpDialogue:
        """Connect to a server, print its greeting, and return the dialogue.

        With `keep` what arrives is saved in the folder. pop3s, imaps and submissions begin with
        TLS; on the others `Dialogue.secure` may begin it. Raises ConnectionOver if the connection
        ends before the greeting, TlsFailed, LabError if there is no such host, DeviceLost.
        """
        shelf = self._shelf
        if protocol not in PORTS:
            raise DeviceError(f"a device dials one of {', '.join(PORTS)}, not {protocol!r}")
        address = host or self.host
        try:
            connection = self._world.connect(address, PORTS[protocol], self.name)
        except OSError:
            raise no_greeting(protocol) from None
        number = connection.number
        channel = Channel(connection, address, self._trust)
        dialogue: Pop3Dialogue | ImapDialogue | SmtpDialogue
        if protocol in {"pop3", "pop3s"}:
            pop3 = Pop3Keeper(shelf, number, self._world.address) if keep else None
            dialogue = Pop3Dialogue(channel, self.name, protocol, keeper=pop3)
        elif protocol in {"imap", "imaps"}:
            imap = ImapKeeper(shelf, number, self._world.address) if keep else None
            dialogue = ImapDialogue(channel, self.name, protocol, keeper=imap)
        else:
            dialogue = SmtpDialogue(channel, self.name, protocol)
        self._dialogues = [each for each in self._dialogues if each.open]
        self._dialogues.append(dialogue)
        if protocol in {"pop3s", "imaps", "submissions"}:
            dialogue.begin_tls()
        dialogue.greet()
        return dialogue

    def _trust(self) -> ssl.SSLContext:
        return self._world.trust() if self.trusts_lab else nobody()

    # Mail programs. `security` is the account's setting: "none"; "starttls", where TLS begins on
    # the plain port; or "tls", where it comes first (RFC 8314 section 3). What is asked for and
    # can't be had fails: no program goes on without.

    def pop3_program(
        self,
        account: str,
        password: str,
        *,
        leave_on_server: bool = True,
        delete_after: timedelta | None = None,
        security: Security = "none",
    ) -> Pop3Program:
        """Return a mail program that reads `account` (a user name) by POP3.

        `delete_after`: mail is left on the server until that long after it was fetched. Raises
        DeviceError if it is not to be left there at all.
        """
        from labserver.devices.programs import Pop3Program

        if delete_after is not None and not leave_on_server:
            raise DeviceError("mail that is not left on the server can't be deleted there later")
        return Pop3Program(
            self._settings(account, password, security),
            leave_on_server=leave_on_server,
            delete_after=delete_after,
        )

    def imap_program(
        self, account: str, password: str, *, security: Security = "none"
    ) -> ImapProgram:
        """Return a mail program that reads `account` (a user name) by IMAP."""
        from labserver.devices.programs import ImapProgram

        return ImapProgram(self._settings(account, password, security))

    def smtp_program(
        self, account: str, password: str, *, security: Security = "none"
    ) -> SmtpProgram:
        """Return a mail program that sends as `account` (a user name), by submission."""
        from labserver.devices.programs import SmtpProgram

        return SmtpProgram(self._settings(account, password, security))

    def _settings(self, login: str, password: str, security: Security) -> Settings:
        from labserver.devices.programs.settings import SECURITIES, Settings

        if security not in SECURITIES:
            raise DeviceError(f"security is one of {', '.join(SECURITIES)}, not {security!r}")
        return Settings(
            device=self.name,
            host=self.host,
            login=login,
            password=password,
            security=security,
            address=self._world.address(login),
            world=self._world,
            trust=self._trust,
            shelf=lambda: self._shelf,
        )
