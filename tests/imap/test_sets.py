from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.errors import Malformed
from labserver.imap.sets import format_set, select_numbers, select_uids, spans
from labserver.imap.values import STAR, SequenceSet
from tests.imap.driver import Server


def a_set(text: str) -> SequenceSet:
    ranges = []
    for item in text.split(","):
        ends = [STAR if end == "*" else int(end) for end in item.split(":")]
        ranges.append((ends[0], ends[-1]))
    return SequenceSet(tuple(ranges))


@pytest.mark.parametrize(
    ("text", "count", "numbers"),
    [
        # RFC 3501 section 9, seq-range and sequence-set
        ("2:4", 9, [2, 3, 4]),
        ("4:2", 9, [2, 3, 4]),
        ("2,4:7,9,12:*", 15, [2, 4, 5, 6, 7, 9, 12, 13, 14, 15]),
        ("*:4,5:7", 10, [4, 5, 6, 7, 8, 9, 10]),
        ("*", 3, [3]),
        ("*:*", 3, [3]),
        ("1,1,1", 1, [1]),
    ],
)
def test_sequence_numbers(text: str, count: int, numbers: list[int]) -> None:
    assert select_numbers(a_set(text), count) == numbers


@pytest.mark.parametrize(("text", "count"), [("4", 3), ("4:*", 3), ("1:4", 3), ("*", 0), ("1", 0)])
def test_a_number_that_no_message_has_is_an_error(text: str, count: int) -> None:
    with pytest.raises(Malformed):
        select_numbers(a_set(text), count)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("3291:*", [17]),  # RFC 3501 section 9: the last one, even if it is less
        ("*", [17]),
        ("1:*", [3, 5, 17]),
        ("4", []),
        ("4:6,17,18", [5, 17]),
        ("5,3", [3, 5]),
    ],
)
def test_uids(text: str, chosen: list[int]) -> None:
    assert select_uids(a_set(text), [3, 5, 17]) == chosen
    assert select_uids(a_set(text), []) == []


def test_neighbours_are_one_span() -> None:
    assert spans(a_set("3:4,1:2,6"), 9) == [(1, 4), (6, 6)]
    assert spans(a_set("1:9,2,10"), 9) == [(1, 10)]


_ENDS = st.one_of(st.just(STAR), st.integers(1, 40))
_SETS = st.lists(st.tuples(_ENDS, _ENDS), min_size=1, max_size=6).map(
    lambda ranges: SequenceSet(tuple(ranges))
)


def _members(numbers: SequenceSet, largest: int) -> set[int]:
    found: set[int] = set()
    for one, other in numbers.ranges:
        first, last = sorted((one or largest, other or largest))
        found.update(range(first, last + 1))
    return found


@given(_SETS, st.integers(1, 40))
def test_spans_are_the_set_in_order_and_apart(numbers: SequenceSet, largest: int) -> None:
    found = spans(numbers, largest)
    members = {n for low, high in found for n in range(low, high + 1)}
    assert members == _members(numbers, largest)
    assert all(before[1] + 1 < after[0] for before, after in itertools.pairwise(found))
    assert all(low <= high for low, high in found)


@given(_SETS, st.sets(st.integers(1, 40), min_size=1))
def test_uids_are_those_in_the_set(numbers: SequenceSet, uids: set[int]) -> None:
    ordered = sorted(uids)
    assert select_uids(numbers, ordered) == sorted(uids & _members(numbers, ordered[-1]))


@pytest.mark.parametrize(
    ("numbers", "wire"),
    [
        ([1], b"1"),
        ([1, 2], b"1:2"),
        ([1, 2, 3, 7, 9, 10], b"1:3,7,9:10"),
        ([3956, 304, 319, 320], b"3956,304,319:320"),
        ([5, 4, 3], b"5,4,3"),
    ],
)
def test_numbers_as_a_set(numbers: list[int], wire: bytes) -> None:
    assert format_set(numbers) == wire


@given(st.lists(st.integers(1, 2**32 - 1), min_size=1))
def test_a_written_set_reads_back_in_order(numbers: list[int]) -> None:
    ranges = a_set(format_set(numbers).decode()).ranges
    assert [n for low, high in ranges for n in range(low, high + 1)] == numbers


@pytest.mark.parametrize("numbers", ["3", "1:3", "2:9", "4,1", "5:4"])
def test_what_commands_do_with_a_number_that_no_message_has(server: Server, numbers: str) -> None:
    """RFC 9051 section 9 (seq-number): BAD, of COPY, FETCH and STORE, which the comment names.

    In SEARCH it is a criterion that nothing meets: section 6.4.4 prints `UID SEARCH RETURN (MIN
    MAX) 1:5000` with an OK and a highest UID of 3800, so in a mailbox of no more messages than
    that. Dovecot does the same in every case here.
    """
    server.deliver()
    server.deliver()
    bob = server.selected()
    bob.do("NOOP")
    for command in (
        f"FETCH {numbers} UID",
        f"STORE {numbers} +FLAGS (\\Seen)",
        f"COPY {numbers} INBOX",
        f"MOVE {numbers} INBOX",
    ):
        assert bob.do(command) == ["BAD There are only 2 messages in the mailbox"]
    assert server.uids() == [1, 2]
    there = {"3": "", "1:3": " 1 2", "2:9": " 2", "4,1": " 1", "5:4": ""}[numbers]
    assert bob.do(f"SEARCH {numbers}") == [f"* SEARCH{there}", "OK SEARCH completed"]
    assert bob.do(f"UID SEARCH {numbers}") == [f"* SEARCH{there}", "OK UID SEARCH completed"]
    assert bob.do(f"SORT (ARRIVAL) UTF-8 {numbers}")[0] == f"* SORT{there}"
