"""Faults of commands: what is answered, and whether the answer comes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from labserver.faults.connections import PROTOCOLS, ConnectionFault

__all__ = ["Answer", "CommandFault", "CutAfterCommand", "Swallow"]

_REPLIES: Final[Mapping[str, re.Pattern[str]]] = {
    "smtp": re.compile("[2-5][0-9]{2}( .*)?"),
    "submission": re.compile("[2-5][0-9]{2}( .*)?"),
    "pop3": re.compile(r"(\+OK|-ERR)( .*)?"),
    "imap": re.compile("(OK|NO|BAD)( .*)?"),
}
"""The form of a reply (RFC 5321 section 4.2, RFC 1939 section 3, RFC 9051 section 7.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFault(ConnectionFault):
    """Base of faults of commands.

    `command` is the RFC's name (RCPT, RETR, UID FETCH); `.` is the end of SMTP's message. Only
    a command that would be done matches: not one with a wrong argument or in a wrong state.
    """

    command: str

    def selectors(self) -> list[str]:
        """Return what it is asked for, in words."""
        return [*ConnectionFault.selectors(self), self.command.upper()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(CommandFault):
    """A command gets `reply` instead of being done.

    `reply` is in the protocol's own form without tag and CRLF: `451 4.3.0 Try again later`,
    `-ERR [SYS/TEMP] Try again`, `NO [UNAVAILABLE] Try again`. It is for commands of protocols
    whose replies have that form.
    """

    reply: str

    def __post_init__(self) -> None:
        """Check the values."""
        ConnectionFault.__post_init__(self)
        if not self._forms():
            whose = self.protocol or self.listener or "SMTP, POP3 or IMAP"
            raise ValueError(f"this is no reply of {whose}: {self.reply!r}")

    def _forms(self) -> set[str]:
        return {
            protocol
            for protocol, form in _REPLIES.items()
            if form.fullmatch(self.reply)
            and self.protocol in {None, protocol}
            and (self.listener is None or PROTOCOLS[self.listener] == protocol)
        }

    def fits(self, listener: str, device: str, host: str) -> bool:
        """Tell whether a connection is one of those it is for."""
        said_here = PROTOCOLS[listener] in self._forms()
        return said_here and ConnectionFault.fits(self, listener, device, host)

    def __str__(self) -> str:
        return f"{self.command} is answered {self.reply!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutAfterCommand(CommandFault):
    """The connection is reset after the reply to a command, before anything else is taken up."""

    def __str__(self) -> str:
        return f"the connection is cut after the reply to {self.command}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swallow(CommandFault):
    """A command is done, but its reply never comes.

    The connection is reset instead; with `silent` it stays, and the server says nothing and
    takes nothing up on it any more.
    """

    silent: bool = False

    def __str__(self) -> str:
        then = "the server falls silent" if self.silent else "the connection is cut"
        return f"the reply to {self.command} is swallowed, {then}"
