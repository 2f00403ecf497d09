"""What happens to messages in mailboxes on the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labserver.events.event import Event

__all__ = ["Delivered", "Expunged", "FlagsChanged", "NewMessage", "Rejected", "letters"]


def letters(number: int) -> str:
    """Return the letter of a lab message number: 1 is A, 26 is Z, 27 is AA."""
    if number < 1:
        msg = f"a lab message number starts at 1, not {number}"
        raise ValueError(msg)
    name = ""
    while number:
        number, digit = divmod(number - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage(Event):
    """A message that the lab had not known got its letter.

    `subject` and `sender` are decoded for people; `sha256` is of the first octets seen. `came_as`
    are SHA-256 of what its sender gave the server, before it put its own lines on top.
    """

    message: int
    sha256: str
    octets: int
    subject: str
    sender: str
    came_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(Event):
    """A whole message lies in a mailbox on the server from now on.

    `header_sha256` is of its header with the empty line at its end, when its octets have just come
    in: by it one knows a file that holds no more, and does not name what it was.
    """

    account: str
    mailbox: str
    uidvalidity: int
    uid: int
    message: int
    octets: int
    sha256: str
    flags: tuple[str, ...]
    cause: Literal["smtp", "load", "append", "copy", "move"]
    connection: int | None
    header_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsChanged(Event):
    r"""The flags of a message on the server are now `flags`, without \Recent."""

    account: str
    mailbox: str
    uid: int
    flags: tuple[str, ...]
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expunged(Event):
    """A message was removed from a mailbox for good."""

    account: str
    mailbox: str
    uid: int
    connection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Event):
    """A message for `account` was refused at the door, since there was no room: nothing is kept.

    `message` is None if it was refused before it crossed: then `octets` is what the client said
    of its size (0: nothing), else its size. `sender` is the envelope's, `reply` what was answered.
    """

    account: str
    message: int | None
    sender: str
    octets: int
    reply: str
    connection: int
