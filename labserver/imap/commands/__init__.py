"""The commands, by name. An extension adds a module here, and rows in `labserver.imap.table`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labserver.imap.commands import (
    access,
    anytime,
    appending,
    changing,
    identity,
    listing,
    login,
    mailboxes,
    metadata,
    notify,
    quota,
    reading,
    searching,
    selecting,
    status,
)
from labserver.imap.commands.command import Command

__all__ = ["COMMANDS", "Command"]

_MODULES = (
    anytime,
    identity,
    login,
    selecting,
    mailboxes,
    listing,
    access,
    status,
    metadata,
    notify,
    appending,
    reading,
    searching,
    changing,
    quota,
)

COMMANDS: Mapping[str, Command[Any]] = {
    command.name: command for module in _MODULES for command in module.COMMANDS
}
"""Every command that there is, by its name in the state table."""
