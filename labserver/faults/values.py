"""The kinds of faults, one class each: when it strikes, and what happens then."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = [
    "PROTOCOLS",
    "Answer",
    "CommandFault",
    "ConnectionFault",
    "Cut",
    "CutAfterCommand",
    "CutInMessage",
    "CutInUpload",
    "Delay",
    "Fault",
    "MailboxFull",
    "MessageFault",
    "NewUidValidity",
    "NewUidls",
    "OpeningFault",
    "Refuse",
    "Swallow",
    "WrongPassword",
]

PROTOCOLS: Final[Mapping[str, str]] = {
    "smtp": "smtp",
    "submission": "submission",
    "submissions": "submission",
    "pop3": "pop3",
    "pop3s": "pop3",
    "imap": "imap",
    "imaps": "imap",
}
"""The protocol, or the role in it, of each listener, by the name of its port."""

_REPLIES: Final[Mapping[str, re.Pattern[str]]] = {
    "smtp": re.compile("[2-5][0-9]{2}( .*)?"),
    "submission": re.compile("[2-5][0-9]{2}( .*)?"),
    "pop3": re.compile(r"(\+OK|-ERR)( .*)?"),
    "imap": re.compile("(OK|NO|BAD)( .*)?"),
}
"""The form of a reply (RFC 5321 section 4.2, RFC 1939 section 3, RFC 9051 section 7.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Base of all faults.

    It strikes from its `occurrence`-th match on (1 is the first), `times` times; None is for
    ever. A selector that is None matches everything. Making one raises ValueError if it could
    never strike.
    """

    occurrence: int = 1
    times: int | None = 1

    def __post_init__(self) -> None:
        """Check the values."""
        if self.occurrence < 1:
            raise ValueError(f"occurrence counts from 1, not {self.occurrence}")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times is at least 1 or None, not {self.times}")

    @property
    def which(self) -> str:
        """What it is asked for and how often it strikes, in words."""
        return ", ".join([*self.selectors(), *_counted(self.occurrence, self.times)])

    def selectors(self) -> list[str]:
        """Return what it is asked for, in words."""
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFault(Fault):
    """Base of faults of connections.

    `protocol` is smtp, submission, pop3 or imap, on any of its ports; `listener` is one port by
    its name (pop3s); `device` is who has dialled, `host` the server it has dialled.
    """

    protocol: str | None = None
    listener: str | None = None
    device: str | None = None
    host: str | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        Fault.__post_init__(self)
        protocols = tuple(dict.fromkeys(PROTOCOLS.values()))
        for name, value, known in (
            ("protocol", self.protocol, protocols),
            ("listener", self.listener, tuple(PROTOCOLS)),
        ):
            if value is not None and value not in known:
                raise ValueError(f"{name} is one of {', '.join(known)}, not {value!r}")
        if self.protocol and self.listener and PROTOCOLS[self.listener] != self.protocol:
            raise ValueError(f"{self.listener} is never {self.protocol}")

    def fits(self, listener: str, device: str, host: str) -> bool:
        """Tell whether a connection is one of those it is for."""
        return (
            self.protocol in {None, PROTOCOLS[listener]}
            and self.listener in {None, listener}
            and self.device in {None, device}
            and self.host in {None, host}
        )

    def selectors(self) -> list[str]:
        """Return what it is asked for, in words."""
        where = [name for name in (self.listener or self.protocol, self.host) if name]
        return [*where, *([f"of {self.device}"] if self.device else [])]


# When a connection opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(ConnectionFault):
    """The connection is reset before the greeting, as if nothing listened."""

    def __str__(self) -> str:
        return "the connection is refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(ConnectionFault):
    """Each reply of the connection waits `seconds` of real time."""

    seconds: float = 1.0

    def __post_init__(self) -> None:
        """Check the values."""
        ConnectionFault.__post_init__(self)
        if not 0 < self.seconds < float("inf"):
            raise ValueError(f"seconds are more than 0, not {self.seconds}")

    def __str__(self) -> str:
        return f"each reply is {self.seconds:g} s late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(ConnectionFault):
    """The connection is reset once the server has sent `after` octets, in mid-line if so."""

    after: int = 0

    def __post_init__(self) -> None:
        """Check the values."""
        ConnectionFault.__post_init__(self)
        _check_count(self.after)

    def __str__(self) -> str:
        return f"the connection is cut after {self.after} octets from the server"


# When a message crosses a connection


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFault(ConnectionFault):
    """Base of faults in the middle of a message.

    It matches each message of more than `after` octets, as they cross the connection: with
    dot-stuffing in SMTP and POP3, in IMAP those of one literal.
    """

    after: int = 0

    def __post_init__(self) -> None:
        """Check the values."""
        ConnectionFault.__post_init__(self)
        _check_count(self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class CutInMessage(MessageFault):
    """The connection is reset once the server has sent `after` octets of a message."""

    def __str__(self) -> str:
        return f"the connection is cut after {self.after} octets of a message from the server"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutInUpload(MessageFault):
    """The server takes `after` octets of a message, no more, and resets the connection."""

    def __str__(self) -> str:
        return f"the connection is cut after {self.after} octets of a message to the server"


# When a command is done


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


# When somebody logs in, or opens a mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongPassword(ConnectionFault):
    """A login that is right is refused as if the password were wrong, whatever the mechanism.

    `account` is a login or an address.
    """

    account: str | None = None

    def selectors(self) -> list[str]:
        """Return what it is asked for, in words."""
        return [*ConnectionFault.selectors(self), *([self.account] if self.account else [])]

    def __str__(self) -> str:
        return "a right password is refused as wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningFault(ConnectionFault):
    """Base of faults that renumber a mailbox of `account` (a login or an address) for good.

    All messages in it get UIDs from 1 on, under a new UIDVALIDITY. Who has it open loses it: IMAP
    sessions are ended with BYE, to POP3 sessions the messages are gone.
    """

    account: str
    mailbox: str = "INBOX"

    def selectors(self) -> list[str]:
        """Return what it is asked for, in words."""
        return [*ConnectionFault.selectors(self), self.account]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUidValidity(OpeningFault):
    """The mailbox has a new UIDVALIDITY when an IMAP session selects it, and other UIDs."""

    def __str__(self) -> str:
        return f"{self.mailbox} of {self.account} has a new UIDVALIDITY"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUidls(OpeningFault):
    """All unique-ids of the maildrop are new when a POP3 session opens it.

    They are made of UIDVALIDITY and UIDs, so that IMAP finds those changed too.
    """

    def __post_init__(self) -> None:
        """Check the values."""
        ConnectionFault.__post_init__(self)
        if self.mailbox != "INBOX":
            raise ValueError("a maildrop is INBOX")

    def __str__(self) -> str:
        return f"the maildrop of {self.account} has new unique-ids"


# When something is put into a mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxFull(Fault):
    """What is put into mailboxes of `account` (a login or an address) finds its quota used up."""

    account: str

    def selectors(self) -> list[str]:
        """Return what it is asked for, in words."""
        return [self.account]

    def __str__(self) -> str:
        return f"the mailbox of {self.account} is full"


def _check_count(after: int) -> None:
    if after < 0:
        raise ValueError(f"after counts octets, from 0 on, not {after}")


def _counted(occurrence: int, times: int | None) -> list[str]:
    """Say which matches strike."""
    if times is None:
        return ["always"] if occurrence == 1 else [f"from match {occurrence} on"]
    if times == 1:
        return ["once"] if occurrence == 1 else [f"at match {occurrence}"]
    last = occurrence + times - 1
    return [f"at matches {occurrence} to {last}"]
