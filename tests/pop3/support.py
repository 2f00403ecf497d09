"""A maildrop, and sessions on it that keep account of all they hear and say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from labserver.clock import LabClock
from labserver.events import Closed, Connected, Event, Log
from labserver.faults import Faults
from labserver.pop3 import Pop3Session
from labserver.protocol.limits import Limits
from labserver.protocol.policy import Policy
from labserver.protocol.session import Context
from labserver.store import Arrival, Flagging, Store

GREETING = re.compile(rb"\+OK POP3 server ready (<[!-;=?-~]+@mail\.home\.example>)\r\n")

MESSAGES = (
    b"Subject: one\r\n\r\nHello\r\n.\r\n..\r\n.dot\r\nend\r\n",
    b"Subject: two\r\n\r\n" + b"x" * 200 + b"\r\n",
    b"Subject: three\r\nTo: bob\r\n\r\nline 1\r\nline 2\r\nline 3\r\n",
)


@dataclass
class Talk:
    """One session and what went through it."""

    session: Pop3Session
    number: int
    heard: list[bytes] = field(default_factory=list)
    greeting: bytes = b""
    sent: bytearray = field(default_factory=bytearray)

    def raw(self, data: bytes) -> bytes:
        """Give octets, return the octets of the replies."""
        self.sent += data
        chunks = self.chunks(self.session.receive(data))
        self.accounted()
        return b"".join(chunks)

    def chunks(self, replies: Iterable[bytes]) -> list[bytes]:
        chunks = list(replies)
        assert all(isinstance(chunk, bytes) and chunk for chunk in chunks)
        return chunks

    def accounted(self) -> None:
        """What was heard and what is held are exactly what came."""
        assert b"".join(self.heard) + self.session.unread() == bytes(self.sent)

    def say(self, line: str) -> str:
        """Give a line, return the reply without its last line end."""
        return (
            self.raw(f"{line}\r\n".encode())
            .decode("utf-8", "backslashreplace")
            .removesuffix("\r\n")
        )

    @property
    def timestamp(self) -> str:
        """What the greeting challenges APOP with."""
        found = GREETING.fullmatch(self.greeting)
        assert found
        return found[1].decode()

    def capabilities(self) -> list[str]:
        status, *lines, end = self.say("CAPA").split("\r\n")
        assert (status, end) == ("+OK", ".")
        return lines

    def digest(self, password: str) -> str:
        """What APOP proves the password with."""
        return hashlib.md5(f"{self.timestamp}{password}".encode()).hexdigest()

    def apop(self, name: str = "bob", password: str = "tulip") -> str:
        return self.say(f"APOP {name} {self.digest(password)}")

    def login(self, name: str = "bob", password: str = "tulip") -> str:
        assert self.say(f"USER {name}") == "+OK"
        return self.say(f"PASS {password}")


class Drop:
    """A store with Bob's INBOX, and any number of sessions. Closed after each test."""

    opened: ClassVar[list[Drop]] = []

    def __init__(self, limits: Limits | None = None, **policy: Any) -> None:
        self.policy = Policy(**policy)
        self.clock = LabClock()
        self.log = Log(self.clock.now)
        self.faults = Faults()
        self.store = Store(clock=self.clock, seed=1, record=self.log.append, faults=self.faults)
        self.limits = limits or Limits()
        self.bob = self.store.accounts.add("bob", "tulip")
        self.inbox = self.store.mailboxes.get(self.bob, "INBOX")
        self.talks = 0
        self.opened.append(self)

    def close(self) -> None:
        self.opened.remove(self)
        self.store.close()

    def deliver(self, *messages: bytes, to: str = "bob") -> None:
        account = self.store.accounts.find(to)
        assert account is not None
        inbox = self.store.mailboxes.get(account, "INBOX")
        for data in messages:
            self.store.messages.deliver([inbox], Arrival(data=data), cause="load")

    def talk(self, device: str = "laptop", *without: str, **changes: Any) -> Talk:
        """Connect; capabilities named in `without` are switched off for this session."""
        self.talks += 1
        heard: list[bytes] = []

        def hear(kind: str, octets: bytes) -> None:
            assert kind == "line"
            assert octets
            heard.append(octets)

        context = Context(
            store=self.store,
            clock=self.clock,
            ids=self.store.ids,
            faults=self.faults,
            limits=self.limits,
            connection=self.talks,
            listener="pop3",
            device=device,
            host="mail.home.example",
            record=self.log.append,
            heard=hear,
            policy=self.policy,
            without=frozenset(without),
            **changes,
        )
        self.log.append(Connected(connection=self.talks, protocol="pop3", port=110, device=device))
        talk = Talk(Pop3Session(context), self.talks, heard)
        (talk.greeting,) = talk.chunks(talk.session.greeting())
        assert talk.greeting.startswith(b"+OK POP3 server ready")
        return talk

    def closed(self, talk: Talk) -> None:
        """Record the end of a session, as the wire does."""
        self.log.append(Closed(connection=talk.number, how="cut"))

    def uids(self) -> list[int]:
        return self.store.messages.uids(self.inbox)

    def flag(self, uid: int, *flags: str) -> None:
        self.store.messages.set_flags(self.inbox, [uid], Flagging.ADD, flags)

    def events(self, *kinds: type[Event]) -> list[Event]:
        return [entry.event for entry in self.log if isinstance(entry.event, kinds)]
