"""Commands on mailboxes as wholes (RFC 3501 sections 6.3.3 to 6.3.7)."""

from __future__ import annotations

from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.commands.listing import name_line, normalised
from labserver.imap.core import Core
from labserver.imap.errors import Refused
from labserver.imap.names import Name
from labserver.imap.objectids import mailbox_id
from labserver.imap.parsing.mailboxes import (
    Creating,
    Renaming,
    read_create,
    read_mailbox_name,
    read_rename,
)
from labserver.imap.reply import Outcome, Reply, ok
from labserver.store import canonical

__all__ = ["COMMANDS"]


def create(core: Core, given: Creating) -> Outcome:
    """Make a mailbox, and those above it."""
    made = core.store.mailboxes.create(
        core.account, given.name.text, uses=given.uses, connection=core.connection
    )
    code = f"MAILBOXID ({mailbox_id(made)})" if core.dialect.offers("OBJECTID") else None
    return Reply(ok("CREATE completed", code=code), normalised(core, made.name, given.name))


def delete(core: Core, name: Name) -> Outcome:
    """Delete a mailbox. Whoever else has it selected hears BYE (RFC 2180 section 3.3)."""
    gone = core.store.mailboxes.delete(core.account, name.text, connection=core.connection)
    lines = normalised(core, gone.name, name)
    if core.selected is not None and core.selected.deleted:
        core.deselect()
        if core.dialect.rev2:
            # RFC 9051 section 3: DELETE itself leads to no other state, an unasked CLOSED does.
            lines.append(ok("The selected mailbox is gone", code="CLOSED").line())
    return Reply(ok("DELETE completed"), lines)


def rename(core: Core, names: Renaming) -> Outcome:
    """Rename a mailbox and all below it. INBOX stays, empty: its messages move (section 6.3.5)."""
    mailboxes = core.store.mailboxes
    name, to = names.name.text, names.to.text
    if canonical(name) == "INBOX":
        new = core.store.rename_inbox(core.account, to, connection=core.connection)
    else:
        new = mailboxes.rename(core.account, name, to, connection=core.connection)
    lines = normalised(core, new.name, names.to)
    if core.dialect.rev2 and (lines or names.name.supplied != name):
        # RFC 9051 section 6.3.6: either spelling counts, and OLDNAME is that of the old name.
        lines = [name_line(core, new.name, names.name.supplied)]
    return Reply(ok("RENAME completed"), lines)


def subscribe(core: Core, name: Name) -> Outcome:
    """Put a name among those that LSUB lists, whether or not there is such a mailbox."""
    core.store.mailboxes.subscribe(core.account, name.text, connection=core.connection)
    return Reply(ok("SUBSCRIBE completed"))


def unsubscribe(core: Core, name: Name) -> Outcome:
    """Take a name from those that LSUB lists."""
    done = core.store.mailboxes.unsubscribe(core.account, name.text, connection=core.connection)
    # RFC 9051 section 6.3.8: OK as well if it was not subscribed.
    if not done and not core.dialect.rev2:
        raise Refused("There is no such subscription", code="NONEXISTENT")
    return Reply(ok("UNSUBSCRIBE completed"))


COMMANDS: tuple[Command[Any], ...] = (
    Command("CREATE", read_create, create),
    Command("DELETE", read_mailbox_name, delete),
    Command("RENAME", read_rename, rename),
    Command("SUBSCRIBE", read_mailbox_name, subscribe),
    Command("UNSUBSCRIBE", read_mailbox_name, unsubscribe),
)
