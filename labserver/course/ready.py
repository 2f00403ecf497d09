"""Whether the lab works on this machine: a message is really sent, and really fetched.

``python -m labserver.course.ready`` ends with 0, or says what went wrong.
"""

from __future__ import annotations

import poplib
import smtplib
import sys

from labserver import Lab
from labserver.errors import LabError

__all__ = ["NotReady", "first_message", "main"]

_HOST = "127.0.0.1"
_SECONDS = 20
_TEXT = b"Subject: The first message\r\n\r\nIt arrived as it was sent.\r\n"


class NotReady(LabError):
    """What was fetched is not what was sent."""


def first_message() -> None:
    """Send a message to Bob with SMTP and fetch it with POP3, over connections of this machine.

    Raises LabError, OSError, or what smtplib and poplib raise when the server refuses.
    """
    with Lab() as lab:
        with smtplib.SMTP(_HOST, lab.ports["smtp"], "laptop.home.example", _SECONDS) as smtp:
            smtp.sendmail("alice@home.example", ["bob@home.example"], _TEXT)
        pop = poplib.POP3(_HOST, lab.ports["pop3"], _SECONDS)
        try:
            pop.user("bob")
            pop.pass_("tulip")
            _, lines, _ = pop.retr(1)
            pop.quit()
        finally:
            pop.close()
    if not b"\r\n".join([*lines, b""]).endswith(_TEXT):
        raise NotReady("the message that was fetched is not the one that was sent")


def main() -> None:
    """Run as a command. Raises SystemExit with what went wrong."""
    try:
        first_message()
    except (LabError, OSError, smtplib.SMTPException, poplib.error_proto) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
