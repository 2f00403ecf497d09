r"""Several sessions give random commands on one mailbox; each is held to what it was told.

A model client keeps sequence number → UID and flags from replies alone. After each command: an
EXPUNGE has come only where it may (RFC 3501 section 7.4.1); the numbers are right, but for what
is untold; \Recent has been shown to one session at most (section 2.3.2); who is in IDLE knows
everything at once. After NOOP the client agrees with a direct SELECT on the store.
"""

from __future__ import annotations

import re

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from labserver.store import flag_tuple
from tests.imap.driver import Client, Server

NO_EXPUNGE = {"FETCH", "STORE", "SEARCH"}
FLAGS = ("\\Seen", "\\Deleted", "\\Flagged", "$Work", "$Home")
_FETCH = re.compile(r"\* (\d+) FETCH \((.*)\)")
_FLAGS = re.compile(r"FLAGS \(([^)]*)\)")
_UID = re.compile(r"UID (\d+)")

sessions = st.integers(0, 2)
places = st.tuples(st.integers(0, 9), st.integers(0, 9))
flags = st.lists(st.sampled_from(FLAGS), unique=True, max_size=3)


class Model:
    """A client: what it has been told of its mailbox, and nothing else."""

    def __init__(self, client: Client, owners: dict[int, Model]) -> None:
        self.client = client
        self.owners = owners  # who was shown \Recent of which message
        self.uids: list[int | None] = []
        self.flags: dict[int, set[str]] = {}
        self.selected = self.read_only = self.idle = False

    def do(self, command: str) -> list[str]:
        reply = self.client.do(command)
        words = command.split()
        self.hear(reply, " ".join(words[:2]) if words[0] == "UID" else words[0])
        if self.selected and not self.idle:
            self.probe()
        return reply

    def hear(self, lines: list[str], command: str) -> None:
        for line in lines:
            if line.endswith(" EXPUNGE"):
                assert command not in NO_EXPUNGE, f"{line} in the reply to {command}"
                del self.uids[int(line.split()[1]) - 1]
            elif line.endswith(" EXISTS"):
                count = int(line.split()[1])
                assert count >= len(self.uids), "EXISTS takes no message away"
                self.uids += [None] * (count - len(self.uids))
            elif fetched := _FETCH.fullmatch(line):
                self._fetched(int(fetched[1]), fetched[2])

    def _fetched(self, number: int, items: str) -> None:
        assert 1 <= number <= len(self.uids)
        if uid := _UID.search(items):
            assert self.uids[number - 1] in (None, int(uid[1])), "a number changed its message"
            self.uids[number - 1] = int(uid[1])
        known = self.uids[number - 1]
        if (shown := _FLAGS.search(items)) and known is not None:
            found = set(shown[1].split())
            if "\\Recent" in found and not self.read_only:
                assert self.owners.setdefault(known, self) is self, "recent twice"
            self.flags[known] = found - {"\\Recent"}

    def probe(self) -> None:
        """Ask what new messages are, as clients do."""
        new = [n for n, uid in enumerate(self.uids, 1) if uid is None]
        if new:
            reply = self.client.do(f"FETCH {new[0]}:{new[-1]} (UID FLAGS)")
            assert reply[-1] == "OK FETCH completed"
            self.hear(reply, "FETCH")
            assert None not in self.uids

    def numbers(self, place: tuple[int, int]) -> list[int]:
        """Choose some of the messages."""
        first, last = sorted(at % len(self.uids) for at in place)
        return list(range(first + 1, last + 2))

    def open(self, command: str) -> None:
        self.uids, self.flags = [], {}
        for uid in [uid for uid, owner in self.owners.items() if owner is self]:
            # It may not be shown to this session again, having been selected anew.
            self.owners[uid] = Model(self.client, self.owners)
        self.selected, self.read_only = True, command == "EXAMINE"
        self.do(f"{command} INBOX")

    def close(self) -> None:
        self.client.do("CLOSE")
        self.selected = False


def listed(numbers: list[int]) -> str:
    return f"{numbers[0]}:{numbers[-1]}"


class Sessions(RuleBasedStateMachine):
    """Three sessions, one INBOX, one other mailbox."""

    def __init__(self) -> None:
        super().__init__()
        self.server = Server()
        self.server.store.mailboxes.create(self.server.bob, "box")
        self.renamed = 0
        for _ in range(5):
            self.server.deliver()
        owners: dict[int, Model] = {}
        self.models = [Model(self.server.login(), owners) for _ in range(3)]
        for model in self.models:
            model.open("SELECT")

    def teardown(self) -> None:
        self.server.store.close()

    def ready(self, session: int) -> Model | None:
        """Return the session if it can give a command on messages now."""
        model = self.models[session]
        return model if model.selected and not model.idle and model.uids else None

    def done(self) -> None:
        """Who is in IDLE is told at once."""
        for model in self.models:
            if model.idle:
                model.hear(model.client.news(), "IDLE")

    # What anybody may do

    @rule(session=sessions, place=places, uid=st.booleans(), ask=st.booleans())
    def fetch(self, session: int, place: tuple[int, int], *, uid: bool, ask: bool) -> None:
        if model := self.ready(session):
            numbers = model.numbers(place)
            if uid:
                model.do(f"UID FETCH {model.uids[numbers[0] - 1]}:* (FLAGS)")
            else:
                model.do(f"FETCH {listed(numbers)} (UID FLAGS)")
        self.done()
        if ask:
            self.noop(session)

    @rule(
        session=sessions,
        place=places,
        how=st.sampled_from(("+", "-", "")),
        silent=st.booleans(),
        uid=st.booleans(),
        ask=st.booleans(),
        named=flags,
    )
    def store(
        self,
        session: int,
        place: tuple[int, int],
        how: str,
        named: list[str],
        *,
        silent: bool,
        uid: bool,
        ask: bool,
    ) -> None:
        model = self.ready(session)
        if model and not model.read_only:
            numbers = model.numbers(place)
            chosen = [model.uids[n - 1] for n in numbers]
            there = set(self.server.uids())
            if silent:
                for each in chosen:
                    if each in there:
                        old = model.flags[each]
                        new = {"+": old | {*named}, "-": old - {*named}, "": {*named}}
                        model.flags[each] = new[how]
            messages = f"{chosen[0]}:{chosen[-1]}" if uid else listed(numbers)
            name = f"{how}FLAGS{'.SILENT' if silent else ''}"
            model.do(f"{'UID ' if uid else ''}STORE {messages} {name} ({' '.join(named)})")
        self.done()
        if ask:
            self.noop(session)

    @rule(session=sessions, uid=st.booleans(), key=st.sampled_from(("ALL", "DELETED", "SEEN")))
    def search(self, session: int, key: str, *, uid: bool) -> None:
        if model := self.ready(session):
            told = list(model.uids)
            reply = model.do(f"{'UID ' if uid else ''}SEARCH {key}")
            found = [int(word) for word in reply[0].removeprefix("* SEARCH").split()]
            uids = found if uid else [told[number - 1] for number in found]
            assert set(uids) <= {*told} & {*self.server.uids()}
            if key == "ALL":
                assert set(uids) == {*told} & {*self.server.uids()}
        self.done()

    @rule(session=sessions, place=places, uid=st.booleans())
    def expunge(self, session: int, place: tuple[int, int], *, uid: bool) -> None:
        if model := self.ready(session):
            chosen = [model.uids[n - 1] for n in model.numbers(place)]
            model.do(f"UID EXPUNGE {chosen[0]}:{chosen[-1]}" if uid else "EXPUNGE")
        self.done()

    @rule(
        session=sessions,
        place=places,
        name=st.sampled_from(("COPY", "MOVE", "UID COPY", "UID MOVE")),
        to=st.sampled_from(("box", "INBOX", "nowhere")),
    )
    def copy(self, session: int, place: tuple[int, int], name: str, to: str) -> None:
        if model := self.ready(session):
            numbers = model.numbers(place)
            messages = listed(numbers)
            if name.startswith("UID"):
                messages = f"{model.uids[numbers[0] - 1]}:{model.uids[numbers[-1] - 1]}"
            model.do(f"{name} {messages} {to}")
        self.done()

    @rule(session=sessions)
    def append(self, session: int) -> None:
        model = self.models[session]
        if not model.idle:
            model.do("APPEND INBOX ($Work) {12}\nSubject: new")
        self.done()

    @rule()
    def deliver(self) -> None:
        self.server.deliver()
        self.done()

    @precondition(lambda self: self.renamed < 3)
    @rule(session=sessions)
    def rename(self, session: int) -> None:
        model = self.models[session]
        if not model.idle:
            self.renamed += 1
            model.do(f"RENAME INBOX old{self.renamed}")
        self.done()

    @rule(session=sessions, command=st.sampled_from(("SELECT", "EXAMINE")), close=st.booleans())
    def select(self, session: int, command: str, *, close: bool) -> None:
        model = self.models[session]
        if not model.idle:
            if close and model.selected:
                model.close()
            else:
                model.open(command)
        self.done()

    @rule(session=sessions)
    def idle(self, session: int) -> None:
        model = self.models[session]
        if model.idle:
            reply = model.client.lines(model.client.raw(b"DONE\r\n"), "")
            model.idle = False
            model.hear(reply, "IDLE")
            if model.selected:
                model.probe()
        elif model.selected:
            model.idle = True
            model.do("IDLE")
        self.done()

    @rule(session=sessions)
    def noop(self, session: int) -> None:
        model = self.models[session]
        if not model.idle:
            assert model.do("NOOP")[-1] == "OK NOOP completed"
            if model.selected:
                self.agrees(model)
        self.done()

    # What holds

    def agrees(self, model: Model) -> None:
        inbox = self.server.store.mailboxes.get(self.server.bob, "INBOX")
        rows = self.server.store.messages.rows(inbox)
        assert model.uids == [row.uid for row in rows]
        assert {uid: model.flags[uid] for uid in model.uids if uid} == {
            row.uid: set(flag_tuple(row.flags)) for row in rows
        }

    @invariant()
    def numbers_are_right(self) -> None:
        there = self.server.uids()
        for model in self.models:
            if not model.selected:
                continue
            known = [uid for uid in model.uids if uid is not None]
            assert known == sorted(set(known))
            if model.idle:
                assert len(model.uids) == len(there)
                assert known == there[: len(known)]
            else:
                assert None not in model.uids
                # What is not known came after all that is: no message is missed for ever.
                newest = max(known, default=0)
                assert all(uid in known for uid in there if uid <= newest)


TestSessions = Sessions.TestCase
