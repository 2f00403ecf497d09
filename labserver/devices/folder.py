"""A Maildir whose file names are the same in each run, and legal on Windows."""

from __future__ import annotations

import mailbox
from collections.abc import Iterable
from pathlib import Path

__all__ = ["Folder"]

_LETTERS = {
    "\\draft": "D",
    "\\flagged": "F",
    "\\answered": "R",
    "\\seen": "S",
    "\\deleted": "T",
}


class Folder(mailbox.Maildir):
    """One mailbox on a device.

    A message is `KEY!2,FLAGS` in `cur`; the usual colon can't be in a name on Windows. Keys are
    given by the device, as the usual ones hold time, process and host. Messages are written and
    read octet by octet: nothing is converted.
    """

    colon = "!"

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        super().__init__(str(path), create=True)
        self.path = path
        self._places: dict[str, Path] = {}

    def where(self, key: str) -> Path | None:
        """Return the path of a message, or None if it is not there."""
        known = self._places.get(key)
        if known is not None and known.exists():
            return known
        for part in ("cur", "new"):
            for path in (self.path / part).glob(f"{key}*"):
                if path.name.partition(self.colon)[0] == key:
                    self._places[key] = path
                    return path
        return None

    def put(self, key: str, octets: bytes, flags: Iterable[str]) -> Path:
        """Write a message, in the place of one with that key if there is one."""
        fresh = self.path / "tmp" / key
        fresh.write_bytes(octets)
        return self._move(fresh, key, flags)

    def flag(self, key: str, flags: Iterable[str]) -> None:
        """Have the name of a message show other flags. Raises KeyError."""
        path = self.where(key)
        if path is None:
            raise KeyError(key)
        self._move(path, key, flags)

    def _move(self, path: Path, key: str, flags: Iterable[str]) -> Path:
        letters = sorted({_LETTERS[f.lower()] for f in flags if f.lower() in _LETTERS})
        target = self.path / "cur" / f"{key}{self.colon}2,{''.join(letters)}"
        old = self.where(key)
        path.replace(target)
        if old is not None and old not in {path, target}:
            old.unlink()
        self._places[key] = target
        return target

    def get_bytes(self, key: str) -> bytes:
        """Return the octets of a message, as they are. Raises KeyError."""
        path = self.where(key)
        if path is None:
            raise KeyError(key)
        return path.read_bytes()
