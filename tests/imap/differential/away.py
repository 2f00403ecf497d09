"""Changes to a mailbox, and what a client that was away asks, drawn from a seeded generator.

`<mark>` stands for a mod-sequence that the server has told at an earlier moment, `<after>` for the
next one, `<validity>` for the UIDVALIDITY: each server has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeAlias

__all__ = ["change", "question"]

_FLAGS = ("\\Seen", "\\Flagged", "\\Answered", "\\Deleted", "$a", "kw")


def _uids(random: Random) -> str:
    low, high = sorted(random.randint(1, 14) for _ in range(2))
    return random.choice((f"{low}", f"{low}:{high}", f"{high}:*", f"{low},{high}", "1:*"))


def _flags(random: Random) -> str:
    return " ".join(random.sample(_FLAGS, random.randrange(3)))


_Words: TypeAlias = Callable[[Random], str]


def _store(random: Random) -> str:
    guard = random.choice(("", "", "(UNCHANGEDSINCE <mark>) "))
    how = random.choice(("", "+", "-")) + "FLAGS" + random.choice(("", ".SILENT"))
    return f"UID STORE {_uids(random)} {guard}{how} ({_flags(random)})"


_CHANGES: tuple[_Words, ...] = (
    _store,
    _store,
    _store,
    lambda random: f"APPEND INBOX ({_flags(random)}) {{6+}}\r\na: b\r\n",
    lambda random: f"UID EXPUNGE {_uids(random)}",
    lambda _: "EXPUNGE",
    lambda random: f"UID COPY {random.randint(1, 14)} INBOX",
    lambda random: f"UID MOVE {random.randint(1, 14)} {random.choice(('INBOX', 'other'))}",
)


def change(random: Random) -> str:
    """Return a command that changes INBOX, or may do so."""
    return random.choice(_CHANGES)(random)


def _back(random: Random) -> str:
    known = random.choice(("", "", " 1:6", " 1:14", " 2,4,6:9"))
    how = random.choice(("SELECT", "EXAMINE"))
    return f"{how} INBOX (QRESYNC (<validity> <mark>{known}))"


_QUESTIONS: tuple[_Words, ...] = (
    lambda random: f"{random.choice(('CLOSE', 'UNSELECT'))}\n{_back(random)}",
    _back,
    lambda random: (
        # Without `*`: what it stands for here is told by a row.
        f"UID FETCH {random.choice(('1:99', '3:9', '2,4,6'))} (FLAGS)"
        " (CHANGEDSINCE <mark> VANISHED)"
    ),
    lambda random: f"UID FETCH {_uids(random)} (FLAGS) (CHANGEDSINCE <mark>)",
    lambda random: f"UID FETCH {_uids(random)} (UID MODSEQ FLAGS)",
    lambda random: f"UID SEARCH MODSEQ <after>{random.choice(('', ' SEEN', ' UID 3:*'))}",
    lambda random: f"UID SEARCH RETURN ({random.choice(('', 'MIN', 'ALL COUNT'))}) MODSEQ <after>",
    lambda random: f"UID SEARCH OR MODSEQ <after> {random.choice(('UID 2', 'FLAGGED'))}",
    lambda _: "UID SORT (REVERSE SIZE) UTF-8 MODSEQ <after>",
    lambda _: "STATUS other (MESSAGES HIGHESTMODSEQ)",
)


def question(random: Random) -> list[str]:
    """Return what a client asks that has come back, or was not told all."""
    return random.choice(_QUESTIONS)(random).split("\n")
