"""Commands on mailboxes as wholes (RFC 3501 sections 6.3.3 to 6.3.7)."""

from __future__ import annotations

from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.commands.listing import name_line, normalised
from labserver.imap.core import Core
from labserver.imap.errors import Refused
from labserver.imap.naming.names import Name
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
    place = core.access.room_for(given.name.text)
    if given.uses and place.owner.id != core.account.id:
        raise Refused("What a mailbox is used for is its owner's matter", code="USEATTR")
    made = core.store.mailboxes.create(
        place.owner, place.name, uses=given.uses, connection=core.connection
    )
    code = f"MAILBOXID ({mailbox_id(made)})" if core.dialect.offers("OBJECTID") else None
    lines = normalised(core, core.access.name_of(made), given.name)
    return Reply(ok("CREATE completed", code=code), lines)


def delete(core: Core, name: Name) -> Outcome:
    """Delete a mailbox. Whoever else has it selected hears BYE (RFC 2180 section 3.3)."""
    place = core.access.held(name.text, "x")
    gone = core.store.mailboxes.delete(place.owner, place.name, connection=core.connection)
    lines = normalised(core, core.access.name_of(gone), name)
    if core.selected is not None and core.selected.deleted:
        core.deselect()
        if core.dialect.rev2:
            # RFC 9051 section 3: DELETE itself leads to no other state, an unasked CLOSED does.
            lines.append(ok("The selected mailbox is gone", code="CLOSED").line())
    return Reply(ok("DELETE completed"), lines)


def rename(core: Core, names: Renaming) -> Outcome:
    """Rename a mailbox and all below it. INBOX stays, empty: its messages move (section 6.3.5)."""
    place, to = core.access.held(names.name.text, "x"), core.access.room_for(names.to.text)
    if place.owner.id != to.owner.id:
        raise Refused("A mailbox stays with its owner", code="CANNOT")
    if canonical(place.name) == "INBOX":
        new = core.store.rename_inbox(place.owner, to.name, connection=core.connection)
    else:
        new = core.store.mailboxes.rename(
            place.owner, place.name, to.name, connection=core.connection
        )
    name = core.access.name_of(new)
    lines = normalised(core, name, names.to)
    if core.dialect.rev2 and (lines or names.name.supplied != names.name.text):
        # RFC 9051 section 6.3.6: either spelling counts, and OLDNAME is that of the old name.
        lines = [name_line(core, name, names.name.supplied)]
    return Reply(ok("RENAME completed"), lines)


def subscribe(core: Core, name: Name) -> Outcome:
    """Put a name among those that LSUB lists, whether or not there is such a mailbox.

    As that is not asked, it takes no right (RFC 4314 section 4).
    """
    core.store.subscriptions.add(core.account, name.text, connection=core.connection)
    return Reply(ok("SUBSCRIBE completed"))


def unsubscribe(core: Core, name: Name) -> Outcome:
    """Take a name from those that LSUB lists."""
    done = core.store.subscriptions.remove(core.account, name.text, connection=core.connection)
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
