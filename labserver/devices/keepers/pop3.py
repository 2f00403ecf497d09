"""POP3: what RETR brings is saved, each time anew.

TOP saves nothing. A unique-id is noted if UIDL was asked in this session before the message was
fetched. The same message fetched twice is two files: POP3 copies are tied to nothing.
"""

from __future__ import annotations

from labserver.devices.files import Origin
from labserver.devices.logins import login_name
from labserver.devices.readers.pop3 import challenges, unstuffed
from labserver.devices.reply import Reply
from labserver.devices.seams import Address
from labserver.devices.shelf import Shelf

__all__ = ["Pop3Keeper"]


class Pop3Keeper:
    """Watches one POP3 session."""

    def __init__(self, shelf: Shelf, connection: int, address: Address) -> None:
        self._shelf = shelf
        self._connection = connection
        self._address = address
        self._name = ""
        self._account = ""
        self._ids: dict[str, str] = {}

    def heard(self, command: tuple[str, ...], reply: Reply) -> list[str]:
        """Take up a command with the responses that followed it, and its reply.

        Returns notes on what was done.
        """
        keyword, _, rest = command[0].partition(" ")
        keyword, rest = keyword.upper(), rest.strip()
        if not reply.ok or challenges(reply):
            return []
        if keyword == "USER":
            self._name = rest
        elif keyword == "PASS":
            self._account = self._address(self._name)
        elif keyword == "APOP":
            self._account = self._address(rest.partition(" ")[0])
        elif keyword == "AUTH" and rest:
            mechanism, *initial = rest.split()
            self._account = self._address(login_name(mechanism, [*initial, *command[1:]]))
        elif keyword == "UIDL":
            lines = [reply.text[4:]] if rest else list(reply.lines[1:-1])
            for number, _, uidl in (line.partition(" ") for line in lines):
                self._ids[number] = uidl
        elif keyword == "RETR":
            return [self._save(rest, unstuffed(reply.content))]
        return []

    def _save(self, number: str, octets: bytes) -> str:
        origin = Origin(
            protocol="pop3",
            account=self._account,
            mailbox="INBOX",
            uidl=self._ids.get(number.lstrip("0")),
        )
        file = self._shelf.save(octets, origin, connection=self._connection)
        return f"saved, {file.octets} octets"
