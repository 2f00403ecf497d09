r"""The states of an IMAP session, and which command may be given in which: data.

Theory of operation (RFC 3501 section 3). A connection starts in NOT AUTHENTICATED: the server
does not know who speaks. LOGIN or AUTHENTICATE proves it and leads to AUTHENTICATED, where
mailboxes are handled as wholes; only UNAUTHENTICATE (RFC 8437) leads back. SELECT and EXAMINE
open one mailbox and lead to SELECTED, where its messages are handled; everything that
AUTHENTICATED allows stays allowed. CLOSE and UNSELECT lead back to AUTHENTICATED. LOGOUT, from
anywhere, leads to LOGOUT, where nothing is allowed any more and the connection is closed.

STARTTLS moves nothing: the session is as it was, inside TLS, and a second one is refused.

Three things move a session that no row of the table shows:

- SELECT and EXAMINE let go of the mailbox that is open before they try the new one. If they then
  fail, no mailbox is selected and the session is in AUTHENTICATED (section 6.3.1).
- A session that deletes the very mailbox it has selected is in AUTHENTICATED: there is nothing
  selected any more. Every *other* session that has the mailbox selected gets BYE, as RFC 2180
  section 3.3 allows.
- Too many errors, too many failed logins or a close of the server end in LOGOUT, with BYE.

IMAP4rev2 (RFC 9051 section 3) has the same states and diagram, without CHECK and LSUB.

IDLE (RFC 2177) is an activity, not a state: the session stays where it is, says that it is busy
with "IDLE", and takes nothing but DONE.

A command that the table does not know, or not in this state, is answered BAD; section 3 leaves
the choice between BAD and NO. What UID stands in front of is a command of its own here: UID
EXPUNGE (RFC 4315) exists only with UID, and `UID FETCH` may be told of expunges, FETCH may not.
"""

from __future__ import annotations

from enum import Enum

from labserver.protocol.table import Rule, StateTable

__all__ = ["IDLE", "KEEPS_NUMBERS", "TABLE", "State"]


class State(Enum):
    """The states of RFC 3501 section 3, by their names there."""

    NOT_AUTHENTICATED = "NOT AUTHENTICATED"
    AUTHENTICATED = "AUTHENTICATED"
    SELECTED = "SELECTED"
    LOGOUT = "LOGOUT"


IDLE = "IDLE"
"""The activity of a session that waits for news (RFC 2177)."""

_ANY = frozenset({State.NOT_AUTHENTICATED, State.AUTHENTICATED, State.SELECTED})
_NOT_AUTHENTICATED = frozenset({State.NOT_AUTHENTICATED})
_AUTHENTICATED = frozenset({State.AUTHENTICATED, State.SELECTED})
_NOTHING_SELECTED = frozenset({State.AUTHENTICATED})
_SELECTED = frozenset({State.SELECTED})


def _rule(
    command: str, states: frozenset[State], source: str, to: State | None = None
) -> Rule[State]:
    return Rule(command, states, to, source)


TABLE: StateTable[State] = StateTable(
    "IMAP",
    State.NOT_AUTHENTICATED,
    State.LOGOUT,
    (
        _rule("CAPABILITY", _ANY, "RFC 3501 section 6.1.1"),
        _rule("NOOP", _ANY, "RFC 3501 section 6.1.2"),
        _rule("LOGOUT", _ANY, "RFC 3501 section 6.1.3", State.LOGOUT),
        _rule("ID", _ANY, "RFC 2971 section 3.1"),
        _rule("STARTTLS", _NOT_AUTHENTICATED, "RFC 3501 section 6.2.1"),
        _rule("AUTHENTICATE", _NOT_AUTHENTICATED, "RFC 3501 section 6.2.2", State.AUTHENTICATED),
        _rule("LOGIN", _NOT_AUTHENTICATED, "RFC 3501 section 6.2.3", State.AUTHENTICATED),
        _rule("UNAUTHENTICATE", _AUTHENTICATED, "RFC 8437 section 3", State.NOT_AUTHENTICATED),
        _rule("ENABLE", _NOTHING_SELECTED, "RFC 5161 section 3.1"),
        _rule("SELECT", _AUTHENTICATED, "RFC 3501 section 6.3.1", State.SELECTED),
        _rule("EXAMINE", _AUTHENTICATED, "RFC 3501 section 6.3.2", State.SELECTED),
        _rule("CREATE", _AUTHENTICATED, "RFC 3501 section 6.3.3"),
        _rule("DELETE", _AUTHENTICATED, "RFC 3501 section 6.3.4"),
        _rule("RENAME", _AUTHENTICATED, "RFC 3501 section 6.3.5"),
        _rule("SUBSCRIBE", _AUTHENTICATED, "RFC 3501 section 6.3.6"),
        _rule("UNSUBSCRIBE", _AUTHENTICATED, "RFC 3501 section 6.3.7"),
        _rule("LIST", _AUTHENTICATED, "RFC 3501 section 6.3.8"),
        _rule("LSUB", _AUTHENTICATED, "RFC 3501 section 6.3.9"),
        _rule("STATUS", _AUTHENTICATED, "RFC 3501 section 6.3.10"),
        _rule("SETACL", _AUTHENTICATED, "RFC 4314 section 3.1"),
        _rule("DELETEACL", _AUTHENTICATED, "RFC 4314 section 3.2"),
        _rule("GETACL", _AUTHENTICATED, "RFC 4314 section 3.3"),
        _rule("LISTRIGHTS", _AUTHENTICATED, "RFC 4314 section 3.4"),
        _rule("MYRIGHTS", _AUTHENTICATED, "RFC 4314 section 3.5"),
        _rule("NAMESPACE", _AUTHENTICATED, "RFC 2342 section 4"),
        _rule("NOTIFY", _AUTHENTICATED, "RFC 5465 section 3.1"),
        _rule("GETMETADATA", _AUTHENTICATED, "RFC 5464 section 4.2"),
        _rule("SETMETADATA", _AUTHENTICATED, "RFC 5464 section 4.3"),
        _rule("APPEND", _AUTHENTICATED, "RFC 3501 section 6.3.11"),
        _rule("GETQUOTA", _AUTHENTICATED, "RFC 9208 section 4.1.1"),
        _rule("GETQUOTAROOT", _AUTHENTICATED, "RFC 9208 section 4.1.2"),
        _rule("SETQUOTA", _AUTHENTICATED, "RFC 9208 section 4.1.3"),
        _rule("IDLE", _AUTHENTICATED, "RFC 2177 section 3"),
        _rule("COMPRESS", _AUTHENTICATED, "RFC 4978 section 3"),
        _rule("CHECK", _SELECTED, "RFC 3501 section 6.4.1"),
        _rule("CLOSE", _SELECTED, "RFC 3501 section 6.4.2", State.AUTHENTICATED),
        _rule("UNSELECT", _SELECTED, "RFC 3691 section 2", State.AUTHENTICATED),
        _rule("EXPUNGE", _SELECTED, "RFC 3501 section 6.4.3"),
        _rule("SEARCH", _SELECTED, "RFC 3501 section 6.4.4"),
        _rule("FETCH", _SELECTED, "RFC 3501 section 6.4.5"),
        _rule("STORE", _SELECTED, "RFC 3501 section 6.4.6"),
        _rule("COPY", _SELECTED, "RFC 3501 section 6.4.7"),
        _rule("MOVE", _SELECTED, "RFC 6851 section 3.1"),
        _rule("REPLACE", _SELECTED, "RFC 8508 section 3.2"),
        _rule("CANCELUPDATE", _SELECTED, "RFC 5267 section 4.3.5"),
        _rule("SORT", _SELECTED, "RFC 5256 section 3"),
        _rule("THREAD", _SELECTED, "RFC 5256 section 3"),
        _rule("UID SEARCH", _SELECTED, "RFC 3501 section 6.4.8"),
        _rule("UID FETCH", _SELECTED, "RFC 3501 section 6.4.8"),
        _rule("UID STORE", _SELECTED, "RFC 3501 section 6.4.8"),
        _rule("UID COPY", _SELECTED, "RFC 3501 section 6.4.8"),
        _rule("UID SORT", _SELECTED, "RFC 5256 section 3"),
        _rule("UID THREAD", _SELECTED, "RFC 5256 section 3"),
        _rule("UID MOVE", _SELECTED, "RFC 6851 section 3.2"),
        _rule("UID REPLACE", _SELECTED, "RFC 8508 section 3.3"),
        _rule("UID EXPUNGE", _SELECTED, "RFC 4315 section 2.1"),
    ),
)

KEEPS_NUMBERS = frozenset({"FETCH", "STORE", "SEARCH", "SORT", "THREAD"})
"""Commands during which no message may lose its number: no EXPUNGE.

RFC 3501 section 7.4.1; SORT and THREAD: RFC 5256 section 3.
"""
