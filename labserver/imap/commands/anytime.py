"""Commands of any state (RFC 3501 section 6.1), and IDLE (RFC 2177)."""

from __future__ import annotations

from typing import Any

from labserver.imap.capabilities import capability_data
from labserver.imap.commands.command import Command
from labserver.imap.core import Core
from labserver.imap.errors import Malformed
from labserver.imap.parser_arguments import read_nothing
from labserver.imap.reply import Ask, Outcome, Reply, ok

__all__ = ["COMMANDS"]


def capability(core: Core, _: None) -> Outcome:
    """Say what the server can do."""
    del core
    line = f"* {capability_data()}\r\n".encode("ascii")
    return Reply(ok("CAPABILITY completed"), [line])


def noop(core: Core, _: None) -> Outcome:
    """Do nothing; the session adds the news, as at the end of any command."""
    del core
    return Reply(ok("NOOP completed"))


def logout(core: Core, _: None) -> Outcome:
    """Say goodbye. The selected mailbox is let go without an expunge (section 6.4.2)."""
    core.close()
    return Reply(ok("LOGOUT completed"), [b"* BYE IMAP4rev1 server logging out\r\n"])


def idle(core: Core, _: None) -> Outcome:
    """Tell all news as it happens, until the client says DONE."""
    core.idle = True
    return Ask(b"idling", _done)


def _done(line: bytes) -> Outcome:
    if line.upper() != b"DONE":
        raise Malformed("IDLE ends with DONE")
    return Reply(ok("IDLE terminated"))


COMMANDS: tuple[Command[Any], ...] = (
    Command("CAPABILITY", read_nothing, capability),
    Command("NOOP", read_nothing, noop),
    Command("LOGOUT", read_nothing, logout),
    Command("IDLE", read_nothing, idle),
)
