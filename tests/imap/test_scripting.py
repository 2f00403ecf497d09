"""The player of scripts: what is wrong with a script, or goes another way, is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.imap.scripting.language import BadScript, parse
from tests.imap.scripting.play import Numbers, play
from tests.imap.scripting.stage import MemoryStage, Stage
from tests.imap.scripting.tcp import TcpStage

HEAD = """\
# RFC 3501 section 6.1.2
given: INBOX has 2 old messages
given: phone and laptop have selected INBOX
"""
IDLE = """\
phone> a1 IDLE
phone< + idling
laptop> b1 STORE 1 +FLAGS.SILENT (\\Seen)
laptop< b1 OK STORE completed
"""


@pytest.fixture(params=[MemoryStage, TcpStage], ids=["memory", "tcp"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage: Stage = request.param()
    yield stage
    stage.close()


def played(text: str, stage: Stage) -> None:
    play(parse(HEAD + text, Path("a.script")), stage)


def test_an_extra_line_is_shown(stage: Stage) -> None:
    with pytest.raises(AssertionError) as error:
        played("laptop> b1 STORE 1 +FLAGS (\\Seen)\nlaptop< b1 OK STORE completed\n", stage)
    assert str(error.value).splitlines() == [
        "a.script:4: laptop> b1 STORE 1 +FLAGS (\\Seen)",
        "    + laptop< * 1 FETCH (FLAGS (\\Seen))",
        "      laptop< b1 OK STORE completed",
    ]


def test_another_line_is_shown(stage: Stage) -> None:
    with pytest.raises(AssertionError) as error:
        played("laptop> b1 NOOP\nlaptop< b2 OK NOOP completed\n", stage)
    assert str(error.value).splitlines() == [
        "a.script:4: laptop> b1 NOOP",
        "    - laptop< b2 OK NOOP completed",
        "    + laptop< b1 OK NOOP completed",
    ]


@pytest.mark.parametrize("nothing", ["", "phone< (nothing)\n"])
def test_who_should_see_nothing_is_listened_to(stage: Stage, nothing: str) -> None:
    with pytest.raises(AssertionError) as error:
        played(IDLE + nothing, stage)
    assert str(error.value).splitlines() == [
        "a.script:6: laptop> b1 STORE 1 +FLAGS.SILENT (\\Seen)",
        "    - phone< (nothing)",
        "    + phone< * 1 FETCH (FLAGS (\\Seen))",
    ]


def test_an_end_that_was_not_foreseen_is_shown(stage: Stage) -> None:
    reply = "phone< * BYE IMAP4rev1 server logging out\nphone< a1 OK LOGOUT completed\n"
    with pytest.raises(AssertionError, match=r"\+ phone< \(closed\)"):
        played(f"phone> a1 LOGOUT\n{reply}", stage)


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ("INBOX holds 1", "a.script:4: INBOX holds [1, 2], not [1]"),
        ("INBOX 1 is \\Seen", "a.script:4: INBOX 1 is \\Seen: it is []"),
        ("1 > 2", "a.script:4: 1 > 2"),
    ],
)
def test_a_check_that_fails_is_shown(stage: Stage, check: str, told: str) -> None:
    with pytest.raises(AssertionError) as error:
        played(f"check: {check}\n", stage)
    assert str(error.value) == told


@pytest.mark.parametrize("missing", ["* 3 EXISTS", "(closed)"])
def test_what_is_missing_is_shown(missing: str) -> None:
    stage = MemoryStage()
    with pytest.raises(AssertionError) as error:
        played(f"phone> a1 NOOP\nphone< a1 OK NOOP completed\nphone< {missing}\n", stage)
    assert f"    - phone< {missing}" in str(error.value).splitlines()
    stage.close()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("# nothing\nphone> a NOOP\n", "names no section"),
        (HEAD, "nothing is done"),
        (HEAD + "phone: dances\n", "what shall phone do"),
        (HEAD + "smtp: sings\n", "what shall smtp do"),
        (HEAD + "desk> a NOOP\n", "who is desk"),
        (HEAD + "phone> a NOOP\ndesk< a OK\n", "who is desk"),
        (HEAD + "phone> a NOOP\nphone< (nothing)\nphone< a OK\n", "nothing, and something"),
        (HEAD + "phone< a OK\n", "something is seen of nothing done"),
        (HEAD + "phone> a NOOP\nphone< a OK\ngiven: box has no messages\n", "comes first"),
        (HEAD + "Phone says hello\n", "not a line of a script"),
        (HEAD + "given: box is red\nphone> a NOOP\n", "not known how to make it so"),
        (HEAD + "check: box is red\n", "not known how to check"),
    ],
)
def test_a_script_that_is_wrong_is_refused(text: str, wrong: str) -> None:
    stage = MemoryStage()
    with pytest.raises(BadScript, match=wrong):
        play(parse(text, Path("a.script")), stage)
    stage.close()


def test_numbers_are_the_same_once_known() -> None:
    numbers = Numbers()
    assert not numbers.match("{a} is {a}", "1 is 2")
    assert numbers.match("{a} is {b}", "1 is 2")
    assert numbers.fill("{a} {b} {c}") == "1 2 {c}"
    assert not numbers.match("{a}", "2")
    assert not numbers.match("{c}", "x")
    assert numbers.match("{310} a.c", "{310} a.c")
    assert not numbers.match("a.c", "abc")
