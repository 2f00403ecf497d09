"""Commands of two connections to one account, drawn from a seeded generator.

What the servers are known to answer differently is not drawn: it stands in `answers`.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeAlias

from tests.imap.differential.talk import Command, Literal

__all__ = ["MAILBOXES", "SETUP", "step"]

MAILBOXES = ("INBOX", "a", "a/b", '"x y"', "z", '"p/q"', '"p/q/r"')
SETUP = ('CREATE "a"', 'CREATE "a/b"', 'CREATE "x y"')
_THERE = ("INBOX", "a", '"x y"')
_CHANGING = ("z", "a/b", "p/q/r", "p/q", "x y", "a")
_FLAGS = ("\\Seen", "\\Flagged", "\\Answered", "\\Draft", "\\Deleted", "\\Deleted", "$a", "kw")
_MAIL = b"From: alice@home.example\r\nSubject: Hello\r\n\r\nText\r\n"


def _name(random: Random) -> str:
    return random.choice((*MAILBOXES, "INBOX"))


def _flags(random: Random) -> str:
    return " ".join(random.sample(_FLAGS, random.randrange(4)))


def _uids(random: Random) -> str:
    low, high = sorted(random.randint(1, 9) for _ in range(2))
    return random.choice((f"{low}", f"{low}:{high}", f"{high}:*", f"{low},{high}", "1:*"))


_Words: TypeAlias = Callable[[Random], str]
_WORDS: tuple[_Words, ...] = (
    lambda random: f"SELECT {random.choice((*_THERE, *MAILBOXES))}",
    lambda random: f'CREATE "{random.choice(_CHANGING)}"',
    lambda random: f'CREATE "{random.choice(("z", "a/b/", "inbox", "p/q/r/"))}"',
    lambda random: f'DELETE "{random.choice((*_CHANGING, "INBOX"))}"',
    lambda random: (
        f'RENAME "{random.choice(_CHANGING)}" "{random.choice((*_CHANGING, "p/s/t", "INBOX"))}"'
    ),
    lambda _: "SUBSCRIBE INBOX",
    lambda random: f'{random.choice(("LIST", "LSUB"))} "" {random.choice(("*", "%", "a*", "A%"))}',
    lambda random: f"LIST {random.choice(('a/', 'x'))} {random.choice(('*', '%', 'b'))}",
    lambda random: f"STATUS {_name(random)} (MESSAGES UIDNEXT UNSEEN)",
    lambda random: (
        f"UID STORE {_uids(random)} {random.choice(('', '+', '-'))}FLAGS"
        f"{random.choice(('', '.SILENT'))} ({_flags(random)})"
    ),
    lambda random: f"UID STORE {_uids(random)} +FLAGS (\\Deleted)",
    lambda random: f"UID COPY {_uids(random)} {_name(random)}",
    lambda random: f"UID MOVE {_uids(random)} {_name(random)}",
    lambda random: f"UID EXPUNGE {_uids(random)}",
    lambda random: f"UID FETCH {_uids(random)} (UID FLAGS)",
    lambda random: f"UID FETCH {_uids(random)} BODY[HEADER.FIELDS (Subject)]",
    lambda random: f"UID SEARCH {random.choice(('ALL', 'UNSEEN', 'DELETED', 'KEYWORD $a'))}",
    lambda _: "EXPUNGE",
    lambda random: f"CLOSE\nSELECT {_name(random)}",
    lambda _: "CHECK",
)


def step(random: Random) -> tuple[int, list[Command]]:
    """Return which of the two connections gives commands, and the commands."""
    who = random.randrange(2)
    if random.random() < 0.25:
        head = f"APPEND {_name(random)} ({_flags(random)}) ".encode()
        return who, [[head, Literal(_MAIL)]]
    words = random.choice(_WORDS)(random)
    return who, [[command.encode()] for command in words.split("\n")]
