from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from labserver.events import AnnotationsChanged, Event
from labserver.store import AnnotationTooLarge, ReadOnlyAnnotation
from labserver.store.annotations import ADMIN, VALUE_LIMIT
from tests.store.house import House


def test_they_are_kept_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(House(path)) as house:
        inbox = house.inbox()
        house.store.annotations.set(house.person(), inbox, {"/private/x": b"a\0b"})
        house.store.annotations.set(house.person(), None, {"/shared/x": b"s", "/private/x": b"p"})
    with closing(House(path)) as house:
        assert house.store.annotations.of(house.person(), house.inbox()) == {"/private/x": b"a\0b"}
        found = house.store.annotations.of(house.person())
        assert list(found) == ["/private/x", ADMIN, "/shared/x"]


def test_events_say_whose_they_are(house: House) -> None:
    heard: list[tuple[Event, int | None]] = []
    inbox, account = house.inbox(), house.person()
    end = house.store.observe(lambda event, mailbox: heard.append((event, mailbox)))
    annotations = house.store.annotations
    annotations.set(account, inbox, {"/shared/x": b"1", "/private/x": b"2"}, connection=3)
    annotations.set(account, None, {"/shared/x": b"1", "/private/x": b"2"})
    annotations.set(account, None, {"/shared/x": b"1", "/private/x": None})
    told = account.address

    def changed(whose: str | None, mailbox: str | None, entry: str) -> AnnotationsChanged:
        connection = None if mailbox is None else 3
        return AnnotationsChanged(
            account=whose,
            mailbox=mailbox,
            entries=(entry,),
            connection=connection,
            private=told if entry.startswith("/private/") else None,
        )

    assert heard == [
        (changed(told, "INBOX", "/shared/x"), inbox.id),
        (changed(told, "INBOX", "/private/x"), inbox.id),
        (changed(None, None, "/shared/x"), None),
        (changed(told, None, "/private/x"), None),
        (changed(told, None, "/private/x"), None),
    ]
    assert house.told(AnnotationsChanged) == [event for event, _ in heard]
    end()
    end()
    annotations.set(account, inbox, {"/shared/x": None})
    assert len(heard) == 5


def test_what_is_refused_changes_nothing(house: House) -> None:
    annotations, account = house.store.annotations, house.person()
    before = annotations.of(account)
    with pytest.raises(AnnotationTooLarge):
        annotations.set(account, None, {"/shared/a": b"x", "/shared/b": b"x" * (VALUE_LIMIT + 1)})
    with pytest.raises(ReadOnlyAnnotation):
        annotations.set(account, None, {"/shared/a": b"x", ADMIN: b"x"})
    assert annotations.of(account) == before
    annotations.set(account, None, {"/shared/b": b"x" * VALUE_LIMIT})


def test_a_mailbox_takes_them_with_it(house: House) -> None:
    house.store.mailboxes.create(house.person(), "box")
    box = house.store.mailboxes.get(house.person(), "box")
    house.store.annotations.set(house.person(), box, {"/shared/x": b"1"})
    house.store.mailboxes.delete(house.person(), "box")
    count = house.store.database.sql.execute("SELECT count(*) FROM annotations").fetchone()
    assert count == (0,)
