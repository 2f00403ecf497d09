"""What a server says, read in pieces."""

from __future__ import annotations

from typing import Protocol

from labserver.devices.errors import DeviceError

__all__ = ["Ended", "Incoming", "Silence", "Source"]

_BLOCK = 65536
_END = b"\r\n.\r\n"


class Ended(DeviceError):
    """The server has closed the connection, or it broke."""


class Silence(DeviceError):
    """Nothing came in time."""


class Source(Protocol):
    """Where the octets come from: a channel, or a socket."""

    def recv(self, size: int, /) -> bytes:
        """Return up to `size` octets, none at the end. Raises OSError, TimeoutError."""


class Incoming:
    """The octets that came, and how far they were taken up.

    What a method could not take up whole stays: `go_back(mark)` and a second try lose nothing.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._held = bytearray()
        self._at = 0

    def mark(self) -> int:
        """Return the present place."""
        return self._at

    def go_back(self, mark: int) -> None:
        """Return to a place: what was taken up since is there again."""
        self._at = mark

    def forget(self) -> None:
        """Drop what was taken up; marks made before are void."""
        del self._held[: self._at]
        self._at = 0

    def rest(self) -> bytes:
        """Take up whatever has come."""
        taken = bytes(self._held[self._at :])
        self._at = len(self._held)
        return taken

    def _more(self) -> None:
        try:
            data = self._source.recv(_BLOCK)
        except TimeoutError:
            raise Silence from None
        except OSError:  # Its text differs from system to system: it is not shown.
            raise Ended from None
        if not data:
            raise Ended
        self._held += data

    def line(self) -> bytes:
        """Take up a line with its line end. Raises Ended, Silence."""
        start = self._at
        while (end := self._held.find(b"\n", start)) < 0:
            start = len(self._held)
            self._more()
        taken = bytes(self._held[self._at : end + 1])
        self._at = end + 1
        return taken

    def exactly(self, count: int) -> bytes:
        """Take up `count` octets. Raises Ended, Silence."""
        while len(self._held) - self._at < count:
            self._more()
        taken = bytes(self._held[self._at : self._at + count])
        self._at += count
        return taken

    def until_dot(self) -> bytes:
        """Take up lines, and the line of one dot after them; return those before it.

        Raises Ended, Silence.
        """
        while len(self._held) - self._at < 3:
            self._more()
        if self._held.startswith(b".\r\n", self._at):
            self._at += 3
            return b""
        start = self._at
        while (end := self._held.find(_END, start)) < 0:
            start = max(self._at, len(self._held) - len(_END) + 1)
            self._more()
        taken = bytes(self._held[self._at : end + 2])
        self._at = end + len(_END)
        return taken

    def end(self) -> bytes:
        """Wait until the server closes; return what it still said. Raises Silence."""
        try:
            while True:
                self._more()
        except Ended:
            return self.rest()
