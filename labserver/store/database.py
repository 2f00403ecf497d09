"""The SQLite connection, its transactions, and what is told once they are committed.

Synchronous, called from one thread. A change is recorded in the log, and watchers hear of it,
after its COMMIT and before the call returns: who has read the reply finds log and picture true.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from labserver.events import Event
from labserver.store.errors import StoreError

__all__ = ["Changes", "Database", "Observer", "Watcher"]

Watcher = Callable[[Event], None]
"""Called after each committed change of a watched mailbox, with its event."""

Observer = Callable[[Event, int | None], None]
"""Called after each committed change, with its event and the mailbox (its row id) it concerns."""

_SCHEMA_VERSION = 7

# How a change begins, is made, and is undone: by itself, and inside `together`.
_ALONE = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
_INSIDE = ("SAVEPOINT one", "RELEASE one", "ROLLBACK TO one; RELEASE one")

_CACHE = 16 * 1024
"""KiB of a file's pages held in memory; SQLite's own 2 MiB is less than a lesson's mailbox."""


class Changes:
    """The events of one transaction, with the mailbox (its row id) that each concerns."""

    def __init__(self) -> None:
        self.events: list[tuple[int | None, Event]] = []

    def add(self, event: Event, mailbox: int | None = None) -> None:
        """Have `event` recorded once the transaction is committed."""
        self.events.append((mailbox, event))


class Database:
    """One SQLite database, `:memory:` or a file, with the lab's schema."""

    def __init__(self, path: str | Path, record: Callable[[Event], object]) -> None:
        """Open or make the database at `path`.

        Raises StoreError if the file is not a store of this version or cannot be opened.
        """
        self._record = record
        self._watchers: dict[int, list[Watcher]] = {}
        self._observers: list[Observer] = []
        self._undone: list[Callable[[], None]] = []
        self._open_transaction = False
        self._together: list[Changes] | None = None
        self.in_file = str(path) != ":memory:"
        try:
            # The store is used from one thread, but made and closed where the lab is.
            self.sql = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise _unopened(path, error) from error
        try:
            self._prepare()
        except sqlite3.Error as error:
            self.sql.close()
            raise _unopened(path, error) from error
        except StoreError:
            self.sql.close()
            raise

    def _prepare(self) -> None:
        self.sql.execute("PRAGMA foreign_keys = ON")
        # Some builds of SQLite overwrite what is deleted; letters in a lab are no secrets.
        self.sql.execute("PRAGMA secure_delete = OFF")
        # Asked before anything is written: the file may be another program's.
        (version,) = self.sql.execute("PRAGMA user_version").fetchone()
        if version not in {0, _SCHEMA_VERSION}:
            age = "an older" if version < _SCHEMA_VERSION else "a newer"
            msg = (
                f"the store was made by {age} version of this program: it has schema version"
                f" {version}, this one knows {_SCHEMA_VERSION}"
            )
            raise StoreError(msg)
        if version == 0 and self.sql.execute("SELECT 1 FROM sqlite_master").fetchone():
            msg = "the file is a database, but not a store"
            raise StoreError(msg)
        if self.in_file:
            # A reply is written after the commit, and a commit is on the disk: FULL syncs the
            # write-ahead log at each one.
            self.sql.execute("PRAGMA journal_mode = WAL")
            self.sql.execute("PRAGMA synchronous = FULL")
            self.sql.execute(f"PRAGMA cache_size = -{_CACHE}")
        if version == 0:
            schema = resources.files("labserver.store").joinpath("schema.sql").read_text("utf-8")
            self.sql.executescript(
                f"BEGIN; {schema} PRAGMA user_version = {_SCHEMA_VERSION}; COMMIT"
            )

    def record(self, event: Event) -> None:
        """Record what is no change of the store."""
        self._record(event)

    @contextmanager
    def transaction(self) -> Iterator[Changes]:
        """Make all that is done inside one change: committed and told, or as if never begun."""
        if self._open_transaction:
            msg = "a transaction is open already"
            raise RuntimeError(msg)
        changes = Changes()
        begin, commit, undo = _ALONE if self._together is None else _INSIDE
        self.sql.execute(begin)
        self._open_transaction = True
        try:
            yield changes
            self.sql.execute(commit)
        except BaseException:
            if self.sql.in_transaction:
                for statement in undo.split("; "):
                    self.sql.execute(statement)
            raise
        finally:
            self._open_transaction = False
        if self._together is None:
            self._tell(changes)
        else:
            self._together.append(changes)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commit all transactions that are made inside at once, at the end, and tell of them then.

        Each still is made or undone by itself; if they cannot be committed, none of them was. A
        file is synced once for all of them.
        """
        done = self._together = []
        self.sql.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.sql.execute("COMMIT")
        except BaseException:
            if self.sql.in_transaction:
                self.sql.execute("ROLLBACK")
            for then in self._undone:
                then()
            raise
        finally:
            self._together = None
        for changes in done:
            self._tell(changes)

    def _tell(self, changes: Changes) -> None:
        for mailbox, event in changes.events:
            self._record(event)
            if mailbox is not None:
                for watcher in tuple(self._watchers.get(mailbox, ())):
                    watcher(event)
            for observer in tuple(self._observers):
                observer(event, mailbox)

    @property
    def in_transaction(self) -> bool:
        """Whether a change is being made that may still be undone by itself."""
        return self._open_transaction

    def undone(self, then: Callable[[], None]) -> None:
        """Call `then` whenever what was done `together` could not be committed."""
        self._undone.append(then)

    def watch(self, mailbox: int, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher(event)` after each change of the mailbox; returns what ends it.

        A watcher runs inside the call that made the change: it must only take note.
        """
        self._watchers.setdefault(mailbox, []).append(watcher)

        def end() -> None:
            watchers = self._watchers.get(mailbox, [])
            if watcher in watchers:
                watchers.remove(watcher)
            if not watchers:
                self._watchers.pop(mailbox, None)

        return end

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Call `observer(event, mailbox)` after every change; returns what ends it, as `watch`."""
        self._observers.append(observer)

        def end() -> None:
            if observer in self._observers:
                self._observers.remove(observer)

        return end

    def close(self) -> None:
        """Close the database. An open transaction is undone."""
        self.sql.close()


def _unopened(path: str | Path, error: sqlite3.Error) -> StoreError:
    return StoreError(f"cannot open the store {path}: {error}")
