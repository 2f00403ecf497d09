"""The commands, by name: a module for what may be given when, and one for AUTH."""

from __future__ import annotations

from collections.abc import Mapping

from labserver.pop3.commands import anytime, authorization, sasl, transaction
from labserver.pop3.commands.command import Command

__all__ = ["COMMANDS", "Command"]

COMMANDS: Mapping[str, Command] = {
    command.name: command
    for module in (anytime, authorization, sasl, transaction)
    for command in module.COMMANDS
}
"""Every command that there is, by its name in the state table."""
