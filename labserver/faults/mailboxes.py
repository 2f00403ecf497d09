"""Faults of somebody's account and mailboxes: logging in, opening one, putting something in."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.faults.connections import ConnectionFault
from labserver.faults.fault import Fault

__all__ = ["MailboxFull", "NewUidValidity", "NewUidls", "OpeningFault", "WrongPassword"]


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
