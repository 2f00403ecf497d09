"""A mail program's sending half: submission with a login."""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from labserver.devices.errors import ProgramFailed
from labserver.devices.programs.settings import Settings, line
from labserver.devices.seams import PORTS, Connection

__all__ = ["Sent", "SmtpProgram"]

_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Sent:
    """Whom the server took the message for, and whom not (with its reply)."""

    accepted: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        parts = [f"accepted for {', '.join(self.accepted)}"]
        parts += [f"refused for {who}: {why}" for who, why in self.refused]
        return "; ".join(parts)


class SmtpProgram:
    """Sends mail by submission."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __repr__(self) -> str:
        return f"<SMTP program of {self._settings.address} on {self._settings.device}>"

    def send(
        self, recipients: str | Sequence[str], message: str | bytes, *, sender: str | None = None
    ) -> Sent:
        """Send a message (header, blank line, body) to addresses.

        `sender` is the envelope's; the account's own address if left out. Line ends become CRLF,
        nothing else changes. Raises ProgramFailed if the server takes it for nobody; DeviceLost.
        """
        settings = self._settings
        to = [recipients] if isinstance(recipients, str) else list(recipients)
        octets = message.encode() if isinstance(message, str) else message
        octets = _LINE_END.sub(b"\r\n", octets)
        with line(settings, "submission") as connection:
            client = _Client(connection, settings.device)
            try:
                client.begin(settings.host)
                client.login(settings.login, settings.password)
                eight_bit = not octets.isascii() and client.has_extn("8bitmime")
                options = ["body=8bitmime"] if eight_bit else []
                own = settings.address if sender is None else sender
                refused = client.sendmail(own, to, octets, options)
                client.quit()
            except smtplib.SMTPException as error:
                with suppress(OSError, smtplib.SMTPException):
                    client.quit()
                raise ProgramFailed(f"SMTP: {_said(error)}") from None
            finally:
                client.close()
        return Sent(
            accepted=tuple(who for who in to if who not in refused),
            refused=tuple((who, _reply(*answer)) for who, answer in refused.items()),
        )


class _Client(smtplib.SMTP):
    """smtplib over a connection that is there already, with a host name that is always the same."""

    def __init__(self, connection: Connection, device: str) -> None:
        self._connected = connection.socket
        super().__init__(local_hostname=f"{device}.home.example")

    def begin(self, host: str) -> None:
        """Read the greeting. Raises SMTPConnectError."""
        code, text = self.connect(host, PORTS["submission"])
        if code != 220:
            raise smtplib.SMTPConnectError(code, text)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        return self._connected


def _said(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{who}: {_reply(*answer)}" for who, answer in error.recipients.items())
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    return str(error)


def _reply(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "backslashreplace") if isinstance(text, bytes) else text
    return f"{code} {words}".replace("\n", " ")
