"""A mailbox as a value."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Mailbox"]


class Mailbox(NamedTuple):
    """A mailbox as it stood when it was asked for.

    `uses` are its special-use attributes, in order; `address` is its account's.
    """

    id: int
    account: int
    name: str
    uidvalidity: int
    uidnext: int
    modseq: int
    selectable: bool
    uses: tuple[str, ...]
    address: str
