"""A Maildir and the server made equal twice, with changes on both sides each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from labserver import Lab
from tests.clients import elsewhere
from tests.clients.maildir import find, on_disk, on_server, put
from tests.clients.program import changes, commands

__all__ = ["sync_twice"]

SENT = b"From: bob@home.example\r\nSubject: Sent\r\n\r\nOn my way\r\n"
DRAFT = b"From: bob@home.example\r\nSubject: Draft\r\n\r\nCaf\xe9 .\r\n.\r\n"
LATER = b"Subject: Later\r\n\r\n" + b"A line of some length, to fill more than one read\r\n" * 4000
MAILBOXES = ("INBOX", "Plans", "Sent", "Work/2026")


def sync_twice(
    lab: Lab, letters: tuple[bytes, ...], mail: Path, sync: Callable[[], object], separator: str
) -> None:
    """Have `sync` make `mail` and Bob's mailboxes equal; `separator` is that of the folders."""
    lunch, latin = letters
    inbox = mail / "INBOX"

    def synced() -> bool:
        sync()
        return all(
            on_disk(mail / name.replace("/", separator)) == on_server(lab, name)
            for name in MAILBOXES
        )

    # Letters and mailboxes on both sides, that the other has not seen.
    for name in ("Plans", "Work/2026"):
        elsewhere.create(lab, name)
    lab.load(lunch)
    lab.load(latin)
    lab.load(latin, mailbox="Work/2026")
    elsewhere.flag(lab, 2, r"\Answered")
    put(inbox, DRAFT, "1.laptop", "D")
    put(mail / "Sent", SENT, "2.laptop", "S")
    assert synced()
    assert on_server(lab) == {
        (lunch, frozenset()): 1,
        (latin, frozenset({r"\Answered"})): 1,
        (DRAFT, frozenset({r"\Draft"})): 1,
    }
    assert on_server(lab, "Sent") == {(SENT, frozenset({r"\Seen"})): 1}
    assert on_server(lab, "Work/2026") == {(latin, frozenset()): 1}
    heard = commands(lab)
    assert sum(one.startswith("APPEND ") for one in heard) == 2
    assert sum("BODY.PEEK[]" in one for one in heard) == 3

    # New, flagged and deleted on each side; one letter flagged on both.
    lab.load(LATER)
    elsewhere.flag(lab, 1, r"\Flagged")
    elsewhere.expunge(lab, 2)
    read = find(inbox, lunch)
    read.rename(inbox / "cur" / (read.name.partition(":")[0] + ":2,S"))
    find(inbox, DRAFT).unlink()
    put(mail / "Plans", SENT, "3.laptop", "F")
    before = len(changes(lab))
    assert synced()
    assert on_server(lab) == {
        (lunch, frozenset({r"\Flagged", r"\Seen"})): 1,
        (LATER, frozenset()): 1,
    }
    assert on_server(lab, "Plans") == {(SENT, frozenset({r"\Flagged"})): 1}
    # Which mailbox has its turn first is the program's affair.
    assert sorted(type(one).__name__ for one in changes(lab)[before:]) == [
        "Delivered",  # what was put into Plans
        "Expunged",
        "FlagsChanged",  # \Deleted of the draft
        "FlagsChanged",  # \Seen of the lunch
    ]

    # And when nothing has changed, nothing is.
    quiet = len(changes(lab))
    assert synced()
    assert changes(lab)[quiet:] == []
