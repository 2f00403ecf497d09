"""What an SMTP session says to what it can't do. No text tells more than its client knows."""

from __future__ import annotations

from labserver.smtp.table import State
from labserver.store import DOMAINS

__all__ = ["Refused", "out_of_order"]

_DOMAINS = " and ".join(DOMAINS)


class Refused(Exception):
    """A command is answered with this reply instead of being done."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code


NO_RELAY = f"This server takes mail for {_DOMAINS} only; relaying denied"


def out_of_order(state: State, command: str, *, submission: bool) -> Refused:
    """Say what is missing (RFC 5321 section 4.1.4; 530: RFC 4954 section 6)."""
    if state is State.CONNECTED:
        text = "Send EHLO first" if submission else "Send EHLO or HELO first"
    elif command == "AUTH":
        # RFC 4954 section 4: once a session, and not inside a transaction.
        logged_in = state is State.AUTHENTICATED
        text = "You are logged in already" if logged_in else "Not during a mail transaction"
    elif submission and state is State.GREETED:
        return Refused(530, "Authentication required")
    elif command == "MAIL":
        text = "A mail transaction is open already; RSET ends it"
    elif state is State.MAIL:
        text = "No recipient yet: send RCPT first"
    else:
        text = "Send MAIL first"
    return Refused(503, text)
