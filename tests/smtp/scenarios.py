r"""The example sessions of RFCs, as they are printed, and what has to be there for them.

    == 5321-D.2 Aborted SMTP Transaction Scenario
    as: foo.com home.example
    people: Jones
    C: MAIL FROM:<Smith@bar.com>
    S: 250 OK

`C:` and `S:` are the RFC's own lines; those of a client that stand together are sent together.
`fill:` is sent where the RFC has elided something, `octets:` so many of them. Of replies the codes
are compared, and the enhanced codes where they are printed; of EHLO, the keywords must be among
those offered. `told:` after S: is what is said here instead.

What has to be there: `as:` one text stands for another in addresses; `people:` have accounts;
`password:` of one; `quota:` in units of 1024 octets; `server:` smtp, submission or submissions, or
verify (port 25, and VRFY and EXPN tell something); `tls:` now the client begins TLS. `delivered:`
who has the message in the end, and nobody else. `not replayed:` and the reason, alone, stand for a
whole session, and so does `elsewhere:` with the test that replays it. `#` begins a remark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Scenario", "Turn", "read", "replies"]

_LINE = re.compile(
    r"(C|S|told|fill|octets|as|people|password|quota|server|tls|delivered|not replayed|elsewhere):"
    r"(?: (.*))?"
)
_REPLY = re.compile(r"(\d{3})(?:([ -])(?:([245]\.\d+\.\d+)(?: |$))?(.*))?")


@dataclass(slots=True)
class Turn:
    """What is sent together, and what is answered; `tls`: TLS begins before it."""

    sent: bytes = b""
    told: list[str] = field(default_factory=list)
    tls: bool = False


@dataclass(slots=True)
class Scenario:
    """One session. `reason` says why it is not replayed, `elsewhere` where it is."""

    name: str
    title: str
    server: str = "smtp"
    names: list[tuple[str, str]] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    quotas: dict[str, int] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)
    reason: str = ""
    elsewhere: str = ""

    def add(self, kind: str, text: str) -> None:
        """Take a line of the file."""
        match kind:
            case "as":
                self.names.append((text.split(maxsplit=1)[0], text.split()[1]))
            case "people":
                self.people |= dict.fromkeys(text.split(), "p")
            case "password":
                self.people |= dict([text.split()])
            case "quota":
                self.quotas[text.split(maxsplit=1)[0]] = int(text.split()[1])
            case "server":
                self.server = text
            case "delivered":
                self.delivered = text.split()
            case "not replayed":
                self.reason = text
            case "elsewhere":
                self.elsewhere = text
            case _:
                self._talk(kind, text)

    def _talk(self, kind: str, text: str) -> None:
        if not self.turns or (kind not in {"S", "told"} and self.turns[-1].told) or kind == "tls":
            self.turns.append(Turn(tls=kind == "tls"))
        turn = self.turns[-1]
        if kind == "S":
            turn.told.append(text)
        elif kind == "told":
            code = turn.told.pop()[:3]
            while turn.told and turn.told[-1].startswith(f"{code}-"):
                turn.told.pop()
            turn.told.append(f"{text} (here)")
        elif kind == "octets":
            turn.sent += b"x" * int(text)
        elif kind != "tls":
            turn.sent += f"{self._here(text)}\r\n".encode()

    def _here(self, text: str) -> str:
        """Return a command with the names that are used here."""
        if text[:4] in {"MAIL", "RCPT", "VRFY", "EXPN"}:
            for there, here in self.names:
                text = re.sub(re.escape(there), here, text, flags=re.IGNORECASE)
        return text


def read(path: Path) -> list[Scenario]:
    """Read a file of sessions. Raises ValueError for a line that is none."""
    found: list[Scenario] = []
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("== "):
            _, name, title = line.split(" ", 2)
            found.append(Scenario(name, title))
            continue
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise ValueError(line)
        found[-1].add(parts[1], parts[2] or "")
    return found


def replies(lines: list[str]) -> list[tuple[str, str, list[str]]]:
    """Return code, enhanced code (or nothing) and first words of each reply in some lines."""
    found = []
    words: list[str] = []
    for line in lines:
        parts = _REPLY.fullmatch(line)
        assert parts is not None, line
        words.append((parts[4] or "").split(" ")[0])
        if parts[2] != "-":
            found.append((parts[1], parts[3] or "", words))
            words = []
    assert not words, lines
    return found
