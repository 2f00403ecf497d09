"""The store: one object with a part for each kind of thing that is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from labserver.clock import Clock, Ids
from labserver.events import Event
from labserver.faults import Faults
from labserver.store.access import AccessLists
from labserver.store.accounts import Account, Accounts
from labserver.store.annotations import Annotations
from labserver.store.counters import Counters
from labserver.store.database import Database, Observer, Watcher
from labserver.store.letters import Letters
from labserver.store.mailbox import Mailbox
from labserver.store.mailboxes import Mailboxes
from labserver.store.maildrops import Maildrops
from labserver.store.messages import Messages
from labserver.store.queue import Queue
from labserver.store.quota import Quotas
from labserver.store.renumbering import renumber
from labserver.store.routes import Routes
from labserver.store.subscriptions import Subscriptions

__all__ = ["Store"]


class Store:
    """What stays on the server. Synchronous; called from the lab's one thread only.

    `path` is a file or `:memory:`. `seed` makes the ids; a file keeps the seed it was made with
    and its counters, so that no id is given twice after a restart. `record(event)` gets each
    event after the commit of its change. Raises StoreError if the file can't be opened.
    """

    def __init__(
        self,
        path: str | Path = ":memory:",
        *,
        clock: Clock,
        seed: int,
        record: Callable[[Event], object],
        faults: Faults | None = None,
    ) -> None:
        self.database = Database(path, record)
        self.ids = Ids(self._seed(seed), Counters(self.database).count)
        self.accounts = Accounts(self.database, self.ids)
        self.access = AccessLists(self.database, self.accounts)
        self.mailboxes = Mailboxes(self.database, self.ids, self.access)
        self.subscriptions = Subscriptions(self.database)
        self.annotations = Annotations(self.database, self.mailboxes)
        self.letters = Letters(self.database, self.ids)
        self.queue = Queue(self.database)
        self.messages = Messages(
            self.database, clock, Faults() if faults is None else faults, self.letters, self.queue
        )
        self.routes = Routes(self.database, self.accounts)
        self.quotas = Quotas(self.database)
        self.maildrops = Maildrops()

    def _seed(self, seed: int) -> int:
        sql = self.database.sql
        sql.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('seed', ?)", (str(seed),))
        (kept,) = sql.execute("SELECT value FROM meta WHERE key = 'seed'").fetchone()
        return int(kept)

    def rename_inbox(self, account: Account, to: str, *, connection: int | None = None) -> Mailbox:
        """Move the messages of INBOX into a new mailbox, in one transaction; return that.

        That is what renaming INBOX is (RFC 3501 section 6.3.5); its annotations are copied (RFC
        5464 section 4.1). Raises MailboxExists, InvalidName.
        """
        inbox = self.mailboxes.get(account, "INBOX")
        *above, last = self.mailboxes.wanted(account, to)
        wanted = [*above, last._replace(inbox=True)]
        with self.database.transaction() as changes:
            new = self.mailboxes.add(account, wanted, connection, changes)
            self.messages.moved(inbox, self.messages.uids(inbox), new, connection, changes)
            self.annotations.copied(inbox, new)
        return new

    def renumber(self, mailbox: Mailbox, *, connection: int | None = None) -> Mailbox:
        """Give a mailbox a new UIDVALIDITY and its messages other UIDs; return it as it is now.

        Sessions that have it open have it no more. Raises NoSuchMailbox.
        """
        old = self.mailboxes.refresh(mailbox)
        uidvalidity = self.ids.uidvalidity(old.address)
        with self.database.transaction() as changes:
            new = renumber(self.database.sql, old, uidvalidity, connection, changes)
        return self.mailboxes.refresh(old._replace(id=new))

    def watch(self, mailbox: Mailbox, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher(event)` after each committed change of the mailbox.

        Events: Delivered, FlagsChanged, Expunged, MailboxRenamed, MailboxDeleted, Renumbered,
        AccessChanged.
        The watcher runs inside the call that made the change and must only take note. Returns
        what ends it.
        """
        return self.database.watch(mailbox.id, watcher)

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Call `observer(event, mailbox)` after every committed change, as `watch` does.

        `mailbox` is the id of the mailbox that the event concerns, if it is about one.
        """
        return self.database.observe(observer)

    def close(self) -> None:
        """Close the database."""
        self.database.close()
