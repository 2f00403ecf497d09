"""The states of an SMTP session, and which command may be given in which: data.

Theory of operation (RFC 5321 sections 3 and 4.1.4). A connection starts in CONNECTED: the server
has said 220. EHLO or HELO leads to GREETED. MAIL opens a transaction, at least one RCPT gives it
recipients, DATA is answered 354, and from then on everything is message until the line that
holds a single dot. That line, whatever becomes of the message, ends the transaction (section
4.1.1.4). RSET, and EHLO or HELO again, end it at any time without a message. QUIT, from
anywhere, leads to QUIT, where the connection is closed.

A submission server knows who is speaking. There AUTH leads from GREETED to AUTHENTICATED, and
only from there a transaction can be opened, to which it also returns: there is no way back to
GREETED, and no second AUTH (RFC 4954 section 4).

What the table does not show: the recipients and the sender that a transaction has gathered; and
too many errors, too many failed logins or a long silence end the connection from any state, with
421.

A command out of order is answered 503 (RFC 5321 section 4.1.4), or 530 where only the login is
missing (RFC 4954 section 6). The table calls the line with the single dot `.`.
"""

from __future__ import annotations

from enum import Enum

from labserver.protocol.table import Rule, StateTable

__all__ = ["END_OF_DATA", "RECEIVING", "SUBMISSION", "State"]

END_OF_DATA = "."


class State(Enum):
    """Where a session is."""

    CONNECTED = "CONNECTED"
    GREETED = "GREETED"
    AUTHENTICATED = "AUTHENTICATED"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    QUIT = "QUIT"


_TRANSACTION = frozenset({State.MAIL, State.RCPT})


def _table(name: str, *, login: bool) -> StateTable[State]:
    ready = State.AUTHENTICATED if login else State.GREETED
    command = frozenset({State.CONNECTED, State.GREETED, ready}) | _TRANSACTION
    known = frozenset({ready}) | _TRANSACTION if login else command
    back = tuple((state, ready) for state in (State.MAIL, State.RCPT))
    hello = ((State.AUTHENTICATED, State.AUTHENTICATED), *back) if login else back
    auth = (Rule("AUTH", frozenset({State.GREETED}), State.AUTHENTICATED, "RFC 4954 section 4"),)
    return StateTable(
        name,
        State.CONNECTED,
        State.QUIT,
        (
            Rule("EHLO", command, State.GREETED, "RFC 5321 section 4.1.1.1", elsewhere=hello),
            Rule("HELO", command, State.GREETED, "RFC 5321 section 4.1.1.1", elsewhere=hello),
            *(auth if login else ()),
            Rule("MAIL", frozenset({ready}), State.MAIL, "RFC 5321 section 4.1.1.2"),
            Rule("RCPT", _TRANSACTION, State.RCPT, "RFC 5321 section 4.1.1.3"),
            Rule("DATA", frozenset({State.RCPT}), State.DATA, "RFC 5321 section 4.1.1.4"),
            Rule(END_OF_DATA, frozenset({State.DATA}), ready, "RFC 5321 section 4.1.1.4"),
            Rule("RSET", command, None, "RFC 5321 section 4.1.1.5", elsewhere=back),
            # RFC 4954 section 6: what tells about accounts waits for the login.
            Rule("VRFY", known, None, "RFC 5321 section 4.1.1.6"),
            Rule("HELP", command, None, "RFC 5321 section 4.1.1.8"),
            Rule("NOOP", command, None, "RFC 5321 section 4.1.1.9"),
            Rule("QUIT", command, State.QUIT, "RFC 5321 section 4.1.1.10"),
        ),
    )


RECEIVING = _table("SMTP", login=False)
"""The table of a server that takes mail for its own domains from anyone (port 25)."""

SUBMISSION = _table("Submission", login=True)
"""The table of a server that takes its own users' mail (port 587)."""
