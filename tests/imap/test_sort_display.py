from __future__ import annotations

import pytest

from tests.imap.driver import Server


def deliver(server: Server, *headers: bytes) -> None:
    for header in headers:
        server.deliver(header + b"\r\n\r\nText\r\n")


@pytest.mark.parametrize("name", ["From", "To"])
def test_by_what_is_displayed(server: Server, name: str) -> None:
    # RFC 5957 section 3, one rule a message
    field = name.encode() + b": "
    deliver(
        server,
        field + b"Zoe <a@x.example>",
        field + b"=?utf-8?q?=C3=A9mile?= <b@x.example>",
        field + b'"" <mary@x.example>',
        field + b"mary@w.example",
        field + b"Nobodies:;",  # a group has no host: its name
        b"X: none",
        field + b'"abe", <bob@x.example>',  # abe has no host, which ENVELOPE shows as ""
        field + b"ABE <z@x.example>, Aaron <a@x.example>",
        field + b"=?utf-8?q??= <lee@x.example>",
    )
    bob = server.selected()
    # none, ABE, abe@, E and its accent, lee, mary@w, mary@x, Nobodies, Zoe
    told = bob.do(f"SORT (DISPLAY{name.upper()}) UTF-8 ALL")[0]
    assert told == "* SORT 6 8 7 2 9 4 3 5 1"
    assert bob.do(f"UID SORT (REVERSE DISPLAY{name.upper()}) UTF-8 1:4")[0] == "* SORT 1 3 4 2"


def test_display_and_address_differ(server: Server) -> None:
    deliver(server, b"From: Ann <zed@x.example>", b"From: Zed <ann@x.example>")
    bob = server.selected()
    assert bob.do("SORT (DISPLAYFROM) UTF-8 ALL")[0] == "* SORT 1 2"
    assert bob.do("SORT (FROM) UTF-8 ALL")[0] == "* SORT 2 1"


@pytest.mark.parametrize("switched", ["SORT=DISPLAY", "SORT"])
def test_switched_off(server: Server, switched: str) -> None:
    bob = server.login(switched)
    bob.do("SELECT INBOX")
    for key in ("DISPLAYFROM", "REVERSE DISPLAYTO"):
        assert bob.do(f"SORT ({key}) UTF-8 ALL")[0].startswith("BAD")
    assert "SORT=DISPLAY" not in bob.do("CAPABILITY")[0]
