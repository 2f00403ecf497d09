from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labserver.store import Arrival
from tests.imap.driver import Client, Server


@dataclass(frozen=True)
class Sent:
    """A message by what threading looks at; ids are letters."""

    own: str = ""
    references: str = ""
    subject: str = ""
    day: int = 1
    reply_to: str = ""

    def data(self) -> bytes:
        lines = [f"Date: {self.day} Mar 2026 12:00:00 +0000", f"Subject: {self.subject}"]
        if self.own:
            lines.append(f"Message-ID: <{self.own}@x>")
        if self.references:
            lines.append("References: " + " ".join(f"<{each}@x>" for each in self.references))
        if self.reply_to:
            lines.append("In-Reply-To: " + " ".join(f"<{each}@x>" for each in self.reply_to))
        return "\r\n".join([*lines, "", "Text", ""]).encode()


def threads(client: Client, algorithm: str = "REFERENCES") -> str:
    told, done = client.do(f"THREAD {algorithm} UTF-8 ALL")
    assert done == "OK THREAD completed"
    return told.removeprefix("* THREAD").removeprefix(" ")


def of(server: Server, messages: Sequence[Sent], algorithm: str = "REFERENCES") -> str:
    for message in messages:
        server.deliver(message.data())
    return threads(server.selected(), algorithm)


# REFERENCES, rule by rule


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param([], "", id="none"),
        pytest.param([Sent("a"), Sent("b", "a"), Sent("c", "ab")], "(1 2 3)", id="chain"),
        pytest.param(
            # RFC 5256 section 4: (2)(3 6 (4 23)(44 7 96))
            [
                Sent("t"),
                Sent("a", subject="x"),
                Sent("c", "ab"),
                Sent("b", "a"),
                Sent("f", "abe"),
                Sent("e", "ab"),
                Sent("d", "abc"),
                Sent("g", "abef"),
            ],
            "(1)(2 4 (3 7)(6 5 8))",
            id="the example",
        ),
        pytest.param([Sent("a", "p"), Sent("b", "p")], "((1)(2))", id="parent missing"),
        pytest.param([Sent("a", "p")], "(1)", id="only child of nobody"),
        pytest.param([Sent("a", "pq"), Sent("b", "pq")], "((1)(2))", id="two dummies"),
        pytest.param([Sent("b", reply_to="ac"), Sent("a")], "(2 1)", id="In-Reply-To"),
        pytest.param(
            [Sent("a"), Sent("b"), Sent("c", "b", reply_to="a")], "(1)(2 3)", id="References first"
        ),
        pytest.param([Sent("a", "b"), Sent("b", "a")], "(2 1)", id="loop"),
        pytest.param([Sent("a", "a")], "(1)", id="its own parent"),
        pytest.param([Sent("a"), Sent("a"), Sent("b", "a")], "(1 3)(2)", id="same Message-ID"),
        pytest.param([Sent("a"), Sent(""), Sent("", "a")], "(1 3)(2)", id="no Message-ID"),
        pytest.param(
            # The second says that c hangs on b; the third, that has b's, was truncated.
            [Sent("c", "ab"), Sent("b"), Sent("d", "bc"), Sent("a")],
            "(2 1 3)(4)",
            id="no references: no parent",
        ),
        pytest.param(
            [Sent("a", day=3), Sent("b", day=1), Sent("c", "a", day=2), Sent("d", "a", day=1)],
            "(2)(1 (4)(3))",
            id="by date",
        ),
        pytest.param(
            [Sent("a", "p", day=5), Sent("b", "p", day=2), Sent("c", day=3)],
            "((2)(1))(3)",
            id="a dummy by its first child",
        ),
    ],
)
def test_references(server: Server, messages: list[Sent], expected: str) -> None:
    assert of(server, messages) == expected


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param([Sent("a", subject="x"), Sent("b", subject="Re: X")], "(1 2)", id="reply"),
        pytest.param(
            [Sent("b", subject="Re: x"), Sent("a", subject="x")], "(2 1)", id="reply first"
        ),
        pytest.param([Sent("a", subject="x"), Sent("b", subject="x")], "((1)(2))", id="neither"),
        pytest.param(
            [Sent("a", subject="Re: x"), Sent("b", subject="Re: x")], "((1)(2))", id="both replies"
        ),
        pytest.param(
            [Sent("a", subject="x"), Sent("b", subject="x"), Sent("c", subject="x")],
            "((1)(2)(3))",
            id="three",
        ),
        pytest.param([Sent("a"), Sent("b", subject="Re:")], "(1)(2)", id="nothing in common"),
        pytest.param(
            [Sent("a", "p", "x"), Sent("b", "p", "y"), Sent("c", "q", "x"), Sent("d", "q", "z")],
            "((1)(2)(3)(4))",
            id="two dummies",
        ),
        pytest.param(
            [Sent("c", subject="x"), Sent("a", "p", "x"), Sent("b", "p", "y")],
            "((1)(2)(3))",
            id="into a dummy",
        ),
        pytest.param(
            [Sent("a", subject="x"), Sent("b", "a", "y"), Sent("c", subject="Fwd: x")],
            "(1 (2)(3))",
            id="only heads",
        ),
    ],
)
def test_subjects(server: Server, messages: list[Sent], expected: str) -> None:
    assert of(server, messages) == expected


def test_quoted_or_not_it_is_the_same_message_id(server: Server) -> None:
    server.deliver(b'Message-ID: <"a b".c@x>\r\n\r\n')
    server.deliver(b'Message-ID: <"d"@x>\r\nReferences: <"a b.c"@x>\r\n\r\n')
    server.deliver(
        b"References:\r\n <wrong>\r\nIn-Reply-To: Your mail (<no@x>) <d@x> <e@x>\r\n\r\n"
    )
    server.deliver(b"References: <D@x>\r\n\r\n")
    assert threads(server.selected()) == "(1 2 3)(4)"


def test_a_thread_may_be_deep(server: Server) -> None:
    data = [
        f"Message-ID: <{n}@x>\r\nReferences: <{n - 1}@x>\r\n\r\n".encode() for n in range(1, 1501)
    ]
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    server.store.messages.append(inbox, [Arrival(data=each) for each in reversed(data)])
    assert threads(server.selected()) == f"({' '.join(map(str, range(1500, 0, -1)))})"


# ORDEREDSUBJECT


def test_ordered_subject(server: Server) -> None:
    messages = [
        Sent(subject="b", day=3),
        Sent(subject="Re: A", day=9),
        Sent(subject="a", day=4),
        Sent(subject="Re: B", day=8),
        Sent(subject="a", day=5),
        Sent(subject="c", day=1),
        Sent(day=6),
        Sent(subject="Re:", day=7),
    ]
    assert of(server, messages, "ORDEREDSUBJECT") == "(6)(1 4)(3 (5)(2))(7 8)"


# The command


def test_nothing_found(server: Server) -> None:
    bob = server.selected()
    for algorithm in ("ORDEREDSUBJECT", "REFERENCES"):
        assert bob.do(f'THREAD {algorithm} US-ASCII TEXT "gewp"') == [
            "* THREAD",
            "OK THREAD completed",
        ]


def test_only_what_matches_is_there(server: Server) -> None:
    of(server, [Sent("a", day=1), Sent("b", "a", day=2), Sent("c", "a", day=2)])
    server.flag(2, "\\Seen")
    server.flag(3, "\\Seen")
    assert server.selected().do("THREAD REFERENCES UTF-8 SEEN")[0] == "* THREAD ((2)(3))"


def test_uids_and_numbers_of_other_sessions(server: Server) -> None:
    of(server, [Sent("a"), Sent("b", "a"), Sent("c", "ab")])
    bob = server.selected()
    server.store.messages.expunge(server.store.mailboxes.get(server.bob, "INBOX"), [2])
    server.deliver(Sent("d", "a").data())
    assert bob.do("THREAD REFERENCES UTF-8 ALL") == [
        "* THREAD (1 3)",
        "* 4 EXISTS",
        "* 1 RECENT",
        "OK [EXPUNGEISSUED] THREAD completed",
    ]
    assert bob.do("UID THREAD REFERENCES UTF-8 ALL") == [
        "* THREAD (1 (3)(4))",
        "* 2 EXPUNGE",
        "OK UID THREAD completed",
    ]


@pytest.mark.parametrize(
    "arguments", ["", " REFS UTF-8 ALL", " REFERENCES ALL", " REFERENCES UTF-8"]
)
def test_what_is_bad(server: Server, arguments: str) -> None:
    assert server.selected().do(f"THREAD{arguments}")[0].startswith("BAD")


@pytest.mark.parametrize("off", ["REFERENCES", "ORDEREDSUBJECT"])
def test_one_algorithm_switched_off(server: Server, off: str) -> None:
    bob = server.login(f"THREAD={off}")
    bob.do("SELECT INBOX")
    (on,) = {"REFERENCES", "ORDEREDSUBJECT"} - {off}
    assert bob.do(f"THREAD {off} UTF-8 ALL") == [f"BAD There is no threading algorithm {off}"]
    assert bob.do(f"THREAD {on} UTF-8 ALL")[-1] == "OK THREAD completed"
    told = bob.do("CAPABILITY")[0].split()
    assert f"THREAD={on}" in told
    assert f"THREAD={off}" not in told


def test_both_switched_off(server: Server) -> None:
    bob = server.login("THREAD=REFERENCES", "THREAD=ORDEREDSUBJECT")
    bob.do("SELECT INBOX")
    for command in ("THREAD", "UID THREAD"):
        assert bob.do(f"{command} REFERENCES UTF-8 ALL") == [f"BAD Unknown command {command}"]


# Against a slow model: RFC 5256 section 3, step by step and in its words


@dataclass(eq=False)
class Box:
    """A message or a dummy message."""

    number: int = 0  # 0: a dummy
    message: Sent = Sent()
    parent: Box | None = None
    children: list[Box] = field(default_factory=list)

    def descends_from(self, other: Box) -> bool:
        return self is other or (self.parent is not None and self.parent.descends_from(other))

    def put_under(self, parent: Box) -> None:
        if not parent.descends_from(self):
            self.parent = parent
            parent.children.append(self)

    def subject(self) -> tuple[str, bool]:
        base = self.message.subject.removeprefix("Re: ")
        return base.lower(), base != self.message.subject


def dated(box: Box) -> tuple[int, int]:
    box = box if box.number else box.children[0]
    return box.message.day, box.number


def prune(box: Box, root: Box) -> list[Box]:
    """Return what step 3 leaves in the place of a box."""
    box.children = [left for child in box.children for left in prune(child, root)]
    if box.number:
        return [box]
    if not box.children:
        return []
    if box.parent is root and len(box.children) > 1:
        return [box]
    return box.children


def model(messages: Sequence[Sent]) -> str:  # noqa: C901, PLR0912 - as long as the RFC's
    boxes: dict[str, Box] = {}
    every: list[Box] = []
    # (1): first give every message its Message ID.
    taken = set()
    named = []
    for number, message in enumerate(messages, 1):
        name = message.own if message.own and message.own not in taken else f"unique {number}"
        taken.add(name)
        boxes[name] = Box(number, message)
        every.append(boxes[name])
        named.append(name)
    for name, message in zip(named, messages, strict=True):
        references = message.references or message.reply_to[:1]
        for reference in references:
            if reference not in boxes:
                boxes[reference] = Box()
                every.append(boxes[reference])
        for first, second in pairwise(references):  # (A)
            if boxes[second].parent is None:
                boxes[second].put_under(boxes[first])
        current = boxes[name]  # (B)
        if current.parent is not None:
            current.parent.children.remove(current)
            current.parent = None
        if references:
            current.put_under(boxes[references[-1]])
    root = Box()  # (2)
    root.children = [box for box in every if box.parent is None]
    for box in root.children:
        box.parent = root
    root.children = [left for box in root.children for left in prune(box, root)]  # (3)
    for box in root.children:  # (4)
        if not box.number:
            box.children.sort(key=dated)
    root.children.sort(key=dated)
    table: dict[str, Box] = {}  # (5)
    for box in root.children:
        subject, is_reply = (box if box.number else box.children[0]).subject()
        if not subject:
            continue
        held = table.setdefault(subject, box)
        if held.number and (not box.number or (held.subject()[1] and not is_reply)):
            table[subject] = box
    for box in list(root.children):
        subject, is_reply = (box if box.number else box.children[0]).subject()
        if not subject or table[subject] is box:
            continue
        held = table[subject]
        root.children.remove(box)
        if not held.number and not box.number:
            held.children += box.children
        elif not held.number or (is_reply and not held.subject()[1]):
            held.children.append(box)
        else:
            root.children.remove(held)
            table[subject] = Box(children=[held, box])
            root.children.append(table[subject])
    youngest_first(root)  # (6)
    return "".join(map(written, root.children))


def youngest_first(box: Box) -> None:
    for child in box.children:
        youngest_first(child)
    box.children.sort(key=dated)


def written(box: Box) -> str:
    return f"({members(box)})"


def members(box: Box) -> str:
    number = str(box.number) if box.number else ""
    if len(box.children) == 1:
        return f"{number} {members(box.children[0])}"
    nested = "".join(map(written, box.children))
    return f"{number} {nested}".strip()


_IDS = "abcdef"
_SENT = st.builds(
    Sent,
    own=st.sampled_from([*_IDS, ""]),
    references=st.text(_IDS, max_size=4),
    subject=st.sampled_from(["", "x", "X", "Re: x", "y", "Re: y"]),
    day=st.integers(1, 4),
    reply_to=st.text(_IDS, max_size=2),
)


def numbers(told: str) -> Iterator[int]:
    return map(int, told.replace("(", " ").replace(")", " ").split())


@given(st.lists(_SENT, max_size=9))
@example([Sent("a", "b"), Sent("b", "ca"), Sent("c", "a")])
def test_threads_are_the_model_s(messages: list[Sent]) -> None:
    server = Server()
    try:
        told = of(server, messages)
        assert told == model(messages)
        bob = server.selected()
        assert threads(bob) == told  # from what was kept
        for each in (told, threads(bob, "ORDEREDSUBJECT")):
            assert sorted(numbers(each)) == list(range(1, len(messages) + 1))
    finally:
        server.store.close()


@given(st.lists(_SENT, max_size=9))
def test_ordered_subject_is_as_the_rfc_says(messages: list[Sent]) -> None:
    server = Server()
    try:
        told = of(server, messages, "ORDEREDSUBJECT")
        groups: dict[str, list[tuple[int, int]]] = {}
        for number, message in enumerate(messages, 1):
            subject, _ = Box(number, message).subject()
            groups.setdefault(subject, []).append((message.day, number))
        expected = ""
        for group in sorted(map(sorted, groups.values())):
            (_, first), *others = group
            if len(others) > 1:
                expected += f"({first} {''.join(f'({number})' for _, number in others)})"
            else:
                expected += f"({' '.join(str(number) for _, number in group)})"
        assert told == expected
    finally:
        server.store.close()
