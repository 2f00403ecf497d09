"""What a command is: a name, how its arguments are read, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labserver.pop3.parsing import Reader
from labserver.pop3.replies import Chunks

__all__ = ["Command"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Whether it is allowed says `labserver.pop3.states`.

    `usage` is how it is written. `do(core, *arguments)` does it and has done it when it returns;
    it raises Refused, and has then changed nothing.
    """

    name: str
    usage: str
    read: Reader
    do: Callable[..., Chunks]
