"""APPEND and REPLACE: messages that the client brings, or has put together from others here.

RFC 3501 section 6.3.11; several at once: RFC 3502; put together: RFC 4469; REPLACE: RFC 8508.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from labserver.imap.commands.chosen import REMOVE, chosen, some_expunged, tells_uids, writable
from labserver.imap.commands.command import Command
from labserver.imap.commands.condstore import highest_after
from labserver.imap.commands.listing import normalised
from labserver.imap.core import Core
from labserver.imap.errors import Refused
from labserver.imap.fetching.binary import storable
from labserver.imap.fetching.sections import extract
from labserver.imap.opened import Gone, open_body
from labserver.imap.parsing.appending import (
    Appending,
    Replacing,
    Upload,
    read_append,
    read_replace,
)
from labserver.imap.parsing.links import bad_link
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.sets import format_set
from labserver.imap.values import Link
from labserver.store import Arrival, Mailbox, StoreError, permitted

__all__ = ["COMMANDS"]

_BLANK_LINE = re.compile(rb"(?:\A|\n)\r?\n")


def append(core: Core, given: Appending) -> Outcome:
    """Put messages into a mailbox, all or none, exactly as they came (but see `storable`)."""
    target = core.access.get(given.name.text, "i")
    rights = core.access.rights(target)
    arrivals = []
    room = core.context.limits.literal
    for upload in given.messages:
        data = _content(core, upload, room)
        room -= len(data)
        flags = permitted(upload.flags, rights)
        arrivals.append(Arrival(data=data, flags=flags, internaldate=upload.moment))
    uids = core.store.messages.append(target, arrivals, connection=core.connection)
    status = ok("APPEND completed", code=_appenduid(core, target, uids))
    return Reply(status, normalised(core, core.access.name_of(target), given.name))


def replace(core: Core, given: Replacing, *, uid: bool) -> Outcome:
    """Put a message into a mailbox and remove one from the selected mailbox, both or none."""
    view = writable(core.view, REMOVE)
    target = core.access.get(given.name.text, "i")
    uids = chosen(view, given.old, uid=uid)
    if not uids:
        raise Refused("There is no message of that UID", code="NONEXISTENT")
    if not core.store.messages.rows(view.mailbox, uids):
        raise some_expunged()
    upload = given.message
    data = _content(core, upload, core.context.limits.literal)
    flags = permitted(upload.flags, core.access.rights(target))
    arrival = Arrival(data=data, flags=flags, internaldate=upload.moment)
    new = core.store.messages.replace(
        view.mailbox, uids[0], target, arrival, connection=core.connection
    )
    # RFC 8508 section 4.3: before the EXPUNGE, which the session adds as news.
    code = _appenduid(core, target, [new])
    lines = normalised(core, core.access.name_of(target), given.name)
    if code is not None:
        lines.append(ok("Replacement message ready", code=code).line())
    text = "UID REPLACE completed" if uid else "REPLACE completed"
    return Reply(ok(text, code=highest_after(core, view, uids)), lines)


def _appenduid(core: Core, target: Mailbox, uids: list[int]) -> str | None:
    """Return the response code of RFC 4315 section 3; with several messages as RFC 3502 has it."""
    if not tells_uids(core, target):
        return None
    return f"APPENDUID {target.uidvalidity} {format_set(uids).decode('ascii')}"


def _content(core: Core, upload: Upload, room: int) -> bytes:
    """Return the octets of a message. Raises Refused if there are none, or too many.

    `room` bounds what is put together; what a command may bring itself is bounded as it arrives.
    """
    content = upload.content
    data = storable(content) if isinstance(content, bytes) else _catenated(core, content, room)
    if not data:
        # RFC 3502: NO; a client cancels the command by it.
        raise Refused("An empty message can't be appended", code="CANNOT")
    dialect = core.dialect
    if dialect.offers("UTF8=ACCEPT") and not dialect.utf8 and not _header(data).isascii():
        # RFC 6855 section 4: NO. A server without it takes them as they are.
        raise Refused("8-bit characters in a header need ENABLE UTF8=ACCEPT", code="CANNOT")
    return data


def _header(data: bytes) -> bytes:
    found = _BLANK_LINE.search(data)
    return data if found is None else data[: found.start()]


def _catenated(core: Core, pieces: tuple[bytes | Link, ...], room: int) -> bytes:
    most = min(core.context.limits.message, room)
    data = bytearray()
    for piece in pieces:
        data += piece if isinstance(piece, bytes) else _linked(core, piece)
        if len(data) > most:
            raise Refused("The message would be too large", code="TOOBIG")
    return bytes(data)


def _linked(core: Core, link: Link) -> bytes:
    """Return what a link leads to, and leave it unseen (RFC 4469 section 3)."""
    store = core.store
    try:
        mailbox = core.access.get(link.mailbox, "r")
    except (Refused, StoreError):
        raise bad_link(link.written) from None
    if link.uidvalidity not in {None, mailbox.uidvalidity}:
        raise bad_link(link.written)
    rows = store.messages.rows(mailbox, [link.uid])
    if not rows:
        raise bad_link(link.written)
    try:
        found = extract(open_body(store.messages, rows[0].body), link.section)
    except Gone:
        found = None
    if found is None:
        raise bad_link(link.written)
    end = None if link.count is None else link.offset + link.count
    return found[link.offset : end]


COMMANDS: tuple[Command[Any], ...] = (
    Command("APPEND", read_append, append),
    Command("REPLACE", read_replace, partial(replace, uid=False)),
    Command("UID REPLACE", read_replace, partial(replace, uid=True)),
)
