"""STATUS (RFC 3501 section 6.3.10).

SIZE: RFC 8438; HIGHESTMODSEQ: RFC 7162; MAILBOXID: RFC 8474; DELETED: RFC 9051 section 6.3.11 and,
as DELETED-STORAGE, RFC 9208 section 4.1.4; APPENDLIMIT: RFC 7889.
"""

from __future__ import annotations

from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.commands.condstore import aware
from labserver.imap.core import Core
from labserver.imap.naming.names import encode
from labserver.imap.objectids import mailbox_id
from labserver.imap.parsing.mailboxes import StatusAsked, read_status
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.values import StatusItem
from labserver.store import Mailbox

__all__ = ["COMMANDS", "status_line"]


def status(core: Core, asked: StatusAsked) -> Outcome:
    """Tell numbers of a mailbox without selecting it."""
    mailbox = core.access.get(asked.name, "r")
    lines = aware(core) if StatusItem.HIGHESTMODSEQ in asked.items else []
    lines.append(status_line(core, mailbox, asked.items))
    return Reply(ok("STATUS completed"), lines)


def status_line(core: Core, mailbox: Mailbox, items: tuple[StatusItem, ...]) -> bytes:
    """Return the STATUS response with those items of a mailbox."""
    counted = core.store.messages.status(mailbox)
    view = core.selected
    recent = counted.recent
    if view is not None and view.mailbox.id == mailbox.id:
        # What this session has taken is \Recent in its eyes, besides what nobody has taken.
        recent = len(view.recent | core.store.messages.recent(mailbox))
    values = {
        StatusItem.MESSAGES: counted.messages,
        StatusItem.RECENT: recent,
        StatusItem.UIDNEXT: mailbox.uidnext,
        StatusItem.UIDVALIDITY: mailbox.uidvalidity,
        StatusItem.UNSEEN: counted.unseen,
        StatusItem.HIGHESTMODSEQ: mailbox.modseq,
        StatusItem.APPENDLIMIT: core.context.limits.upload,
        StatusItem.SIZE: counted.octets,
        StatusItem.DELETED: counted.deleted,
        StatusItem.MAILBOXID: f"({mailbox_id(mailbox)})",
        StatusItem.DELETED_STORAGE: counted.deleted_octets,
    }
    told = " ".join(f"{item.value} {values[item]}" for item in dict.fromkeys(items))
    name = encode(core.access.name_of(mailbox), utf8=core.dialect.utf8)
    return b"* STATUS %b (%b)\r\n" % (name, told.encode("ascii"))


COMMANDS: tuple[Command[Any], ...] = (Command("STATUS", read_status, status),)
