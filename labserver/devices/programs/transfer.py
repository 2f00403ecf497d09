"""Whole messages go up to the server by APPEND, and are compared with what is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labserver.devices.compared import Compared, match
from labserver.devices.dates import arrived
from labserver.devices.files import Origin, StoredFile
from labserver.devices.programs.imap_client import Client, ok
from labserver.devices.programs.settings import Settings

__all__ = ["Uploaded", "compare", "digests", "upload"]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What it took to have the messages on the server.

    `files` are those that went up; `present` counts those that were there, octet by octet;
    `created` names the mailboxes that had to be made.
    """

    files: tuple[StoredFile, ...] = ()
    present: int = 0
    created: tuple[str, ...] = ()

    @property
    def appended(self) -> int:
        """How many messages went up."""
        return len(self.files)

    def __add__(self, other: Uploaded) -> Uploaded:
        return Uploaded(
            self.files + other.files, self.present + other.present, self.created + other.created
        )

    def __repr__(self) -> str:
        made = f", {len(self.created)} mailboxes made" if self.created else ""
        return f"{self.appended} appended, {self.present} already there{made}"

    __str__ = __repr__


def digests(client: Client) -> dict[int, str]:
    """Return the SHA-256 of each message in the open mailbox, by UID: all are fetched."""
    uids = [uid for uid, _ in client.told_of("(FLAGS)")]
    return {
        uid: hashlib.sha256(row.whole).hexdigest()
        for uid, row in client.told_of("(BODY.PEEK[])", uids)
        if row.whole is not None
    }


def compare(
    client: Client, settings: Settings, mailbox: str, files: Iterable[StoredFile], *, exists: bool
) -> list[Compared]:
    """Compare files with what the mailbox has. It is opened for reading; nothing changes."""
    files = list(files)
    if not exists:
        return match(mailbox, files, {}, {})
    uidvalidity = client.enter(mailbox, read_only=True)
    names = {
        file.origin: file.origin.uid
        for file in files
        if file.origin.uid is not None
        and (file.origin.account, file.origin.mailbox) == (settings.address, mailbox)
        and file.origin.uidvalidity == uidvalidity
    }
    return match(mailbox, files, digests(client), names)


def upload(
    client: Client,
    settings: Settings,
    mailbox: str,
    files: Sequence[StoredFile],
    *,
    exists: bool,
    tie: bool = False,
) -> Uploaded:
    """Append what the mailbox does not have, oldest first, with flags and date.

    The mailbox is made if it is not there. The date is the internal date if it is known, else when
    the message says that it came. With `tie` the files are noted as what the server now has.
    """
    rows = compare(client, settings, mailbox, files, exists=exists)
    if not exists:
        ok(client.create(client.name(mailbox)))
    done: list[StoredFile] = []
    for row in rows:
        if row.file is None or row.verdict != "only here":
            continue
        file, octets = row.file, row.file.read()
        date = file.internaldate or arrived(octets) or settings.world.now()
        landed = client.put(mailbox, octets, file.flags, date)
        done.append(file)
        if tie and landed is not None:
            origin = Origin(
                protocol="imap",
                account=settings.address,
                mailbox=mailbox,
                uidvalidity=landed[0],
                uid=landed[1],
            )
            settings.shelf().tie(file.name, origin, client.number, date)
    return Uploaded(tuple(done), len(files) - len(done), () if exists else (mailbox,))
