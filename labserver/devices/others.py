"""Whose mailbox it is that a session has opened: perhaps another user's, who shares it."""

from __future__ import annotations

from labserver.devices.seams import Address

__all__ = ["opened"]

_OTHERS = "Other Users/"
"""The prefix that the server tells in NAMESPACE (RFC 2342 section 5)."""


def opened(account: str, name: str, address: Address) -> tuple[str, str]:
    """Return whose mailbox it is that `account` calls `name`, and its owner's name for it.

    A message has one origin, whoever fetches it.
    """
    login, _, shared = name.removeprefix(_OTHERS).partition("/")
    if name.startswith(_OTHERS) and shared:
        account, name = address(login), shared
    return account, "INBOX" if name.upper() == "INBOX" else name
