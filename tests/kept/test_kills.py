"""A server that is killed, again and again, while clients work on it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from labserver.clock import SystemClock
from labserver.store import Store
from tests.conftest import Repetitions
from tests.kept.clients import CLIENTS, Client, Gone
from tests.kept.forking import Restarting, restarting
from tests.kept.ledger import Found, Ledger, Lost, Place
from tests.kept.serving import ACCOUNTS, PASSWORD

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


LIVES = 20
"""How often a store is opened again after a kill; then there is a new one."""


class Killer:
    """Kills the server once so many commands were sent or answered, and a moment has gone."""

    def __init__(self, server: Restarting, random: Random) -> None:
        self._left = random.randint(1, 600)
        # What the server is at just then is not what a client has just seen.
        self._moment = random.uniform(0, 0.003)
        self._server = server
        self._lock = threading.Lock()

    def tick(self) -> None:
        with self._lock:
            self._left -= 1
            now = self._left == 0
        if now:
            threading.Event().wait(self._moment)
            self._server.kill()


def once(server: Restarting, ledger: Ledger, seed: int) -> None:
    """Let clients work on a server until it is killed."""
    random = Random(seed)
    ports = server.start()
    killer = Killer(server, random)

    def run(number: int) -> None:
        protocol, work = CLIENTS[number]
        client = Client(ports[protocol], ledger, Random(f"{seed} {number}"), killer.tick)
        while True:
            try:
                work(client)
            except Gone:
                return

    with ThreadPoolExecutor(len(CLIENTS)) as pool:
        list(pool.map(run, range(len(CLIENTS))))
    server.wait()


def copied(store: Path, to: Path, *, share: float = 1.0) -> Path:
    """Return a copy of a store that is not open, with that share of its log."""
    to.mkdir()
    shutil.copy(store, to / store.name)
    log = Path(f"{store}-wal").read_bytes()
    (to / f"{store.name}-wal").write_bytes(log[: int(len(log) * share)])
    return to / store.name


def held(path: Path) -> Iterator[Found]:
    """Open a store, have SQLite look through it, and yield all that it holds."""
    with closing(Store(path, clock=SystemClock(), seed=0, record=lambda _: None)) as store:
        sql = store.database.sql
        assert sql.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert sql.execute("PRAGMA foreign_key_check").fetchall() == []
        for account in store.accounts.all():
            for mailbox in store.mailboxes.all(account):
                for row in store.messages.rows(mailbox):
                    data = store.messages.data(row.body)
                    assert data is not None
                    place = Place(account.name, mailbox.name)
                    yield Found(place, mailbox.uidvalidity, row.uid, row.message, data)


def furnished(path: Path) -> Path:
    """Make a store with the mailboxes that the clients need."""
    with closing(Store(path, clock=SystemClock(), seed=1, record=lambda _: None)) as store:
        for name in ACCOUNTS:
            store.mailboxes.create(store.accounts.add(name, PASSWORD), "Archive")
    return path


def test_nothing_acknowledged_is_undone_by_a_kill(tmp_path: Path, repetitions: Repetitions) -> None:
    times = repetitions()
    for first in range(0, times, LIVES):
        store, ledger = furnished(tmp_path / f"{first}.db"), Ledger(first)
        with restarting(store) as server:
            for seed in range(first, first + LIVES):
                once(server, ledger, seed)
                ledger.settle(held(copied(store, tmp_path / f"{seed}")))
                shutil.rmtree(tmp_path / f"{seed}")
        assert ledger.acknowledged > 10 * LIVES


def test_what_a_store_has_lost_is_found_out(tmp_path: Path) -> None:
    store, ledger = furnished(tmp_path / "mail.db"), Ledger(2)
    with restarting(store) as server:
        while ledger.acknowledged < 20:
            once(server, ledger, ledger.acknowledged)
    # The end of the log is what a machine that lost its power might not have on its disk.
    with pytest.raises(Lost, match="lost"):
        ledger.settle(held(copied(store, tmp_path / "less", share=0.5)))
