"""A Maildir on disk and a mailbox in the lab, each as a set of letters, to be compared."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from labserver import Lab

__all__ = ["find", "flags", "on_disk", "on_server", "put"]

INFO = {"D": r"\Draft", "F": r"\Flagged", "R": r"\Answered", "S": r"\Seen", "T": r"\Deleted"}

Letters = Counter[tuple[bytes, frozenset[str]]]
"""The letters of a place, each with its flags: octets have CRLF."""


def put(folder: Path, octets: bytes, name: str, info: str = "") -> Path:
    """Lay a letter into a Maildir, as a mail program does: with the line ends of the machine."""
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    file = folder / "cur" / f"{name}:2,{info}"
    file.write_bytes(octets.replace(b"\r\n", b"\n"))
    return file


def files(folder: Path) -> list[Path]:
    return sorted([*(folder / "new").iterdir(), *(folder / "cur").iterdir()])


def find(folder: Path, octets: bytes) -> Path:
    """Return the one file that holds a letter."""
    (found,) = [file for file in files(folder) if content(file) == octets]
    return found


def content(file: Path) -> bytes:
    """Return the letter in a file, with CRLF."""
    return unmarked(file.read_bytes().replace(b"\n", b"\r\n"))


def unmarked(octets: bytes) -> bytes:
    """Return a letter without the header field by which mbsync knows its copies again."""
    return re.sub(rb"^X-TUID: \S{12}\r\n", b"", octets, count=1, flags=re.MULTILINE)


def flags(file: Path) -> frozenset[str]:
    """Return the flags that a file's name tells."""
    return frozenset(INFO[letter] for letter in file.name.partition(":2,")[2])


def on_disk(folder: Path) -> Letters:
    return Counter((content(file), flags(file)) for file in files(folder))


def on_server(lab: Lab, mailbox: str = "INBOX") -> Letters:
    return Counter(
        (unmarked(one.octets), frozenset(one.flags)) for one in lab.messages(mailbox=mailbox)
    )
