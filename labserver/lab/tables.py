"""The state tables of the servers, by protocol, and whose sessions follow them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labserver import imap, pop3
from labserver.protocol.table import StateTable
from labserver.smtp.table import RECEIVING, SUBMISSION

__all__ = ["STATES"]

STATES: Mapping[str, tuple[tuple[str, ...], str, StateTable[Any]]] = {
    "smtp": (("smtp",), "smtp", RECEIVING),
    "submission": (("submission", "submissions"), "smtp", SUBMISSION),
    "pop3": (("pop3", "pop3s"), "pop3", pop3.TABLE),
    "imap": (("imap", "imaps"), "imap", imap.TABLE),
}
"""Which listeners' sessions a table is of, what they speak, and the table."""
