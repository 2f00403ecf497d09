"""A mail client that keeps a cache of INBOX and brings it up to date (RFC 7162 section 6).

It trusts nothing but what the server says, and is right if, once it is in step, its cache is what
the store holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from labserver.store import flag_tuple
from tests.imap.driver import Client, Server

__all__ = ["Keeper"]

_FETCH = re.compile(r"\* \d+ FETCH \((.*)\)")
_CODE = re.compile(r"(?:\* )?OK \[(HIGHESTMODSEQ|UIDVALIDITY) (\d+)\]")

Flags = frozenset[str]


def _uids(written: str) -> set[int]:
    found: set[int] = set()
    for part in written.split(","):
        low, _, high = part.partition(":")
        found.update(range(int(low), int(high or low) + 1))
    return found


def _exact(uids: set[int]) -> str:
    return ",".join(map(str, sorted(uids)))


@dataclass
class Keeper:
    """The cache, and the connection while there is one; without `qresync`: CONDSTORE only."""

    server: Server
    qresync: bool
    uidvalidity: int = 0
    modseq: int = 0
    flags: dict[int, Flags] = field(default_factory=dict)
    complete: int = 0  # up to this UID it has them all; beyond it, what it happened to hear of
    client: Client | None = None

    # What the server says

    def _do(self, command: str) -> list[str]:
        assert self.client is not None
        reply = self.client.do(command)
        assert reply[-1].startswith(("OK", "NO")), reply
        self._hear(reply)
        return reply

    def _hear(self, lines: list[str]) -> None:
        """Take up a reply, or what is said unasked."""
        told: list[int] = []
        code = None
        for line in lines:
            if found := _CODE.match(line):
                if found[1] == "HIGHESTMODSEQ":
                    code = int(found[2])
                else:
                    self._valid(int(found[2]))
            elif line.startswith("* VANISHED "):
                self._vanished(line.removeprefix("* VANISHED "))
            elif found := _FETCH.match(line):
                told.append(self._fetched(found[1]))
        # Section 6: the code is what counts; else what was highest.
        self.modseq = code if code is not None else max([self.modseq, *told])

    def _valid(self, uidvalidity: int) -> None:
        if uidvalidity != self.uidvalidity:
            self.flags, self.modseq, self.complete = {}, 0, 0
        self.uidvalidity = uidvalidity

    def _vanished(self, written: str) -> None:
        for uid in _uids(written.removeprefix("(EARLIER) ")):
            self.flags.pop(uid, None)

    def _fetched(self, items: str) -> int:
        uid = int(re.search(r"UID (\d+)", items)[1])  # type: ignore[index]
        modseq = re.search(r"MODSEQ \((\d+)\)", items)
        flags = re.search(r"FLAGS \(([^)]*)\)", items)
        if flags is not None:
            self.flags[uid] = frozenset(flags[1].split()) - {"\\Recent"}
        return 0 if modseq is None else int(modseq[1])

    # What it does

    def come(self) -> None:
        """Connect, and hear of what was missed."""
        self.client = self.server.login()
        if self.qresync:
            self._do("ENABLE QRESYNC")
        if self.qresync and self.modseq:
            self._do(f"SELECT INBOX (QRESYNC ({self.uidvalidity} {self.modseq}{self._known()}))")
        elif self.qresync:
            self._do("SELECT INBOX")
        else:
            self._come_with_changedsince()
        self.fetch_new()

    def _known(self) -> str:
        if not self.flags:
            return ""
        uids = sorted(uid for uid in self.flags if uid <= self.complete)
        if not uids:
            return f" {_exact(set(self.flags))}"
        sample = range(0, len(uids), 3)
        numbers = ",".join(str(n + 1) for n in sample)
        return f" {_exact(set(self.flags))} ({numbers} {','.join(str(uids[n]) for n in sample)})"

    def _come_with_changedsince(self) -> None:
        since = self.modseq
        before = self.uidvalidity
        self._do("SELECT INBOX (CONDSTORE)")
        if self.flags and self.uidvalidity == before:
            self._do(f"UID FETCH {_exact(set(self.flags))} (FLAGS) (CHANGEDSINCE {since})")
        self._drop_missing()

    def _drop_missing(self) -> None:
        (found, *_) = self._do("UID SEARCH ALL")
        there = {int(word) for word in found.split()[2:]}
        self.flags = {uid: flags for uid, flags in self.flags.items() if uid in there}

    def fetch_new(self) -> None:
        """Ask for the messages that it does not have."""
        # `N:*` names the last message even if it is less than N.
        self._do(f"UID FETCH {self.complete + 1}:* (FLAGS MODSEQ)")
        self.complete = max([self.complete, *self.flags])

    def go(self) -> None:
        """Be cut off: what the server might still have said is lost."""
        self.client = None

    def look(self) -> None:
        self._do("NOOP")

    def hold(self) -> None:
        """Ask something during which no message may lose its number."""
        self._do("FETCH 1:* (UID FLAGS MODSEQ)" if self.flags else "SEARCH ALL")

    def mark(self, flag: str) -> None:
        """Mark the first half of what it knows."""
        if self.flags:
            some = sorted(self.flags)[: len(self.flags) // 2 + 1]
            self._do(f"UID STORE {_exact(set(some))} +FLAGS ({flag})")

    def idle(self) -> None:
        """Hear what is said unasked."""
        assert self.client is not None
        begun = self.client.raw(b"i IDLE\r\n").decode("ascii").split("\r\n")
        self._hear([*begun, *self.client.news()])
        self.server.flag(self.server.deliver(), "$Unasked")
        self._hear(self.client.news())
        self.client.raw(b"DONE\r\n")

    # Whether it is right

    def check(self) -> None:
        """Assert that the cache is what the store holds."""
        inbox = self.server.store.mailboxes.get(self.server.bob, "INBOX")
        held = {
            row.uid: frozenset(flag_tuple(row.flags))
            for row in self.server.store.messages.rows(inbox)
        }
        assert self.flags == held
        assert self.uidvalidity == inbox.uidvalidity
        assert self.modseq <= inbox.modseq
