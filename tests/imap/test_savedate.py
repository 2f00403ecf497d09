"""SAVEDATE: when a message was put into the mailbox that it is in (RFC 8514)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.imap.driver import Client, Server

DAY = timedelta(days=1)


def dates(client: Client) -> list[str]:
    """Return the save dates of the selected mailbox."""
    return [line.split('"')[1] for line in client.do("FETCH 1:* (SAVEDATE)")[:-1]]


def test_fetch(server: Server) -> None:
    # Section 4.2, the example; the lab's clock is in UTC
    server.deliver()
    client = server.selected()
    assert client.do("FETCH 1 (SAVEDATE)") == [
        '* 1 FETCH (SAVEDATE "02-Mar-2026 09:00:00 +0000")',
        "OK FETCH completed",
    ]
    assert client.do("UID FETCH 1 (INTERNALDATE savedate)")[0] == (
        '* 1 FETCH (UID 1 INTERNALDATE "02-Mar-2026 09:00:00 +0000"'
        ' SAVEDATE "02-Mar-2026 09:00:00 +0000")'
    )


def test_append_cannot_set_it(server: Server) -> None:
    client = server.login()
    client.do('APPEND INBOX "20-Mar-2018 03:07:37 +1100" {1}\nx')
    client.do("SELECT INBOX")
    assert dates(client) == ["02-Mar-2026 09:00:00 +0000"]


def test_every_way_into_a_mailbox_gives_a_new_one(server: Server) -> None:
    # Section 3: COPY and MOVE; the source keeps its own
    server.deliver()
    server.deliver()
    client = server.selected()
    client.do("CREATE box")
    for command in ("COPY 1 box", "MOVE 2 box", "REPLACE 1 box {1}\nx"):
        server.clock.advance(DAY)
        if "REPLACE" in command:
            assert dates(client) == ["02-Mar-2026 09:00:00 +0000"]
        assert client.do(command)[-1].startswith("OK")
    client.do("SELECT box")
    assert dates(client) == [f"{day:02}-Mar-2026 09:00:00 +0000" for day in (3, 4, 5)]
    assert client.do("FETCH 1 INTERNALDATE")[0].count("02-Mar-2026")


def test_renaming_a_mailbox_keeps_it_and_renaming_inbox_moves(server: Server) -> None:
    server.deliver()
    client = server.login()
    client.do("CREATE box")
    server.deliver(mailbox="box")
    server.clock.advance(DAY)
    client.do("RENAME box other")
    client.do("RENAME INBOX old")
    client.do("SELECT other")
    assert dates(client) == ["02-Mar-2026 09:00:00 +0000"]
    client.do("SELECT old")
    assert dates(client) == ["03-Mar-2026 09:00:00 +0000"]


def test_it_stays_when_flags_change(server: Server) -> None:
    server.deliver()
    client = server.selected()
    before = dates(client)
    server.clock.advance(DAY)
    client.do("STORE 1 FLAGS (\\Seen work)")
    client.do("FETCH 1 BODY[]")
    assert dates(client) == before


@pytest.fixture
def week(server: Server) -> Client:
    """Seven messages that say they are of 2018; they were saved from 2 March on, one a day."""
    client = server.login()
    for _ in range(7):
        client.do('APPEND INBOX "20-Mar-2018 03:07:37 +1100" {1}\nx')
        server.clock.advance(DAY)
    client.do("SELECT INBOX")
    return client


@pytest.mark.parametrize(
    ("key", "found"),
    [
        # Section 4.3, the examples
        ("SAVEDON 4-Mar-2026", "3"),
        ("SAVEDSINCE 4-Mar-2026", "3 4 5 6 7"),
        ("SAVEDBEFORE 4-Mar-2026", "1 2"),
        ('savedbefore "02-Mar-2026"', ""),
        ("NOT SAVEDSINCE 04-Mar-2026", "1 2"),
        ("SAVEDON 20-Mar-2018", ""),
        ("ON 20-Mar-2018 SAVEDBEFORE 3-Mar-2026", "1"),
        ("OR SAVEDON 8-Mar-2026 SAVEDBEFORE 3-Mar-2026", "1 7"),
        ("SAVEDATESUPPORTED", "1 2 3 4 5 6 7"),
        ("NOT SAVEDATESUPPORTED", ""),
    ],
)
def test_search(week: Client, key: str, found: str) -> None:
    assert week.do(f"SEARCH {key}")[0] == f"* SEARCH {found}".rstrip()


def test_days_end_at_midnight(server: Server) -> None:
    # 02-Mar 23:59:59, and one second later
    server.clock.advance(timedelta(hours=14, minutes=59, seconds=59))
    server.deliver()
    server.clock.advance(timedelta(seconds=1))
    server.deliver()
    client = server.selected()
    assert client.do("SEARCH SAVEDON 2-Mar-2026")[0] == "* SEARCH 1"
    assert client.do("SEARCH SAVEDSINCE 3-Mar-2026")[0] == "* SEARCH 2"
    assert client.do("SORT (ARRIVAL) US-ASCII SAVEDON 3-Mar-2026")[0] == "* SORT 2"


@pytest.mark.parametrize(
    "key", ["SAVEDON", "SAVEDON 31-Feb-2026", "SAVEDSINCE x", "SAVEDATESUPPORTED 1-Mar-2026"]
)
def test_malformed(server: Server, key: str) -> None:
    assert server.selected().do(f"SEARCH {key}")[0].startswith("BAD ")


@pytest.mark.parametrize("key", ["SAVEDBEFORE", "SAVEDON", "SAVEDSINCE", "SAVEDATESUPPORTED"])
def test_switched_off_it_is_nowhere(server: Server, key: str) -> None:
    server.deliver()
    client = server.selected(without=["SAVEDATE"])
    assert client.do("FETCH 1 SAVEDATE") == ["BAD There is no FETCH item SAVEDATE"]
    date = "" if key == "SAVEDATESUPPORTED" else " 2-Mar-2026"
    assert client.do(f"SEARCH {key}{date}") == [f"BAD There is no SEARCH key {key}"]
