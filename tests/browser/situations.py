"""The situations that the map must make plain, each reached by real sessions in a lab."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from labserver import Lab
from labserver.devices import Device, Dialogue
from labserver.widgets import MailMap

__all__ = ["MORE", "SITUATIONS", "situation"]

LETTERS = (
    ("Alice <alice@home.example>", "Lunch on Friday?", 800),
    ("Carol <carol@work.example>", "Photos of the trip", 48_000),
    ("shop <shop@work.example>", "Invoice 17", 2_900),
)
HELLO = ("EHLO carol-laptop.work.example", "MAIL FROM:<carol@work.example>")
LOG_IN = ("a1 LOGIN bob tulip", "a2 SELECT INBOX")


def letter(sender: str, subject: str, octets: int) -> bytes:
    """Return a message of about so many octets."""
    head = f"From: {sender}\r\nTo: Bob <bob@home.example>\r\nSubject: {subject}\r\n\r\n"
    lines = "A line of a letter that says what letters say.\r\n"
    return (head + lines * ((octets - len(head)) // len(lines))).encode()


def say(dialogue: Dialogue, *lines: str) -> None:
    """Say one line after the other, each once the one before it is answered."""
    for line in lines:
        dialogue.send(line)


def _house(folder: Path | None, *, letters: int = 3) -> tuple[Lab, Device, Device]:
    """Return a lab in which Bob has mail and two devices, and room for 100 KiB."""
    lab = Lab(full_mailbox_waits=False, folder=folder)
    lab.set_quota("bob", storage=100)
    devices = lab.device("laptop"), lab.device("phone")
    for each in LETTERS[:letters]:
        lab.load(letter(*each))
    return lab, *devices


def fresh(folder: Path | None) -> Lab:
    """Three messages wait."""
    return _house(folder)[0]


def during_pop3(folder: Path | None) -> Lab:
    """A POP3 session that takes mail and marks it."""
    lab, laptop, _ = _house(folder)
    pop = laptop.dial("pop3")
    say(pop, "USER bob", "PASS tulip", "RETR 1", "DELE 1", "RETR 2", "DELE 2", "RETR 3")
    return lab


def after_quit(folder: Path | None) -> Lab:
    """The same session, after DELE 3 and QUIT."""
    lab, laptop, _ = _house(folder)
    pop = laptop.dial("pop3")
    say(pop, "USER bob", "PASS tulip", "RETR 1", "DELE 1", "RETR 2", "DELE 2", "RETR 3", "DELE 3")
    say(pop, "QUIT")
    return lab


def pop3_leaving_mail(folder: Path | None) -> Lab:
    """POP3 on two devices, mail stays; Bob has read A on the phone."""
    lab, laptop, phone = _house(folder)
    pop = laptop.dial("pop3")
    say(pop, "USER bob", "PASS tulip", "RETR 1", "RETR 2", "RETR 3", "QUIT")
    pop = phone.dial("pop3")
    say(pop, "USER bob", "PASS tulip", "RETR 1", "RETR 2")
    phone.flag(phone.files()[0].name, "\\Seen")
    say(pop, "RETR 3")
    return lab


def imap_with_flags(folder: Path | None) -> Lab:
    """IMAP on two devices; the phone flags A, and the laptop hears of it."""
    lab, laptop, phone = _house(folder)
    desk, hand = laptop.dial("imap"), phone.dial("imap")
    say(desk, *LOG_IN, "a3 CREATE Archive", "a4 MOVE 3 Archive", "a5 STORE 1 +FLAGS (\\Seen)")
    say(desk, "a6 SELECT Archive", "a7 FETCH 1 (UID FLAGS BODY.PEEK[])", "a8 SELECT INBOX")
    say(desk, "a9 FETCH 1 (UID FLAGS BODY.PEEK[])", "a10 FETCH 2 (UID FLAGS BODY.PEEK[HEADER])")
    say(hand, *LOG_IN, "a3 FETCH 1 (UID FLAGS BODY.PEEK[])")
    say(hand, "a4 FETCH 2 (UID FLAGS BODY.PEEK[HEADER])")
    say(desk, "a11 IDLE")
    say(hand, "a5 STORE 1 +FLAGS (\\Flagged)")
    desk.listen()
    return lab


def lost_with_pop3(folder: Path | None) -> Lab:
    """The laptop that had taken A and B by POP3 and had deleted them is lost; C came later."""
    lab, laptop, _ = _house(folder, letters=2)
    pop = laptop.dial("pop3")
    say(pop, "USER bob", "PASS tulip", "RETR 1", "DELE 1", "RETR 2", "DELE 2", "QUIT")
    lab.load(letter(*LETTERS[2]))
    laptop.lose()
    return lab


def lost_with_imap(folder: Path | None) -> Lab:
    """The laptop that had used IMAP is lost; the phone is connected, inside TLS."""
    lab, laptop, phone = _house(folder)
    desk = laptop.dial("imap")
    say(desk, *LOG_IN, "a3 STORE 1 +FLAGS (\\Seen \\Flagged)")
    say(desk, "a4 FETCH 1:3 (UID FLAGS BODY.PEEK[])", "a5 LOGOUT")
    hand = phone.dial("imaps")
    say(hand, *LOG_IN, "a3 FETCH 1 (UID FLAGS BODY.PEEK[])")
    say(hand, "a4 FETCH 2:3 (UID FLAGS BODY.PEEK[HEADER])")
    laptop.lose()
    say(hand, "a5 NOOP")
    return lab


def full(folder: Path | None) -> Lab:
    """With IMAP all mail stays: then there is no room for D."""
    lab, laptop, _ = _house(folder, letters=2)
    lab.load(letter("work <work@work.example>", "Scans of the form", 47_000))
    desk = laptop.dial("imap")
    say(desk, *LOG_IN, "a3 STORE 1:2 +FLAGS (\\Seen)")
    say(desk, "a4 FETCH 1:2 (UID FLAGS BODY.PEEK[])", "a5 FETCH 3 (UID FLAGS BODY.PEEK[HEADER])")
    smtp = lab.device("carol-laptop", owner="alice").dial("smtp")
    say(smtp, *HELLO, "RCPT TO:<bob@home.example>", "DATA")
    smtp.data(letter("Carol <carol@work.example>", "Party pictures", 30_000))
    return lab


SITUATIONS: dict[str, Callable[[Path | None], Lab]] = {
    "1-fresh": fresh,
    "2a-pop3-during": during_pop3,
    "2b-pop3-after-quit": after_quit,
    "3-pop3-two-devices": pop3_leaving_mail,
    "4-imap-two-devices": imap_with_flags,
    "5a-lost-with-pop3": lost_with_pop3,
    "5b-lost-with-imap": lost_with_imap,
    "6-mailbox-full": full,
}


def with_webmail(folder: Path | None) -> Lab:
    """Bob reads A with webmail, and webmail keeps in Sent what it sends."""
    lab, laptop, _ = _house(folder)
    say(laptop.dial("pop3"), "USER bob", "PASS tulip", "RETR 2")
    webmail = lab.webmail("bob")
    webmail.read(1)
    webmail.send("carol@work.example", letter("Bob <bob@home.example>", "Yes, gladly", 900))
    return lab


def with_backup(folder: Path | None) -> Lab:
    """A backup has all; the server's copies are expunged, and one of them is put back."""
    lab, laptop, _ = _house(folder)
    disk = lab.backup("disk")
    disk.copy()
    desk = laptop.dial("imap")
    say(desk, *LOG_IN, "a3 CREATE Archive", "a4 COPY 1 Archive")
    say(desk, "a5 STORE 1:2 +FLAGS (\\Deleted)", "a6 EXPUNGE", "a7 DELETE Archive")
    disk.restore()
    say(desk, "a8 STORE 2 +FLAGS (\\Deleted)", "a9 EXPUNGE")
    return lab


MORE: dict[str, Callable[[Path | None], Lab]] = {
    "webmail": with_webmail,
    "backup": with_backup,
}
"""Situations beyond those that the pictures in docs/ show."""


@contextmanager
def situation(name: str, folder: Path | None = None) -> Iterator[tuple[Lab, MailMap]]:
    """Have a situation come about; yield its lab, and its map as it is then.

    `folder` is where the devices' folders go; None: a temporary place.
    """
    with contextlib.redirect_stdout(io.StringIO()):
        lab = {**SITUATIONS, **MORE}[name](folder)
    with lab:
        yield lab, lab.look()
