"""NOTIFY: which news the client wants to hear (RFC 5465)."""

from __future__ import annotations

from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.commands.notifier import MailNotifier
from labserver.imap.commands.status import status_line
from labserver.imap.core import Core
from labserver.imap.interest import Interest
from labserver.imap.naming.mailbox_data import list_line
from labserver.imap.parsing.notify import Notifying, read_notify
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.values import NotifyEvent, StatusItem

__all__ = ["COMMANDS"]


def notify(core: Core, asked: Notifying) -> Outcome:
    """Tell from now on what is asked for, and nothing else.

    NOTIFY SET tells whatever there is to tell of the selected mailbox, as NOOP would (section
    3.1): the notifier does.
    """
    interest = Interest(asked.groups, core.access.is_own)
    lines = _without_access(core, interest)
    if asked.status:
        lines += _statuses(core, interest)
    core.notify(MailNotifier(core, interest, flush=bool(asked.groups)))
    return Reply(ok("NOTIFY completed"), lines)


def _without_access(core: Core, interest: Interest) -> list[bytes]:
    r"""Return LIST of the mailboxes that may be seen, but not heard of (section 3.1).

    What can't be selected for want of a right is another user's.
    """
    subscribed = frozenset(core.store.subscriptions.all(core.account))
    return [
        list_line(core.dialect, name, ("\\NoAccess",))
        for name, mailbox in core.access.visible().items()
        if mailbox.account != core.account.id
        and not mailbox.selectable
        and interest.events(name, lambda: subscribed)
    ]


def _statuses(core: Core, interest: Interest) -> list[bytes]:
    """Return STATUS of the mailboxes whose messages the client wants to hear of."""
    subscribed = frozenset(core.store.subscriptions.all(core.account))
    selected = None if core.selected is None else core.selected.mailbox.id
    lines = []
    for name, mailbox in core.access.visible().items():
        items = _items(core, interest.events(name, lambda: subscribed))
        if items and mailbox.selectable and mailbox.id != selected:
            lines.append(status_line(core, mailbox, items))
    return lines


def _items(core: Core, events: frozenset[NotifyEvent]) -> tuple[StatusItem, ...]:
    """Return what STATUS tells at once; FlagChange comes with MessageNew only (section 3.1)."""
    if NotifyEvent.MESSAGE_NEW not in events:
        return ()
    items = (StatusItem.MESSAGES, StatusItem.UIDNEXT, StatusItem.UIDVALIDITY)
    if NotifyEvent.FLAG_CHANGE in events and core.dialect.offers("CONDSTORE"):
        return (*items, StatusItem.HIGHESTMODSEQ)
    return items


COMMANDS: tuple[Command[Any], ...] = (Command("NOTIFY", read_notify, notify),)
