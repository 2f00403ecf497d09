"""The examples of the RFCs: each is replayed, or listed with the reason why it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from labserver.imap.capabilities import CAPABILITIES
from tests.imap.scripting.deeds import give
from tests.imap.scripting.examples import Example, Exchange, Reply, read
from tests.imap.scripting.loose import compare
from tests.imap.scripting.stage import MemoryStage, Stage
from tests.imap.scripting.tcp import TcpStage

FILES = sorted(Path(__file__).with_name("examples").glob("*.txt"))
EXAMPLES = [(path.stem, example) for path in FILES for example in read(path)]
REPLAYED = [(rfc, example) for rfc, example in EXAMPLES if example.exchanges]
EXTENSIONS = [example for name, example in EXAMPLES if name == "extensions"]

# How many examples a section has, if not one: counted in the RFC by `scripting.extract`.
SECTIONS = {
    "rfc3501": """
        6.1.1 6.1.2 6.1.3 6.2.1 6.2.2 6.2.3 6.3.1 6.3.2 6.3.3 6.3.4*2 6.3.5*2 6.3.6 6.3.7 6.3.8
        6.3.9 6.3.10 6.3.11 6.4.1 6.4.2 6.4.3 6.4.4 6.4.5 6.4.6 6.4.7 6.4.8 6.5.1 7.1.1 7.1.2
        7.1.3 7.1.4 7.1.5 7.2.1 7.2.2 7.2.3 7.2.4 7.2.5 7.2.6 7.3.1 7.3.2 7.4.1 7.4.2 7.5 8
    """,
    "rfc9051": """
        6.1.1 6.1.2 6.1.3 6.2.1 6.2.2*4 6.2.3 6.3.1*2 6.3.2*2 6.3.3 6.3.4 6.3.5*2 6.3.6*3 6.3.7
        6.3.8 6.3.9.3 6.3.9.7*2 6.3.9.8*29 6.3.10*19 6.3.11 6.3.12*2 6.3.13 6.4.1 6.4.2 6.4.3
        6.4.4*6 6.4.4.4*16 6.4.5 6.4.6 6.4.7 6.4.8 6.4.9*2 6.5 7.1*21 7.1.1 7.1.2 7.1.3 7.1.4
        7.1.5 7.2.1 7.2.2 7.3.1*2 7.3.2 7.3.3 7.3.4*3 7.3.5 7.4.1 7.5.1 7.5.2 7.6 8
    """,
}


# The first example of PLAIN in IMAP is that of another RFC: its own one has ACAP and POP3.
BORROWED = {"AUTH=PLAIN"}


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


@pytest.mark.parametrize("rfc", SECTIONS)
def test_every_example_is_replayed_or_listed(rfc: str) -> None:
    counts = [(*word.split("*"), "1")[:2] for word in SECTIONS[rfc].split()]
    assert [(one.section, one.ordinal) for name, one in EXAMPLES if name == rfc] == [
        (section, ordinal) for section, count in counts for ordinal in range(1, int(count) + 1)
    ]
    reasons = [one.reason for name, one in EXAMPLES if name == rfc and one.reason]
    assert all(len(reason.split()) > 2 for reason in reasons)


def test_every_file_of_examples_is_counted() -> None:
    assert [path.stem for path in FILES] == sorted([*SECTIONS, "extensions"])


def test_every_capability_has_an_example() -> None:
    named = [name for example in EXTENSIONS for name in example.title.split()]
    offered = [each.name for each in CAPABILITIES if each.name not in ("IMAP4rev1", "IMAP4rev2")]
    assert sorted(named) == sorted(offered)
    assert not [example for example in EXTENSIONS if example.reason]


def test_an_example_names_the_rfc_of_its_capability() -> None:
    sources = {each.name: each.source for each in CAPABILITIES}
    for example in EXTENSIONS:
        rfc = example.section.partition("-")[0]
        for name in example.title.split():
            assert rfc in sources[name] or not rfc.isdigit() or name in BORROWED, name


@pytest.mark.parametrize(
    "place", sorted({example.elsewhere for _, example in EXAMPLES if example.elsewhere})
)
def test_what_replays_an_example_elsewhere_is_there(place: str) -> None:
    path, _, name = place.partition("::")
    assert f"def {name}(" in (Path(__file__).parent / path).read_text(encoding="utf-8")
