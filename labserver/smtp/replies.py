"""What an SMTP server says: every reply, with its code and its enhanced status code, in one place.

The enhanced codes are those of RFC 3463, and of the RFCs that added some (4954, 6531). No text
tells more than its client may know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from labserver.protocol.policy import Policy
from labserver.smtp.intake import Flaw
from labserver.smtp.table import State

__all__ = [
    "Refused",
    "Reply",
    "closing",
    "farewell",
    "fault",
    "flawed",
    "full",
    "mechanism_needs_tls",
    "no_mechanism",
    "out_of_order",
    "shortened",
    "syntax",
    "too_big",
    "unknown_parameters",
]


@dataclass(frozen=True, slots=True)
class Reply:
    r"""One reply. `text` has a line for each line of it, with \n between.

    `detail` is the enhanced status code without its class, which is the code's first digit; empty
    where RFC 2034 section 4 has none: the greeting, replies to EHLO and HELO, and all 3yz.
    """

    code: int
    detail: str
    text: str

    def octets(self, *, enhanced: bool) -> bytes:
        """Write it, with its line ends; each line begins alike (RFC 2034 section 4)."""
        status = f"{self.code // 100}.{self.detail} " if enhanced and self.detail else ""
        *before, last = self.text.split("\n")
        lines = [f"{self.code}-{status}{line}\r\n" for line in before]
        return "".join([*lines, f"{self.code} {status}{last}\r\n"]).encode("utf-8")


class Refused(Exception):
    """A command is answered with this reply instead of being done."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.code} {reply.text}")
        self.reply = reply

    @property
    def code(self) -> int:
        """The reply's code."""
        return self.reply.code


OK = Reply(250, "0.0", "OK")
SENDER_OK = Reply(250, "1.0", "OK")
RECIPIENT_OK = Reply(250, "1.5", "OK")
SEND_MESSAGE = Reply(354, "", "Send the message; a line with a single dot ends it")
AUTHENTICATED = Reply(235, "7.0", "Authentication successful")
START_TLS = Reply(220, "0.0", "Ready to start TLS")
# RFC 5321 section 7.3: what is switched off for reasons of privacy must not look verified.
CANNOT_SHOW = Reply(252, "6.8", "To show that address takes SMTPUTF8 behind it")  # RFC 6531
CANNOT_VERIFY = Reply(252, "0.0", "Cannot VRFY user, but will accept message and attempt delivery")

UNKNOWN_COMMAND = Reply(500, "5.1", "Command not recognised")
NOT_IMPLEMENTED = Reply(502, "5.1", "Command not implemented")
LINE_TOO_LONG = Reply(500, "5.2", "Line too long")
BARE_LF = Reply(500, "5.2", "A line ends with CR and LF, not with LF alone")
NOT_PRINTABLE = Reply(501, "5.2", "Arguments are printable characters")
NOT_ASCII = Reply(501, "5.2", "Arguments are printable ASCII characters")
NOT_UTF8 = Reply(501, "5.2", "Arguments are UTF-8")
AUTH_LINE_TOO_LONG = Reply(500, "5.6", "Line too long")  # RFC 4954 section 6

EHLO_FIRST = Reply(503, "5.1", "Send EHLO first")
DATA_MIXED = Reply(503, "5.1", "This message comes by BDAT; RSET ends it")
BODY_NEEDS_BDAT = Reply(503, "5.1", "BODY=BINARYMIME needs BDAT")
TLS_ACTIVE = Reply(503, "5.1", "TLS is active already")
TLS_FIRST = Reply(530, "7.0", "Must issue a STARTTLS command first")  # RFC 3207 section 4
# RFC 4954 section 6. A mechanism that TLS is missing for has 504 (section 4): 538 is history.
LOGIN_NEEDED = Reply(530, "7.0", "Authentication required")
LOGIN_WRONG = Reply(535, "7.8", "User name or password is wrong")
NO_INITIAL_RESPONSE = Reply(501, "7.0", "This mechanism begins with a challenge of the server's")
CANCELLED = Reply(501, "7.0", "The exchange is cancelled")

NO_SUCH_USER = Reply(550, "1.1", "No such user here")
NO_SUCH_DOMAIN = Reply(550, "1.2", "There is no such domain in this lab")
NO_RELAY = Reply(550, "7.1", "This server takes mail for its own domain only; relaying denied")
ROUTES_LOOP = Reply(554, "4.6", "The aliases of this address lead back to it")
TOO_MANY_HOPS = Reply(554, "4.6", "Too many hops: the message goes round")
NOT_YOUR_ADDRESS = Reply(553, "7.1", "This address is not yours to send from")
UTF8_SENDER = Reply(550, "6.7", "An address outside ASCII needs SMTPUTF8")  # RFC 6531 section 3.5
UTF8_RECIPIENT = Reply(553, "6.7", "An address outside ASCII needs SMTPUTF8 at MAIL")
TOO_MANY_RECIPIENTS = Reply(452, "5.3", "Too many recipients")  # RFC 5321 section 4.5.3.1.10
MORE_PARAMETERS = Reply(555, "5.4", "Parameters need EHLO")
NO_HELP = Reply(504, "5.4", "No help on that")
BUG = Reply(451, "3.0", "The server failed to do this")

_FAULT = re.compile(r"(\d{3})(?: (.*))?")
_QUOTED = 200
"""Characters of a client's own that a reply repeats at most."""


def shortened(text: str) -> str:
    """Return what a reply may repeat: its lines have at most 512 octets (RFC 5321 s. 4.5.3.1.5)."""
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."


def syntax(text: str, detail: str = "5.4") -> Reply:
    """Return what is said to arguments that have not their form."""
    return Reply(501, detail, text)


def unknown_parameters(names: list[str]) -> Reply:
    """Return what is said to parameters that no extension here has (RFC 5321 s. 4.1.1.11)."""
    return Reply(555, "5.4", f"Parameter not recognised: {shortened(' '.join(names))}")


def too_big(limit: int) -> Reply:
    """Return what is said to a message, or a declared size, beyond the limit (RFC 1870)."""
    return Reply(552, "3.4", f"A message has at most {limit} octets here")


def full(policy: Policy, address: str) -> Reply:
    """Return what is said when a mailbox is full: try again, or don't."""
    reply = Reply(452, "2.2", f"No room: the mailbox of {address} is full")
    return reply if policy.full_mailbox_waits else replace(reply, code=552)


def no_mechanism(offered: tuple[str, ...]) -> Reply:
    """Return what is said to a mechanism that is not to be had."""
    known = f"Mechanisms here are {' and '.join(offered)}" if offered else "None is offered now"
    return Reply(504, "5.4", known)


def mechanism_needs_tls(name: str) -> Reply:
    """Return what is said to a mechanism that shows the password (RFC 4954 section 4)."""
    return Reply(504, "5.4", f"{name} needs TLS here: STARTTLS first")


def farewell(host: str) -> Reply:
    """Return the answer to QUIT."""
    return Reply(221, "0.0", f"{host} Bye")


def closing(host: str, why: str, detail: str = "7.0") -> Reply:
    """Return what is said when the server ends the session."""
    return Reply(421, detail, f"{host} {why}, closing")


def fault(reply: str) -> Reply:
    """Return a fault's reply as it is written, enhanced code or none."""
    found = _FAULT.fullmatch(reply)
    return Reply(int(found[1]), "", found[2] or "") if found else Reply(451, "", reply)


def flawed(flaw: Flaw, host: str) -> Reply:
    """Return what is said to a line that can't be a command; after one without an end, no more."""
    if flaw is Flaw.ENDLESS:
        return closing(host, "A line does not end", "5.2")
    return LINE_TOO_LONG if flaw is Flaw.TOO_LONG else BARE_LF


def out_of_order(state: State, command: str, *, submission: bool) -> Reply:
    """Say what is missing (RFC 5321 section 4.1.4; 530: RFC 4954 section 6)."""
    if state is State.CONNECTED:
        text = "Send EHLO first" if submission else "Send EHLO or HELO first"
    elif command == "AUTH":
        # RFC 4954 section 4: once a session, and not inside a transaction.
        logged_in = state is State.AUTHENTICATED
        text = "You are logged in already" if logged_in else "Not during a mail transaction"
    elif submission and state is State.GREETED:
        return LOGIN_NEEDED
    elif state is State.BDAT and command == "DATA":
        return DATA_MIXED
    elif command in {"MAIL", "RCPT"} and state is State.BDAT:
        text = "A message is on its way; BDAT LAST or RSET ends it"
    elif command == "MAIL":
        text = "A mail transaction is open already; RSET ends it"
    elif state is State.MAIL:
        text = "No recipient yet: send RCPT first"
    else:
        text = "Send MAIL first"
    return Reply(503, "5.1", text)
