"""What faults do to what crosses one connection. It decides; the filter acts.

A fault is found where the session says or takes up something, and strikes there: `said` and
`over` on the way to the client, `taken` and `arrived` on the way from it.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from labserver.faults import (
    PROTOCOLS,
    Caller,
    CommandFault,
    ConnectionFault,
    Cut,
    Delay,
    Faults,
    MessageFault,
    Swallow,
)
from labserver.protocol.session import Payload

__all__ = ["Found", "Trouble"]

_END: Final = b"\r\n.\r\n"
_CHALLENGES: Final = (b"334 ", b"+ ")
"""How a reply begins that asks for the rest of a command (RFC 4954, RFC 5034, RFC 9051)."""
_LITERAL: Final = re.compile(rb"\{([0-9]{1,19})\+?\}\r\n\Z")
_CHUNK: Final = re.compile(rb"BDAT ([0-9]{1,19})(?: LAST)?\r\n", re.IGNORECASE)


class Found(NamedTuple):
    """A fault that strikes now, and how much of what is on its way still crosses."""

    fault: ConnectionFault
    octets: int


class Trouble:
    """The faults of one connection.

    A fault that is taken back before it could strike does nothing any more.
    """

    def __init__(self, faults: Faults, caller: Caller) -> None:
        self._faults = faults
        self._caller = caller
        self._protocol = PROTOCOLS[caller.listener]
        self._delay: Delay | None = None
        self._cut: Cut | None = None
        self._left = 0
        self._command: CommandFault | None = None
        self._replied = False
        # Of a message on its way to the server: the octets that it will have, if that is said.
        self._upload: int | None = None
        self._flowing = False
        self._taken = 0
        self._asked = 0
        # How many faults had been added when the line was taken that announced the message.
        self._began = 0

    def meet(self, fault: Cut | Delay) -> None:
        """Take a fault of the connection as a whole."""
        if isinstance(fault, Delay):
            self._delay = fault
        else:
            self._cut, self._left = fault, fault.after

    def arm(self, fault: CommandFault) -> None:
        """Take a fault of the command that is being done."""
        self._command, self._replied = fault, False

    @property
    def seconds(self) -> float:
        """How long a reply waits."""
        if self._delay is not None and not self._faults.holds(self._delay):
            self._delay = None
        return 0 if self._delay is None else self._delay.seconds

    # To the client

    def said(self, chunk: bytes) -> Found | None:
        """Ask about a chunk of a reply; None: it crosses as it is."""
        if not self._faults:
            return None
        found: list[Found] = []
        if isinstance(chunk, Payload):
            fault = self._faults.message(self._caller, len(chunk))
            if fault is not None:
                found.append(Found(fault, fault.after))
        elif self._flowing:
            # IMAP: the literal is invited, or else nobody waits for it any more.
            self._flowing = chunk.startswith(b"+ ")
        elif chunk.startswith(b"354") and self._protocol in {"smtp", "submission"}:
            self._expect(None)
        command = self._armed()
        if command is not None and not _last_line(chunk).startswith(_CHALLENGES):
            if isinstance(command, Swallow):
                return Found(command, 0)
            self._replied = not (self._protocol == "imap" and _is_data(chunk))
        if self._cut is not None and self._faults.holds(self._cut):
            self._left -= len(chunk)
            if self._left <= 0:
                found.append(Found(self._cut, len(chunk) + self._left))
        return min(found, key=lambda each: each.octets, default=None)

    def over(self) -> CommandFault | None:
        """Ask once a reply may be over: the server has said it all, or takes up another line."""
        command = self._armed()
        if command is None or not self._replied:
            return None
        self._command = None
        return command

    def _armed(self) -> CommandFault | None:
        if self._command is not None and not self._faults.holds(self._command):
            self._command = None
        return self._command

    # From the client

    def taken(self, kind: Literal["line", "data"], octets: bytes) -> Found | None:
        """Ask about input that is taken up, with what is expected after it."""
        if kind == "line":
            self._began = self._faults.added
        if not self._faults:
            return None
        self._flowing = False
        if kind == "data":
            before, self._taken = self._taken, self._taken + len(octets)
            fault = self._more(self._taken)
            return None if fault is None else Found(fault, max(0, fault.after - before))
        self._taken = self._asked = 0
        form = _LITERAL if self._protocol == "imap" else _CHUNK
        size = form.search(octets) if self._protocol != "pop3" else None
        if size is not None:
            self._expect(int(size[1]))
        return None

    def _expect(self, octets: int | None) -> None:
        self._flowing, self._upload = True, octets
        self._taken = self._asked = 0

    @property
    def flowing(self) -> bool:
        """Whether a message is on its way, and `arrived` is to be asked about it."""
        return self._flowing and self._asked <= self._faults.farthest(self._caller, self._began)

    def arrived(self, octets: bytes) -> Found | None:
        """Ask about as much of the message as has arrived; what follows it may be there too."""
        has = len(octets)
        if self._upload is not None:
            has = min(has, self._upload)
        elif octets.startswith(_END[2:]):
            has = 0
        else:
            end = octets.find(_END)
            # Its last octets may turn out to be the end of the message.
            has = end + 2 if end >= 0 else max(0, has - len(_END) + 1)
        fault = self._more(has)
        return None if fault is None else Found(fault, fault.after)

    def _more(self, has: int) -> MessageFault | None:
        had, self._asked = self._asked, max(self._asked, has)
        return self._faults.upload(self._caller, had, has, self._began)


def _last_line(chunk: bytes) -> bytes:
    return chunk.rstrip(b"\r\n").rpartition(b"\n")[2]


def _is_data(chunk: bytes) -> bool:
    """Tell whether a chunk of IMAP's is data, which a tagged response still follows."""
    return isinstance(chunk, Payload) or _last_line(chunk).startswith(b"* ")
