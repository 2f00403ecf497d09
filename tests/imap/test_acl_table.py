"""Every command with every right, there and not: the table of RFC 4314 section 4, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from labserver.imap.table import TABLE, State
from tests.imap.driver import Client
from tests.imap.sharing import PLANS, Shared

RIGHTS = "lrswipkxtea"
ANY = "lrikxa"


@dataclass(frozen=True)
class Row:
    """A command, what it needs, all of `needs` and one of `one_of`; `unseen` is how it fails.

    `selected`: it is given with the mailbox selected, which takes `r`. `where` says which of the
    two mailboxes the rights are for.
    """

    command: str
    needs: str = ""
    one_of: str = ""
    selected: bool = False
    unseen: str = "NONEXISTENT"

    @property
    def name(self) -> str:
        words = self.command.split()
        return " ".join(words[:2]) if words[0] == "UID" else words[0]

    def allowed(self, rights: str) -> bool:
        enough = not self.one_of or not set(self.one_of).isdisjoint(rights)
        return enough and set(self.needs) <= set(rights)


NEW = "{9}\nText here"

ROWS = [
    # In the authenticated state
    Row(f"SELECT {PLANS}", "r"),
    Row(f"EXAMINE {PLANS}", "r"),
    Row(f"STATUS {PLANS} (MESSAGES)", "r"),
    Row('CREATE "Other Users/bob/Work/Plans/New"', "k", unseen="NOPERM"),
    Row(f"DELETE {PLANS}", "x"),
    Row(f'RENAME {PLANS} "Other Users/bob/Work/Done"', "xk"),
    Row(f"SUBSCRIBE {PLANS}"),
    Row(f"UNSUBSCRIBE {PLANS}"),
    Row(f'LIST "" {PLANS}'),
    Row(f'LSUB "" {PLANS}'),
    Row(f"SETACL {PLANS} carol r", "a"),
    Row(f"DELETEACL {PLANS} carol", "a"),
    Row(f"GETACL {PLANS}", "a"),
    Row(f"LISTRIGHTS {PLANS} carol", "a"),
    Row(f"MYRIGHTS {PLANS}", one_of=ANY),
    Row(f"APPEND {PLANS} {NEW}", "i", unseen="TRYCREATE"),
    Row(f"GETQUOTAROOT {PLANS}", "r"),
    Row(f"GETMETADATA {PLANS} /shared/comment", "l", one_of="rswip"),
    Row(f'SETMETADATA {PLANS} (/shared/comment "x")', "l", one_of="rswip"),
    # Into it, from a mailbox of one's own
    Row(f"COPY 1 {PLANS}", "i", unseen="TRYCREATE"),
    Row(f"MOVE 1 {PLANS}", "i", unseen="TRYCREATE"),
    Row(f"REPLACE 1 {PLANS} {NEW}", "i", unseen="TRYCREATE"),
    Row(f"UID COPY 1 {PLANS}", "i", unseen="TRYCREATE"),
    Row(f"UID MOVE 1 {PLANS}", "i", unseen="TRYCREATE"),
    Row(f"UID REPLACE 1 {PLANS} {NEW}", "i", unseen="TRYCREATE"),
    # In the selected state
    Row("CHECK", selected=True),
    Row("CLOSE", selected=True),
    Row("UNSELECT", selected=True),
    Row("EXPUNGE", "e", selected=True),
    Row("UID EXPUNGE 1", "e", selected=True),
    Row("SEARCH ALL", selected=True),
    Row("UID SEARCH ALL", selected=True),
    Row("SORT (DATE) UTF-8 ALL", selected=True),
    Row("UID SORT (DATE) UTF-8 ALL", selected=True),
    Row("THREAD REFERENCES UTF-8 ALL", selected=True),
    Row("UID THREAD REFERENCES UTF-8 ALL", selected=True),
    Row("FETCH 1 (FLAGS BODY[])", selected=True),
    Row("UID FETCH 1 (FLAGS BODY[])", selected=True),
    Row("STORE 1 +FLAGS (\\Seen)", "s", selected=True),
    Row("STORE 1 -FLAGS (\\Deleted)", "t", selected=True),
    Row("STORE 1 FLAGS (\\Flagged)", "w", selected=True),
    Row("STORE 1 +FLAGS.SILENT (\\Answered)", "w", selected=True),
    Row("STORE 1 +FLAGS (Work)", "w", selected=True),
    Row("STORE 1 +FLAGS (\\Seen \\Deleted \\Draft)", one_of="stw", selected=True),
    Row("STORE 1 FLAGS ()", one_of="stw", selected=True),
    Row("STORE 1 +FLAGS ()", selected=True),
    Row("UID STORE 1 +FLAGS (\\Seen)", "s", selected=True),
    Row("UID STORE 1 -FLAGS (\\Deleted)", "t", selected=True),
    Row("UID STORE 1 FLAGS (\\Flagged)", "w", selected=True),
    Row("COPY 1 Mine", selected=True),
    Row("UID COPY 1 Mine", selected=True),
    Row("MOVE 1 Mine", "te", selected=True),
    Row("UID MOVE 1 Mine", "te", selected=True),
    Row(f"REPLACE 1 Mine {NEW}", "te", selected=True),
    Row(f"UID REPLACE 1 Mine {NEW}", "te", selected=True),
    Row("NOOP", selected=True),
    Row("LOGOUT", selected=True),
]

NO_MAILBOX = {
    *("CAPABILITY", "ID", "COMPRESS", "IDLE", "UNAUTHENTICATE", "NAMESPACE"),
    *("CANCELUPDATE", "NOTIFY"),
    *("GETQUOTA", "SETQUOTA"),
}
"""Commands of someone logged in that name no mailbox and do nothing in one."""


@pytest.fixture
def shared() -> Iterator[Shared]:
    server = Shared()
    yield server
    server.store.close()


def given(server: Shared, row: Row, rights: str) -> Client:
    """Return Alice's client, ready for the command, with these rights in both mailboxes."""
    server.store.mailboxes.create(server.alice, "Mine")
    server.add(name="Mine", owner=server.alice)
    server.add("\\Deleted")
    server.store.subscriptions.add(server.alice, PLANS.strip('"'))
    server.grant(rights, "Work")
    server.grant(rights)
    if row.selected:
        return server.alice_in()
    if row.name.removeprefix("UID ") in {"COPY", "MOVE", "REPLACE"}:
        return server.alice_in("Mine")
    return server.log_in("alice")


def check(server: Shared, row: Row, rights: str) -> None:
    client = given(server, row, rights)
    log = len(server.log)
    end = client.do(row.command)[-1]
    if row.allowed(rights):
        assert end.startswith("OK")
        return
    # Who may rename it knows of it.
    known = row.selected or "l" in rights or (row.name == "RENAME" and "x" in rights)
    code = "NOPERM" if known else row.unseen
    assert end.startswith(f"NO [{code}] ")
    # Nothing was done: at most another mailbox was let go.
    assert {type(event).__name__ for event in server.log[log:]} <= {"StateChanged"}


def test_every_command_has_a_row() -> None:
    after_login = {
        *TABLE.allowed(State.AUTHENTICATED),
        *TABLE.allowed(State.SELECTED),
    } - {"ENABLE"}
    assert after_login - NO_MAILBOX == {row.name for row in ROWS}


@pytest.mark.parametrize("missing", RIGHTS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.command.split("{")[0])
def test_all_rights_but_one(shared: Shared, row: Row, missing: str) -> None:
    if not (row.selected and missing == "r"):
        check(shared, row, RIGHTS.replace(missing, ""))


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.command.split("{")[0])
def test_one_right_alone(shared: Shared, row: Row, right: str) -> None:
    check(shared, row, right if right == "r" or not row.selected else f"r{right}")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.command.split("{")[0])
def test_what_is_needed_and_no_more(shared: Shared, row: Row) -> None:
    rights = {*row.needs, *row.one_of[:1]} | ({"r"} if row.selected else set())
    check(shared, row, "".join(rights))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.command.split("{")[0])
def test_no_rights_and_no_mailbox_sound_the_same(shared: Shared, row: Row) -> None:
    if row.selected:
        return
    other = Shared()
    assert other.store.mailboxes.delete(other.bob, "Work/Plans")
    told = []
    for server in (shared, other):
        server.store.mailboxes.create(server.alice, "Mine")
        server.add(name="Mine", owner=server.alice)
        moving = row.name.removeprefix("UID ") in {"COPY", "MOVE", "REPLACE"}
        client = server.alice_in("Mine") if moving else server.log_in("alice")
        told.append(client.do(row.command))
    assert told[0] == told[1]
    # Nor does it tell who has an account.
    nobody = shared.alice_in("Mine").do(row.command.replace("Users/bob", "Users/nobody"))
    assert nobody[-1] == told[0][-1]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.command.split("{")[0])
def test_the_owner_may_do_everything(shared: Shared, row: Row) -> None:
    shared.store.mailboxes.create(shared.bob, "Mine")
    shared.add(name="Mine")
    shared.add()
    shared.store.subscriptions.add(shared.bob, "Work/Plans")
    bob = shared.log_in("bob")
    command = row.command.replace("Other Users/bob/", "")
    if row.selected:
        bob.do('SELECT "Work/Plans"')
    elif row.name.removeprefix("UID ") in {"COPY", "MOVE", "REPLACE"}:
        bob.do("SELECT Mine")
    assert bob.do(command)[-1].startswith("OK")
