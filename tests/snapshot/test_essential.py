"""A fold of what matters is the fold of everything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.clock import LAB_START
from labserver.events import (
    AccountAdded,
    Closed,
    Connected,
    Data,
    Delivered,
    Entry,
    Event,
    Expunged,
    FaultStruck,
    FlagsChanged,
    Line,
    MailboxCreated,
    Marked,
    NewMessage,
    Numbered,
    Unmarked,
)
from labserver.snapshot import essential, fold
from tests.snapshot import scenes

BOB: dict[str, Any] = {"account": "bob@home.example", "mailbox": "INBOX"}
OF_BOB = {key: st.just(value) for key, value in BOB.items()}
CONNECTIONS = st.integers(1, 2)
LINES = st.sampled_from([b"NOOP\r\n", b"RSET\r\n", b"+OK\r\n", b"a\r\nb\r\n", b"\r\n"])
TALK = st.one_of(
    st.builds(Line, connection=CONNECTIONS, direction=st.sampled_from("CS"), data=LINES),
    st.builds(
        Data,
        connection=CONNECTIONS,
        direction=st.sampled_from("CS"),
        octets=st.integers(1, 3),
        sha256=st.just("0" * 64),
    ),
)
DEEDS = st.one_of(
    st.builds(Marked, connection=CONNECTIONS, uid=st.just(1), **OF_BOB),
    st.builds(Unmarked, connection=CONNECTIONS),
    st.builds(FaultStruck, connection=CONNECTIONS, fault=st.just("late")),
    st.builds(
        FlagsChanged,
        uid=st.just(1),
        flags=st.sampled_from([(), ("\\Seen",)]),
        connection=CONNECTIONS,
        **OF_BOB,
    ),
    st.builds(Expunged, uid=st.just(1), connection=CONNECTIONS, **OF_BOB),
    st.builds(Closed, connection=CONNECTIONS, how=st.just("cut")),
)
STORIES = st.lists(st.one_of(TALK, TALK, TALK, DEEDS), max_size=30)
BEGINNING: tuple[Event, ...] = (
    AccountAdded(account=BOB["account"]),
    MailboxCreated(**BOB, uidvalidity=1, connection=None),
    NewMessage(message=1, sha256="1" * 64, octets=5, subject="", sender=""),
    Delivered(
        **BOB,
        uidvalidity=1,
        uid=1,
        message=1,
        octets=5,
        sha256="1" * 64,
        flags=(),
        cause="load",
        connection=None,
    ),
    Connected(connection=1, protocol="pop3", port=110, device="laptop"),
    Connected(connection=2, protocol="imap", port=143, device="phone"),
    Numbered(connection=1, **BOB, uids=(1,)),
)


def numbered(events: list[Event]) -> list[Entry]:
    return [Entry(number, LAB_START, event) for number, event in enumerate(events, 1)]


@given(STORIES)
def test_any_story(story: list[Event]) -> None:
    entries = numbered([*BEGINNING, *story])
    assert fold(essential(entries)) == fold(entries)


@pytest.mark.parametrize("scene", [scenes.during, scenes.two_imap, scenes.laptop_lost, scenes.cut])
def test_the_scenes(scene: Any) -> None:
    stage = scene()
    entries = list(stage.log)
    assert fold(essential(entries)) == fold(entries)


def test_talk_that_led_to_nothing_is_left_out() -> None:
    talk = [
        Line(connection=1, direction=direction, data=text)
        for _ in range(50)
        for direction, text in (("C", b"NOOP\r\n"), ("S", b"+OK\r\n"))
    ]
    assert len(essential(numbered([*BEGINNING, *talk]))) == len(BEGINNING) + 2


def test_the_reply_to_what_had_an_effect_stays() -> None:
    def line(direction: Any, data: bytes) -> Line:
        return Line(connection=1, direction=direction, data=data)

    dele = [line("C", b"DELE 1\r\n"), Marked(connection=1, **BOB, uid=1), line("S", b"+OK\r\n")]
    entries = numbered([*BEGINNING, *dele, line("C", b"NOOP\r\n"), line("S", b"+OK\r\n")])
    effect = fold(essential(entries)).connections[1].effect
    assert effect is not None
    assert effect == fold(entries).connections[1].effect
