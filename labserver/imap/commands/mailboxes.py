"""Commands on mailboxes as wholes (RFC 3501 sections 6.3.3 to 6.3.7, and 6.3.10)."""

from __future__ import annotations

from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.commands.condstore import aware
from labserver.imap.core import Core
from labserver.imap.errors import Refused
from labserver.imap.names import encode_name
from labserver.imap.parsing.mailboxes import (
    Renaming,
    StatusAsked,
    read_mailbox_name,
    read_rename,
    read_status,
)
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.syntax import astring
from labserver.imap.values import StatusItem

__all__ = ["COMMANDS"]


def create(core: Core, name: str) -> Outcome:
    """Make a mailbox, and those above it."""
    core.store.mailboxes.create(core.account, name, connection=core.connection)
    return Reply(ok("CREATE completed"))


def delete(core: Core, name: str) -> Outcome:
    """Delete a mailbox. Whoever else has it selected hears BYE (RFC 2180 section 3.3)."""
    core.store.mailboxes.delete(core.account, name, connection=core.connection)
    if core.selected is not None and core.selected.deleted:
        core.deselect()
    return Reply(ok("DELETE completed"))


def rename(core: Core, names: Renaming) -> Outcome:
    """Rename a mailbox and all below it. INBOX stays, empty: its messages move (section 6.3.5)."""
    mailboxes = core.store.mailboxes
    old = mailboxes.find(core.account, names.name)
    if old is None or old.name != "INBOX":
        mailboxes.rename(core.account, names.name, names.to, connection=core.connection)
    else:
        core.store.rename_inbox(core.account, names.to, connection=core.connection)
    return Reply(ok("RENAME completed"))


def subscribe(core: Core, name: str) -> Outcome:
    """Put a name among those that LSUB lists, whether or not there is such a mailbox."""
    core.store.mailboxes.subscribe(core.account, name)
    return Reply(ok("SUBSCRIBE completed"))


def unsubscribe(core: Core, name: str) -> Outcome:
    """Take a name from those that LSUB lists."""
    if not core.store.mailboxes.unsubscribe(core.account, name):
        raise Refused("There is no such subscription", code="NONEXISTENT")
    return Reply(ok("UNSUBSCRIBE completed"))


def status(core: Core, asked: StatusAsked) -> Outcome:
    """Tell numbers of a mailbox without selecting it."""
    lines = aware(core) if StatusItem.HIGHESTMODSEQ in asked.items else []
    mailbox = core.store.mailboxes.get(core.account, asked.name)
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
    }
    told = " ".join(f"{item.value} {values[item]}" for item in dict.fromkeys(asked.items))
    name = astring(encode_name(mailbox.name))
    lines.append(b"* STATUS %b (%b)\r\n" % (name, told.encode("ascii")))
    return Reply(ok("STATUS completed"), lines)


COMMANDS: tuple[Command[Any], ...] = (
    Command("CREATE", read_mailbox_name, create),
    Command("DELETE", read_mailbox_name, delete),
    Command("RENAME", read_rename, rename),
    Command("SUBSCRIBE", read_mailbox_name, subscribe),
    Command("UNSUBSCRIBE", read_mailbox_name, unsubscribe),
    Command("STATUS", read_status, status),
)
