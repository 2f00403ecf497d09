"""Commands on mailboxes as wholes (RFC 3501 sections 6.3.3 to 6.3.7)."""

from __future__ import annotations

from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.core import Core
from labserver.imap.errors import Refused
from labserver.imap.parsing.mailboxes import (
    Creating,
    Renaming,
    read_create,
    read_mailbox_name,
    read_rename,
)
from labserver.imap.reply import Outcome, Reply, ok

__all__ = ["COMMANDS"]


def create(core: Core, given: Creating) -> Outcome:
    """Make a mailbox, and those above it."""
    core.store.mailboxes.create(
        core.account, given.name, uses=given.uses, connection=core.connection
    )
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


COMMANDS: tuple[Command[Any], ...] = (
    Command("CREATE", read_create, create),
    Command("DELETE", read_mailbox_name, delete),
    Command("RENAME", read_rename, rename),
    Command("SUBSCRIBE", read_mailbox_name, subscribe),
    Command("UNSUBSCRIBE", read_mailbox_name, unsubscribe),
)
