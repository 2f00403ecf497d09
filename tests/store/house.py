"""A store with its log, two accounts at hand, in memory or in a file."""

from __future__ import annotations

from pathlib import Path

from labserver.clock import LAB_SEED, LabClock
from labserver.events import Event, Log
from labserver.faults import Faults
from labserver.store import Account, Arrival, Mailbox, Store


def letter(text: str) -> bytes:
    return f"Subject: {text}\r\nFrom: Alice <a@x.example>\r\n\r\n{text}\r\n".encode()


class House:
    def __init__(self, path: Path | str = ":memory:", *, seed: int = LAB_SEED) -> None:
        self.clock = LabClock()
        self.log = Log(self.clock.now)
        self.faults = Faults()
        self.store = Store(
            path, clock=self.clock, seed=seed, record=self.log.append, faults=self.faults
        )
        self.mailboxes = self.store.mailboxes
        self.messages = self.store.messages

    def person(self, name: str = "bob") -> Account:
        return self.store.accounts.find(name) or self.store.accounts.add(name, "tulip")

    def inbox(self, name: str = "bob") -> Mailbox:
        return self.mailboxes.get(self.person(name), "INBOX")

    def box(self, name: str) -> Mailbox:
        return self.mailboxes.create(self.person(), name)

    def deliver(self, text: str = "hi", *, flags: tuple[str, ...] = ()) -> int:
        arrival = Arrival(data=letter(text), flags=flags)
        (uid,) = self.messages.deliver([self.inbox()], arrival, cause="smtp")
        return uid

    def names(self) -> list[str]:
        return [mailbox.name for mailbox in self.mailboxes.all(self.person())]

    def told(self, *kinds: type[Event]) -> list[Event]:
        return [entry.event for entry in self.log if not kinds or isinstance(entry.event, kinds)]

    def count(self, table: str) -> int:
        (n,) = self.store.database.sql.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(n)

    def close(self) -> None:
        self.store.close()
