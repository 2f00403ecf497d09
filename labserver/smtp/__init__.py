"""SMTP on aiosmtpd: receiving mail for the host's domain, and submission by its users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labserver.smtp.extensions import EXTENSIONS, names
from labserver.smtp.table import RECEIVING, SUBMISSION, State

if TYPE_CHECKING:
    from labserver.protocol.session import Context
    from labserver.smtp.server import SmtpServer

__all__ = [
    "EXTENSIONS",
    "RECEIVING",
    "SUBMISSION",
    "State",
    "busy",
    "closing",
    "idle",
    "names",
    "receiving",
    "submission",
]


def receiving(context: Context) -> SmtpServer:
    """Return the protocol for port 25: anyone's mail for the host's own domain."""
    return _server(context, submission=False)


def submission(context: Context) -> SmtpServer:
    """Return the protocol for port 587: users log in, then send."""
    return _server(context, submission=True)


def busy(host: str) -> bytes:
    """Return what a client hears that is one too many."""
    return f"421 4.3.2 {host} Too many connections, try again later\r\n".encode("ascii")


def idle(host: str) -> bytes:
    """Return what a client hears that was silent for too long (RFC 5321 section 4.5.3.2.7)."""
    return f"421 4.4.2 {host} Nothing heard for too long, closing\r\n".encode("ascii")


def closing(host: str) -> bytes:
    """Return what a client hears when the lab closes (RFC 5321 section 3.8)."""
    return f"421 4.3.2 {host} Service shutting down, closing\r\n".encode("ascii")


def _server(context: Context, *, submission: bool) -> SmtpServer:
    from labserver.smtp.server import SmtpServer  # aiosmtpd is slow to import

    return SmtpServer(context, submission=submission)
