"""Whatever happens while a client is away or present, it ends with what the mailbox holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labserver.store import Arrival, expunged
from tests.imap.cache import Keeper
from tests.imap.driver import Server, letter

FLAGS = ("\\Seen", "\\Deleted", "\\Flagged", "$Work")

Deed = tuple[str, int]
"""What somebody does, and to which message (or with which flag)."""


def _pick(server: Server, n: int) -> list[int]:
    uids = server.uids()
    return [uids[n % len(uids)]] if uids else []


def _deliver(server: Server, _: int) -> None:
    server.deliver()


def _append(server: Server, n: int) -> None:
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    arrivals = [Arrival(data=letter(str(n)), flags=(FLAGS[n % 4],)) for _ in range(n % 3 + 1)]
    server.store.messages.append(inbox, arrivals)


def _flag(server: Server, n: int) -> None:
    for uid in _pick(server, n // 4):
        server.flag(uid, FLAGS[n % 4])


def _clear(server: Server, n: int) -> None:
    server.selected().do(f"STORE {n % 3 + 1}:* FLAGS.SILENT ({FLAGS[n % 4]})")


def _remove(server: Server, n: int) -> None:
    inbox = server.store.mailboxes.get(server.bob, "INBOX")
    server.store.messages.expunge(inbox, _pick(server, n))


def _expunge(server: Server, n: int) -> None:
    client = server.selected()
    client.do(f"STORE {n % 4 + 1}:{n % 7 + 1} +FLAGS.SILENT (\\Deleted)")
    client.do("EXPUNGE")


def _move(server: Server, n: int) -> None:
    client = server.selected()
    client.do("CREATE box")
    client.do(f"MOVE {n % 5 + 1}:* box")


def _copy_in(server: Server, n: int) -> None:
    server.selected().do(f"COPY 1:{n % 3 + 1} INBOX")


def _rename(server: Server, n: int) -> None:
    server.login().do(f"RENAME INBOX old{len(server.log)}-{n}")


OTHERS: dict[str, Callable[[Server, int], None]] = {
    "deliver": _deliver,
    "append": _append,
    "flag": _flag,
    "clear": _clear,
    "remove": _remove,
    "expunge": _expunge,
    "move": _move,
    "copy in": _copy_in,
    "rename": _rename,
}
OWN: dict[str, Callable[[Keeper, int], None]] = {
    "look": lambda keeper, _: keeper.look(),
    "hold": lambda keeper, _: keeper.hold(),
    "mark": lambda keeper, n: keeper.mark(FLAGS[n % 4]),
    "idle": lambda keeper, _: keeper.idle(),
    "new": lambda keeper, _: keeper.fetch_new(),
}

deeds = st.lists(
    st.tuples(st.sampled_from([*OTHERS, *OWN, "go and come"]), st.integers(0, 30)), max_size=25
)


def _play(server: Server, keeper: Keeper, story: list[Deed]) -> None:
    for _ in range(4):
        server.deliver()
    keeper.come()
    keeper.check()
    for name, n in story:
        if name in OTHERS:
            OTHERS[name](server, n)
        elif name in OWN:
            OWN[name](keeper, n)
        else:
            keeper.go()
            keeper.come()
            keeper.check()
    keeper.go()
    keeper.come()
    keeper.check()


@given(deeds)
@example([("remove", 1), ("flag", 8), ("hold", 0), ("go and come", 0)])
@example([("remove", 3), ("deliver", 0), ("idle", 0), ("remove", 0), ("mark", 0)])
def test_with_qresync(story: list[Deed]) -> None:
    server = Server()
    _play(server, Keeper(server, qresync=True), story)


@given(deeds)
def test_with_qresync_and_a_short_memory(story: list[Deed]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(expunged, "MOST", 2)
        server = Server()
        _play(server, Keeper(server, qresync=True), story)


@given(deeds)
def test_with_changedsince_only(story: list[Deed]) -> None:
    server = Server()
    # Between coming and going it hears of expunges by number, and keeps no numbers.
    quiet = [deed for deed in story if deed[0] not in OWN]
    _play(server, Keeper(server, qresync=False), quiet)


def test_a_mailbox_that_is_made_anew_is_learned_anew() -> None:
    server = Server()
    keeper = Keeper(server, qresync=True)
    _play(server, keeper, [("remove", 1)])
    # INBOX can't be deleted: what it would be is played by another number.
    server.store.database.sql.execute("UPDATE mailboxes SET uidvalidity = uidvalidity + 1")
    keeper.come()
    keeper.check()
