"""The three kinds of dialogue."""

from __future__ import annotations

import re
from itertools import takewhile

from labserver.devices.channel import Channel
from labserver.devices.dialogue import Dialogue
from labserver.devices.errors import NoReply, NotNow
from labserver.devices.incoming import Ended, Silence
from labserver.devices.keepers import ImapKeeper, Pop3Keeper
from labserver.devices.readers import imap, pop3, smtp
from labserver.devices.reply import Piece, Reply, shown
from labserver.devices.seams import Dialled

__all__ = ["ImapDialogue", "Pop3Dialogue", "SmtpDialogue"]

_LINE_END = re.compile(rb"\r\n|\n|\r")
_TEXT_LINES = re.compile(r"\r\n|\n")
_ANNOUNCED = re.compile(r"\{[0-9]+\+?\}$")


class Pop3Dialogue(Dialogue):
    """A raw POP3 session. What RETR brings is saved on the device, if there is a keeper.

    If the server answers with `+` and a space, it challenges: the next `send` responds, or gives
    up with `*` (RFC 5034 section 4).
    """

    def __init__(
        self,
        channel: Channel,
        device: str,
        protocol: Dialled = "pop3",
        *,
        keeper: Pop3Keeper | None = None,
    ) -> None:
        super().__init__(channel, device, protocol)
        self._keeper = keeper
        self._begun: list[str] = []  # an exchange that goes on
        self._command: list[str] = []  # the last command, with the responses that followed it

    def _read(self, command: str) -> Reply:
        # A response in base64 may look like a command.
        reply = pop3.read(self._incoming, "" if self._begun else command)
        self._command = [*self._begun, command]
        self._begun = self._command if pop3.challenges(reply) else []
        return reply

    def _keep(self, command: str, reply: Reply) -> list[str]:  # noqa: ARG002
        return [] if self._keeper is None else self._keeper.heard(tuple(self._command), reply)

    def _begins_tls(self, command: str, reply: Reply) -> bool:
        asked = command.strip().upper() == "STLS" and len(self._command) == 1
        return asked and reply.ok and not self._begun

    def _says_goodbye(self, command: str, reply: Reply) -> bool:
        return command.upper() == "QUIT" and len(self._command) == 1 and reply.ok


class SmtpDialogue(Dialogue):
    """A raw SMTP session, for submission or for receiving.

    After DATA is answered with 354 the server waits for the message: `data(text)` sends it with
    all that belongs to it; or `send` sends it line by line as it stands, up to `send(".")`.
    `chunk` sends a piece of a message with BDAT.
    """

    def __init__(self, channel: Channel, device: str, protocol: Dialled) -> None:
        super().__init__(channel, device, protocol)
        self._in_data = False
        self._chunk = b""  # what was sent together with the last BDAT

    def send(self, *lines: str) -> None:
        """Send a line and print the exchange, as every dialogue does.

        While the server waits for a message: send its lines (here a text may hold several), just
        as they are; nothing is answered before the line of one dot.
        """
        if not self._in_data:
            super().send(*lines)
            return
        for text in lines:
            for line in _TEXT_LINES.split(text):
                if self._in_data and line != ".":
                    octets = f"{line}\r\n".encode("utf-8", "surrogateescape")
                    self._write([Piece(octets, content=True)])
                else:
                    self._in_data = False
                    super().send(line)

    def data(self, message: str | bytes) -> None:
        """Send a message and the line of one dot, and print the exchange.

        Line ends become CRLF, and lines that start with a dot get one more (RFC 5321 section
        4.5.2); both can be seen. Raises NotNow if the server does not wait for a message.
        """
        if not self._in_data:
            raise NotNow(
                'the server does not wait for a message: send("DATA") first, and look for its 354'
            )
        octets = message.encode() if isinstance(message, str) else message
        lines = _LINE_END.split(octets)
        if not lines[-1]:
            lines.pop()
        stuffed = b"".join(
            (b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines
        )
        self._in_data = False
        self._write([Piece(stuffed, content=True), Piece(b".\r\n")])
        self._owed.append(".")
        self.wait()

    def chunk(self, octets: str | bytes, *, last: bool = True) -> None:
        """Send BDAT with its octets, and print the exchange (RFC 3030 section 2).

        Octets go as they are; in text line ends become CRLF. `last` says that the message is whole.
        """
        if isinstance(octets, str):
            octets = _LINE_END.sub(b"\r\n", octets.encode())
        command = f"BDAT {len(octets)} LAST" if last else f"BDAT {len(octets)}"
        self._write([Piece(f"{command}\r\n".encode()), Piece(octets, content=True)])
        self._chunk = octets
        self._owed.append(command)
        self.wait()

    def _read(self, command: str) -> Reply:
        reply = smtp.read(self._incoming, command)
        self._in_data = command.strip().upper() == "DATA" and smtp.code(reply) == 354
        return reply

    def _keep(self, command: str, reply: Reply) -> list[str]:  # noqa: ARG002
        chunk, self._chunk = self._chunk, b""
        if chunk and smtp.code(reply) in {500, 502}:
            # RFC 3030 section 2: who does not know BDAT takes its octets for commands.
            self._note(["BDAT is not known here: each line that came with it is a command"])
            lines = chunk.split(b"\n")[:-1]
            self._owed.extend(line.decode("utf-8", "surrogateescape") for line in lines)
        if self._in_data and self._owed:
            # RFC 2920 section 3.1: DATA is the last of its group; what follows is message.
            text = list(takewhile(lambda line: line != ".", self._owed))
            for line in text:
                self._owed.popleft()
                self._note([f"{line} came after 354: it is a line of the message"])
            self._in_data = not self._owed
        return []

    def _begins_tls(self, command: str, reply: Reply) -> bool:
        return command.strip().upper() == "STARTTLS" and smtp.code(reply) == 220

    def _says_goodbye(self, command: str, reply: Reply) -> bool:  # noqa: ARG002
        # 421 is what a server says before it closes on its own (RFC 5321 section 3.8).
        return smtp.code(reply) in {221, 421}


class ImapDialogue(Dialogue):
    """A raw IMAP session. The tags are yours: `send("a1 LOGIN bob tulip")`.

    If the server answers with `+`, the next `send` continues the command (`DONE`, or a base64
    line), and so does `literal`.
    """

    def __init__(
        self,
        channel: Channel,
        device: str,
        protocol: Dialled = "imap",
        *,
        keeper: ImapKeeper | None = None,
    ) -> None:
        super().__init__(channel, device, protocol)
        self._keeper = keeper
        self._begun: list[str] = []  # a command that the server wants more of
        self._command: list[str] = []  # the last one, with what continued it
        self._responses: tuple[imap.Response, ...] = ()

    def literal(self, octets: str | bytes, then: str = "") -> None:
        """Send the octets that `{N}` announced, then the rest of the line; print the exchange.

        Raises NotNow if the server does not wait for them.
        """
        if not self._begun:
            if self._command and _ANNOUNCED.search(self._command[-1]):
                raise NotNow("the server did not take the line with {N}: look at its reply")
            raise NotNow("the server does not wait for a literal: end a line with {N} first")
        data = octets.encode() if isinstance(octets, str) else octets
        rest = f"{then}\r\n".encode()
        self._write([Piece(data, content=True), Piece(rest)])
        self._owed.append(data.decode("latin-1") + then)
        self.wait()

    def listen(self, responses: int = 1) -> None:
        """Wait for that many responses that come unasked (IDLE), and print them.

        Raises NoReply if they don't come in time, ConnectionOver if the connection has ended.
        """
        self._must_be_open()
        for _ in range(responses):
            mark = self._incoming.mark()
            try:
                response = imap.response(self._incoming)
            except Silence:
                self._incoming.go_back(mark)
                raise NoReply(f"{self._where()}: nothing came unasked in time") from None
            except Ended:
                self._finish("the server closed the connection")
                self._note(["the connection ended"])
                return
            self._show(shown(response, "S: ", self.lines_shown))
            if self._keeper is not None:
                notes = self._keeper.pushed((response,))
                self._note(f"{self.device}: {note}" for note in notes)

    def _late(self) -> str:
        if self._begun and _ANNOUNCED.search(self._begun[-1]):
            return "were the octets as many as announced in { }?"
        return super()._late()

    def _read(self, command: str) -> Reply:
        self._command = [*self._begun, command]
        tag = self._command[0].partition(" ")[0]
        reply, self._responses = imap.read(self._incoming, tag)
        self._begun = self._command if imap.wants_more(reply) else []
        return reply

    def _keep(self, command: str, reply: Reply) -> list[str]:  # noqa: ARG002
        if self._keeper is None:
            return []
        line = self._command[0].partition(" ")[2]
        return self._keeper.heard((line, *self._command[1:]), reply, self._responses)

    def _begins_tls(self, command: str, reply: Reply) -> bool:
        asked = len(self._command) == 1 and command.upper().split()[1:] == ["STARTTLS"]
        return asked and reply.ok and not self._begun

    def _says_goodbye(self, command: str, reply: Reply) -> bool:  # noqa: ARG002
        return any(each[0].octets[:5].upper() == b"* BYE" for each in self._responses)
