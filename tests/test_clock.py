from __future__ import annotations

from collections import Counter
from datetime import UTC, timedelta

import pytest

from labserver.clock import LAB_START, Ids, LabClock, SystemClock, random_seed


def ids(seed: int = 1) -> Ids:
    given: Counter[tuple[str, str]] = Counter()

    def count(kind: str, owner: str) -> int:
        given[kind, owner] += 1
        return given[kind, owner]

    return Ids(seed, count)


def test_lab_time_stands_still_until_something_happens() -> None:
    clock = LabClock()
    assert clock.now() == clock.now() == LAB_START
    clock.accepted()
    assert clock.now() == LAB_START + timedelta(minutes=1)
    assert clock.advance(timedelta(hours=2)) == clock.now() == LAB_START + timedelta(minutes=121)


def test_lab_time_does_not_run_backwards() -> None:
    clock = LabClock()
    assert clock.advance(timedelta(0)) == LAB_START
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(timedelta(seconds=-1))
    assert clock.now() == LAB_START


def test_real_time_is_aware_and_moves_by_itself() -> None:
    clock = SystemClock()
    before = clock.now()
    clock.accepted()
    assert before.tzinfo is UTC
    assert before <= clock.now() < before + timedelta(minutes=1)


def test_a_random_seed_has_63_bits() -> None:
    seeds = {random_seed() for _ in range(20)}
    assert len(seeds) == 20
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_ids_depend_on_seed_kind_owner_and_number_only() -> None:
    one, other = ids(), ids()
    other.token("k", "somebody else")  # what one owner draws does not change another's
    drawn = [one.token("k", "a") for _ in range(3)]
    assert drawn == [other.token("k", "a") for _ in range(3)]
    different = [ids(2).token("k", "a"), ids().token("l", "a"), ids().token("k", "b")]
    assert len({*drawn, *different}) == 6


def test_tokens_and_nonces_have_the_length_asked_for() -> None:
    assert len(ids().token("k")) == 12
    assert len(ids().token("k", octets=4)) == 8
    assert len(ids().nonce("k")) == 18
    assert int(ids().token("k"), 16) >= 0


def test_uidvalidity_grows_within_32_bits() -> None:
    for seed in range(50):
        source = ids(seed)
        seen = [source.uidvalidity("bob@home.example") for _ in range(5)]
        assert seen == list(range(seen[0], seen[0] + 5))
        assert seen[0] > 0
        assert seen[-1] < 2**32
    assert ids().uidvalidity("a") != ids().uidvalidity("b")
