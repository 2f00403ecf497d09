"""What a year of mail comes to: octets on the server and the devices, week by week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["KIB", "WEEKS", "Figures", "Week"]

WEEKS = 52
KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The end of a week: octets in each place, and how many messages were refused in that week.

    `laptop` and `backup` are what lies in their folders, `server` is all of Bob's mailboxes.
    """

    number: int
    server: int
    laptop: int
    backup: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a year that was lived through came to.

    `storage` is the quota in units of 1024 octets, `sent` the octets that were sent to Bob in all,
    `reply` what the sender's program was told first when a message was refused, `newcomer` how
    many messages a new phone found on the server afterwards.
    """

    protocol: Literal["pop3", "imap"]
    storage: int | None
    saved: bool
    sent: int
    weeks: tuple[Week, ...]
    reply: str
    newcomer: int

    @property
    def refused(self) -> int:
        """How many messages the server refused."""
        return sum(week.refused for week in self.weeks)

    def rows(self) -> list[tuple[str, ...]]:
        """Return the table: a head, and a row for each quarter of the year."""
        rows: list[tuple[str, ...]] = [("after", "server", "laptop", "backup", "refused so far")]
        for week in self.weeks[WEEKS // 4 - 1 :: WEEKS // 4]:
            refused = sum(each.refused for each in self.weeks[: week.number])
            places = (week.server, week.laptop, week.backup)
            sizes = (f"{octets // KIB} KiB" for octets in places)
            rows.append((f"{week.number} weeks", *sizes, str(refused)))
        return rows if self.saved else [(*row[:3], *row[4:]) for row in rows]

    def sentences(self) -> list[str]:
        """Return what the drawing can't say."""
        said = [f"Alice has sent {2 * WEEKS} messages, and {self.refused} were refused."]
        if self.reply:
            said.append(f"The first refusal was: {self.reply}")
        said.append(f"After the year a new phone found {self.newcomer} messages on the server.")
        return said

    def __repr__(self) -> str:
        rows = self.rows()
        wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(word.ljust(width) for word, width in zip(row, wide, strict=True)).rstrip()
            for row in rows
        ]
        title = f"A year of mail with {self.protocol.upper()}"
        return "\n".join([title, "", *lines, "", *self.sentences()])
