"""Which events on which mailboxes a client wants to hear of (RFC 5465 section 6)."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from labserver.imap.values import EventGroup, MailboxFilter, NotifyEvent, Wish
from labserver.store import superiors

__all__ = ["Interest"]

_SELECTED = {MailboxFilter.SELECTED, MailboxFilter.SELECTED_DELAYED}


class Interest:
    """What the groups of a NOTIFY SET come to; no groups: NOTIFY NONE.

    `is_personal` tells whether a name is in the user's own namespace.
    """

    def __init__(
        self,
        groups: Sequence[EventGroup] = (),
        is_personal: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._is_personal = is_personal
        self._others = [group for group in groups if group.mailboxes not in _SELECTED]
        self.wish = Wish(messages=False, flags=False)
        for group in groups:
            if group.mailboxes in _SELECTED:
                self.wish = Wish(
                    messages=NotifyEvent.MESSAGE_NEW in group.events,
                    flags=NotifyEvent.FLAG_CHANGE in group.events,
                    attributes=group.attributes,
                    delayed=group.mailboxes is MailboxFilter.SELECTED_DELAYED,
                )

    @property
    def others(self) -> bool:
        """Whether anything is wanted but news of the selected mailbox."""
        return any(group.events for group in self._others)

    @property
    def server(self) -> bool:
        """Whether changes of the server's annotations are wanted, which no mailbox is about."""
        wanted = NotifyEvent.SERVER_METADATA_CHANGE
        return any(wanted in group.events for group in self._others)

    def events(self, name: str, subscribed: Callable[[], Container[str]]) -> frozenset[NotifyEvent]:
        """Return the events that are wanted of a mailbox that is not selected.

        They are those of every group that it is in; a group with NONE says that no events of its
        mailboxes are wanted (section 8).
        """
        groups = [group for group in self._others if self._covers(group, name, subscribed)]
        if not all(group.events for group in groups):
            return frozenset()
        return frozenset[NotifyEvent]().union(*(group.events for group in groups))

    def _covers(
        self, group: EventGroup, name: str, subscribed: Callable[[], Container[str]]
    ) -> bool:
        match group.mailboxes:
            case MailboxFilter.INBOXES:
                # Mail is delivered to INBOX only.
                return name == "INBOX"
            case MailboxFilter.SUBSCRIBED:
                return name in subscribed()
            case MailboxFilter.SUBTREE:
                return not group.names.isdisjoint([*superiors(name), name])
            case MailboxFilter.MAILBOXES:
                return name in group.names
            case _:
                return self._is_personal(name)
