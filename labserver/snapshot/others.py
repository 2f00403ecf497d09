"""What other people have of an account's mail: it never counts, but it is somewhere."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from labserver.snapshot.values import Mailbox, Snapshot

__all__ = ["Shared", "elsewhere"]

_DOMAIN = "@home.example"
"""People of this domain log in by their name alone, and are granted rights by it."""


class Shared(NamedTuple):
    """Somebody else's mailbox that an account may read."""

    owner: str
    mailbox: str


def elsewhere(
    snapshot: Snapshot, account: str, messages: Collection[int]
) -> dict[int, tuple[Shared, ...]]:
    """Return which of the messages somebody else has whole, on the server or on a device.

    With each come the mailboxes where the account may read it (RFC 4314); none, if it may not.
    """
    found: dict[int, list[Shared]] = {}
    identities = {account.lower(), account.lower().removesuffix(_DOMAIN), "anyone"}
    for address in sorted(snapshot.accounts):
        if address == account:
            continue
        mailboxes = snapshot.accounts[address].mailboxes
        for name in sorted(mailboxes):
            read = "r" in _rights(mailboxes[name], identities)
            held = {copy.message for copy in mailboxes[name].copies.values()}
            for number in held.intersection(messages):
                found.setdefault(number, []).extend([Shared(address, name)] if read else [])
    for device in snapshot.devices.values():
        if device.owner == account or device.lost is not None:
            continue
        for file in device.files.values():
            message = file.message
            if message is not None and message in messages and file.copied == "whole":
                found.setdefault(message, [])
    return {message: tuple(places) for message, places in found.items()}


def _rights(mailbox: Mailbox, identities: Collection[str]) -> set[str]:
    """Return what a list grants (RFC 4314 section 2): a negative identifier takes away."""
    given: set[str] = set()
    taken: set[str] = set()
    for identifier, letters in mailbox.access.items():
        low = identifier.lower()
        if low in identities:
            given |= set(letters)
        elif low.removeprefix("-") in identities:
            taken |= set(letters)
    return given - taken
