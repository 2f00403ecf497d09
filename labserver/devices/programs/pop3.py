"""A mail program for POP3: fetch what is new, and leave it on the server, for a time or not."""

from __future__ import annotations

import poplib
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from labserver.devices.errors import ProgramFailed
from labserver.devices.files import Origin
from labserver.devices.programs.settings import Line, Settings, line, said
from labserver.devices.seams import PORTS

__all__ = ["Checked", "Pop3Program"]

_LONGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """What one look into the maildrop came to."""

    fetched: int
    deleted: int

    def __repr__(self) -> str:
        return f"{self.fetched} fetched, {self.deleted} deleted on the server"

    __str__ = __repr__


class Pop3Program:
    """Fetches mail by POP3.

    What was fetched before is known by its unique-id, also if its file is no longer there. The ids
    and when they came are kept in the device's folder; a message whose id has changed is a new one.
    `delete_after`: how long what was fetched is left on the server, if not for ever.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        leave_on_server: bool,
        delete_after: timedelta | None = None,
    ) -> None:
        self._settings = settings
        self.leave_on_server = leave_on_server
        self.delete_after = delete_after

    def __repr__(self) -> str:
        return f"<POP3 program of {self._settings.address} on {self._settings.device}>"

    def check(self) -> Checked:
        """Fetch what the device does not know; mark what it has, as far as mail is not left there.

        Each message is saved before it is marked, and QUIT comes last: whenever the connection
        breaks, nothing is lost. Raises ProgramFailed, DeviceLost.
        """
        with line(self._settings, "pop3") as connection:
            client = None
            try:
                client = _Client(connection, self._settings.host)
                if self._settings.security == "starttls":
                    client.secure(self._settings)
                result = self._work(client, connection.number)
                client.quit()
            except poplib.error_proto as error:
                if client is not None:
                    with suppress(OSError, EOFError, poplib.error_proto):
                        client.quit()
                raise ProgramFailed(f"POP3: {said(error)}") from None
            finally:
                if client is not None:
                    with suppress(OSError):
                        client.close()
        return result

    def _work(self, client: _Client, connection: int) -> Checked:
        settings, shelf = self._settings, self._settings.shelf()
        if "UTF8" in client.capa():
            # RFC 6856 section 2.1: else messages with UTF-8 in their headers may be withheld.
            client.utf8()
        client.user(settings.login)
        client.pass_(settings.password)
        now = settings.world.now()
        fetched = deleted = 0
        for number, uidl in self._listed(client):
            when = None if uidl is None else shelf.fetched(settings.address, uidl)
            if when is None:
                octets = b"".join(line + b"\r\n" for line in client.retr(number)[1])
                origin = Origin(
                    protocol="pop3", account=settings.address, mailbox="INBOX", uidl=uidl
                )
                shelf.save(octets, origin, connection=connection)
                fetched += 1
            if self._goes(when or now, now):
                client.dele(number)
                deleted += 1
        return Checked(fetched, deleted)

    def _listed(self, client: _Client) -> list[tuple[str, str | None]]:
        """Return numbers and unique-ids. A server without UIDL can only be emptied each time."""
        try:
            rows = client.uidl()[1]
        except poplib.error_proto:
            if self.leave_on_server or "UIDL" in client.capa():
                raise
            return [(_words(row)[0], None) for row in client.list()[1]]
        return [(number, uidl) for number, uidl in map(_words, rows)]

    def _goes(self, fetched: datetime, now: datetime) -> bool:
        if self.delete_after is not None:
            return now - fetched >= self.delete_after
        return not self.leave_on_server


def _words(row: bytes) -> tuple[str, str]:
    number, _, rest = row.decode("ascii", "backslashreplace").partition(" ")
    return number, rest


class _Client(poplib.POP3):
    """poplib over a connection that is there already."""

    def __init__(self, connection: Line, host: str) -> None:
        self._connected = connection.socket
        self._offered: dict[str, list[str]] | None = None
        try:
            super().__init__(host, PORTS["pop3"])
        except BaseException:
            self.close()
            raise

    def capa(self) -> dict[str, list[str]]:
        """Return what the server offers, asked for once: nothing, if it does not know CAPA."""
        if self._offered is None:
            try:
                self._offered = super().capa()
            except poplib.error_proto:
                self._offered = {}
        return self._offered

    def secure(self, settings: Settings) -> None:
        """Begin TLS. Raises poplib's error if the server does not offer it; TlsFailed."""
        if "STLS" not in self.capa():
            raise poplib.error_proto(settings.not_offered("STLS"))
        self.stls(settings.context())
        self._offered = None  # RFC 2595 section 4: it may have been a lie.

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002
        return self._connected

    def _getline(self) -> tuple[bytes, int]:
        # poplib's own limit of 2048 octets is shorter than lines that messages really have.
        row = self.file.readline(_LONGEST + 1)
        if not row:
            raise EOFError
        if len(row) > _LONGEST:
            raise poplib.error_proto("the server sent a line without end")
        return row.removesuffix(b"\n").removesuffix(b"\r"), len(row)
