"""A message in a mailbox as a value."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ROW", "Row"]

ROW = "uid, body, octets, message, internaldate, zone, saved, flags, modseq"
"""The columns of a `Row`, for a SELECT or an INSERT."""


class Row(NamedTuple):
    """A message in a mailbox, without its octets.

    `body` is the key for `Messages.data`; `octets` its size; `message` the lab message number;
    `internaldate` seconds since 1970 in UTC with `zone` minutes east; `saved` the moment at which
    it was put into this mailbox, in seconds likewise; `flags` canonical text.
    """

    uid: int
    body: int
    octets: int
    message: int
    internaldate: int
    zone: int
    saved: int
    flags: str
    modseq: int
