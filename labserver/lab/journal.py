"""What the log does not hold and a rewind needs: deeds, and the octets of devices' files."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from labserver.lab.deeds import Deed

__all__ = ["Done", "Found", "Journal"]

Found = tuple[tuple[str, bytes | None], ...]
"""What lies below a device's folder: paths, each with a file's octets; None: it is a folder."""


class Done(NamedTuple):
    """A deed, done after entry `after` of the log and before the next."""

    after: int
    deed: Deed


class Journal:
    """Kept beside the log of a lab that can be rewound.

    Deeds are noted on the lab's own thread. `found` is what lay in the devices' folders before.
    """

    def __init__(self) -> None:
        self._done: list[Done] = []
        self._octets: dict[str, bytes] = {}
        self.found: dict[str, Found] = {}

    def note(self, after: int, deed: Deed) -> None:
        """Note a deed that was begun after that entry."""
        self._done.append(Done(after, deed))

    def between(self, since: int, until: int) -> list[Done]:
        """Return the deeds done after entry `since` or a later one, but not after `until`."""
        held = (done for done in self._done if since <= done.after < until)
        # One that took its time was noted when it was over.
        return sorted(held, key=lambda done: done.after)

    def keep(self, octets: bytes) -> None:
        """Keep what a device has written to a file. Any thread may ask for it."""
        self._octets.setdefault(hashlib.sha256(octets).hexdigest(), octets)

    def octets(self, sha256: str) -> bytes:
        """Return what a device has written. Raises KeyError."""
        return self._octets[sha256]

    def find(self, device: str, files: Found) -> None:
        """Note what lay in a device's folder when the lab first came to know the device."""
        self.found.setdefault(device, files)
