"""What happens to devices and the folders they keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from labserver.events.event import Event

__all__ = ["Copied", "DeviceAdded", "DeviceKind", "Discarded", "Lost", "Saved", "Synced"]

DeviceKind = Literal["device", "backup", "webmail"]
"""What holds mail beside the server: a laptop or a phone; copies kept for the day that something is
lost; a mail program beside the server, which keeps nothing."""

Copied = Literal["whole", "headers"]
"""How much of a message a device holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAdded(Event):
    """A device came to be, with an empty folder; `kind` says what it is."""

    device: str
    owner: str
    kind: DeviceKind = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Event):
    """A device wrote a file to its folder.

    `sha256` and `octets` are of the file. The rest is what the device knows of where it came
    from: the protocol and connection that carried it; with IMAP the mailbox, UIDVALIDITY, UID
    flags and internal date as far as the server told them; with POP3 the unique-id, if it asked.
    With SMTP the file is a copy that was kept of what was sent, and nothing carried it here.
    """

    device: str
    file: str
    copied: Copied
    octets: int
    sha256: str
    protocol: Literal["smtp", "pop3", "imap"]
    connection: int | None
    account: str
    mailbox: str
    uidvalidity: int | None
    uid: int | None
    uidl: str | None
    flags: tuple[str, ...]
    internaldate: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced(Event):
    """A device wrote other flags to a file in its folder (`connection`: who told it, if anyone)."""

    device: str
    file: str
    flags: tuple[str, ...]
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded(Event):
    """A device deleted a file from its folder (`connection`: who told it to, if anyone)."""

    device: str
    file: str
    connection: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost(Event):
    """A device is gone, and its folder with it."""

    device: str
