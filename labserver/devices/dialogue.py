"""Talking to a server line by line, and seeing exactly what crosses the wire.

A dialogue prints what the client says with `C:` and what the server says with `S:`. Lines without
either did not cross the wire: they say what was cut short, or what the device did. A dialogue is
used on one thread.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from contextlib import suppress

from labserver.devices.channel import Channel
from labserver.devices.errors import ConnectionOver, DeviceError, NoReply, NotNow, TlsFailed
from labserver.devices.incoming import Ended, Incoming, Silence
from labserver.devices.onlooker import Onlooker
from labserver.devices.reply import Piece, Reply, shown
from labserver.devices.seams import PORTS, Dialled

__all__ = ["Dialogue", "no_greeting"]


class Dialogue(ABC):
    """A raw session over one connection.

    `last` is the last reply; `lines_shown` how many lines of a message are printed; `waits` how
    often this end has waited for the server: once for all lines sent together.
    """

    protocol: Dialled

    def __init__(
        self,
        channel: Channel,
        device: str,
        protocol: Dialled,
        *,
        lines_shown: int = 20,
    ) -> None:
        self.protocol = protocol
        self.number = channel.number
        self.device = device
        self.lines_shown = lines_shown
        self.last: Reply | None = None
        self.waits = 0
        self._channel = channel
        self._incoming = Incoming(channel)
        self._tls_next = False  # the server waits for TLS to begin
        self._owed: deque[str] = deque()
        self._over = ""

    def __repr__(self) -> str:
        state = f"over: {self._over}" if self._over else "open"
        return f"<{self.protocol} from {self.device}, connection {self.number}, {state}>"

    @property
    def open(self) -> bool:
        """Whether the connection has not ended, as far as this end knows."""
        return not self._over

    # What the protocols differ in

    @abstractmethod
    def _read(self, command: str) -> Reply:
        """Take up the reply to a command. If this raises, the dialogue is as before."""

    def _keep(self, command: str, reply: Reply) -> list[str]:  # noqa: ARG002
        """Do with a reply what the device does with it; return notes on that."""
        return []

    @abstractmethod
    def _begins_tls(self, command: str, reply: Reply) -> bool:
        """Whether the server waits for TLS to begin after this reply."""

    @abstractmethod
    def _says_goodbye(self, command: str, reply: Reply) -> bool:
        """Whether the server closes after this reply."""

    # Talking

    def greet(self) -> None:
        """Read what the server says first. Raises ConnectionOver if it says nothing and ends."""
        self._owed.append("")
        self.wait()
        if self.last is None:
            raise no_greeting(self.protocol)

    def send(self, *lines: str) -> None:
        """Send a line and print the exchange; several lines are sent together (pipelining).

        Their line ends are put there. The replies are printed in order; `last` is the last one.
        Raises ConnectionOver if the connection has ended, NoReply if a reply does not come in
        time (the next call waits for it again), NotNow for text with line ends in it.
        """
        for line in lines:
            if "\n" in line or "\r" in line:
                raise NotNow('one line at a time; send("A", "B") sends two together')
        self._write([Piece(f"{line}\r\n".encode("utf-8", "surrogateescape")) for line in lines])
        self._owed.extend(lines)
        self.wait()

    def wait(self) -> None:
        """Read and print the replies that are still owed. Raises as `send`."""
        self.waits += bool(self._owed)
        while self._owed:
            command = self._owed[0]
            mark = self._incoming.mark()
            try:
                reply = self._read(command)
            except Silence:
                self._incoming.go_back(mark)
                first = command.partition("\r")[0]
                after = f"to {first}" if command else "of greeting"
                raise NoReply(
                    f"{self._where()}: no whole reply {after} in time; {self._late()}"
                ) from None
            except Ended:
                self._incoming.go_back(mark)
                self._show(shown([Piece(self._incoming.rest())], "S: ", self.lines_shown))
                self._finish("the server closed the connection")
                if command or self.last is not None:
                    self._note(["the connection ended before the reply was whole"])
                return
            except BaseException:  # A cell that is interrupted: the reply is owed still.
                self._incoming.go_back(mark)
                raise
            self._owed.popleft()
            self._incoming.forget()
            self.last = reply
            self._show(shown(reply.pieces, "S: ", self.lines_shown))
            self._note(f"{self.device}: {note}" for note in self._keep(command, reply))
            if self._begins_tls(command, reply):
                self._tls_next = True
                self._note(f"no reply to {line} is awaited: TLS comes next" for line in self._owed)
                self._owed.clear()
            if self._says_goodbye(command, reply):
                self._await_end()
                return

    # TLS

    def secure(self) -> None:
        """Begin TLS, after the server has said that it is ready for it, and print a line on it.

        The server's certificate is verified by whom the device trusts. What the server said
        before TLS and too early is thrown away, as anybody on the way may have put it there.
        Raises NotNow if the server does not wait for TLS; TlsFailed, the connection being closed.
        """
        self._must_be_open()
        if not self._tls_next:
            raise NotNow("the server does not wait for TLS to begin: ask it to with STARTTLS, STLS")
        early = self._incoming.rest()
        self._incoming.forget()
        if early:
            self._show(shown([Piece(early)], "S: ", self.lines_shown))
            self._note(["this came before TLS and is thrown away"])
        self.begin_tls()

    def begin_tls(self) -> None:
        """Begin TLS now, asked for or not: first thing on the ports where all is inside it.

        Raises TlsFailed, the connection being closed.
        """
        self._tls_next = False
        try:
            version = self._channel.secure()
        except TlsFailed:
            self._finish("TLS failed")
            raise
        self._note([f"TLS begins: {version}; what follows is encrypted on the wire"])

    def onlooker(self) -> Onlooker:
        """Return what somebody on the way sees: live, as inside TLS it differs in each run."""
        return self._channel.onlooker

    # Ending

    def cut(self) -> None:
        """Break the connection, as if the cable were pulled; return once the log has it.

        Nothing is said to the server. If the connection has ended already, nothing happens.
        """
        if self._over:
            return
        self._channel.cut()
        self._finish("cut")

    def hang_up(self) -> None:
        """Close the connection without a word; return once the log has it."""
        if self._over:
            return
        # What is still unread would turn the close into a reset: so it is read first.
        with suppress(OSError, Silence):
            self._channel.finish()
            self._incoming.end()
        self._finish("hung up")

    def abandon(self) -> None:
        """Close the socket and wait for nothing: the lab itself is closing."""
        if not self._over:
            self._close("the lab was closed")

    def _await_end(self) -> None:
        """Wait for the server to close after a goodbye."""
        try:
            late = self._incoming.end()
        except Silence:
            return
        self._show(shown([Piece(late)], "S: ", self.lines_shown))
        with suppress(OSError):
            self._channel.finish()
        self._finish("closed")

    def _finish(self, how: str) -> None:
        self._close(how)
        self._channel.wait_ended()

    def _close(self, how: str) -> None:
        self._over = how
        self._owed.clear()
        self._channel.close()

    # Help

    def _late(self) -> str:
        """Say what can be done about a reply that does not come."""
        return "wait() waits again"

    def _where(self) -> str:
        return f"{self.protocol}, port {PORTS[self.protocol]}"

    def _must_be_open(self) -> None:
        if self._over:
            raise ConnectionOver(f"this {self.protocol} connection is over ({self._over})")

    def _write(self, pieces: list[Piece]) -> None:
        self._must_be_open()
        if self._tls_next:
            # RFC 3207 section 4, RFC 2595 section 4.
            raise NotNow("the server waits for TLS to begin, and for no command: secure()")
        try:
            self._channel.sendall(b"".join(piece.octets for piece in pieces))
        except TimeoutError:
            raise NoReply(f"{self._where()}: the server takes nothing more in") from None
        except OSError:
            # The server closed before: what it still said is to be seen.
            self._show(shown(pieces, "C: ", self.lines_shown))
            self._show(shown([Piece(self._last_words())], "S: ", self.lines_shown))
            self._finish("the server closed the connection")
            raise ConnectionOver(f"{self._where()}: the server has closed the connection") from None
        self._show(shown(pieces, "C: ", self.lines_shown))

    def _last_words(self) -> bytes:
        try:
            return self._incoming.end()
        except DeviceError:
            return self._incoming.rest()

    def _note(self, notes: Iterable[str]) -> None:
        self._show(f"   [{note}]" for note in notes)

    @staticmethod
    def _show(lines: Iterable[str]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        if text:
            sys.stdout.write(text)


def no_greeting(protocol: Dialled) -> ConnectionOver:
    """Return the error for a connection that never came to a greeting.

    A reset may strike while the client connects or just after: that is chance, and it must not
    show.
    """
    return ConnectionOver(
        f"{protocol}, port {PORTS[protocol]}: the connection ended before the greeting"
    )
