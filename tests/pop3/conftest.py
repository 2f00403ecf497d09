"""A maildrop with messages, and sessions on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.pop3.support import MESSAGES, Drop, Talk


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    for drop in tuple(Drop.opened):
        drop.close()


@pytest.fixture(scope="session")
def make() -> Callable[..., Drop]:
    return Drop


@pytest.fixture
def empty() -> Drop:
    return Drop()


@pytest.fixture
def drop(empty: Drop) -> Drop:
    empty.deliver(*MESSAGES)
    return empty


@pytest.fixture
def talk(drop: Drop) -> Talk:
    return drop.talk()


@pytest.fixture
def open_talk(talk: Talk) -> Talk:
    assert talk.login() == "+OK 3 messages"
    return talk


@pytest.fixture
def messages() -> tuple[bytes, ...]:
    return MESSAGES
