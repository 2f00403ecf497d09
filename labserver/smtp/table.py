"""The states of an SMTP session, and which command may be given in which: data.

Theory of operation (RFC 5321 sections 3 and 4.1.4). A connection starts in CONNECTED: the server
has said 220. EHLO or HELO leads to GREETED. MAIL opens a transaction, at least one RCPT gives it
recipients. Then the message comes in one of two ways. DATA is answered 354, and from then on
everything is message until the line that holds a single dot; that line, whatever becomes of the
message, ends the transaction (section 4.1.1.4). Or it comes in chunks (RFC 3030 section 2): each
BDAT says how many octets follow, the first leads to BDAT, and the one that says LAST ends the
transaction. The two ways are not mixed. RSET, and EHLO or HELO again, end a transaction at any
time without a message. QUIT, from anywhere, leads to QUIT, where the connection is closed.

A submission server knows who is speaking. There AUTH leads from GREETED to AUTHENTICATED, and
only from there a transaction can be opened, to which it also returns: there is no way back to
GREETED, and no second AUTH (RFC 4954 section 4).

STARTTLS leads from anywhere to CONNECTED: all that was known of the client is forgotten, the
login included (RFC 3207 section 4.2).

What the table does not show: the recipients and the sender that a transaction has gathered; a
chunk that fails ends the transaction; and too many errors, too many failed logins or a long
silence end the connection from any state, with 421.

A command out of order is answered 503 (RFC 5321 section 4.1.4), or 530 where only the login is
missing (RFC 4954 section 6). The table calls the line with the single dot `.`, and a BDAT that
says LAST `BDAT LAST`.
"""

from __future__ import annotations

from enum import Enum

from labserver.protocol.table import Rule, StateTable

__all__ = ["END_OF_DATA", "LAST_CHUNK", "OBSOLETE", "RECEIVING", "SUBMISSION", "State"]

END_OF_DATA = "."
LAST_CHUNK = "BDAT LAST"

OBSOLETE = frozenset({"SEND", "SOML", "SAML", "TURN"})
"""Commands that RFC 5321 appendix F has done with: recognised, and not implemented."""


class State(Enum):
    """Where a session is."""

    CONNECTED = "CONNECTED"
    GREETED = "GREETED"
    AUTHENTICATED = "AUTHENTICATED"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BDAT = "BDAT"
    QUIT = "QUIT"


_TRANSACTION = frozenset({State.MAIL, State.RCPT, State.BDAT})


def _table(name: str, *, login: bool) -> StateTable[State]:
    ready = State.AUTHENTICATED if login else State.GREETED
    command = frozenset({State.CONNECTED, State.GREETED, ready}) | _TRANSACTION
    known = frozenset({ready}) | _TRANSACTION if login else command
    addressed = frozenset({State.MAIL, State.RCPT})
    sending = frozenset({State.RCPT, State.BDAT})
    back = tuple((state, ready) for state in (State.MAIL, State.RCPT, State.BDAT))
    hello = ((State.AUTHENTICATED, State.AUTHENTICATED), *back) if login else back
    auth = (Rule("AUTH", frozenset({State.GREETED}), State.AUTHENTICATED, "RFC 4954 section 4"),)
    return StateTable(
        name,
        State.CONNECTED,
        State.QUIT,
        (
            Rule("EHLO", command, State.GREETED, "RFC 5321 section 4.1.1.1", elsewhere=hello),
            Rule("HELO", command, State.GREETED, "RFC 5321 section 4.1.1.1", elsewhere=hello),
            Rule("STARTTLS", command, State.CONNECTED, "RFC 3207 section 4"),
            *(auth if login else ()),
            Rule("MAIL", frozenset({ready}), State.MAIL, "RFC 5321 section 4.1.1.2"),
            Rule("RCPT", addressed, State.RCPT, "RFC 5321 section 4.1.1.3"),
            Rule("DATA", frozenset({State.RCPT}), State.DATA, "RFC 5321 section 4.1.1.4"),
            Rule(END_OF_DATA, frozenset({State.DATA}), ready, "RFC 5321 section 4.1.1.4"),
            Rule("BDAT", sending, State.BDAT, "RFC 3030 section 2"),
            Rule(LAST_CHUNK, sending, ready, "RFC 3030 section 2"),
            Rule("RSET", command, None, "RFC 5321 section 4.1.1.5", elsewhere=back),
            # RFC 4954 section 6: what tells about accounts waits for the login.
            Rule("VRFY", known, None, "RFC 5321 section 4.1.1.6"),
            Rule("EXPN", known, None, "RFC 5321 section 4.1.1.7"),
            Rule("HELP", command, None, "RFC 5321 section 4.1.1.8"),
            Rule("NOOP", command, None, "RFC 5321 section 4.1.1.9"),
            Rule("QUIT", command, State.QUIT, "RFC 5321 section 4.1.1.10"),
        ),
    )


RECEIVING = _table("SMTP", login=False)
"""The table of a server that takes mail for its own domain from anyone (port 25)."""

SUBMISSION = _table("Submission", login=True)
"""The table of a server that takes its own users' mail (ports 587 and 465)."""
