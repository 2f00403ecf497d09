"""Rights and their algebra, against a plain model: who has which letter (RFC 4314 section 2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.store import ALL_RIGHTS, NEW_RIGHTS, Granting, rights_of, rights_text
from labserver.store.flags import Flagging, flag_text, flag_tuple, flagged
from labserver.store.rights import combined, flag_right, granted, permitted

LETTERS = "lrswipkxtea"
VIRTUAL = {"c": "kx", "d": "te"}

rights = st.frozensets(st.sampled_from(LETTERS))
written = st.text(st.sampled_from(LETTERS + "cd"), max_size=14)
lists = st.dictionaries(
    st.sampled_from(["alice", "ALICE", "-alice", "anyone", "-Anyone", "carol", "-carol", "$team"]),
    rights,
)
flags = st.frozensets(
    st.sampled_from(["\\Seen", "\\Deleted", "\\Flagged", "\\Draft", "\\Answered", "Work", "$Junk"])
)


@given(written)
def test_virtual_rights_are_their_members(text: str) -> None:
    spelled_out = "".join(VIRTUAL.get(letter, letter) for letter in text)
    assert rights_of(text) == frozenset(spelled_out) == rights_of(spelled_out)


@given(rights)
def test_what_is_told_is_what_was_meant(held: frozenset[str]) -> None:
    told = rights_text(held)
    # Section 2.1.1: whoever knows the members passes over the virtual ones.
    assert set(told) - set(VIRTUAL) == held
    assert len(set(told)) == len(told)
    for virtual, members in VIRTUAL.items():
        # Section 2.1.1: if any member is there.
        assert (virtual in told) is any(member in held for member in members)


@pytest.mark.parametrize("letter", ["q", "0", "9", "L", " ", "\u00e9", "\r"])
def test_what_is_no_right(letter: str) -> None:
    with pytest.raises(KeyError) as raised:
        rights_of(f"lr{letter}w")
    assert raised.value.args == (letter,)


def test_the_rights_that_are_new() -> None:
    # Section 7: new-rights
    assert set(NEW_RIGHTS) == set(LETTERS) - set("lrswipacd") == set("texk")
    assert set(LETTERS) == ALL_RIGHTS


@given(rights, st.sampled_from(Granting), rights)
def test_granting(old: frozenset[str], how: Granting, given: frozenset[str]) -> None:
    new = granted(old, how, given)
    for letter in LETTERS:
        had, named = letter in old, letter in given
        expected = {
            Granting.ADD: had or named,
            Granting.REMOVE: had and not named,
            Granting.REPLACE: named,
        }[how]
        assert (letter in new) is expected


@given(lists)
def test_combining(entries: dict[str, frozenset[str]]) -> None:
    found = combined(entries, {"alice", "anyone"})
    for letter in LETTERS:
        given = taken = False
        for identifier, held in entries.items():
            if letter in held:
                given |= identifier in ("alice", "ALICE", "anyone")
                taken |= identifier in ("-alice", "-Anyone")
        assert (letter in found) is (given and not taken)


@given(flags, st.sampled_from(Flagging), flags, rights)
def test_a_flag_changes_only_with_its_right(
    old: frozenset[str], how: Flagging, named: frozenset[str], held: frozenset[str]
) -> None:
    after = set(flag_tuple(flagged(flag_text(old), how, tuple(named), held)))
    for flag in old | named | after:
        if flag_right(flag) not in held:
            assert (flag in after) is (flag in old)
        elif how is Flagging.REPLACE:
            assert (flag in after) is (flag in named)
        elif flag in named:
            assert (flag in after) is (how is Flagging.ADD)
        else:
            assert (flag in after) is (flag in old)


def test_which_right_a_flag_takes() -> None:
    told = {"\\Seen": "s", "\\SEEN": "s", "\\Deleted": "t", "\\Draft": "w", "Seen": "w"}
    assert {flag: flag_right(flag) for flag in told} == told
    assert permitted(["\\Seen", "\\Deleted", "x"], rights_of("sw")) == ("\\Seen", "x")
