"""GETMETADATA and SETMETADATA (RFC 5464 sections 4.2 and 4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from labserver.imap.access import no_right
from labserver.imap.annotations import values_line
from labserver.imap.commands.command import Command
from labserver.imap.commands.listing import normalised
from labserver.imap.core import Core
from labserver.imap.errors import Refused
from labserver.imap.naming.names import Name
from labserver.imap.parsing.metadata import (
    MetadataAsked,
    MetadataGiven,
    read_getmetadata,
    read_setmetadata,
)
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.values import Depth
from labserver.store import SPECIAL_USE, Mailbox, NoSuchMailbox

__all__ = ["COMMANDS"]


def getmetadata(core: Core, asked: MetadataAsked) -> Outcome:
    """Tell values; NIL for an entry that is asked for by its name alone and is not there."""
    mailbox = _mailbox(core, asked.name)
    there = core.store.annotations.of(core.account, mailbox)
    if mailbox is not None and not core.dialect.offers("SPECIAL-USE"):
        there.pop(SPECIAL_USE, None)
    found: dict[str, bytes | None] = {}
    for entry in asked.entries:
        if asked.depth is Depth.ZERO or entry in there:
            found[entry] = there.get(entry)
        found |= {other: there[other] for other in _below(entry, there, asked.depth)}
    shown, longest = found, 0
    if asked.most is not None:
        most = asked.most
        longest = max(map(_size, found.values()), default=0)
        shown = {entry: value for entry, value in found.items() if _size(value) <= most}
    lines = _normalised(core, mailbox, asked.name)
    if shown:
        told = "" if mailbox is None else core.access.name_of(mailbox)
        lines.append(values_line(core.dialect, told, shown))
    code = f"METADATA LONGENTRIES {longest}" if len(shown) < len(found) else None
    return Reply(ok("GETMETADATA completed", code=code), lines)


def setmetadata(core: Core, given: MetadataGiven) -> Outcome:
    """Set values and remove entries, all or none."""
    mailbox = _mailbox(core, given.name)
    if (
        mailbox is not None
        and SPECIAL_USE in given.values
        and not core.dialect.offers("SPECIAL-USE")
    ):
        raise Refused("There is no such entry here", code="CANNOT")
    core.store.annotations.set(core.account, mailbox, given.values, connection=core.connection)
    return Reply(ok("SETMETADATA completed"), _normalised(core, mailbox, given.name))


def _mailbox(core: Core, name: Name) -> Mailbox | None:
    r"""Return the mailbox, also a \Noselect one (section 4.1); None stands for the server."""
    if not name.text:
        return None
    if not core.dialect.offers("METADATA"):
        raise Refused("Only the server has annotations here, no mailbox", code="CANNOT")
    place = core.access.held(name.text, "l")
    mailbox = core.store.mailboxes.find(place.owner, place.name)
    if mailbox is None:
        raise NoSuchMailbox(name.text)
    if not core.access.annotates(mailbox):
        raise no_right()
    return mailbox


def _normalised(core: Core, mailbox: Mailbox | None, given: Name) -> list[bytes]:
    if mailbox is None:
        return []
    return normalised(core, core.access.name_of(mailbox), given)


def _below(entry: str, there: Iterable[str], depth: Depth) -> Iterator[str]:
    if depth is not Depth.ZERO:
        for other in there:
            rest = other.removeprefix(f"{entry}/")
            if rest != other and (depth is Depth.INFINITY or "/" not in rest):
                yield other


def _size(value: bytes | None) -> int:
    return 0 if value is None else len(value)


COMMANDS: tuple[Command[Any], ...] = (
    Command("GETMETADATA", read_getmetadata, getmetadata),
    Command("SETMETADATA", read_setmetadata, setmetadata),
)
