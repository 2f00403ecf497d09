"""The explanations of one protocol, read from its file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from labserver.explain.moment import Moment, Note, Protocol

__all__ = ["Book", "Entry", "book"]

_LONGEST = 80
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is said of one thing: always, and in a line that has the values of a `here`."""

    says: str
    here: tuple[str, ...] = ()
    match: re.Pattern[str] | None = None
    source: str

    def note(self, term: str, argument: str, moment: Moment, known: Mapping[str, str]) -> Note:
        """Explain `term` of a line; `argument` is what follows it there."""
        values = {**_values(argument), **_state(moment), **known}
        if self.match is not None:
            found = self.match.match(argument)
            named = {} if found is None else found.groupdict()
            values |= {name: value for name, value in named.items() if value}
        for sentence in self.here:
            if all(values.get(name) for name in _FIELD.findall(sentence)):
                said = _FIELD.sub(lambda field: _short(values[field[1]]), sentence)
                return Note(term, self.says, said, self.source)
        return Note(term, self.says, "", self.source)


class Book:
    """The entries of one protocol, by kind ("command", "reply", ...) and name."""

    def __init__(self, tables: Mapping[str, Mapping[str, Entry]]) -> None:
        self.tables = tables

    def find(self, kind: str, *names: str) -> Entry | None:
        """Return the entry of the first name that has one."""
        table = self.tables.get(kind, {})
        return next((table[name] for name in names if name in table), None)

    def note(
        self,
        kind: str,
        names: tuple[str, ...],
        moment: Moment,
        *,
        term: str = "",
        argument: str = "",
        **known: str,
    ) -> list[Note]:
        """Return the note of the first of `names` that has an entry, or nothing."""
        entry = self.find(kind, *names)
        if entry is None:
            return []
        return [entry.note(term or names[0], argument, moment, known)]


@cache
def book(protocol: Protocol) -> Book:
    """Return the explanations of a protocol in English."""
    text = (files("labserver.explain") / "en" / f"{protocol}.toml").read_text(encoding="utf-8")
    return Book(
        {
            kind: {name: _entry(fields) for name, fields in entries.items()}
            for kind, entries in tomllib.loads(text).items()
        }
    )


def _entry(fields: Mapping[str, object]) -> Entry:
    known = {"says", "here", "match", "rfc"}
    if not fields.keys() <= known:
        raise ValueError(f"an explanation has {', '.join(fields.keys() - known)}")
    here = fields.get("here", [])
    pattern = fields.get("match")
    if not isinstance(here, list):
        raise TypeError("here is a list of sentences")
    entry = Entry(says=str(fields["says"]), here=tuple(map(str, here)), source=str(fields["rfc"]))
    return entry if pattern is None else replace(entry, match=re.compile(str(pattern)))


def _values(argument: str) -> dict[str, str]:
    words = argument.split()
    return {"arg": argument.strip(), **{f"arg{n}": word for n, word in enumerate(words, 1)}}


def _state(moment: Moment) -> dict[str, str]:
    return {
        "state": moment.state,
        "account": moment.account,
        "mailbox": moment.mailbox,
        "host": moment.host,
        "device": moment.device,
        "command": moment.command,
        "tag": moment.tag,
        "octets": f"{moment.octets:,}" if moment.octets else "",
    }


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
