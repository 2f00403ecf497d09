"""Commands that open a mailbox and close it.

RFC 3501 sections 6.3.1, 6.3.2, 6.4.1 and 6.4.2; UNSELECT: RFC 3691.
"""

from __future__ import annotations

from typing import Any

from labserver.imap.commands.chosen import expunge_deleted
from labserver.imap.commands.command import Command
from labserver.imap.commands.listing import name_line
from labserver.imap.commands.resync import missed
from labserver.imap.core import Core
from labserver.imap.errors import Refused
from labserver.imap.naming.names import Name
from labserver.imap.objectids import mailbox_id
from labserver.imap.parsing.login import read_nothing
from labserver.imap.parsing.mailboxes import Selection, read_selection
from labserver.imap.reply import Outcome, Reply, Status, no, ok
from labserver.imap.view import View
from labserver.store import StoreError

__all__ = ["COMMANDS"]


def select(core: Core, asked: Selection) -> Outcome:
    """Open a mailbox to read and write."""
    return _open(core, asked, read_only=False)


def examine(core: Core, asked: Selection) -> Outcome:
    r"""Open a mailbox to read: nothing in it changes, and messages stay \Recent."""
    return _open(core, asked, read_only=True)


def _open(core: Core, asked: Selection, *, read_only: bool) -> Outcome:
    # Section 6.3.1: the mailbox that is open is let go first, whatever comes of the new one.
    lines = _closed(core)
    core.deselect()
    if asked.condstore:
        core.dialect.enable(["CONDSTORE"])
    name = asked.name
    try:
        mailbox = None
        if name is not None:
            mailbox = core.context.opening(core.access.get(name.text, "r"))
    except Refused as error:
        return Reply(Status.of(error), lines)
    except StoreError:
        mailbox = None
    if name is None or mailbox is None:
        return Reply(no("No such mailbox", code="NONEXISTENT"), lines)
    view = core.open(mailbox, read_only=read_only)
    lines += _description(core, view, name)
    if asked.resync is not None:
        lines += missed(core, view, asked.resync)
    status = ok(
        "EXAMINE completed" if read_only else "SELECT completed",
        code="READ-ONLY" if view.permission.read_only else "READ-WRITE",
    )
    return Reply(status, lines)


def _closed(core: Core) -> list[bytes]:
    """Return what parts responses on the mailbox that is let go from those on the new one.

    RFC 9051 section 6.3.2 requires it, section 7.1: CLOSED; and so does RFC 7162 section 3.2.11
    of whoever offers CONDSTORE, whether or not it is enabled.
    """
    if core.selected is None or not (core.dialect.rev2 or core.dialect.offers("CONDSTORE")):
        return []
    return [ok("Previous mailbox is now closed", code="CLOSED").line()]


def _description(core: Core, view: View, given: Name) -> list[bytes]:
    # RFC 9051 section 6.3.2 and Appendix E, items 10 to 12.
    rev2 = core.dialect.rev2
    mailbox = view.mailbox
    lines = [
        *view.permission.flags_data(core.store.messages.keywords(mailbox)),
        *view.sizes(),
        *([] if rev2 else _first_unseen(core, view)),
        b"* OK [UIDVALIDITY %d] UIDs valid\r\n" % mailbox.uidvalidity,
        b"* OK [UIDNEXT %d] Predicted next UID\r\n" % mailbox.uidnext,
    ]
    if core.dialect.offers("CONDSTORE"):
        lines.append(view.highest_line())
    if rev2:
        lines.append(name_line(core, core.access.name_of(mailbox), given.supplied))
    if core.dialect.offers("OBJECTID"):
        lines.append(
            b"* OK [MAILBOXID (%b)] Identifies it under any name\r\n"
            % mailbox_id(mailbox).encode("ascii")
        )
    return lines


def _first_unseen(core: Core, view: View) -> list[bytes]:
    unseen = core.store.messages.first_unseen(view.mailbox)
    number = None if unseen is None else view.number(unseen)
    if number is None:
        return []
    return [b"* OK [UNSEEN %d] Message %d is the first unseen\r\n" % (number, number)]


def check(core: Core, _: None) -> Outcome:
    """Do what NOOP does: every change is on its way to the disk already (section 6.4.1)."""
    del core
    return Reply(ok("CHECK completed"))


def close(core: Core, _: None) -> Outcome:
    r"""Remove what is \Deleted, without saying so, and let go of the mailbox."""
    view = core.view
    # RFC 4314 section 4: without the right it is closed all the same.
    if not view.permission.examined and "e" in view.permission.rights:
        expunge_deleted(core, view)
    core.deselect()
    return Reply(ok("CLOSE completed"))


def unselect(core: Core, _: None) -> Outcome:
    """Let go of the mailbox, and remove nothing (RFC 3691 section 2)."""
    core.deselect()
    return Reply(ok("UNSELECT completed"))


COMMANDS: tuple[Command[Any], ...] = (
    Command("SELECT", read_selection, select),
    Command("EXAMINE", read_selection, examine),
    Command("CHECK", read_nothing, check),
    Command("CLOSE", read_nothing, close),
    Command("UNSELECT", read_nothing, unselect),
)
