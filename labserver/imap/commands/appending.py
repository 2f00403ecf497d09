"""APPEND: messages that the client brings (RFC 3501 section 6.3.11; several: RFC 3502)."""

from __future__ import annotations

from typing import Any

from labserver.imap.binary import storable
from labserver.imap.commands.command import Command
from labserver.imap.commands.listing import normalised
from labserver.imap.core import Core
from labserver.imap.errors import Refused
from labserver.imap.parsing.appending import Appending, read_append
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.sets import format_set
from labserver.store import Arrival

__all__ = ["COMMANDS"]


def append(core: Core, given: Appending) -> Outcome:
    """Put messages into a mailbox, all or none, exactly as they came (but see `storable`)."""
    target = core.store.mailboxes.get(core.account, given.name.text)
    if not all(upload.data for upload in given.messages):
        # RFC 3502: NO; a client cancels the command by it.
        raise Refused("An empty message can't be appended", code="CANNOT")
    arrivals = [
        Arrival(data=storable(upload.data), flags=upload.flags, internaldate=upload.moment)
        for upload in given.messages
    ]
    uids = core.store.messages.append(target, arrivals, connection=core.connection)
    code = None
    if core.dialect.offers("UIDPLUS"):
        code = f"APPENDUID {target.uidvalidity} {format_set(uids).decode('ascii')}"
    return Reply(ok("APPEND completed", code=code), normalised(core, target.name, given.name))


COMMANDS: tuple[Command[Any], ...] = (Command("APPEND", read_append, append),)
