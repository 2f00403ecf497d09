"""mutt and neomutt: a person's mail programs, worked by their keys at a terminal of the test's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from labserver import Lab
from labserver.events import Line
from tests.clients import elsewhere
from tests.clients.maildir import on_server, put
from tests.clients.program import Program, commands
from tests.clients.terminal import Terminal

pytestmark = pytest.mark.clients

CONFIGURATION = """
set folder="imap://127.0.0.1:{port}/" spoolfile="+INBOX"
set imap_user=bob imap_pass=tulip ssl_starttls=no ssl_force_tls=no imap_idle=yes
set confirmappend=no confirmcreate=no delete=yes move=no quit=yes
set sort=mailbox-order pipe_decode=no wait_key=no mark_old=no sleep_time=0
set hostname=laptop.home.example realname=Bob from="bob@home.example"
"""
# Fields that it writes into the head of a letter when it copies one.
OF_MUTT = re.compile(rb"^(?:X-)?(?:Status|Content-Length|Lines): .*\r\n", re.MULTILINE)
REFRESH, LAST = "\x0c", "*"
FRESH = b"From: alice@home.example\r\nSubject: Fresh\r\n\r\n" + b"Caf\xe9, from here on.\r\n" * 999


@pytest.fixture(params=["mutt", "neomutt"])
def mutt(request: pytest.FixtureRequest, mail_lab: Lab, program: Callable[..., Program]) -> Program:
    found = program(request.param)
    found.write(".muttrc", CONFIGURATION.format(port=mail_lab.ports["imap"]))
    return found


def asked_for(lab: Lab, command: str) -> bool:
    return any(one.startswith(command) for one in commands(lab))


def idles(lab: Lab) -> bool:
    return asked_for(lab, "EXPUNGE") and commands(lab)[-1] == "IDLE"


def said(lab: Lab, what: bytes) -> bool:
    events = (entry.event for entry in lab.log)
    return any(
        isinstance(one, Line) and one.direction == "S" and what in one.data for one in events
    )


def test_reads_flags_saves_deletes_and_idles(
    mail_lab: Lab, letters: tuple[bytes, ...], mutt: Program
) -> None:
    for letter in (*letters, FRESH):
        mail_lab.load(letter)
    keys = (
        "<display-message><pipe-message>cat > read.eml<enter><exit>"
        '<tag-pattern>=b "at noon"<enter><tag-prefix><flag-message>'  # the server searches
        "2<enter><save-message>=Plans<enter>"
        "3<enter><delete-message><sync-mailbox>"
    )  # fmt: skip
    with Terminal(mutt, "-e", f"push '{keys}'") as terminal:
        terminal.wait_for(
            "the end of the keys",
            lambda: asked_for(mail_lab, "EXPUNGE") and commands(mail_lab)[-1] == "IDLE",
        )
        mail_lab.load(FRESH)
        terminal.wait_for("news", lambda: said(mail_lab, b"* 2 EXISTS\r\n"))
        terminal.press(REFRESH)
        terminal.wait_for("a look at it", lambda: asked_for(mail_lab, "FETCH 2"))
        terminal.press(LAST + "|cat > fresh.eml\rq")
    heard = commands(mail_lab)
    assert sum(one.startswith("AUTHENTICATE ") for one in heard) == 1
    assert [one for one in heard if one.startswith(("UID SEARCH", "CREATE"))] == [
        'UID SEARCH BODY "at noon"',
        'CREATE "Plans"',  # because COPY was answered NO [TRYCREATE]
    ]
    assert heard.count('UID COPY 2 "Plans"') == 2
    assert "DONE" in heard
    assert (mutt.home / "read.eml").read_bytes() == letters[0].replace(b"\r\n", b"\n")
    assert (mutt.home / "fresh.eml").read_bytes() == FRESH.replace(b"\r\n", b"\n")
    assert on_server(mail_lab) == {
        (letters[0], frozenset({r"\Flagged", r"\Seen"})): 1,
        (FRESH, frozenset()): 1,
    }
    assert on_server(mail_lab, "Plans") == {(letters[1], frozenset()): 1}


def test_comes_back_and_asks_for_changes_only(
    mail_lab: Lab, letters: tuple[bytes, ...], mutt: Program
) -> None:
    """CONDSTORE, with what it knows in a cache of its own (RFC 7162 section 3.1.4.1)."""
    elsewhere.create(mail_lab, "Plans")
    for letter in letters:
        mail_lab.load(letter)
    known = ("-e", f'set imap_condstore=yes header_cache="{mutt.home}/cache"')
    with Terminal(mutt, *known, "-e", "push <quit>"):
        pass
    elsewhere.flag(mail_lab, 2, r"\Flagged")
    keys = "<tag-pattern>~F<enter><tag-prefix><save-message>=Plans<enter><quit>"
    with Terminal(mutt, *known, "-e", f"push '{keys}'"):
        pass
    heard = commands(mail_lab)
    assert heard.count('SELECT "INBOX" (CONDSTORE)') == 2
    assert sum("(CHANGEDSINCE " in one for one in heard) == 1
    assert on_server(mail_lab) == {(letters[0], frozenset()): 1}
    assert on_server(mail_lab, "Plans") == {(letters[1], frozenset({r"\Flagged"})): 1}


def test_copies_letters_in(mail_lab: Lab, letters: tuple[bytes, ...], mutt: Program) -> None:
    elsewhere.create(mail_lab, "Plans")
    local = mutt.home / "local"
    for number, letter in enumerate((*letters, FRESH)):
        put(local, letter, f"{number}.laptop", "FS" if number else "S")
    keys = "<tag-pattern>~A<enter><tag-prefix><copy-message>=Plans<enter><quit>"
    with Terminal(mutt, "-f", str(local), "-e", f"push '{keys}'"):
        pass
    assert sum(one.startswith('APPEND "Plans"') for one in commands(mail_lab)) == 3
    # Their order is the program's: one letter has no date to sort by.
    plans = mail_lab.messages(mailbox="Plans")
    assert len(plans) == 3
    assert {OF_MUTT.sub(b"", one.octets): set(one.flags) for one in plans} == {
        letters[0]: {r"\Seen"},
        letters[1]: {r"\Flagged", r"\Seen"},
        FRESH: {r"\Flagged", r"\Seen"},
    }
