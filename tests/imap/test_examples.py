"""The examples of the RFCs: each is replayed, or listed with the reason why it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.imap.scripting.deeds import give
from tests.imap.scripting.examples import Example, Exchange, Reply, read
from tests.imap.scripting.loose import compare
from tests.imap.scripting.stage import MemoryStage, Stage
from tests.imap.scripting.tcp import TcpStage

FILES = sorted(Path(__file__).with_name("examples").glob("rfc*.txt"))
EXAMPLES = [(path.stem, example) for path in FILES for example in read(path)]
REPLAYED = [(rfc, example) for rfc, example in EXAMPLES if not example.reason]

# How many examples a section has, counted in the RFC by `scripting.extract`.
COUNTS = {
    "rfc3501": {
        **dict.fromkeys(("6.1.1", "6.1.2", "6.1.3", "6.2.1", "6.2.2", "6.2.3"), 1),
        **dict.fromkeys(("6.3.1", "6.3.2", "6.3.3", "6.3.6", "6.3.7", "6.3.8", "6.3.9"), 1),
        **dict.fromkeys(("6.3.4", "6.3.5"), 2),
        **dict.fromkeys(("6.3.10", "6.3.11"), 1),
        **{f"6.4.{n}": 1 for n in range(1, 9)},
        "6.5.1": 1,
        **{f"7.1.{n}": 1 for n in range(1, 6)},
        **{f"7.2.{n}": 1 for n in range(1, 7)},
        **dict.fromkeys(("7.3.1", "7.3.2", "7.4.1", "7.4.2", "7.5", "8"), 1),
    },
}


@pytest.fixture(params=[MemoryStage, TcpStage], ids=["memory", "tcp"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage: Stage = request.param()
    yield stage
    stage.close()


def expanded(text: str) -> str:
    """Fill in what is too long to be written down."""
    return re.sub(r"\((\d+) times (.)\)", lambda found: int(found[1]) * found[2], text)


def exchange(stage: Stage, names: list[str], one: Exchange, *, first: bool) -> None:
    for text in one.given:
        names += give(text, stage)
    if one.skipped:
        return
    command = one.sent[0] if one.sent else ""
    if "client" not in names:
        stage.connect("client", "imap")
        names.append("client")
        if one.sent or not first:
            assert stage.seen("client", 1).startswith(b"* OK ")
    if one.sent:
        octets = "".join(f"{expanded(line)}\r\n" for line in one.sent).encode()
        stage.send("client", octets)
    reply = stage.seen("client", len(one.told))
    wrong = compare(command, one.told, reply, whole=one.reply is Reply.WHOLE)
    assert not wrong, "\n".join([command, *wrong])


@pytest.mark.parametrize(
    ("rfc", "example"),
    REPLAYED,
    ids=[f"{rfc}-{one.section}-{one.ordinal}" for rfc, one in REPLAYED],
)
def test_example(stage: Stage, rfc: str, example: Example) -> None:
    del rfc
    names: list[str] = []
    for index, one in enumerate(example.exchanges):
        exchange(stage, names, one, first=index == 0)


@pytest.mark.parametrize("rfc", COUNTS)
def test_every_example_is_replayed_or_listed(rfc: str) -> None:
    kept = [(one.section, one.ordinal) for name, one in EXAMPLES if name == rfc]
    assert kept == [
        (section, ordinal + 1)
        for section, count in sorted(COUNTS[rfc].items(), key=lambda item: _order(item[0]))
        for ordinal in range(count)
    ]
    reasons = [one.reason for name, one in EXAMPLES if name == rfc and one.reason]
    assert all(len(reason.split()) > 2 for reason in reasons)


def _order(section: str) -> list[int]:
    return [int(part) for part in section.split(".")]


def test_every_file_of_examples_is_counted() -> None:
    assert [path.stem for path in FILES] == sorted(COUNTS)
