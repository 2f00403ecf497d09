"""Mail as it lies in the store: put there, read and limited by the lab's owner, no connection."""

from __future__ import annotations

import glob
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from labserver.errors import LabError
from labserver.events import letters
from labserver.store import Arrival, Store, flag_tuple

__all__ = ["StoredMessage", "load", "messages_of", "read_source"]

_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A message as it lies on the server: `octets` exactly as stored; as a string, its lines."""

    letter: str
    uid: int
    flags: tuple[str, ...]
    internaldate: datetime
    octets: bytes

    def __str__(self) -> str:
        return self.octets.decode("utf-8", "backslashreplace").replace("\r\n", "\n")


def read_source(source: str | Path | bytes) -> list[bytes]:
    """Return the octets of each message of a source as `Lab.load` takes it. Raises LabError."""
    if isinstance(source, bytes):
        return [source]
    files = sorted(glob.glob(str(source)))  # noqa: PTH207 - the pattern may be absolute
    if not files:
        raise LabError(f"there is no file {str(source)!r}")
    return [Path(file).read_bytes() for file in files]


def load(store: Store, messages: Sequence[bytes], login: str, mailbox: str) -> list[str]:
    """Put messages into a mailbox, with CRLF at the end of lines; return their letters.

    Raises LabError if there is no such account or mailbox.
    """
    target = store.mailboxes.get(store.accounts.get(login), mailbox)
    for data in messages:
        arrival = Arrival(data=_LINE_END.sub(b"\r\n", data))
        store.messages.deliver([target], arrival, cause="load")
    rows = store.messages.rows(target)[-len(messages) :]
    return [letters(row.message) for row in rows]


def messages_of(store: Store, login: str, mailbox: str) -> list[StoredMessage]:
    """Return what lies in a mailbox, oldest first. Raises LabError if there is no such mailbox."""
    place = store.mailboxes.get(store.accounts.get(login), mailbox)
    return [
        StoredMessage(
            letter=letters(row.message),
            uid=row.uid,
            flags=flag_tuple(row.flags),
            internaldate=datetime.fromtimestamp(row.internaldate, UTC),
            octets=store.messages.body(row.body)[1],
        )
        for row in store.messages.rows(place)
    ]
