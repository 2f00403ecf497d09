"""Messages of every shape: FETCH says the same on both servers, but for what `known` lists."""

from __future__ import annotations

from random import Random

import pytest

from tests.conftest import Repetitions
from tests.imap.differential.bodies import message
from tests.imap.differential.compare import Difference
from tests.imap.differential.known import PATTERNS, ROWS, Pattern, Row
from tests.imap.differential.pair import Pair
from tests.message.shapes import NESTED, REPORT, SIMPLE
from tests.peers.dovecot import Dovecot

_BATCH = 50


@pytest.mark.parametrize("batch", range(4))
def test_generated_messages(peer: Dovecot, repetitions: Repetitions, batch: int) -> None:
    for part in range(repetitions(1, 20)):
        seed = batch * 1000 + part
        random = Random(seed)
        with Pair(peer, f"messages{seed}", [message(random) for _ in range(_BATCH)]) as pair:
            found = _new(pair)
        assert not found, "\n".join(map(str, found))


def test_well_formed_messages(peer: Dovecot) -> None:
    with Pair(peer, "wellformed", [SIMPLE, NESTED, REPORT]) as pair:
        assert not _new(pair)


def _new(pair: Pair) -> list[Difference]:
    """Return the differences that no row explains."""
    return [
        one for one in pair.differences() if not any(pattern.covers(one) for pattern in PATTERNS)
    ]


@pytest.fixture(scope="module")
def rows(peer: Dovecot) -> dict[tuple[bytes, str], tuple[object, object]]:
    """What both say of each row's message, by message and point."""
    with Pair(peer, "rows", list(dict.fromkeys(row.message for row in ROWS))) as pair:
        return {(one.message, one.point): (one.ours, one.theirs) for one in pair.differences()}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_known_difference_is_still_there(
    rows: dict[tuple[bytes, str], tuple[object, object]], row: Row
) -> None:
    assert rows.get((row.message, row.point)) == (row.ours, row.theirs)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: str(pattern.row))
def test_each_pattern_covers_its_row(pattern: Pattern, peer: Dovecot) -> None:
    with Pair(peer, f"pattern{PATTERNS.index(pattern)}", [pattern.row.message]) as pair:
        found = [one for one in pair.differences() if one.point == pattern.row.point]
    assert found
    assert all(map(pattern.covers, found))
