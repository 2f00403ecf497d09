"""A mail program's sending half: submission with a login."""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from labserver.devices.errors import ProgramFailed
from labserver.devices.files import Origin, StoredFile
from labserver.devices.programs.forwarding import Cover, forwarded, international
from labserver.devices.programs.settings import Line, Settings, line
from labserver.devices.seams import PORTS

__all__ = ["Sent", "SmtpProgram", "on_the_wire"]

_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Sent:
    """Whom the server took the message for, and whom not (with its reply)."""

    accepted: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        parts = [f"accepted for {', '.join(self.accepted)}"]
        parts += [f"refused for {who}: {why}" for who, why in self.refused]
        return "; ".join(parts)

    __str__ = __repr__


def on_the_wire(message: str | bytes) -> bytes:
    """Return a message with CRLF at the end of each line."""
    octets = message.encode() if isinstance(message, str) else message
    return _LINE_END.sub(b"\r\n", octets)


class SmtpProgram:
    """Sends mail by submission."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __repr__(self) -> str:
        return f"<SMTP program of {self._settings.address} on {self._settings.device}>"

    def send(
        self,
        recipients: str | Sequence[str],
        message: str | bytes,
        *,
        sender: str | None = None,
        save_in: str | None = None,
    ) -> Sent:
        """Send a message (header, blank line, body) to addresses.

        `sender` is the envelope's; the account's own address if left out. Line ends become CRLF,
        nothing else changes. `save_in` names a folder of this device, such as Sent, for a copy of
        what was sent: SMTP itself leaves none with the sender. Raises ProgramFailed if the server
        takes it for nobody; DeviceLost.
        """
        settings = self._settings
        to = [recipients] if isinstance(recipients, str) else list(recipients)
        octets = on_the_wire(message)
        with line(settings, "submission") as connection:
            client = _Client(connection, _host_name(settings))
            try:
                client.begin(settings)
                own = settings.address if sender is None else sender
                options = client.options(octets, [own, *to])
                refused = client.sendmail(own, to, octets, options)
                client.quit()
            except smtplib.SMTPException as error:
                with suppress(OSError, smtplib.SMTPException):
                    client.quit()
                raise ProgramFailed(f"SMTP: {_said(error)}") from None
            finally:
                client.close()
        if save_in is not None:
            origin = Origin(protocol="smtp", account=settings.address, mailbox=save_in)
            settings.shelf().save(octets, origin, flags=("\\Seen",))
        return Sent(
            accepted=tuple(who for who in to if who not in refused),
            refused=tuple((who, _reply(*answer)) for who, answer in refused.items()),
        )

    def forward(
        self, message: StoredFile | bytes, to: str | Sequence[str], *, text: str = ""
    ) -> Sent:
        """Send a new message with `text` in it, and `message` whole as an attachment.

        That is what a person's Forward does, whatever they think: another sender, another date,
        another Message-ID (RFC 5322 section 3.6.6 sets it apart from resending). What is forwarded
        is not changed. Raises ProgramFailed, DeviceLost.
        """
        settings = self._settings
        settings.there()
        token, host = settings.world.token, _host_name(settings)
        cover = Cover(
            sender=settings.address,
            to=(to,) if isinstance(to, str) else tuple(to),
            moment=settings.world.now(),
            message_id=f"{token('message-id', host)}@{host}",
            boundary=lambda: token("boundary", host),
            text=text,
        )
        octets = message.read() if isinstance(message, StoredFile) else message
        return self.send(cover.to, forwarded(octets, cover))


def _host_name(settings: Settings) -> str:
    """Return what a device calls itself: it is of its owner's domain."""
    return f"{settings.device}.{settings.address.rpartition('@')[2]}"


class _Client(smtplib.SMTP):
    """smtplib over a connection that is there already, with a host name that is always the same."""

    def __init__(self, connection: Line, name: str) -> None:
        self._connected = connection.socket
        super().__init__(local_hostname=name)

    def begin(self, settings: Settings) -> None:
        """Read the greeting, begin TLS if it is to begin now, and log in. Raises SMTPException."""
        self._host = settings.host  # whom the certificate must name
        code, text = self.connect(settings.host, PORTS["submission"])
        if code != 220:
            raise smtplib.SMTPConnectError(code, text)
        if settings.security == "starttls":
            self.ehlo_or_helo_if_needed()
            if not self.has_extn("starttls"):
                raise smtplib.SMTPNotSupportedError(settings.not_offered("STARTTLS"))
            self.starttls(context=settings.context())
        self.login(settings.login, settings.password)

    def options(self, octets: bytes, addresses: Sequence[str]) -> list[str]:
        """Return what MAIL must say of a message. Raises SMTPNotSupportedError.

        RFC 6531 section 3.2: what is not ASCII in addresses or headers, at any level, is not sent
        to servers that do not know of it.
        """
        options = []
        if not octets.isascii() and self.has_extn("8bitmime"):
            options.append("body=8bitmime")
        if not all(map(str.isascii, addresses)) or international(octets):
            if not self.has_extn("smtputf8"):
                raise smtplib.SMTPNotSupportedError("the server does not offer SMTPUTF8")
            options.append("smtputf8")
        return options

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
