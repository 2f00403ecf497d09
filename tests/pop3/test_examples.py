"""The examples of the RFCs: each is replayed, or listed with the reason why it is not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from labserver.pop3.text import stuffed, top
from tests.imap.scripting.examples import Example, Exchange, Reply, read
from tests.pop3.stage import MemoryStage, Stage, TcpStage

FILES = sorted(Path(__file__).with_name("examples").glob("*.txt"))
EXAMPLES = [(path.stem, example) for path in FILES for example in read(path)]
REPLAYED = [(rfc, example) for rfc, example in EXAMPLES if example.exchanges]

# How many examples a section has, if not one: counted in the RFC by tests.imap.scripting.extract.
SECTIONS = {
    "rfc1734": "2",
    "rfc1939": "4*2 5*7 6*2 7*6 10",
    "rfc2195": "2",
    "rfc2449": "5 8",
    "rfc2595": "4",
    "rfc5034": "3 6*3",
    "rfc6856": "3.3*8",
}

# RFC 1939 section 9: but for these, only the status of a single line means anything.
TELLING = {"STAT", "LIST", "UIDL"}


@pytest.fixture(params=[MemoryStage, TcpStage], ids=["memory", "tcp"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage: Stage = request.param()
    yield stage
    assert stage.close() == b"", "more was said than is expected"


def filled(line: str, stage: Stage, heard: bytes) -> str:
    """Fill in what the example could not know."""
    found = re.fullmatch(r"(.*)\(digest with (.*)\)", line)
    if found:
        timestamp = stage.greeting.split()[-1].decode()
        return found[1] + hashlib.md5(f"{timestamp}{found[2]}".encode()).hexdigest()
    found = re.fullmatch(r"\(response of (.*) with (.*)\)", line)
    if found:
        challenge = base64.b64decode(heard.removeprefix(b"+ "))
        digest = hmac.new(found[2].encode(), challenge, "md5").hexdigest()
        return base64.b64encode(f"{found[1]} {digest}".encode()).decode()
    return line


def expected(line: str, stage: Stage) -> list[str]:
    """Return the lines that a line of an example stands for, as patterns."""
    whole = re.fullmatch(r"\(message (\d+)\)", line)
    part = re.fullmatch(r"\(header and (\d+) lines of message (\d+)\)", line)
    if whole or part:
        octets = stage.messages[int(whole[1]) - 1] if whole else b""
        if part:
            octets = top(stage.messages[int(part[2]) - 1], int(part[1]))
        return [re.escape(each.decode()) for each in stuffed(octets).split(b"\r\n")[:-1]]
    pattern = re.escape(line)
    for free, stands in (
        ("(unique-id)", "[!-~]{1,70}"),
        ("<timestamp>", "<[^<> @]+@[^<> @]+>"),
        ("(challenge)", "[A-Za-z0-9+/]+={0,2}"),
        ("(nothing)", ""),
    ):
        pattern = pattern.replace(re.escape(free), stands)
    return [pattern]


def status(printed: str, command: str, stage: Stage) -> str:
    """Return the pattern of a first line: its text is free, but where it tells something."""
    words = command.upper().split()
    told = words and words[0] in TELLING and (words[0] == "STAT" or len(words) > 1)
    exact = printed.startswith(("+ ", "+OK de ")) or "<timestamp>" in printed
    if (told and printed.startswith("+OK")) or exact:
        return expected(printed, stage)[0]
    found = re.match(r"(\+OK|-ERR)( \[[A-Z/-]+\])?", printed)
    assert found, printed
    return re.escape(found[0]) + r"( .*)?"


def play(stage: Stage, one: Exchange, heard: bytes) -> bytes:
    for text in one.given:
        stage.give(text)
    if one.skipped:
        return heard
    stage.need()
    command = filled(one.sent[0], stage, heard) if one.sent else ""
    wanted = [pattern for line in one.told[1:] for pattern in expected(line, stage)]
    if one.reply is Reply.CONTAINS:
        first = one.told[0]
        lines = 0 if one.told[-1] == "." else 1
        reply = stage.send("client", f"{command}\r\n".encode(), lines)
        said = reply.decode().split("\r\n")
        assert said[0].startswith("+OK")
        patterns = [*([] if first.startswith("+") else expected(first, stage)), *wanted]
        rest = iter(said)
        for pattern in patterns:
            assert any(re.fullmatch(pattern, line) for line in rest), (pattern, said)
        return reply
    patterns = [status(one.told[0], command, stage), *wanted]
    if command:
        reply = stage.send("client", f"{command}\r\n".encode(), len(patterns))
    else:
        reply = stage.greeting
    said = reply.decode().split("\r\n")
    assert said.pop() == ""
    assert len(said) == len(patterns), said
    for pattern, line in zip(patterns, said, strict=True):
        assert re.fullmatch(pattern, line), (command, pattern, line)
    return reply


@pytest.mark.parametrize(
    ("rfc", "example"),
    REPLAYED,
    ids=[f"{rfc}-{one.section}-{one.ordinal}" for rfc, one in REPLAYED],
)
def test_example(stage: Stage, rfc: str, example: Example) -> None:
    del rfc
    heard = b""
    for one in example.exchanges:
        heard = play(stage, one, heard)


@pytest.mark.parametrize("rfc", SECTIONS)
def test_every_example_is_replayed_or_listed(rfc: str) -> None:
    counts = [(*word.split("*"), "1")[:2] for word in SECTIONS[rfc].split()]
    assert [(one.section, one.ordinal) for name, one in EXAMPLES if name == rfc] == [
        (section, ordinal) for section, count in counts for ordinal in range(1, int(count) + 1)
    ]
    reasons = [one.reason for name, one in EXAMPLES if name == rfc and one.reason]
    assert all(len(reason.split()) > 2 for reason in reasons)


def test_every_file_of_examples_is_counted() -> None:
    assert [path.stem for path in FILES] == sorted(SECTIONS)
