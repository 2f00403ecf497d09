"""What a command is: a name, how its arguments are read, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from labserver.imap.core import Core
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.reply import Outcome

__all__ = ["Command"]

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Command(Generic[A]):
    """One command of the registry. Whether it is allowed says `labserver.imap.table`.

    `read` takes the arguments from a cursor, from the space before the first one on; it raises
    `Malformed`, or `Refused` for what is well formed and can never be. `do` does the command and
    has done it when it returns; it raises `ImapError` or `StoreError`, and has then changed
    nothing.
    """

    name: str
    read: Callable[[Cursor], A]
    do: Callable[[Core, A], Outcome]
