"""The first message: really sent, really fetched, and what is said when it does not get through."""

from __future__ import annotations

import poplib

import pytest

from labserver import Lab
from labserver.course import ready


def test_a_message_is_sent_and_fetched() -> None:
    ready.main()


def test_a_message_that_does_not_get_through_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def small() -> Lab:
        lab = Lab()
        lab.set_quota("bob", messages=0)
        return lab

    monkeypatch.setattr(ready, "Lab", small)
    with pytest.raises(SystemExit, match=r"^SMTP[A-Z][A-Za-z]+: .*full"):
        ready.main()


def test_another_message_than_was_sent_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poplib.POP3, "retr", lambda *_args: (b"+OK", [b"Subject: another"], 16))
    with pytest.raises(SystemExit, match=r"NotReady: .* is not the one that was sent"):
        ready.main()
