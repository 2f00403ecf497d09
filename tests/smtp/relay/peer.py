"""Another server, as a script: it answers commands as it is told, and writes down what it hears."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CUT = "cut"
"""An answer: the connection is lost instead."""

SILENCE = "silence"
"""An answer: none."""

OFFERS = ("PIPELINING", "SIZE 1000000", "8BITMIME", "DSN", "CHUNKING", "BINARYMIME", "SMTPUTF8")

GOOD = {
    "greeting": "220 mail.work.example ready",
    "HELO": "250 mail.work.example",
    "MAIL": "250 2.1.0 OK",
    "RCPT": "250 2.1.5 OK",
    "DATA": "354 go on",
    ".": "250 2.0.0 taken",
    "BDAT": "250 2.0.0 taken",
    "RSET": "250 2.0.0 OK",
    "QUIT": "221 2.0.0 bye",
}


@dataclass
class Message:
    """What the peer has taken, or refused at the end."""

    mail: str = ""
    rcpt: list[str] = field(default_factory=list)
    data: bytes = b""


@dataclass
class Peer:
    """One that listens. `answers`: by command, or by a whole command line, one after the other;
    the last one stays."""

    offers: Sequence[str] = OFFERS
    answers: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    refuses: bool = False
    heard: list[list[str]] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)
    calls: list[tuple[str, int, str]] = field(default_factory=list)
    ended: int = 0
    _used: dict[str, int] = field(default_factory=dict)

    async def __call__(self, host: str, port: int, who: str, protocol: asyncio.Protocol) -> Any:
        self.calls.append((host, port, who))
        if self.refuses:
            raise ConnectionRefusedError
        return End(self, protocol)

    def answer(self, line: str) -> str:
        key = next(
            (each for each in (line, line.split(" ", maxsplit=1)[0]) if each in self.answers), None
        )
        if key is None:
            command = line.split(" ", maxsplit=1)[0]
            if command == "EHLO":
                lines = ["mail.work.example", *self.offers]
                said = [f"250-{each}" for each in lines[:-1]]
                return "\r\n".join([*said, f"250 {lines[-1]}"])
            return GOOD[command]
        told = self.answers[key]
        if isinstance(told, str):
            return told
        n = self._used.get(key, 0)
        self._used[key] = n + 1
        return told[min(n, len(told) - 1)]


class End(asyncio.Transport):
    """The peer's end of one connection: a transport to the protocol that has called."""

    def __init__(self, peer: Peer, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self.peer = peer
        self.protocol = protocol
        self.loop = asyncio.get_running_loop()
        self.buffer = b""
        self.in_data = False
        self.chunk: int | None = None
        self.message = Message()
        self.closing = False
        self.lost = self.loop.create_future()
        self.lines: list[str] = []
        peer.heard.append(self.lines)
        self.loop.call_soon(protocol.connection_made, self)
        self.loop.call_soon(self.say, "greeting")

    async def ended(self) -> None:
        await self.lost
        self.peer.ended += 1

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        if not self.closing:
            self.closing = True
            self.loop.call_soon(self.gone, None)

    def cut(self) -> None:
        self.close()

    def gone(self, error: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)
            self.protocol.connection_lost(error)

    def write(self, data: Any) -> None:
        assert not self.closing
        self.buffer += bytes(data)
        self.loop.call_soon(self.hear)

    def hear(self) -> None:
        while self.buffer and not self.closing:
            if self.chunk is not None:
                if len(self.buffer) < self.chunk:
                    return
                self.message.data += self.buffer[: self.chunk]
                self.buffer = self.buffer[self.chunk :]
                self.chunk = None
                self.finish("BDAT")
            elif self.in_data:
                whole, dot, rest = (b"\r\n" + self.buffer).partition(b"\r\n.\r\n")
                if not dot:
                    return
                self.buffer = rest
                self.in_data = False
                text = whole[2:] + (b"\r\n" if whole else b"")
                text = text[1:] if text.startswith(b".") else text
                self.message.data = text.replace(b"\r\n.", b"\r\n")
                self.lines.append(".")
                self.finish(".")
            else:
                line, end, rest = self.buffer.partition(b"\r\n")
                if not end:
                    return
                self.buffer = rest
                self.command(line.decode())

    def command(self, line: str) -> None:
        self.lines.append(line)
        command = line.split(" ", maxsplit=1)[0]
        if command == "BDAT":
            self.chunk = int(line.split(" ")[1])
            assert line.endswith(" LAST")
            return
        said = self.say(line)
        if command == "MAIL":
            self.message = Message(mail=line if said.startswith("2") else "")
        elif command == "RCPT" and said.startswith("2"):
            self.message.rcpt.append(line)
        elif command == "DATA":
            self.in_data = said.startswith("354")
        elif command == "QUIT":
            self.close()

    def finish(self, key: str) -> None:
        before = len(self.lines)
        said = self.peer.answer(key)
        assert len(self.lines) == before
        # A message for nobody goes nowhere (RFC 2920 section 3.2); who cuts the connection may
        # have kept what came.
        accepted = said == CUT or said.startswith("2")
        if accepted and self.message.mail and self.message.rcpt:
            self.peer.taken.append(self.message)
        self.message = Message()
        self.reply(said)

    def say(self, line: str) -> str:
        said = self.peer.answer(line)
        self.reply(said)
        return said

    def reply(self, said: str) -> None:
        if said == CUT:
            self.closing = True
            self.loop.call_soon(self.gone, ConnectionResetError())
        elif said != SILENCE:
            self.loop.call_soon(self.protocol.data_received, said.encode() + b"\r\n")
            if said.startswith("421"):
                self.close()
