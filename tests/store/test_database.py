from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from labserver.clock import LAB_SEED, LabClock
from labserver.events import AccountAdded, Event
from labserver.store import Arrival, Store, StoreError
from tests.store.house import House, letter

EVENT = AccountAdded(account="x")


def read(path: Path, query: str) -> object:
    with closing(sqlite3.connect(path)) as other:
        return other.execute(query).fetchone()[0]


def test_a_commit_in_a_file_is_on_the_disk(tmp_path: Path) -> None:
    with closing(House(tmp_path / "store")) as house:
        sql = house.store.database.sql
        asked = ("journal_mode", "synchronous", "foreign_keys")
        found = [sql.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]
    assert found == ["wal", 2, 1]  # 2 is FULL


def test_events_come_after_the_commit(tmp_path: Path) -> None:
    path, seen = tmp_path / "store", []

    def record(event: Event) -> None:
        seen.append((type(event).__name__, read(path, "SELECT count(*) FROM messages")))

    clock = LabClock()
    with closing(Store(path, clock=clock, seed=LAB_SEED, record=record)) as store:
        inbox = store.mailboxes.get(store.accounts.add("bob", "tulip"), "INBOX")
        store.watch(inbox, record)
        seen.clear()
        store.messages.deliver([inbox], Arrival(data=letter("A")), cause="smtp")
    assert seen == [("NewMessage", 1), ("Delivered", 1), ("Delivered", 1)]


def test_a_roll_back_leaves_nothing(house: House) -> None:
    inbox, heard = house.inbox(), []
    house.store.watch(inbox, heard.append)
    before, database = house.told(), house.store.database

    def fail() -> None:
        with database.transaction() as changes:
            database.sql.execute("DELETE FROM mailboxes")
            changes.add(EVENT, inbox.id)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert house.told() == before
    assert heard == []
    assert house.names() == ["INBOX"]
    assert house.deliver() == 1  # and the next transaction begins as ever


def test_a_transaction_holds_no_other(house: House) -> None:
    database = house.store.database
    with database.transaction() as changes:
        with pytest.raises(RuntimeError), database.transaction():
            pass
        changes.add(EVENT)
    assert house.told() == [EVENT]


def test_together_is_told_of_after_the_one_commit(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(House(path)) as house:
        inbox, heard = house.inbox(), []
        house.store.watch(inbox, heard.append)
        with house.store.database.together():
            assert [house.deliver(text) for text in "AB"] == [1, 2]
            assert heard == []
            assert read(path, "SELECT count(*) FROM messages") == 0
        assert [event.uid for event in heard] == [1, 2]
        assert read(path, "SELECT count(*) FROM messages") == 2


def test_together_each_is_undone_by_itself(house: House) -> None:
    inbox, database = house.inbox(), house.store.database

    def fail() -> None:
        with database.transaction() as changes:
            database.sql.execute("DELETE FROM messages")
            changes.add(EVENT, inbox.id)
            raise KeyError

    with database.together():
        house.deliver("A")
        with pytest.raises(KeyError):
            fail()
        house.deliver("B")
    assert house.messages.uids(inbox) == [1, 2]
    assert EVENT not in house.told()


def test_what_was_not_done_together_leaves_nothing(house: House) -> None:
    inbox, database, before = house.inbox(), house.store.database, house.told()

    def fail() -> None:
        with database.together():
            house.deliver("A")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert house.messages.uids(inbox) == []
    assert house.told() == before
    assert house.deliver("B") == 1


def test_numbers_reserved_in_vain_are_reserved_again(tmp_path: Path) -> None:
    given: list[int] = []

    def fail(house: House) -> None:
        with house.store.database.together():
            house.store.ids.next("queue")
            raise KeyError

    for _ in range(3):
        with closing(House(tmp_path / "store")) as house:
            with pytest.raises(KeyError):
                fail(house)
            given += [house.store.ids.next("queue") for _ in range(130)]
    assert given == sorted(set(given))


@pytest.mark.parametrize(("version", "age"), [(1, "an older"), (99, "a newer")])
def test_another_schema_version_is_refused(tmp_path: Path, version: int, age: str) -> None:
    path = tmp_path / "store"
    House(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(
        StoreError, match=f"by {age} version of this program: .* version {version},"
    ):
        House(path)


def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear Bob, " * 500)
    with pytest.raises(StoreError, match="cannot open the store"):
        House(path)
    assert path.read_bytes() == b"Dear Bob, " * 500
    with pytest.raises(StoreError, match="cannot open the store"):
        House(tmp_path / "nowhere" / "store")


def test_another_program_s_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a store"):
        House(path)
    assert path.read_bytes() == before


def test_a_refused_file_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, opened = tmp_path / "letter.txt", []
    path.write_bytes(b"Dear Bob, " * 500)
    connect = sqlite3.connect

    def noted(*args: object, **kwargs: object) -> sqlite3.Connection:
        opened.append(connect(*args, **kwargs))  # type: ignore[call-overload]
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", noted)
    with pytest.raises(StoreError):
        House(path)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")
