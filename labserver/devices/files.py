"""What a device knows of the files in its folder: a note beside each."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from labserver.events import Copied

__all__ = ["Note", "Origin", "StoredFile", "write_whole"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a message came from, as far as the device was told.

    `protocol` is what carried its octets here. `account` is an address. With IMAP: UIDVALIDITY and
    UID, which tie the file to the server's copy; a file that another protocol has carried may
    learn of them later. With POP3: the unique-id, if it was asked for. With SMTP it was sent from
    here.
    """

    protocol: Literal["smtp", "pop3", "imap"]
    account: str
    mailbox: str
    uidvalidity: int | None = None
    uid: int | None = None
    uidl: str | None = None

    @property
    def tied(self) -> bool:
        """Whether it names one message on the server for ever."""
        return self.uidvalidity is not None and self.uid is not None

    @property
    def name(self) -> tuple[str, str, int | None, int | None]:
        """What names the message on the server, however it was carried."""
        return self.account, self.mailbox, self.uidvalidity, self.uid

    def tied_to(self, other: Origin) -> Origin:
        """Return the origin with the name on the server that `other` has: it carried nothing."""
        return replace(other, protocol=self.protocol, uidl=self.uidl)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What stands in the note of one file. It knows no letters: those are the lab's.

    `internaldate`: when the message came, if the server was asked for that.
    """

    copied: Copied
    origin: Origin
    flags: tuple[str, ...]
    internaldate: datetime | None = None

    def to_json(self) -> str:
        """Return the note as it is written."""
        moment = None if self.internaldate is None else self.internaldate.isoformat()
        return json.dumps({**asdict(self), "internaldate": moment}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Note:
        """Return the note of a text that `to_json` made."""
        held = json.loads(text)
        moment = held.get("internaldate")
        return cls(
            copied=held["copied"],
            origin=Origin(**held["origin"]),
            flags=tuple(held["flags"]),
            internaldate=None if moment is None else datetime.fromisoformat(moment),
        )

    def tied_to(self, origin: Origin, internaldate: datetime | None = None) -> Note:
        """Return the note with what has been learned of the origin."""
        return replace(self, origin=origin, internaldate=internaldate or self.internaldate)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A message on a device as its folder has it: octets, digest and what the note says."""

    name: str
    path: Path
    copied: Copied
    octets: int
    sha256: str
    origin: Origin
    flags: tuple[str, ...]
    internaldate: datetime | None = None

    def read(self) -> bytes:
        """Return the octets of the file."""
        return self.path.read_bytes()

    def __repr__(self) -> str:
        return f"<{self.name}: {self.copied}, {self.octets} octets, by {self.origin.protocol}>"


def write_whole(path: Path, octets: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    fresh = path.with_name(path.name + ".tmp")
    fresh.write_bytes(octets)
    fresh.replace(path)
