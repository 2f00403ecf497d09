"""All files of one device: written, read back from the disk, and told to the log."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from labserver.devices.errors import DeviceError
from labserver.devices.files import Note, Origin, StoredFile, write_whole
from labserver.devices.folder import Folder
from labserver.devices.names import folder_name
from labserver.devices.seams import World
from labserver.events import Copied, Discarded, Saved, Synced

__all__ = ["Shelf"]

_RECENT = "\\recent"


class Shelf:
    """The folder of a device.

    Below `root` there is a folder for each account, in it a Maildir for each mailbox, and in that
    `notes/` with what is known of each file. A file's name is its number on this device and the
    device: `1.laptop`; numbers are never given twice.
    """

    def __init__(self, device: str, root: Path, world: World) -> None:
        self._device = device
        self._root = root
        self._record = world.record
        self._keep = world.keep
        self._now = world.now
        self._folders: dict[tuple[str, str], Folder] = {}
        self._homes: dict[str, Folder] = {}
        self._tied: dict[tuple[str, str, int | None, int | None], str] = {}
        self._ids: dict[tuple[str, str], datetime] = {}
        self._last = 0
        root.mkdir(parents=True, exist_ok=True)
        self._look()

    def _look(self) -> None:
        """Take note of what is on the disk already."""
        for label in sorted(self._root.glob("*/*/mailbox.json")):
            account, mailbox = json.loads(label.read_text("utf-8"))
            folder = self._folders[account, mailbox] = Folder(label.parent)
            for path in (label.parent / "notes").glob("*.json"):
                name = path.name.removesuffix(".json")
                self._homes[name] = folder
                origin = Note.from_json(path.read_text("utf-8")).origin
                if origin.tied:
                    self._tied[origin.name] = name
        ids, last = self._root / "known-ids.json", self._root / "last-number"
        if ids.exists():
            for account, uidl, when in map(json.loads, ids.read_text("utf-8").splitlines()):
                self._ids[account, uidl] = datetime.fromisoformat(when)
        if last.exists():
            self._last = int(last.read_text("ascii"))

    def report(self) -> None:
        """Tell the log of all files that are there."""
        for file in self.files():
            self._keep(file.read())
            self._record(_saved(self._device, file, None))

    # Reading

    @property
    def gone(self) -> bool:
        """Whether the whole folder is gone from the disk."""
        return not self._root.is_dir()

    def files(self) -> tuple[StoredFile, ...]:
        """Return the files as the disk has them, oldest first.

        Raises DeviceError if the whole folder is gone, as a closed lab's temporary ones are.
        """
        if self.gone:
            raise DeviceError(f"the folder of {self._device} is no longer there")
        names = sorted(self._homes, key=lambda name: int(name.partition(".")[0]))
        found = (self.file(name) for name in names)
        return tuple(file for file in found if file is not None)

    def file(self, name: str) -> StoredFile | None:
        """Return one file, or None if the disk does not have it."""
        folder = self._homes.get(name)
        path = None if folder is None else folder.where(name)
        if folder is None or path is None:
            return None
        note = self._note(folder, name)
        octets = path.read_bytes()
        return StoredFile(
            name=name,
            path=path,
            copied=note.copied,
            octets=len(octets),
            sha256=hashlib.sha256(octets).hexdigest(),
            origin=note.origin,
            flags=note.flags,
            internaldate=note.internaldate,
        )

    def tied(self, origin: Origin) -> StoredFile | None:
        """Return the file that is tied to that message on the server, or None."""
        name = self._tied.get(origin.name)
        return None if name is None else self.file(name)

    def tied_uids(self, account: str, mailbox: str) -> dict[int, dict[int, str]]:
        """Return the names of the tied files of a mailbox, by UIDVALIDITY and UID."""
        found: dict[int, dict[int, str]] = {}
        for (whose, box, uidvalidity, uid), name in self._tied.items():
            if (whose, box) == (account, mailbox):
                found.setdefault(uidvalidity or 0, {})[uid or 0] = name
        return found

    def known_ids(self, account: str | None = None) -> Iterator[str]:
        """Give the unique-ids of all that was ever fetched by POP3, in the order of fetching."""
        return (uidl for whose, uidl in self._ids if account in {None, whose})

    def fetched(self, account: str, uidl: str) -> datetime | None:
        """Return when the message of a unique-id was first fetched; None: it never was."""
        return self._ids.get((account, uidl))

    def folder(self, account: str, mailbox: str) -> Folder:
        """Return the Maildir of a mailbox; made if there is none yet."""
        folder = self._folders.get((account, mailbox))
        if folder is None:
            parent = self._root / folder_name(account)
            plain = folder_name(mailbox)
            path, n = parent / plain, 1
            while path.exists():  # Names that differ in case only are one name on Windows.
                n += 1
                path = parent / f"{plain}-{n}"
            folder = Folder(path)
            (path / "notes").mkdir()
            label = json.dumps([account, mailbox])
            write_whole(path / "mailbox.json", label.encode())
            self._folders[account, mailbox] = folder
        return folder

    def _note(self, folder: Folder, name: str) -> Note:
        return Note.from_json((folder.path / "notes" / f"{name}.json").read_text("utf-8"))

    # Writing

    def save(
        self,
        octets: bytes,
        origin: Origin,
        *,
        copied: Copied = "whole",
        flags: Iterable[str] = (),
        connection: int | None = None,
        name: str | None = None,
        internaldate: datetime | None = None,
    ) -> StoredFile:
        """Write a file: a new one, or the one named `name` with its new contents."""
        shown = _lasting(flags)
        if name is None:
            self._last += 1
            name = f"{self._last}.{self._device}"
            write_whole(self._root / "last-number", str(self._last).encode())
        folder = self._homes.setdefault(name, self.folder(origin.account, origin.mailbox))
        path = folder.put(name, octets, shown)
        note = Note(copied=copied, origin=origin, flags=shown, internaldate=internaldate)
        self._write_note(folder, name, note)
        if origin.tied:
            self._tied[origin.name] = name
        if origin.uidl is not None:
            self._remember(origin.account, origin.uidl)
        file = StoredFile(
            name=name,
            path=path,
            copied=copied,
            octets=len(octets),
            sha256=hashlib.sha256(octets).hexdigest(),
            origin=origin,
            flags=shown,
            internaldate=internaldate,
        )
        self._keep(octets)
        self._record(_saved(self._device, file, connection))
        return file

    def tie(
        self,
        name: str,
        origin: Origin,
        connection: int | None = None,
        internaldate: datetime | None = None,
    ) -> StoredFile:
        """Note what has been learned of where a file came from. Raises DeviceError.

        What carried it stays what it was: no octets come here now.
        """
        file = self._held(name)
        folder = self._homes[name]
        origin = file.origin.tied_to(origin)
        note = self._note(folder, name).tied_to(origin, internaldate)
        self._write_note(folder, name, note)
        self._tied.pop(file.origin.name, None)
        if origin.tied:
            self._tied[origin.name] = name
        file = replace(file, origin=origin, internaldate=note.internaldate)
        self._record(_saved(self._device, file, connection))
        return file

    def flag(self, name: str, flags: Iterable[str], connection: int | None = None) -> bool:
        """Write other flags to a file; False if it has them already. Raises DeviceError."""
        file = self._held(name)
        shown = _lasting(flags)
        if {flag.lower() for flag in shown} == {flag.lower() for flag in file.flags}:
            return False
        folder = self._homes[name]
        folder.flag(name, shown)
        self._write_note(folder, name, replace(self._note(folder, name), flags=shown))
        self._record(Synced(device=self._device, file=name, flags=shown, connection=connection))
        return True

    def discard(self, name: str, connection: int | None = None) -> None:
        """Delete a file. Raises DeviceError."""
        file = self._held(name)
        folder = self._homes.pop(name)
        file.path.unlink()
        (folder.path / "notes" / f"{name}.json").unlink()
        self._tied.pop(file.origin.name, None)
        self._record(Discarded(device=self._device, file=name, connection=connection))

    def obey(self, event: Saved | Synced | Discarded, octets: Callable[[str], bytes]) -> None:
        """Do again what an event tells of; `octets` gives them by their SHA-256."""
        if isinstance(event, Discarded):
            self.discard(event.file, event.connection)
        elif isinstance(event, Synced):
            self.flag(event.file, event.flags, event.connection)
        else:
            origin = Origin(
                protocol=event.protocol,
                account=event.account,
                mailbox=event.mailbox,
                uidvalidity=event.uidvalidity,
                uid=event.uid,
                uidl=event.uidl,
            )
            self._last = max(self._last, int(event.file.partition(".")[0]) - 1)
            new = event.file not in self._homes
            self.save(
                octets(event.sha256),
                origin,
                copied=event.copied,
                flags=event.flags,
                connection=event.connection,
                name=None if new else event.file,
                internaldate=event.internaldate,
            )

    def destroy(self) -> None:
        """Delete the folder with all that is in it."""
        shutil.rmtree(self._root)

    def _held(self, name: str) -> StoredFile:
        file = self.file(name)
        if file is None:
            raise DeviceError(f"{self._device} has no file {name}")
        return file

    def _write_note(self, folder: Folder, name: str, note: Note) -> None:
        write_whole(folder.path / "notes" / f"{name}.json", note.to_json().encode())

    def _remember(self, account: str, uidl: str) -> None:
        if (account, uidl) not in self._ids:
            when = self._ids[account, uidl] = self._now()
            with (self._root / "known-ids.json").open("a", encoding="utf-8") as rows:
                rows.write(json.dumps([account, uidl, when.isoformat()]) + "\n")


def _lasting(flags: Iterable[str]) -> tuple[str, ...]:
    r"""Return the flags without \Recent, which is a session's and not the message's."""
    return tuple(flag for flag in flags if flag.lower() != _RECENT)


def _saved(device: str, file: StoredFile, connection: int | None) -> Saved:
    origin = file.origin
    return Saved(
        device=device,
        file=file.name,
        copied=file.copied,
        octets=file.octets,
        sha256=file.sha256,
        protocol=origin.protocol,
        connection=connection,
        account=origin.account,
        mailbox=origin.mailbox,
        uidvalidity=origin.uidvalidity,
        uid=origin.uid,
        uidl=origin.uidl,
        flags=file.flags,
        internaldate=file.internaldate,
    )
