"""The whole of an SMTP session."""

from __future__ import annotations

from labserver.smtp.commands.asking import Asking
from labserver.smtp.commands.content import Content
from labserver.smtp.commands.greeting import Greeting
from labserver.smtp.commands.securing import Securing

__all__ = ["SmtpServer"]


class SmtpServer(Greeting, Securing, Content, Asking):
    """A session with all its commands."""
