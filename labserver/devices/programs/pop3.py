"""A mail program for POP3: fetch what is new, delete on the server or leave it there."""

from __future__ import annotations

import poplib
import socket
from contextlib import suppress
from dataclasses import dataclass

from labserver.devices.errors import ProgramFailed
from labserver.devices.files import Origin
from labserver.devices.programs.settings import Settings, line, said
from labserver.devices.seams import PORTS, Connection

__all__ = ["Checked", "Pop3Program"]

_LONGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """What one look into the maildrop came to."""

    fetched: int
    deleted: int

    def __str__(self) -> str:
        return f"{self.fetched} fetched, {self.deleted} deleted on the server"


class Pop3Program:
    """Fetches mail by POP3.

    What was fetched before is known by its unique-id, also if its file is no longer there.
    """

    def __init__(self, settings: Settings, *, leave_on_server: bool) -> None:
        self._settings = settings
        self.leave_on_server = leave_on_server

    def __repr__(self) -> str:
        return f"<POP3 program of {self._settings.address} on {self._settings.device}>"

    def check(self) -> Checked:
        """Fetch what the device does not know; mark what it has, unless mail is left there.

        Each message is saved before it is marked, and QUIT comes last: whenever the connection
        breaks, nothing is lost. Raises ProgramFailed, DeviceLost.
        """
        with line(self._settings, "pop3") as connection:
            client = None
            try:
                client = _Client(connection, self._settings.host)
                result = self._work(client, connection.number)
                client.quit()
            except poplib.error_proto as error:
                if client is not None:
                    with suppress(OSError, EOFError, poplib.error_proto):
                        client.quit()
                raise ProgramFailed(f"POP3: {said(error)}") from None
            finally:
                if client is not None:
                    client.close()
        return result

    def _work(self, client: _Client, connection: int) -> Checked:
        settings, shelf = self._settings, self._settings.shelf()
        client.user(settings.login)
        client.pass_(settings.password)
        known = set(shelf.known_ids(settings.address))
        fetched = deleted = 0
        for row in client.uidl()[1]:
            number, _, uidl = row.decode("ascii", "backslashreplace").partition(" ")
            if uidl not in known:
                octets = b"".join(line + b"\r\n" for line in client.retr(number)[1])
                origin = Origin(
                    protocol="pop3", account=settings.address, mailbox="INBOX", uidl=uidl
                )
                shelf.save(octets, origin, connection=connection)
                fetched += 1
            if not self.leave_on_server:
                client.dele(number)
                deleted += 1
        return Checked(fetched, deleted)


class _Client(poplib.POP3):
    """poplib over a connection that is there already."""

    def __init__(self, connection: Connection, host: str) -> None:
        self._connected = connection.socket
        try:
            super().__init__(host, PORTS["pop3"])
        except BaseException:
            self.close()
            raise

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002
        return self._connected

    def _getline(self) -> tuple[bytes, int]:
        # poplib's own limit of 2048 octets is shorter than lines that messages really have.
        row = self.file.readline(_LONGEST + 1)
        if not row:
            raise poplib.error_proto("the server closed the connection")
        if len(row) > _LONGEST:
            raise poplib.error_proto("the server sent a line without end")
        return row.removesuffix(b"\n").removesuffix(b"\r"), len(row)
