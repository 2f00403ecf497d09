"""Trees of mailboxes, and LIST and STATUS of them, drawn from a seeded generator."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeAlias

__all__ = ["SPECIAL", "change", "question"]

SPECIAL = {"Sent": "\\Sent", "Trash": "\\Trash"}
"""The mailboxes that Dovecot is told to give a special use, once they are there."""

_PARTS = ("a", "b", "A", "x y", "&AOk-", "&-", "NIL", "{", "a]b", "cur", "#c", "q\\\\q", 'q\\"q')
_USUAL = ("INBOX", "inbox", "iNbOx/a", "a", "a/b", "a/b/x y")
_ITEMS = ("MESSAGES", "RECENT", "UIDNEXT", "UNSEEN", "SIZE", "HIGHESTMODSEQ")
_SELECTED = ("SUBSCRIBED", "SPECIAL-USE", "REMOTE", "RECURSIVEMATCH")
_RETURNED = ("SUBSCRIBED", "CHILDREN", "SPECIAL-USE")
_PATTERNS = (
    "*",
    "%",
    "a*",
    "A%",
    "%/%",
    "*b",
    "a/%",
    "INBOX",
    "inBox",
    "INBOX*",
    "%%",
    "x",
    "Sent",
    "&-*",
)
_REFERENCES = ("", "", "", "a/", "INBOX/", "a")


def _name(random: Random, inbox: str = "INBOX") -> str:
    """Return a name; `inbox` stands for INBOX."""
    if random.random() < 0.5:
        name = random.choice(_USUAL)
        return inbox if name.upper() == "INBOX" else name
    return "/".join(random.choice(_PARTS) for _ in range(random.choice((1, 1, 2, 3))))


def _any(random: Random) -> str:
    return random.choice(tuple(SPECIAL)) if random.random() < 0.2 else _name(random)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _flag(random: Random) -> str:
    return random.choice(("", "\\Seen"))


_Words: TypeAlias = Callable[[Random], str]
_CHANGES: tuple[_Words, ...] = (
    lambda random: f"CREATE {_quoted(_name(random))}",
    lambda random: f"CREATE {_quoted(_name(random))}",
    lambda random: f"CREATE {_quoted(random.choice(('a/', 'x y/A/', 'INBOX/', '{/')))}",
    lambda random: f"DELETE {_quoted(_any(random))}",
    lambda random: f"RENAME {_quoted(_name(random, 'a'))} {_quoted(_name(random))}",
    lambda random: f"SUBSCRIBE {_quoted(_name(random))}",
    lambda random: f"UNSUBSCRIBE {_quoted(_name(random))}",
    lambda random: f"APPEND {_quoted(_any(random))} ({_flag(random)}) {{6+}}\r\na: b\r\n",
)


def change(random: Random) -> str:
    """Return a command that changes what is there."""
    return random.choice(_CHANGES)(random)


def _some(random: Random, of: tuple[str, ...]) -> list[str]:
    return random.sample(of, random.randrange(len(of) + 1))


def _patterns(random: Random) -> str:
    few = random.sample(_PATTERNS, random.choice((1, 1, 1, 2, 3)))
    words = " ".join(map(_quoted, few))
    return f"({words})" if len(few) > 1 or random.random() < 0.1 else words


def question(random: Random) -> str:
    """Return a LIST, extended or not, or an LSUB or STATUS."""
    drawn = random.random()
    if drawn < 0.1:
        items = random.sample(_ITEMS, random.randint(1, len(_ITEMS)))
        return f"STATUS {_quoted(_any(random))} ({' '.join(items)})"
    reference = _quoted(random.choice(_REFERENCES))
    if drawn < 0.3:
        kind = random.choice(("LIST", "LSUB"))
        return f"{kind} {reference} {_quoted(random.choice(_PATTERNS))}"
    selected = _some(random, _SELECTED)
    if "SUBSCRIBED" not in selected and "RECURSIVEMATCH" in selected:
        selected.remove("RECURSIVEMATCH")  # without it, that is told by rows
    returned = _some(random, _RETURNED)
    if random.random() < 0.3:
        items = random.sample(_ITEMS, random.randint(1, len(_ITEMS)))
        returned.append(f"STATUS ({' '.join(items)})")
    options = f"({' '.join(selected)}) " if selected or random.random() < 0.2 else ""
    told = f" RETURN ({' '.join(returned)})" if returned or random.random() < 0.2 else ""
    return f"LIST {options}{reference} {_patterns(random)}{told}"
