"""Sessions on a maildrop against a small model of one: whatever is said, in whatever order.

Beside the POP3 session mail arrives, and IMAP flags and removes messages. What the session shows
was fixed at its login; what the store holds is what IMAP and QUIT left.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from labserver.events import Marked, Unmarked
from labserver.snapshot import fold
from tests.pop3.support import Drop, Talk

BODIES = st.sampled_from(
    [
        b"Subject: a\r\n\r\nHello\r\n",
        b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n",
        b"Subject: lf\n\n.\nend",
        b"",
        b"\r\n",
        b"Subject: eight\r\n\r\nGr\xfc\xdfe\r\n",
    ]
)
NUMBERS = st.integers(0, 4)
COMMANDS = st.sampled_from(
    ["stat", "listings", "list_one", "retr", "retr", "top", "dele", "dele", "rset", "second_login"]
)
BESIDE = st.sampled_from(["arrive", "expunge", "expunge", "flag"])


def on_the_wire(data: bytes) -> bytes:
    """What RETR sends of a message: each line with CRLF, its dots doubled at the start."""
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines)


def size(data: bytes) -> int:
    lines = data.replace(b"\r\n", b"\n")
    return len(lines) + lines.count(b"\n") + 2 * bool(lines and not lines.endswith(b"\n"))


@dataclass
class Seen:
    """What a session was given at its login: UIDs and octets; what it has marked and retrieved."""

    uids: list[int]
    data: list[bytes]
    marked: set[int] = field(default_factory=set)
    retrieved: set[int] = field(default_factory=set)

    def left(self) -> list[int]:
        return [n for n in range(1, len(self.uids) + 1) if n not in self.marked]

    def fetchable(self, store: dict[int, bytes]) -> list[int]:
        return [n for n in self.left() if self.uids[n - 1] in store]

    def there(self, number: int) -> bool:
        return 1 <= number <= len(self.uids) and number not in self.marked


class Maildrops(RuleBasedStateMachine):
    """One maildrop, one session at a time, and the world beside it."""

    drop: Drop

    def __init__(self) -> None:
        super().__init__()
        self.store: dict[int, bytes] = {}
        self.flags: dict[int, bool] = {}
        self.ids: dict[int, str] = {}
        self.talk: Talk | None = None
        self.seen = Seen([], [])

    @initialize(expire=st.booleans(), bodies=st.lists(BODIES, min_size=1, max_size=4))
    def begin(self, expire: bool, bodies: list[bytes]) -> None:  # noqa: FBT001 - hypothesis calls
        self.expire = expire
        self.drop = Drop(pop3_delete_after_retr=expire)
        for data in bodies:
            self.arrive(data)

    def teardown(self) -> None:
        if hasattr(self, "drop"):
            self.drop.close()

    # What happens, several things at a step: hypothesis mixes within lists better than over rules

    @rule(
        apop=st.booleans(),
        said=st.lists(st.tuples(COMMANDS, NUMBERS, st.integers(0, 5)), min_size=1, max_size=8),
        end=st.sampled_from(["", "", "", "quit", "quit", "cut", "fault"]),
    )
    def speak(self, apop: bool, said: list[tuple[str, int, int]], end: str) -> None:  # noqa: FBT001 - called so
        if self.talk is None:
            self.login(apop=apop)
        for command, number, lines in said:
            match command:
                case "list_one" | "retr" | "dele":
                    getattr(self, command)(number)
                case "top":
                    self.top(number, lines)
                case _:
                    getattr(self, command)()
            self.holds()
        if end == "quit":
            self.quit()
        elif end:
            self.lose(end)

    @rule(done=st.lists(st.tuples(BESIDE, st.integers(0, 99), BODIES), min_size=1, max_size=4))
    def meanwhile(self, done: list[tuple[str, int, bytes]]) -> None:
        for what, at, data in done:
            if what == "arrive":
                self.arrive(data)
            else:
                getattr(self, what)(at)
            self.holds()

    # What chance alone would bring about too seldom

    @rule(at=st.integers(0, 99), mark=st.booleans())
    def goes_while_it_is_open(self, at: int, mark: bool) -> None:  # noqa: FBT001 - called so
        """IMAP removes what the session has just retrieved, and marked."""
        if not self.store:
            return
        number = self.retrieved(at)
        if mark:
            self.dele(number)
        self.holds()
        self.expunge(sorted(self.store).index(self.seen.uids[number - 1]))
        self.holds()

    @rule(at=st.integers(0, 99))
    def mark_and_take_it_back(self, at: int) -> None:
        """RSET takes back a mark, and not that the message was retrieved."""
        if not self.store:
            return
        self.dele(self.retrieved(at))
        self.rset()
        self.holds()
        self.quit()

    def retrieved(self, at: int) -> int:
        """Retrieve one of those there are, and return its number; log in if that is needed."""
        if self.talk is not None and not self.seen.fetchable(self.store):
            self.lose("cut")
        if self.talk is None:
            self.login(apop=False)
        there = self.seen.fetchable(self.store)
        number = there[at % len(there)]
        self.retr(number)
        return number

    # The world beside

    def arrive(self, data: bytes) -> None:
        self.drop.deliver(data)
        uid = self.drop.uids()[-1]
        assert uid not in self.ids
        self.store[uid] = data

    def expunge(self, at: int) -> None:
        if not self.store:
            return
        uid = sorted(self.store)[at % len(self.store)]
        self.drop.store.messages.expunge(self.drop.inbox, [uid])
        del self.store[uid]

    def flag(self, at: int) -> None:
        if not self.store:
            return
        self.drop.flag(sorted(self.store)[at % len(self.store)], "\\Deleted", "\\Seen")

    def second_login(self) -> None:
        assert self.drop.talk("phone").login() == (
            "-ERR [IN-USE] Mailbox is open in another session"
        )

    # The session

    def login(self, *, apop: bool) -> None:
        self.talk = self.drop.talk()
        reply = self.talk.apop() if apop else self.talk.login()
        count = len(self.store)
        assert reply == ("+OK 1 message" if count == 1 else f"+OK {count} messages")
        uids = sorted(self.store)
        self.seen = Seen(uids, [self.store[uid] for uid in uids])

    def say(self, line: str) -> bytes:
        assert self.talk is not None
        return self.talk.raw(f"{line}\r\n".encode())

    def stat(self) -> None:
        left = self.seen.left()
        octets = sum(size(self.seen.data[n - 1]) for n in left)
        assert self.say("STAT") == b"+OK %d %d\r\n" % (len(left), octets)

    def listings(self) -> None:
        left = self.seen.left()
        rows = b"".join(b"%d %d\r\n" % (n, size(self.seen.data[n - 1])) for n in left)
        assert self.say("LIST") == b"+OK\r\n" + rows + b".\r\n"
        rows = self.say("UIDL").decode().split("\r\n")[1:-2]
        assert [int(row.split()[0]) for row in rows] == left
        for row in rows:
            number, unique = row.split()
            assert self.ids.setdefault(self.seen.uids[int(number) - 1], unique) == unique
        assert len(set(self.ids.values())) == len(self.ids)

    def list_one(self, number: int) -> None:
        reply = self.say(f"LIST {number}")
        if self.seen.there(number):
            assert reply == b"+OK %d %d\r\n" % (number, size(self.seen.data[number - 1]))
        else:
            assert reply.startswith(b"-ERR ")

    def fetched(self, number: int, reply: bytes) -> bytes | None:
        """Return the octets of a message, or None if it was refused as it had to be."""
        there = self.seen.there(number)
        if not there or self.seen.uids[number - 1] not in self.store:
            assert reply.startswith(b"-ERR ")
            assert (b"is gone" in reply) == there
            return None
        status, _, rest = reply.partition(b"\r\n")
        assert status.startswith(b"+OK")
        assert rest.endswith(b".\r\n")
        return rest[:-3]

    def retr(self, number: int) -> None:
        octets = self.fetched(number, self.say(f"RETR {number}"))
        if octets is not None:
            assert octets == on_the_wire(self.seen.data[number - 1])
            self.seen.retrieved.add(number)

    def top(self, number: int, lines: int) -> None:
        octets = self.fetched(number, self.say(f"TOP {number} {lines}"))
        if octets is not None:
            whole = on_the_wire(self.seen.data[number - 1])
            assert whole.startswith(octets)
            head, blank, body = whole.partition(b"\r\n\r\n")
            if blank and not whole.startswith(b"\r\n"):
                parts = body.split(b"\r\n")
                wanted = (
                    whole
                    if lines >= len(parts)
                    else head + blank + b"".join(part + b"\r\n" for part in parts[:lines])
                )
                assert octets == wanted

    def dele(self, number: int) -> None:
        reply = self.say(f"DELE {number}")
        if self.seen.there(number) and self.seen.uids[number - 1] in self.store:
            assert reply == b"+OK Marked\r\n"
            self.seen.marked.add(number)
        else:
            assert reply.startswith(b"-ERR ")

    def rset(self) -> None:
        count = len(self.seen.uids)
        expected = "1 message" if count == 1 else f"{count} messages"
        assert self.say("RSET") == f"+OK {expected}\r\n".encode()
        self.seen.marked.clear()

    def quit(self) -> None:
        gone = self.seen.marked | (self.seen.retrieved if self.expire else set())
        for number in gone:
            self.store.pop(self.seen.uids[number - 1], None)
        count = len(self.store)
        expected = "1 message" if count == 1 else f"{count} messages"
        assert self.say("QUIT") == f"+OK Bye ({expected} left)\r\n".encode()
        self.ended()

    def lose(self, how: str) -> None:
        assert self.talk is not None
        self.talk.session.lost(how)  # type: ignore[arg-type]
        self.ended()

    def ended(self) -> None:
        assert self.talk is not None
        self.drop.closed(self.talk)
        self.talk = None

    # What holds always

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "drop"):
            self.the_store_is_the_model_s()
            self.the_picture_is_the_model_s()
            self.marks_are_said_and_taken_back()

    def the_store_is_the_model_s(self) -> None:
        assert self.drop.uids() == sorted(self.store)

    def the_picture_is_the_model_s(self) -> None:
        mailbox = fold(self.drop.log).accounts["bob@home.example"].mailboxes["INBOX"]
        assert sorted(mailbox.copies) == sorted(self.store)
        if self.talk is None:
            assert mailbox.session is None
            return
        assert mailbox.session is not None
        uids = self.seen.uids
        there = set(self.store)
        assert set(mailbox.session.marks) == {uids[n - 1] for n in self.seen.marked} & there
        retrieved = self.seen.retrieved if self.expire else set()
        assert set(mailbox.session.expiring) == {uids[n - 1] for n in retrieved} & there

    def marks_are_said_and_taken_back(self) -> None:
        if self.talk is not None:
            mine = [
                event
                for event in self.drop.events(Marked, Unmarked)
                if event.connection == self.talk.number  # type: ignore[attr-defined]
            ]
            after = max(
                (n for n, event in enumerate(mine, 1) if isinstance(event, Unmarked)), default=0
            )
            assert len(mine) - after == len(self.seen.marked)


TestMaildrops = Maildrops.TestCase
TestMaildrops.settings = settings(stateful_step_count=12)
