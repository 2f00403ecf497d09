"""What LIST may be asked (RFC 5258 section 3; RFC 9051 sections 6.3.9.1 and 6.3.9.2; RFC 6154)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from labserver.imap.values.status import StatusItem

__all__ = ["Listing", "ReturnOption", "SelectionOption"]


class SelectionOption(Enum):
    """A selection option: which names are listed; the value is the name on the wire."""

    SUBSCRIBED = "SUBSCRIBED"
    REMOTE = "REMOTE"
    RECURSIVEMATCH = "RECURSIVEMATCH"
    SPECIAL_USE = "SPECIAL-USE"


class ReturnOption(Enum):
    """A return option: what is told of each name; the value is the name on the wire.

    STATUS is not among them: it has items of its own (`Listing.status`). MYRIGHTS brings responses
    of its own (RFC 8440 section 3).
    """

    SUBSCRIBED = "SUBSCRIBED"
    CHILDREN = "CHILDREN"
    SPECIAL_USE = "SPECIAL-USE"
    MYRIGHTS = "MYRIGHTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What LIST or LSUB was asked.

    `reference` and the `patterns` are None for what no name can match. `extended`: the command
    was in the syntax of LIST-EXTENDED, so its reply may be too. `status`: what STATUS responses
    shall tell of each mailbox, () for none.
    """

    reference: str | None
    patterns: tuple[str | None, ...]
    selections: frozenset[SelectionOption] = frozenset()
    shown: frozenset[ReturnOption] = frozenset()
    status: tuple[StatusItem, ...] = ()
    extended: bool = False
