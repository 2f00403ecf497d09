"""In what two worlds differ that should be one: compared by what they hold, not by when it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rpds import HashTrieMap

from labserver.snapshot.values import Account, Device, Ghost, Snapshot

__all__ = ["differing"]

_NONE: HashTrieMap[Any, Any] = HashTrieMap()


def differing(one: Snapshot, other: Snapshot) -> list[str]:
    """Return in words what differs on the servers and the devices; nothing, if all is alike.

    Connections, and what is tied to one (POP3's numbers and marks), are not looked at.
    """
    found: list[str] = []
    if not _same(one.messages, other.messages) or not _same(one.forms, other.forms):
        found.append("the messages that are known")
    for address in _keys(one.accounts, other.accounts):
        found += _account(address, one.accounts.get(address), other.accounts.get(address))
    for name in _keys(one.devices, other.devices):
        if _held(one.devices.get(name)) != _held(other.devices.get(name)):
            found.append(f"the device {name}")
    for host in _keys(one.queues, other.queues):
        if not _same(one.queues.get(host, _NONE), other.queues.get(host, _NONE)):
            found.append(f"what waits at {host}")
    return found


def _account(address: str, one: Account | None, other: Account | None) -> list[str]:
    if one is None or other is None:
        return [f"the account {address}"]
    found = [
        f"{name} of {address}"
        for name in _keys(one.mailboxes, other.mailboxes)
        if _without_session(one.mailboxes.get(name)) != _without_session(other.mailboxes.get(name))
    ]
    if one.limits != other.limits:
        found.append(f"the quota of {address}")
    if _ghosts(one.ghosts) != _ghosts(other.ghosts) or not _same(one.former, other.former):
        found.append(f"what was removed from {address}")
    return found


def _without_session(mailbox: Any) -> Any:  # noqa: ANN401 - a Mailbox or None
    return mailbox and replace(mailbox, session=None)


def _held(device: Device | None) -> tuple[object, ...] | None:
    if device is None:
        return None
    return (
        device.owner,
        device.kind,
        device.lost is None,
        dict(device.files.items()),
        _ghosts(device.ghosts),
    )


def _ghosts(ghosts: HashTrieMap[int, Ghost]) -> dict[int, tuple[str, str]]:
    return {message: (ghost.copied, ghost.mailbox) for message, ghost in ghosts.items()}


def _same(one: HashTrieMap[Any, Any], other: HashTrieMap[Any, Any]) -> bool:
    # `!=` of these maps is true of two that are alike.
    return dict(one.items()) == dict(other.items())


def _keys(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return sorted({*one, *other})
