r"""What a client is told of that has used NOTIFY (RFC 5465 section 5).

Events of other sessions are noted as they happen and told when they may be: at once between
commands, or at the end of a command. In this order: the selected mailbox, as its view tells it;
LIST for names; STATUS for other mailboxes; METADATA. What a LIST or STATUS says is how things are
when it is said, so that several events on one mailbox are one response. What is held is bounded:
who lets more come together hears that it was too much, and nothing from then on (section 5.8).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Final

from labserver.events import (
    AccessChanged,
    AnnotationsChanged,
    Delivered,
    Event,
    Expunged,
    FlagsChanged,
    MailboxCreated,
    MailboxDeleted,
    MailboxRenamed,
    Renumbered,
    SubscriptionChanged,
)
from labserver.imap.annotations import ChangedAnnotations
from labserver.imap.commands.listing import hierarchy
from labserver.imap.commands.reading import describe
from labserver.imap.commands.status import status_line
from labserver.imap.core import Core
from labserver.imap.interest import Interest
from labserver.imap.naming.mailbox_data import list_line, old_name, unasked
from labserver.imap.reply import ok
from labserver.imap.values import EVERYTHING, NotifyEvent, ReturnOption, StatusItem, Wish
from labserver.imap.view import View
from labserver.store import SEPARATOR, superiors

__all__ = ["MailNotifier"]

_MOST: Final = 1000
"""Names, mailboxes and entries that are held for a client until it can be told of them."""


_NAMING: Final = (AccessChanged, MailboxCreated, MailboxDeleted, MailboxRenamed, Renumbered)


def _nothing() -> None:
    """End nothing: there is nothing to note."""


class MailNotifier:
    """The news of one session, from a NOTIFY command to the next: `core.Notifier`.

    `flush`: what has come together in the selected mailbox is told first, whatever it is.
    """

    def __init__(self, core: Core, interest: Interest, *, flush: bool) -> None:
        self._core = core
        self._interest = interest
        self._flush = flush
        self._overflowed = False
        self._subscribed: frozenset[str] | None = None
        self._others = core.access.visible_others()  # when it was looked at last
        self._renamed: tuple[str, str] | None = None  # the rename that was told of last
        # In the order in which they happened; with the name that it was, if it was renamed.
        self._names: dict[tuple[str, str | None], None] = {}
        self._subscriptions: dict[str, None] = {}
        self._messages: dict[int, set[NotifyEvent]] = {}
        self._annotations = ChangedAnnotations(core.dialect)
        self._end = core.store.observe(self._observe) if interest.others else _nothing

    @property
    def wish(self) -> Wish:
        """What is wanted of the selected mailbox."""
        return self._interest.wish

    def close(self) -> None:
        """Note nothing any more. May be called twice."""
        self._end()

    # What happens

    def _observe(self, event: Event, mailbox: int | None) -> None:
        renamed, self._renamed = self._renamed, None
        if isinstance(event, SubscriptionChanged):
            self._subscribed = None
        changed = self._others_changed(event)
        if getattr(event, "connection", None) == self._core.connection:
            # Section 5: what the client does itself it is not told of.
            return
        self._of_others(*changed)
        if isinstance(event, AnnotationsChanged):
            self._annotated(event, mailbox)
        elif isinstance(event, Delivered | Expunged | FlagsChanged):
            self._message(event, mailbox)
        elif getattr(event, "account", None) != self._core.account.address:
            return
        elif isinstance(event, MailboxCreated):
            self._created(event)
        elif isinstance(event, Renumbered):
            self._recounted(event.mailbox)
        elif isinstance(event, MailboxDeleted):
            self._named(event.mailbox)
        elif isinstance(event, MailboxRenamed):
            self._rename(event, renamed)
        elif isinstance(event, SubscriptionChanged):
            self._subscription(event)

    def _wants(self, event: NotifyEvent, name: str) -> bool:
        return event in self._interest.events(name, self._subscriptions_now)

    def _subscriptions_now(self) -> frozenset[str]:
        if self._subscribed is None:
            core = self._core
            self._subscribed = frozenset(core.store.subscriptions.all(core.account))
        return self._subscribed

    def _message(self, event: Delivered | Expunged | FlagsChanged, mailbox: int | None) -> None:
        kind = NotifyEvent.MESSAGE_NEW
        if isinstance(event, FlagsChanged):
            kind = NotifyEvent.FLAG_CHANGE
        if mailbox is None or mailbox == self._selected():
            return
        name = self._known_as(event.account, event.mailbox, mailbox)
        if name is not None and self._wants(kind, name):
            self._messages.setdefault(mailbox, set()).add(kind)
            self._noted()

    def _known_as(self, account: str | None, name: str, mailbox: int) -> str | None:
        """Return the name of an account's mailbox here; None: its events are not for this one."""
        if account == self._core.account.address:
            return name
        return self._core.access.monitored(mailbox)

    def _others_changed(self, event: Event) -> tuple[dict[int, str], dict[int, str]]:
        """Return which of others' mailboxes could be seen until now, and can be from now on."""
        before = self._others
        if isinstance(event, _NAMING):
            self._others = self._core.access.visible_others()
        return before, self._others

    def _of_others(self, before: dict[int, str], now: dict[int, str]) -> None:
        """Note what came, went or was renamed: with the right to look it up too (section 5.4)."""
        for mailbox in before.keys() - now.keys():
            self._named(before[mailbox])
        for mailbox in sorted(now.keys() - before.keys()):
            self._named(now[mailbox])
            self._counted(now[mailbox], mailbox)
        renamed = {
            name: now[mailbox] for mailbox, name in before.items() if now.get(mailbox, name) != name
        }
        for old, new in renamed.items():
            above = renamed.get(old.rpartition(SEPARATOR)[0])
            if above is None or above != new.rpartition(SEPARATOR)[0]:
                self._name(new, old)

    def _selected(self) -> int | None:
        view = self._core.selected
        return None if view is None else view.mailbox.id

    def _created(self, event: MailboxCreated) -> None:
        if event.inbox:
            self._name(event.mailbox, "INBOX")
        else:
            self._named(event.mailbox)
        self._recounted(event.mailbox)

    def _recounted(self, name: str) -> None:
        mailbox = self._core.store.mailboxes.find(self._core.account, name)
        if mailbox is not None:
            self._counted(name, mailbox.id)

    def _counted(self, name: str, mailbox: int) -> None:
        """Note a mailbox that came: its name may have been one's with another UIDVALIDITY."""
        if self._wants(NotifyEvent.FLAG_CHANGE, name):  # section 5.1
            self._messages.setdefault(mailbox, set()).add(NotifyEvent.FLAG_CHANGE)
            self._noted()

    def _named(self, name: str) -> None:
        """Note a name that came or went: the one above it is affected too (section 5.4)."""
        for affected in (*superiors(name)[-1:], name):
            self._name(affected, None)

    def _rename(self, event: MailboxRenamed, before: tuple[str, str] | None) -> None:
        if before is not None:
            old, new = (f"{name}{SEPARATOR}" for name in before)
            if event.mailbox.startswith(old) and event.to == new + event.mailbox[len(old) :]:
                # Of what is below nothing is said; it comes right behind.
                self._renamed = before
                return
        self._renamed = (event.mailbox, event.to)
        self._name(event.to, event.mailbox)

    def _name(self, name: str, old: str | None) -> None:
        wanted = NotifyEvent.MAILBOX_NAME
        if self._wants(wanted, name) or (old is not None and self._wants(wanted, old)):
            self._names.pop((name, old), None)
            self._names[name, old] = None
            self._noted()

    def _subscription(self, event: SubscriptionChanged) -> None:
        # Who listens to what is subscribed hears of what was until now.
        known = self._subscriptions_now() | {event.mailbox}
        wanted = self._interest.events(event.mailbox, lambda: known)
        if NotifyEvent.SUBSCRIPTION_CHANGE in wanted:
            self._subscriptions[event.mailbox] = None
            self._noted()

    def _annotated(self, event: AnnotationsChanged, mailbox: int | None) -> None:
        own = self._core.account.address
        if event.private not in {None, own}:
            return
        if event.mailbox is None or mailbox is None:
            wanted = self._interest.server
        else:
            name = self._known_as(event.account, event.mailbox, mailbox)
            kind = NotifyEvent.MAILBOX_METADATA_CHANGE
            wanted = name is not None and self._wants(kind, name)
        if wanted and self._annotations.note(mailbox, event.entries):
            self._noted()

    def _noted(self) -> None:
        held = len(self._names) + len(self._subscriptions) + len(self._messages)
        if held + len(self._annotations) > _MOST:
            self._overflow()
        self._core.context.wake()

    def _overflow(self) -> None:
        """Be as after NOTIFY NONE (section 5.8)."""
        self._end()
        self._overflowed = True
        self._interest = Interest()
        self._names.clear()
        self._subscriptions.clear()
        self._messages.clear()
        self._annotations.clear()
        if self._core.selected is not None:
            self._core.selected.wish = self.wish

    # What is told

    def push(self) -> Iterable[bytes]:
        """Return what is told between commands (section 6.1.2: without expunges if delayed)."""
        return self.news(expunges=not self.wish.delayed)

    def news(self, *, expunges: bool) -> Iterable[bytes]:
        """Return what is told at the end of a command, or in IDLE."""
        core = self._core
        parts: list[Iterable[bytes]] = []
        wish = replace(EVERYTHING, attributes=self.wish.attributes) if self._flush else self.wish
        self._flush = False
        if self._overflowed:
            self._overflowed = False
            text = "Too much has happened; there are no more notifications"
            parts.append([ok(text, code="NOTIFICATIONOVERFLOW").line()])
        if core.selected is not None and not core.selected.out_of_reach:
            parts.append(self._of_selected(core.selected, wish, expunges=expunges))
        if self._names or self._subscriptions:
            parts.append(self._lists())
        if self._messages:
            parts.append(self._statuses())
        if self._annotations:
            parts.append(self._annotations.lines(core.access.annotated()))
        return chain.from_iterable(parts)

    def _of_selected(self, view: View, wish: Wish, *, expunges: bool) -> Iterable[bytes]:
        if view.has_gone and not expunges and wish.messages and not wish.delayed:
            # The command keeps numbers as they are: right behind it.
            self._core.context.wake()
        return view.news(
            expunges=expunges,
            uids=True,
            wish=wish,
            describe=partial(describe, self._core, view),
        )

    def _lists(self) -> list[bytes]:
        dialect, names = self._core.dialect, hierarchy(self._core)
        told = [*self._names, *((name, None) for name in self._subscriptions)]
        lines = []
        for name, old in dict.fromkeys(told):
            shown = unasked(dialect)
            if name in self._subscriptions:
                # Section 5.5: present if and only if it is subscribed now.
                shown |= {ReturnOption.SUBSCRIBED}
            extended = b"" if old is None else old_name(dialect, old)
            attributes = names.attributes(name, shown)
            if name not in names.mailboxes:
                # Section 5.4; a level above others' mailboxes is no mailbox either.
                attributes = ("\\NonExistent", *attributes[1:])
            lines.append(list_line(dialect, name, attributes, extended=extended))
        self._names.clear()
        self._subscriptions.clear()
        return lines

    def _statuses(self) -> list[bytes]:
        core, selected = self._core, self._selected()
        lines = [
            status_line(core, mailbox, self._items(self._messages[mailbox.id]))
            for mailbox in core.access.visible().values()
            if mailbox.id in self._messages and mailbox.selectable and mailbox.id != selected
        ]
        self._messages.clear()
        return lines

    def _items(self, events: set[NotifyEvent]) -> tuple[StatusItem, ...]:
        """Return what STATUS tells (sections 5.1 to 5.3)."""
        items: tuple[StatusItem, ...] = (StatusItem.UIDVALIDITY,)
        if NotifyEvent.MESSAGE_NEW in events:
            items = (StatusItem.MESSAGES, StatusItem.UIDNEXT, *items)
        if NotifyEvent.FLAG_CHANGE in events:
            items = (*items, StatusItem.UNSEEN)
        if self._core.dialect.condstore:
            items = (*items, StatusItem.HIGHESTMODSEQ)
        return items
