"""A device: a name, a folder, dialogues and mail programs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from labserver.devices.channel import Channel
from labserver.devices.dialogue import Dialogue, no_greeting
from labserver.devices.dialogues import ImapDialogue, Pop3Dialogue, SmtpDialogue
from labserver.devices.errors import DeviceError
from labserver.devices.holder import Holder
from labserver.devices.keepers import ImapKeeper, Pop3Keeper
from labserver.devices.seams import PORTS, Dialled, World

if TYPE_CHECKING:
    from labserver.devices.programs import ImapProgram, Pop3Program, SmtpProgram
    from labserver.devices.programs.settings import Security

__all__ = ["Device"]


class Device(Holder):
    """A laptop, a phone: what it holds is what is in its folder."""

    kind = "device"

    def __init__(
        self,
        name: str,
        owner: str,
        folder: Path,
        world: World,
        *,
        host: str = "mail.home.example",
    ) -> None:
        self._dialogues: list[Dialogue] = []
        super().__init__(name, owner, folder, world, host=host)

    @property
    def known_ids(self) -> tuple[str, ...]:
        """The POP3 unique-ids of all that the device ever fetched, in the order of fetching."""
        return tuple(self._shelf.known_ids())

    def flag(self, file: str, *flags: str) -> None:
        """Give a file these flags and no others, on this device only. Raises DeviceError."""
        self._shelf.flag(file, flags)

    def break_off(self) -> None:
        """Break all connections; return once the log has it."""
        for dialogue in self._dialogues:
            dialogue.cut()
        self._dialogues.clear()

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
