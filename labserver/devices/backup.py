"""A backup: copies kept for the day that a device, or the mail on the server, is lost."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from labserver.devices.errors import DeviceError
from labserver.devices.files import StoredFile
from labserver.devices.holder import Holder
from labserver.devices.seams import World

if TYPE_CHECKING:
    from labserver.devices.compared import Comparison
    from labserver.devices.programs.backup import BackedUp, BackupProgram
    from labserver.devices.programs.settings import Security
    from labserver.devices.programs.transfer import Uploaded

__all__ = ["Backup"]


class Backup(Holder):
    """A disk that lies apart, with whole messages of its owner's account in Maildirs.

    `password` is the owner's, for the routine to log in with. A message is here once for each copy
    that its mailbox has; nothing is deleted here because it was deleted elsewhere.
    """

    kind = "backup"

    def __init__(
        self,
        name: str,
        owner: str,
        folder: Path,
        world: World,
        *,
        password: str,
        host: str = "mail.home.example",
        security: Security = "none",
    ) -> None:
        super().__init__(name, owner, folder, world, host=host)
        self._password = password
        self._security: Security = security

    def copy(
        self, source: Holder | None = None, *, mailboxes: Collection[str] | None = None
    ) -> BackedUp:
        r"""Copy what is new: of the account, over IMAP; or of a device's folder, over nothing.

        Over IMAP that is all whole messages of its mailboxes, or of those named, with flags and
        internal date, read with BODY.PEEK[], which sets no \Seen; flags of what is here already
        become as they are there. A message is known by UIDVALIDITY and UID, and where they have
        changed by its SHA-256. Of a device come its whole files that are not here already, by
        SHA-256, mailbox by mailbox. Raises ProgramFailed, DeviceLost.
        """
        if source is None:
            return self._program().copy(mailboxes)
        return self._copy_files(source, mailboxes)

    def _copy_files(self, source: Holder, mailboxes: Collection[str] | None) -> BackedUp:
        from labserver.devices.programs.backup import BackedUp

        there, shelf = source.files(), self._shelf
        have = {_identity(file) for file in shelf.files()}
        copied = known = 0
        for file in there:
            if file.copied != "whole" or not _wanted(file, mailboxes):
                continue
            if _identity(file) in have:
                known += 1
                continue
            have.add(_identity(file))
            shelf.save(file.read(), file.origin, flags=file.flags, internaldate=file.internaldate)
            copied += 1
        return BackedUp(copied=copied, known=known)

    def restore(
        self,
        to: str | Holder | None = None,
        *,
        password: str | None = None,
        host: str | None = None,
        mailboxes: Collection[str] | None = None,
    ) -> Uploaded:
        """Put back what the server does not have, over IMAP, by APPEND with flags and date.

        Each message goes into the mailbox of the same name, which is made if need be. What is there
        already, octet by octet, is left alone; so this may be repeated. `to` (a user name, with its
        `password`, and its `host` if that is another server) is another account to put it into.
        Raises ProgramFailed, DeviceLost; DeviceError if `to` is a device: they fetch from there.
        """
        files = self._mine(mailboxes)
        return self._program(to, password, host).restore(files, tie=to is None)

    def compare(
        self,
        to: str | Holder | None = None,
        *,
        password: str | None = None,
        host: str | None = None,
        mailboxes: Collection[str] | None = None,
    ) -> Comparison:
        """Compare each file with the server's copy: both are read now, and hashed with SHA-256.

        `to` and the rest are as in `restore`. Raises ProgramFailed, DeviceLost.
        """
        files = self._mine(mailboxes)
        return self._program(to, password, host).compare(files, mailboxes)

    def _mine(self, mailboxes: Collection[str] | None) -> list[StoredFile]:
        """Return the files that are of the owner's account."""
        own = self._world.address(self.owner)
        return [
            file
            for file in self._shelf.files()
            if file.origin.account == own and _wanted(file, mailboxes)
        ]

    def _program(
        self,
        login: str | Holder | None = None,
        password: str | None = None,
        host: str | None = None,
    ) -> BackupProgram:
        from labserver.devices.programs.backup import BackupProgram

        if isinstance(login, Holder):
            raise DeviceError(
                f"a backup is put back into an account on a server, not onto {login.name}: "
                f"without a name into that of {self.owner}"
            )
        self._there()
        if login is None:
            login, password = self.owner, password or self._password
        if password is None:
            raise DeviceError(f"the password of {login} is needed")
        return BackupProgram(self._settings(login, password, self._security, host))


def _identity(file: StoredFile) -> tuple[str, str, str]:
    return file.origin.account, file.origin.mailbox, file.sha256


def _wanted(file: StoredFile, mailboxes: Collection[str] | None) -> bool:
    if mailboxes is None:
        return True
    names = [mailboxes] if isinstance(mailboxes, str) else mailboxes
    return file.origin.mailbox in {"INBOX" if n.upper() == "INBOX" else n for n in names}
