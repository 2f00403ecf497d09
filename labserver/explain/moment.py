"""Where in its session a line stands, and what there is to say about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Moment", "Note", "Protocol", "Role"]

Protocol = str
"""smtp, pop3 or imap: what is spoken, whichever the port."""


class Role(Enum):
    """What a line is in the conversation."""

    GREETING = "greeting"
    COMMAND = "command"
    REST = "rest"
    """More of a command or reply, behind a literal."""
    LITERAL = "literal"
    """A line of a literal that the server has put into its reply."""
    ANSWER = "answer"
    CHALLENGE = "challenge"
    CONTINUATION = "continuation"
    REPLY = "reply"
    LISTED = "listed"
    END = "end"
    UNTAGGED = "untagged"
    DONE = "done"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where a line stands: its role, the command that it belongs to, and the session's state.

    `step` counts the client's answers in a login from 1, and the lines of an SMTP reply. The
    state is the one that the session is in when the line is said.
    """

    protocol: Protocol
    role: Role
    command: str = ""
    tag: str = ""
    mechanism: str = ""
    step: int = 0
    octets: int = 0
    state: str = ""
    account: str = ""
    mailbox: str = ""
    host: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know of a line: about which part of it, what it means, here, and says who.

    `here` is empty if there is nothing to say beyond `says`. `source` is an RFC with its section,
    or "common use".
    """

    term: str
    says: str
    here: str
    source: str
