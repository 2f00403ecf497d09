"""ID: what the server is (RFC 2971)."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.core import Core
from labserver.imap.parsing.login import read_id
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.syntax import nstring

__all__ = ["COMMANDS"]


def identify(core: Core, _: None) -> Outcome:
    """Say what this server is, nothing of the machine (RFC 2971 section 7)."""
    del core
    fields = ((b"name", b"Mail Protocol Lab"), (b"version", _version()))
    told = b" ".join(nstring(word) for field in fields for word in field)
    return Reply(ok("ID completed"), [b"* ID (%b)\r\n" % told])


@cache
def _version() -> bytes | None:
    try:
        return version("mail-protocol-lab").encode("ascii")
    except PackageNotFoundError:  # run from its sources, without having been installed
        return None


COMMANDS: tuple[Command[Any], ...] = (Command("ID", read_id, identify),)
