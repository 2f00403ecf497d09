"""The envelope of a message: where it comes from, whom it is for, and what its sender asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from labserver.smtp.grammar import Path

__all__ = ["Envelope", "Recipient"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One RCPT.

    `notify` (RFC 3461 section 4.1): NEVER, or some of SUCCESS, FAILURE, DELAY; None: not said.
    `original`: the value of ORCPT as it was given, or None (section 4.2).
    """

    path: Path
    notify: frozenset[str] | None = None
    original: str | None = None


@dataclass(slots=True, kw_only=True)
class Envelope:
    """The sender and the recipients of one transaction.

    `ret` and `envid` are of RFC 3461 sections 4.3 and 4.4, None if not said; `envid` as it was
    given. `body` is what BODY said (RFC 3030 section 3); `utf8`: SMTPUTF8 was given (RFC 6531).
    """

    sender: Path
    recipients: list[Recipient] = field(default_factory=list)
    ret: Literal["FULL", "HDRS"] | None = None
    envid: str | None = None
    body: Literal["7BIT", "8BITMIME", "BINARYMIME"] = "7BIT"
    utf8: bool = False
