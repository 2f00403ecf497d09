"""What listens in the lab: the well-known ports of one mail host."""

from __future__ import annotations

from labserver import smtp
from labserver.imap import CAPABILITIES, ImapSession
from labserver.pop3 import Pop3Session
from labserver.wire import Service

__all__ = ["MAIL_HOST", "services"]

MAIL_HOST = "mail.home.example"
"""The name of the server, as it calls itself; RFC 2606 reserves it."""


def services() -> tuple[Service, ...]:
    """Return the services of the lab's mail host, each with what it says when it must hang up."""
    return (
        Service(
            protocol="smtp",
            port=25,
            host=MAIL_HOST,
            make=smtp.receiving,
            busy=smtp.busy(MAIL_HOST),
            idle=smtp.idle(MAIL_HOST),
        ),
        Service(
            protocol="submission",
            port=587,
            host=MAIL_HOST,
            make=smtp.submission,
            busy=smtp.busy(MAIL_HOST),
            idle=smtp.idle(MAIL_HOST),
        ),
        Service(
            protocol="pop3",
            port=110,
            host=MAIL_HOST,
            make=Pop3Session,
            busy=b"-ERR [SYS/TEMP] Too many connections\r\n",
        ),
        Service(
            protocol="imap",
            port=143,
            host=MAIL_HOST,
            make=ImapSession,
            capabilities=frozenset(each.name.upper() for each in CAPABILITIES if not each.base),
            busy=b"* BYE Too many connections\r\n",
            idle=b"* BYE Autologout; idle for too long\r\n",
        ),
    )
