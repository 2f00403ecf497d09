"""When to try again."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.protocol.schedule import Schedule

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def tries(schedule: Schedule) -> list[timedelta]:
    """All tries of a message that nobody takes, from its receipt on."""
    made = [timedelta(0)]
    while (due := schedule.due(START, len(made), START + made[-1])) is not None:
        made.append(due - START)
    return made


def test_pauses_grow_until_the_give_up_time() -> None:
    hours = [each / timedelta(hours=1) for each in tries(Schedule())]
    assert hours == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 63.5, 120]


lengths = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=60))


@given(pause=lengths, give_up=lengths)
def test_any_schedule_ends_at_its_give_up_time(pause: timedelta, give_up: timedelta) -> None:
    made = tries(Schedule(pause=pause, give_up=give_up))
    assert made[-1] == give_up
    gaps = [b - a for a, b in itertools.pairwise(made)]
    assert gaps[:-1] == sorted(gaps[:-1])
    # RFC 5321 section 4.5.4.1: no try follows a failed one at once.
    assert all(gap >= pause for gap in gaps[:-1])


def test_a_warning_is_due_after_some_hours() -> None:
    schedule = Schedule()
    assert not schedule.warns(START, START + timedelta(hours=3, minutes=59))
    assert schedule.warns(START, START + timedelta(hours=4))


@pytest.mark.parametrize("name", ["pause", "give_up", "warn"])
def test_a_schedule_has_positive_durations(name: str) -> None:
    with pytest.raises(ValueError, match="greater than zero"):
        Schedule(**{name: timedelta(0)})
