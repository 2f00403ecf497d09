"""What a person finds otherwise on one device than on others, counted from the devices' files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labserver.course import words_en as words
from labserver.course.errors import CourseError
from labserver.snapshot import CellView, Row, situation

if TYPE_CHECKING:
    from labserver.lab import Lab

__all__ = ["Surprise", "Surprises", "surprises"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise:
    """A message, and how it looks on each of the devices."""

    letter: str
    subject: str
    looks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprises:
    """All messages that do not look alike on all the devices."""

    devices: tuple[str, ...]
    found: tuple[Surprise, ...]

    def __len__(self) -> int:
        return len(self.found)

    def __repr__(self) -> str:
        width = max((len(each.subject) for each in self.found), default=0)
        lines = [words.surprised(len(self), self.devices)]
        for each in self.found:
            seen = ", ".join(
                f"{device}: {look}" for device, look in zip(self.devices, each.looks, strict=True)
            )
            lines.append(f"   {each.letter}  {each.subject:<{width}}  {seen}")
        return "\n".join(lines)


def surprises(lab: Lab, *devices: str, account: str = "bob@home.example") -> Surprises:
    """Compare what devices hold of an account's mail: which messages, and read or new.

    Without names they are laptop and phone. Only the devices' own folders count, as the lab's log
    has them, not what the server has. Raises CourseError if the lab has no such account.
    """
    compared = devices or ("laptop", "phone")
    found, snapshot = [], lab.snapshot()
    if account not in snapshot.accounts:
        raise CourseError(words.no_account(account))
    for row in situation(snapshot, account).rows:
        looks = tuple(_look(row, device) for device in compared)
        if len(set(looks)) > 1:
            found.append(Surprise(letter=row.letter, subject=row.message.subject, looks=looks))
    return Surprises(devices=compared, found=tuple(found))


def _look(row: Row, device: str) -> str:
    cell = next((each for each in row.cells if each.place.name == device), None)
    if cell is None or not cell.whole:
        return words.SURPRISES["absent"]
    return words.SURPRISES["read" if _is_read(cell) else "new"]


def _is_read(cell: CellView) -> bool:
    return any("\\Seen" in copy.flags for copy in cell.copies)
