r"""IMAP: the folder follows what the session is told of the messages in the open mailbox.

* BODY[] and RFC822 are saved whole, BODY[HEADER] and RFC822.HEADER as headers. Other parts of a
  message are not kept.
* A message is known by UIDVALIDITY and UID, if the server has told them: its file is written
  again where a header becomes a whole message, and left alone where nothing is new. Within a
  session it is also known by its place in the mailbox, as long as no UID was told. Octets that
  an earlier session brought from this mailbox are not saved again, UID or not.
* FLAGS in a response go to the file; `\Recent` does not.
* EXPUNGE deletes the file. What CLOSE removes the server does not say: such files stay until a
  program compares.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from labserver.devices.files import Origin, StoredFile
from labserver.devices.imap_data import Exists, Expunged, Fetched, UidValidity, told
from labserver.devices.logins import login_name
from labserver.devices.others import opened
from labserver.devices.readers.imap import Response
from labserver.devices.reply import Reply
from labserver.devices.seams import Address
from labserver.devices.shelf import Shelf
from labserver.devices.utf7 import decode_name

__all__ = ["ImapKeeper"]

_LITERAL = re.compile(r"\{([0-9]+)\}$")
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


@dataclass(slots=True)
class _Slot:
    """A place in the mailbox: what is known of the message there."""

    uid: int | None = None
    file: str | None = None


@dataclass(slots=True)
class _Open:
    """The mailbox that is open, or being opened; `slots` as far as messages were spoken of."""

    account: str
    name: str
    uidvalidity: int | None = None
    slots: list[_Slot] = field(default_factory=list)
    before: dict[bytes, list[StoredFile]] | None = None
    """The files of earlier sessions by their headers, as far as nothing here was told to be one."""

    def slot(self, number: int) -> _Slot:
        while len(self.slots) < number:
            self.slots.append(_Slot())
        return self.slots[number - 1]


class ImapKeeper:
    """Watches one IMAP session."""

    def __init__(self, shelf: Shelf, connection: int, address: Address) -> None:
        self._shelf = shelf
        self._connection = connection
        self._address = address
        self._account = ""
        self._open: _Open | None = None

    def heard(
        self, command: tuple[str, ...], reply: Reply, responses: tuple[Response, ...]
    ) -> list[str]:
        """Take up a command and its reply; return notes on what was done.

        `command` holds the line without its tag, and what continued it.
        """
        words = _words(_whole(command))
        keyword = words[0].upper() if words else ""
        opening = keyword in {"SELECT", "EXAMINE"} and len(words) > 1
        if opening:
            # Also if it fails: then no mailbox is open (RFC 3501 section 6.3.1).
            self._open = _Open(*opened(self._account, decode_name(words[1]), self._address))
        notes = self.pushed(responses)
        if reply.text.startswith("+"):
            return notes
        if opening and not reply.ok:
            self._open = None
        elif keyword == "LOGIN" and reply.ok and len(words) > 1:
            self._account = self._address(words[1])
        elif keyword == "AUTHENTICATE" and reply.ok and len(words) > 1:
            name = login_name(words[1], [*words[2:], *command[1:]])
            self._account = self._address(name)
        elif keyword in {"CLOSE", "UNSELECT"} and reply.ok:
            self._open = None
        return notes

    def pushed(self, responses: tuple[Response, ...]) -> list[str]:
        """Take up responses; return notes on what was done."""
        notes: list[str] = []
        for response in responses:
            what, there = told(response), self._open
            if there is None or what is None:
                continue
            if isinstance(what, UidValidity):
                there.uidvalidity = what.value
            elif isinstance(what, Exists):
                del there.slots[what.count :]
            elif isinstance(what, Expunged):
                notes += self._expunged(there, what.number)
            else:
                notes += self._fetched(there, what)
        return notes

    def _origin(self, there: _Open, uid: int | None) -> Origin:
        return Origin(
            protocol="imap",
            account=there.account,
            mailbox=there.name,
            uidvalidity=there.uidvalidity,
            uid=uid,
        )

    def _file(self, there: _Open, slot: _Slot) -> StoredFile | None:
        """Return the file of a place: by its UID, else by what this session saved."""
        origin = self._origin(there, slot.uid)
        file = self._shelf.tied(origin) if origin.tied else None
        if file is None and slot.file is not None:
            file = self._shelf.file(slot.file)
        return file

    def _fetched(self, there: _Open, what: Fetched) -> list[str]:
        slot = there.slot(what.number)
        slot.uid = slot.uid if what.uid is None else what.uid
        origin = self._origin(there, slot.uid)
        file = self._file(there, slot)
        if file is not None and origin.tied and not file.origin.tied:
            file = self._shelf.tie(file.name, origin, self._connection)
        octets = what.header if what.whole is None else what.whole
        if file is None and octets is not None:
            file = self._earlier(there, slot, octets, whole=what.whole is not None)
        if octets is None or (file is not None and _holds(file, what)):
            notes = [] if octets is None else ["has it already"]
            if file is not None and what.flags is not None:
                changed = self._shelf.flag(file.name, what.flags, self._connection)
                notes += [f"flags now {' '.join(what.flags) or 'none'}"] if changed else []
            return notes
        copied = "headers" if what.whole is None else "whole"
        flags = what.flags if what.flags is not None else () if file is None else file.flags
        saved = self._shelf.save(
            octets,
            origin,
            copied="headers" if what.whole is None else "whole",
            flags=flags,
            connection=self._connection,
            name=None if file is None else file.name,
        )
        slot.file = saved.name
        kind = "headers saved" if copied == "headers" else "saved"
        return [f"{kind}, {saved.octets} octets"]

    def _earlier(
        self, there: _Open, slot: _Slot, octets: bytes, *, whole: bool
    ) -> StoredFile | None:
        """Return the file in which an earlier session saved this message, if no UID tells."""
        if slot.uid is not None:
            return None
        if there.before is None:
            own = {each.file for each in there.slots}
            there.before = {}
            for file in self._shelf.files():
                origin = self._origin(there, file.origin.uid)
                if file.origin == origin and file.name not in own:
                    there.before.setdefault(_headers(file.read()), []).append(file)
        alike = there.before.get(_headers(octets), [])
        for file in alike:  # Of the same headers.
            if not whole or file.copied == "headers" or file.read() == octets:
                alike.remove(file)
                slot.file = file.name
                return file
        return None

    def _expunged(self, there: _Open, number: int) -> list[str]:
        if not 1 <= number <= len(there.slots):
            return []
        file = self._file(there, there.slots[number - 1])
        del there.slots[number - 1]
        if file is None:
            return []
        self._shelf.discard(file.name, self._connection)
        return ["deleted, as on the server"]


def _headers(octets: bytes) -> bytes:
    return hashlib.sha256(octets.partition(b"\r\n\r\n")[0]).digest()


def _holds(file: StoredFile, what: Fetched) -> bool:
    """Whether the file has all that was fetched: messages never change, flags do."""
    return file.copied == "whole" or what.whole is None


def _whole(command: tuple[str, ...]) -> str:
    """Return a command as one line: literals as quoted strings."""
    line, *rest = command
    for more in rest:
        found = _LITERAL.search(line)
        if found is None:
            break
        size = int(found[1])
        string = more[:size].replace("\\", "\\\\").replace('"', '\\"')
        line = f'{line[: found.start()]}"{string}"{more[size:]}'
    return line


def _words(line: str) -> list[str]:
    """Return the words of a command line; quoted ones without their quotes."""
    return [
        found[2] if found[1] is None else re.sub(r"\\(.)", r"\1", found[1])
        for found in _WORD.finditer(line)
    ]
