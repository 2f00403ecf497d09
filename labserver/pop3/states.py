"""The states of a POP3 session, and which command is allowed in which.

Theory of operation
-------------------
A session starts in AUTHORIZATION with the greeting. USER and PASS together, APOP or AUTH lead to
TRANSACTION; at that moment the maildrop is locked, and its messages get their numbers, which hold
until the session ends: what arrives later is not seen, what is marked is not renumbered (RFC 1939
section 4).

In TRANSACTION messages are listed, fetched and marked. A mark changes nothing but what this
session shows. QUIT, and nothing else, leads from here to UPDATE, where what is marked is removed;
then the session is over. From AUTHORIZATION, QUIT ends the session without UPDATE. Any other end
(a lost connection, a time-out, too many errors) ends it without UPDATE too, and removes nothing
(RFC 1939 section 6).

That PASS must come right after USER (section 7) is no state of its own: the session remembers
the name for one command. Nor is an exchange of AUTH one: the lines that answer its challenges are
no commands. STLS (RFC 2595) leads back to where the session began, inside TLS.

What is switched off (`capabilities`) is unknown to a session, though it stands in the table.
"""

from enum import Enum

from labserver.protocol.table import Rule, StateTable

__all__ = ["TABLE", "State"]


class State(Enum):
    """Where a session is (RFC 1939 section 3)."""

    AUTHORIZATION = "AUTHORIZATION"
    TRANSACTION = "TRANSACTION"
    UPDATE = "UPDATE"


_BEFORE = frozenset({State.AUTHORIZATION})
_OPEN = frozenset({State.TRANSACTION})
_BOTH = _BEFORE | _OPEN

TABLE: StateTable[State] = StateTable(
    "POP3",
    State.AUTHORIZATION,
    State.UPDATE,
    (
        Rule("STLS", _BEFORE, None, "RFC 2595 section 4"),
        Rule("UTF8", _BEFORE, None, "RFC 6856 section 2.1"),
        Rule("APOP", _BEFORE, State.TRANSACTION, "RFC 1939 section 7"),
        Rule("AUTH", _BEFORE, State.TRANSACTION, "RFC 5034 section 4"),
        Rule("USER", _BEFORE, None, "RFC 1939 section 7"),
        Rule("PASS", _BEFORE, State.TRANSACTION, "RFC 1939 section 7"),
        Rule("STAT", _OPEN, None, "RFC 1939 section 5"),
        Rule("LIST", _OPEN, None, "RFC 1939 section 5"),
        Rule("UIDL", _OPEN, None, "RFC 1939 section 7"),
        Rule("RETR", _OPEN, None, "RFC 1939 section 5"),
        Rule("TOP", _OPEN, None, "RFC 1939 section 7"),
        Rule("DELE", _OPEN, None, "RFC 1939 section 5"),
        Rule("RSET", _OPEN, None, "RFC 1939 section 5"),
        Rule("NOOP", _OPEN, None, "RFC 1939 section 5"),
        Rule("CAPA", _BOTH, None, "RFC 2449 section 5"),
        Rule("LANG", _BOTH, None, "RFC 6856 section 3"),
        Rule("QUIT", _BOTH, State.UPDATE, "RFC 1939 sections 4 and 6", ends=_BEFORE),
    ),
)
