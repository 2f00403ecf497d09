from __future__ import annotations

from datetime import timedelta

import pytest

from tests.imap.driver import Server

DAY = 86400


@pytest.fixture
def aged(server: Server) -> Server:
    """Three messages: 4 days, 3 days and a second old."""
    for seconds in (DAY, 3 * DAY - 1, 1):
        server.deliver()
        server.clock.advance(timedelta(seconds=seconds))
    return server


def test_both_keys_meet_at_the_second(aged: Server) -> None:
    # RFC 5032 section 2: "less recent than or equal", "more recent than or equal"
    bob = aged.selected()
    assert bob.do("SEARCH UNSEEN YOUNGER 259200")[0] == "* SEARCH 2 3"
    assert bob.do("SEARCH OLDER 259200")[0] == "* SEARCH 1 2"
    assert bob.do("SEARCH YOUNGER 259199")[0] == "* SEARCH 3"
    assert bob.do("SEARCH OLDER 259201")[0] == "* SEARCH 1"
    assert bob.do("SEARCH YOUNGER 1")[0] == "* SEARCH 3"
    assert bob.do("SEARCH OLDER 4294967295")[0] == "* SEARCH"
    assert bob.do("SEARCH NOT YOUNGER 259200")[0] == "* SEARCH 1"


def test_time_goes_on_in_a_session(aged: Server) -> None:
    bob = aged.selected()
    aged.clock.advance(timedelta(seconds=1))
    assert bob.do("SEARCH YOUNGER 1")[0] == "* SEARCH"
    assert bob.do("SEARCH YOUNGER 2")[0] == "* SEARCH 3"


def test_the_zone_of_a_date_does_not_matter(server: Server) -> None:
    bob = server.login()
    bob.do('APPEND INBOX "02-Mar-2026 18:59:50 +1000" {1}\nx')  # ten seconds ago
    bob.do("SELECT INBOX")
    assert bob.do("SEARCH YOUNGER 10")[0] == "* SEARCH 1"
    assert bob.do("SEARCH YOUNGER 9")[0] == "* SEARCH"


@pytest.mark.parametrize("interval", ["", " 0", " -1", " x", " 4294967296", " 1:2"])
def test_an_interval_is_a_number_from_one(server: Server, interval: str) -> None:
    for key in ("OLDER", "YOUNGER"):
        assert server.selected().do(f"SEARCH {key}{interval}")[0].startswith("BAD")


def test_switched_off_there_are_no_such_keys(server: Server) -> None:
    bob = server.login("WITHIN")
    bob.do("SELECT INBOX")
    for key in ("OLDER", "YOUNGER"):
        assert bob.do(f"SEARCH {key} 5") == [f"BAD There is no SEARCH key {key}"]
