"""What happens in a session: its states, and what POP3 keeps for it alone."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.events.event import Event

__all__ = ["Expiring", "Marked", "Numbered", "StateChanged", "Unmarked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged(Event):
    """A session entered a state of its table; `account` and `mailbox` are what it has open.

    `owner` is whose the mailbox is if it is not the account's own. `activity` is what keeps the
    session busy in that state (IDLE: RFC 2177); empty for nothing.
    """

    connection: int
    state: str
    account: str | None
    mailbox: str | None
    owner: str | None = None
    activity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered(Event):
    """POP3 gave the message with `uids[n - 1]` the number n, for this session (RFC 1939 s. 4)."""

    connection: int
    account: str
    mailbox: str
    uids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(Event):
    """POP3's DELE marked a message; nothing is removed before UPDATE (RFC 1939 section 5)."""

    connection: int
    account: str
    mailbox: str
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring(Event):
    """POP3 removes a message at QUIT because RETR has sent it: the site keeps no such message.

    RFC 1939 section 8. No RSET takes it back; the end of the session without UPDATE does.
    """

    connection: int
    account: str
    mailbox: str
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmarked(Event):
    """All marks of a POP3 session are gone: RSET, or the end of the session without UPDATE."""

    connection: int
