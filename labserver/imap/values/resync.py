"""What a client says of what it knew of a mailbox (RFC 7162 section 3.2.5)."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.imap.values.sets import SequenceSet

__all__ = ["Resync"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resync:
    """The QRESYNC parameter of SELECT.

    `known`: the UIDs that the client is interested in, None for all. `pairs`: message sequence
    numbers and the UIDs that they stood for, both ascending and as many; None if none were given.
    """

    uidvalidity: int
    modseq: int
    known: SequenceSet | None = None
    pairs: tuple[SequenceSet, SequenceSet] | None = None
