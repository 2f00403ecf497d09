"""A program that was not let in, told before what is missing because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from labserver.course.content.inboxes import KEY, holding
from labserver.course.content.logins import let_in_first
from labserver.course.exercises.attempt import Attempt, Finding
from labserver.devices.errors import ProgramFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from labserver.devices import Device
    from labserver.lab import Lab

MISSING = Finding(says="The laptop has no A.", rule="", next="")


@pytest.fixture
def lab() -> Iterator[Lab]:
    with holding(KEY) as lab:
        yield lab


def on_the_laptop(attempt: Attempt) -> Finding | None:
    return None if attempt.whole("A", "laptop") else MISSING


def found(lab: Lab) -> Finding | None:
    return let_in_first(on_the_laptop)(Attempt(lab, 0))


def by_pop3(device: Device) -> None:
    device.pop3_program("bob", "rose").check()


def by_imap(device: Device) -> None:
    device.imap_program("bob", "rose").sync()


def refused(program: Callable[[Device], None], device: Device) -> None:
    """Let a program of the device try the password of somebody else."""
    with pytest.raises(ProgramFailed):
        program(device)


@pytest.mark.parametrize(
    ("program", "line", "rule"),
    [
        (by_pop3, "PASS rose", "RFC 1939 section 7"),
        (by_imap, 'laptop.1 LOGIN "bob" "rose"', "RFC 3501 section 6.2.3"),
    ],
)
def test_a_refused_login_is_told_first(
    lab: Lab, program: Callable[[Device], None], line: str, rule: str
) -> None:
    refused(program, lab.device("laptop"))
    finding = found(lab)
    assert finding is not None
    assert finding.line is not None
    assert (finding.line.text, finding.rule) == (line, rule)
    assert finding.says == "The server did not let the laptop's program in."


def test_only_the_last_session_counts(lab: Lab) -> None:
    refused(by_imap, lab.device("laptop"))
    lab.device("phone").imap_program("bob", "tulip").sync()
    assert found(lab) is MISSING


def test_what_is_reached_is_reached(lab: Lab) -> None:
    lab.device("laptop").imap_program("bob", "tulip").sync()
    refused(by_pop3, lab.device("phone"))
    assert found(lab) is None
