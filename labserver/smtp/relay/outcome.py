"""What became of a try: the reply of another server, or why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

__all__ = ["DROPPED", "NO_ANSWER", "Outcome", "Verdict"]

_STATUS = re.compile(r"([245])\.([0-9]{1,3})\.([0-9]{1,3})(?= |$)")
_LONGEST = 512
"""Octets that a line of a reply may have (RFC 5321 section 4.5.3.1.5)."""

_UNPRINTABLE = re.compile(r"[^ -~]")


class Verdict(Enum):
    """What a reply means for the message."""

    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply, its lines parted by line feeds; `code` None: the server that relays says it itself.

    `own` is then the status (RFC 3463) that tells what is wrong.
    """

    code: int | None
    text: str
    own: str = "4.0.0"

    def __str__(self) -> str:
        text = " ".join(self.lines)
        return text if self.code is None else f"{self.code} {text}".rstrip()

    @property
    def lines(self) -> list[str]:
        """The lines of the text, fit for ASCII (RFC 3461 section 9.2), and none too long."""
        return [_UNPRINTABLE.sub("?", line[:_LONGEST]) for line in self.text.split("\n")]

    @property
    def enhanced(self) -> str | None:
        """The enhanced status code that the reply begins with (RFC 2034), or None."""
        found = _STATUS.match(self.text)
        if self.code is None or found is None or found[1] != str(self.code)[0]:
            return None
        return ".".join(str(int(part)) for part in found.groups())

    @property
    def status(self) -> str:
        """The status for a report; x.0.0 where nothing more is known (RFC 3461 section 6.3)."""
        return self.own if self.code is None else self.enhanced or f"{self.code // 100}.0.0"

    @property
    def verdict(self) -> Verdict:
        """What it means: the first digit decides (RFC 5321 section 4.2.1)."""
        digit = self.status[0] if self.code is None else str(self.code)[0]
        return {"2": Verdict.TAKEN, "5": Verdict.NEVER}.get(digit, Verdict.LATER)

    @property
    def too_many(self) -> bool:
        """Whether it says of a RCPT that there were too many before it.

        452, and 552 from old servers (RFC 5321 section 4.5.3.1.10), unless the enhanced code names
        another reason: a full mailbox has the same codes.
        """
        subject = (self.enhanced or "").partition(".")[2]
        return self.code in {452, 552} and subject in {"", "5.3"}

    def as_recipients(self) -> Outcome:
        """Return what a reply to RCPT means: 552 for too many is temporary."""
        return Outcome(452, self.text) if self.code == 552 and self.too_many else self


NO_ANSWER = "no connection"
DROPPED = "the connection was lost"
