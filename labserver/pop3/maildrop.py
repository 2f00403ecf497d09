"""A maildrop as one session sees it: INBOX, with the numbers fixed at login."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from labserver.events import Event, Expunged, Renumbered
from labserver.pop3.languages import Text
from labserver.pop3.replies import Refused
from labserver.pop3.text import canonical, canonical_size
from labserver.store import Account, Row, Store

__all__ = ["Maildrop"]

# Bodies never change and their ids are never given twice: a size is computed once a store.
_SIZES: WeakKeyDictionary[Store, dict[int, int]] = WeakKeyDictionary()


class Maildrop:
    """The messages of an account's INBOX at the moment of login, numbered from 1.

    Sizes and unique-ids are fixed then, too (RFC 1939 section 4). Messages that other sessions
    remove later stay listed, but cannot be fetched or marked any more.
    """

    def __init__(self, store: Store, account: Account) -> None:
        self._store = store
        self.account = account
        self.mailbox = store.mailboxes.get(account, "INBOX")
        self._rows = store.messages.rows(self.mailbox)
        self._sizes = _sizes(store, self._rows)
        self._gone: set[int] = set()
        self._renumbered = False
        self._marked: set[int] = set()
        self._expiring: set[int] = set()
        self._unwatch = store.watch(self.mailbox, self._changed)

    def _changed(self, event: Event) -> None:
        if isinstance(event, Expunged):
            self._gone.add(event.uid)
        elif isinstance(event, Renumbered):
            # Under their new numbers they are not the messages that this session has listed.
            self._gone.update(self.uids)
            self._renumbered = True

    @property
    def uids(self) -> tuple[int, ...]:
        """The UIDs, in the order of their numbers."""
        return tuple(row.uid for row in self._rows)

    @property
    def marked(self) -> bool:
        """Whether any message is marked."""
        return bool(self._marked)

    def numbers(self) -> Iterator[int]:
        """Give the numbers that are not marked."""
        return (n for n in range(1, len(self._rows) + 1) if n not in self._marked)

    def count(self) -> int:
        """Return how many messages are not marked."""
        return len(self._rows) - len(self._marked)

    def octets(self) -> int:
        """Return the sum of their sizes."""
        return sum(self._sizes) - sum(self._sizes[n - 1] for n in self._marked)

    def check(self, number: int) -> int:
        """Return `number` if it names a message that is not marked. Raises Refused."""
        if not self._rows:
            raise Refused(Text.EMPTY, number=number)
        if not 1 <= number <= len(self._rows):
            raise Refused(Text.NO_MESSAGE, number=number, last=len(self._rows))
        if number in self._marked:
            raise Refused(Text.IS_MARKED, number=number)
        return number

    def size(self, number: int) -> int:
        """Return the octets of a checked number, each line end counted as CRLF."""
        return self._sizes[number - 1]

    def uid(self, number: int) -> int:
        """Return the UID of a checked number."""
        return self._rows[number - 1].uid

    def unique_id(self, number: int) -> str:
        """Return the unique-id of a checked number.

        It is made of UIDVALIDITY and UID, which the store never gives twice together: so it
        stays with the message, and is never another's (RFC 1939 section 7).
        """
        return f"{self.mailbox.uidvalidity:x}.{self._rows[number - 1].uid}"

    def data(self, number: int) -> bytes:
        """Return the message with CRLF line ends. Raises Refused also if it was removed."""
        row = self._present(number)
        data = self._store.messages.data(row.body)
        if data is None:
            raise _removed(number)
        return canonical(data)

    def mark(self, number: int) -> int:
        """Mark a message and return its UID. Raises Refused."""
        row = self._present(number)
        self._marked.add(number)
        return row.uid

    def expire(self, number: int) -> bool:
        """Have a checked number removed at QUIT, marked or not; False: it is so already."""
        before = len(self._expiring)
        self._expiring.add(number)
        return len(self._expiring) > before

    def _present(self, number: int) -> Row:
        row = self._rows[self.check(number) - 1]
        if row.uid in self._gone:
            raise _removed(number)
        return row

    def unmark(self) -> None:
        """Take all marks away."""
        self._marked.clear()

    def remove(self, connection: int) -> int:
        """Remove what is marked or expires, in one transaction.

        Return how many messages INBOX has left. Raises Refused if they can't be told any more from
        others: then none is removed.
        """
        uids = [self._rows[n - 1].uid for n in self._marked | self._expiring]
        if uids and self._renumbered:
            raise Refused(Text.NOT_REMOVED, code="SYS/TEMP")
        if uids:
            self._store.messages.expunge(self.mailbox, uids, connection=connection)
        inbox = self._store.mailboxes.get(self.account, "INBOX")
        return self._store.messages.status(inbox).messages

    def close(self) -> None:
        """Stop watching the mailbox."""
        self._unwatch()


def _removed(number: int) -> Refused:
    return Refused(Text.IS_GONE, number=number)


def _sizes(store: Store, rows: list[Row]) -> list[int]:
    known = _SIZES.setdefault(store, {})
    for row in rows:
        if row.body not in known:
            data = store.messages.data(row.body)
            known[row.body] = row.octets if data is None else canonical_size(data)
    return [known[row.body] for row in rows]
