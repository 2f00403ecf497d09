"""A command as it comes: stretches of text, and between them literals that may not be there yet."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.imap.errors import ImapError

__all__ = ["Bound", "Piece", "Wanting"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a command's text, and the literal that ends it.

    `literal` None: it has not arrived, or (in the last piece of a command) there is none;
    `announced` is its size then.
    """

    text: bytes
    literal: bytes | None = None
    announced: int | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """The most octets of a literal that need not be short, and what is said of a larger one."""

    octets: int
    error: ImapError


class Wanting(Exception):
    """The command is right so far, and goes on with the literal that was announced.

    `message`: it is a message for APPEND, which may be large; other literals are short unless
    they have a `bound` of their own. `saves`: it is a SEARCH whose result is to be saved.
    """

    def __init__(self, *, message: bool, bound: Bound | None) -> None:
        super().__init__()
        self.message = message
        self.bound = bound
        self.saves = False
