"""Commands of any state (RFC 3501 section 6.1), and ENABLE, COMPRESS and IDLE.

RFC 5161, RFC 4978 and RFC 2177.
"""

from __future__ import annotations

from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.core import Core
from labserver.imap.errors import Malformed
from labserver.imap.parsing.login import read_mechanism, read_names, read_nothing
from labserver.imap.reply import Ask, Outcome, Reply, ok

__all__ = ["COMMANDS"]


def capability(core: Core, _: None) -> Outcome:
    """Say what the server can do."""
    line = f"* {core.capability_data()}\r\n".encode("ascii")
    return Reply(ok("CAPABILITY completed"), [line])


def noop(core: Core, _: None) -> Outcome:
    """Do nothing; the session adds the news, as at the end of any command."""
    del core
    return Reply(ok("NOOP completed"))


def logout(core: Core, _: None) -> Outcome:
    """Say goodbye. The selected mailbox is let go without an expunge (section 6.4.2)."""
    core.close()
    spoken = b"IMAP4rev2" if core.dialect.rev2 else b"IMAP4rev1"
    return Reply(ok("LOGOUT completed"), [b"* BYE %b server logging out\r\n" % spoken])


def enable(core: Core, names: tuple[str, ...]) -> Outcome:
    """Enable what the client asks for and the server has; say what is enabled by it."""
    told = " ".join(["* ENABLED", *core.enable(names)])
    return Reply(ok("ENABLE completed"), [f"{told}\r\n".encode("ascii")])


def compress(core: Core, mechanism: str) -> Outcome:
    """Have both directions compressed from the end of this reply on."""
    if mechanism != "DEFLATE":
        raise Malformed("DEFLATE is the only compression there is")
    if core.compressed:
        raise Malformed("DEFLATE is active already")
    core.compressed = True
    return Reply(ok("DEFLATE active"), then="compress")


def idle(core: Core, _: None) -> Outcome:
    """Tell all news as it happens, until the client says DONE."""
    core.idle = True
    return Ask(b"idling", _done)


def _done(line: bytes) -> Outcome:
    if line.upper() != b"DONE":
        raise Malformed("IDLE is over; only DONE ends it well")
    return Reply(ok("IDLE terminated"))


COMMANDS: tuple[Command[Any], ...] = (
    Command("CAPABILITY", read_nothing, capability),
    Command("NOOP", read_nothing, noop),
    Command("LOGOUT", read_nothing, logout),
    Command("ENABLE", read_names, enable),
    Command("COMPRESS", read_mechanism, compress),
    Command("IDLE", read_nothing, idle),
)
