"""Messages that come in one turn are committed at once, and each is accepted by itself."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from labserver.smtp.together import Deliveries, deliveries
from labserver.store import OverQuota
from tests.store.house import House


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[House]:
    with closing(House(tmp_path / "mail.db")) as house:
        house.inbox()
        yield house


@pytest.fixture
def commits(kept: House) -> list[str]:
    """Says which statements have ended a transaction."""
    found: list[str] = []

    def look(statement: str) -> None:
        if statement.startswith(("COMMIT", "ROLLBACK")):
            found.append(statement)

    kept.store.database.sql.set_trace_callback(look)
    return found


def delivering(house: House, text: str) -> Callable[[], str]:
    return lambda: f"{text}{house.deliver(text)}"


async def all_of(to: Deliveries, *work: Callable[[], str]) -> list[object]:
    return await asyncio.gather(*map(to.deliver, work), return_exceptions=True)


def over() -> str:
    raise OverQuota("bob@home.example")


def test_one_commit_takes_all_of_a_turn(kept: House, commits: list[str]) -> None:
    work = [delivering(kept, text) for text in "ABC"]
    told = asyncio.run(all_of(deliveries(kept.store), *work))
    assert told == ["A1", "B2", "C3"]
    assert commits == ["COMMIT"]
    assert kept.messages.uids(kept.inbox()) == [1, 2, 3]


def test_what_fails_costs_nobody_else_anything(kept: House, commits: list[str]) -> None:
    work = (delivering(kept, "A"), over, delivering(kept, "B"))
    first, refused, second = asyncio.run(all_of(deliveries(kept.store), *work))
    assert (first, second) == ("A1", "B2")
    assert isinstance(refused, OverQuota)
    assert commits == ["COMMIT"]


def test_if_nothing_can_be_committed_nobody_is_told_that_it_was(kept: House) -> None:
    def spoil() -> str:
        sql = kept.store.database.sql
        sql.execute("PRAGMA defer_foreign_keys = ON")
        sql.execute("INSERT INTO quotas VALUES (99, 'STORAGE', 1)")
        return "spoilt"

    before = kept.told()
    told = asyncio.run(all_of(deliveries(kept.store), delivering(kept, "A"), spoil))
    assert [type(each) for each in told] == [sqlite3.IntegrityError] * 2
    assert kept.messages.uids(kept.inbox()) == []
    assert kept.told() == before
    again = asyncio.run(all_of(deliveries(kept.store), delivering(kept, "A")))
    assert again == ["A1"]


def test_who_is_gone_has_nothing_delivered(kept: House) -> None:
    async def run() -> None:
        to = deliveries(kept.store)
        gone = asyncio.ensure_future(to.deliver(delivering(kept, "A")))
        there = asyncio.ensure_future(to.deliver(delivering(kept, "B")))
        await asyncio.sleep(0)
        gone.cancel()
        assert await there == "B1"

    asyncio.run(run())
    assert kept.count("messages") == 1


def test_in_memory_nobody_waits_for_anybody(house: House) -> None:
    coroutine = deliveries(house.store).deliver(delivering(house, "A"))
    with pytest.raises(StopIteration) as ended:
        coroutine.send(None)
    assert ended.value.value == "A1"


@pytest.fixture
def house() -> Iterator[House]:
    with closing(House()) as house:
        yield house
