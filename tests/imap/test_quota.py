"""QUOTA: limits shown, set and kept (RFC 9208)."""

from __future__ import annotations

import pytest

from labserver.store import Resource
from tests.imap.driver import Server, letter

ROOT = "bob@home.example"
FULL = "NO [OVERQUOTA] The mailbox is full"


def limit(server: Server, **limits: int) -> None:
    server.store.quotas.set(server.bob, {Resource[name]: n for name, n in limits.items()})


def test_capabilities(server: Server) -> None:
    told = server.login().do("CAPABILITY")[0].split()
    assert {"QUOTA", "QUOTASET", "QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE", "QUOTA=RES-MAILBOX"} < (
        set(told)
    )


def test_without_limits_there_is_no_root(server: Server) -> None:
    client = server.login()
    assert client.do("GETQUOTAROOT INBOX") == ["* QUOTAROOT INBOX", "OK GETQUOTAROOT completed"]
    assert client.do(f"GETQUOTA {ROOT}") == ["NO [NONEXISTENT] No such quota root"]


def test_usage_and_limits(server: Server) -> None:
    limit(server, STORAGE=100, MESSAGE=5, MAILBOX=3)
    server.deliver(letter(body="x" * 1000))
    server.deliver(letter(body="x" * 1000))
    client = server.login()
    client.do("CREATE a")
    quota = f"* QUOTA {ROOT} (STORAGE 3 100 MESSAGE 2 5 MAILBOX 2 3)"
    assert client.do(f'GETQUOTA "{ROOT}"') == [quota, "OK GETQUOTA completed"]
    assert client.do('GETQUOTAROOT "a b"') == [
        f'* QUOTAROOT "a b" {ROOT}',  # it need not exist
        quota,
        "OK GETQUOTAROOT completed",
    ]
    server.store.accounts.add("eve", "apple")
    assert client.do("GETQUOTA eve@home.example") == ["NO [NONEXISTENT] No such quota root"]
    assert client.do('GETQUOTA ""') == ["NO [NONEXISTENT] No such quota root"]


def test_storage_counts_begun_units(server: Server) -> None:
    limit(server, STORAGE=1)
    empty = len(letter(body=""))
    client = server.selected()
    size = 1024 - empty
    assert client.do(f"GETQUOTA {ROOT}")[0] == f"* QUOTA {ROOT} (STORAGE 0 1)"
    server.deliver(letter(body="x" * size))
    assert client.do(f"GETQUOTA {ROOT}")[0] == f"* QUOTA {ROOT} (STORAGE 1 1)"
    assert client.do("APPEND INBOX {1}\nx") == [FULL]
    assert server.uids() == [1]


def test_setquota(server: Server) -> None:
    client = server.login()
    assert client.do(f"SETQUOTA {ROOT} (STORAGE 510 message 9)") == [
        f"* QUOTA {ROOT} (STORAGE 0 510 MESSAGE 0 9)",
        "OK SETQUOTA completed",
    ]
    # What is not listed is not limited any more.
    assert client.do(f"SETQUOTA {ROOT} (STORAGE 99)")[0] == f"* QUOTA {ROOT} (STORAGE 0 99)"
    assert client.do(f"SETQUOTA {ROOT} (STORAGE {2**63 - 1})")[-1] == "OK SETQUOTA completed"
    assert client.do(f"SETQUOTA {ROOT} ()") == ["OK SETQUOTA completed"]
    assert client.do("GETQUOTAROOT INBOX")[0] == "* QUOTAROOT INBOX"
    assert client.do("SETQUOTA #user/alice (STORAGE 1)") == [
        "NO [NOPERM] That quota root is not yours"
    ]
    assert client.do(f"SETQUOTA {ROOT} (STORAGE 1 ANNOTATION-STORAGE 1)") == [
        "NO [CANNOT] ANNOTATION-STORAGE can't be limited here"
    ]
    assert client.do(f"GETQUOTA {ROOT}")[0].startswith("NO")  # nothing was set


@pytest.mark.parametrize(
    "command",
    [
        "GETQUOTA",
        "GETQUOTA a b",
        "GETQUOTAROOT",
        f"SETQUOTA {ROOT}",
        f"SETQUOTA {ROOT} STORAGE 1",
        f"SETQUOTA {ROOT} (STORAGE)",
        f"SETQUOTA {ROOT} (STORAGE -1)",
        f"SETQUOTA {ROOT} (STORAGE 1 STORAGE 2)",
        f"SETQUOTA {ROOT} (STORAGE {2**63})",
        f"SETQUOTA {ROOT} (STORAGE 1",
        f"SETQUOTA {ROOT} ( STORAGE 1)",
    ],
)
def test_malformed(server: Server, command: str) -> None:
    (reply,) = server.login().do(command)
    assert reply.startswith("BAD ")


# What the limits do


def test_append_and_copy_are_refused_as_a_whole(server: Server) -> None:
    limit(server, MESSAGE=4)
    for _ in range(3):
        server.deliver()
    client = server.selected()
    client.do("CREATE box")
    assert client.do("COPY 1:2 box") == [FULL]
    assert server.uids("box") == []
    assert client.do("APPEND box {1}\nx")[-1].startswith("OK")
    assert client.do("APPEND box {1}\nx") == [FULL]
    assert client.do("COPY 1 box") == [FULL]
    assert client.do("UID COPY 9 box") == ["OK UID COPY completed"]
    # Moving needs no room, and what is removed gives some.
    assert client.do("MOVE 1:2 box")[-1].startswith("OK")
    client.do("STORE 1 +FLAGS (\\Deleted)")
    client.do("EXPUNGE")
    assert client.do("APPEND box {1}\nx")[-1].startswith("OK")


def test_a_limit_below_what_is_there_takes_nothing_away(server: Server) -> None:
    server.deliver()
    limit(server, MESSAGE=0, STORAGE=0, MAILBOX=0)
    client = server.selected()
    assert client.do(f"GETQUOTA {ROOT}")[0] == (
        f"* QUOTA {ROOT} (STORAGE 1 0 MESSAGE 1 0 MAILBOX 1 0)"
    )
    assert client.do("STORE 1 +FLAGS (\\Seen)")[-1] == "OK STORE completed"
    assert client.do("CREATE box") == ["NO [OVERQUOTA] There may be no more mailboxes"]


def test_mailboxes_with_those_above_them(server: Server) -> None:
    limit(server, MAILBOX=3)
    client = server.login()
    more = "NO [OVERQUOTA] There may be no more mailboxes"
    assert client.do("CREATE a/b/c") == [more]
    assert [each.name for each in server.store.mailboxes.all(server.bob)] == ["INBOX"]
    assert client.do("CREATE a/b")[-1].startswith("OK")
    assert client.do("RENAME INBOX c") == [more]
    assert client.do("RENAME a/b b")[-1].startswith("OK")
    assert client.do("DELETE a")[-1].startswith("OK")
    assert client.do("RENAME b d/b")[-1].startswith("OK")
    assert client.do(f"GETQUOTA {ROOT}")[0] == f"* QUOTA {ROOT} (MAILBOX 3 3)"


# What an EXPUNGE would free


def test_status(server: Server) -> None:
    sizes = []
    for n in range(4):
        data = letter(str(n))
        sizes.append(len(data))
        server.deliver(data)
    server.flag(2, "\\Deleted")
    server.flag(4, "\\Deleted")
    told = server.login().do("STATUS INBOX (MESSAGES DELETED deleted-storage)")[0]
    freed = sizes[1] + sizes[3]
    assert told == f"* STATUS INBOX (MESSAGES 4 DELETED 2 DELETED-STORAGE {freed})"


# Switched off


def test_switched_off(server: Server) -> None:
    client = server.login("QUOTA")
    assert "QUOTA" not in client.do("CAPABILITY")[0]
    for command in ("GETQUOTA x", "GETQUOTAROOT INBOX", "SETQUOTA x ()"):
        assert client.do(command) == [f"BAD Unknown command {command.split()[0]}"]
    assert client.do("STATUS INBOX (DELETED-STORAGE)")[0].startswith("BAD")
    assert server.login("QUOTASET").do("SETQUOTA x ()") == ["BAD Unknown command SETQUOTA"]


@pytest.mark.parametrize("resource", ["STORAGE", "MESSAGE", "MAILBOX"])
def test_a_resource_switched_off(server: Server, resource: str) -> None:
    limit(server, STORAGE=100, MESSAGE=5, MAILBOX=3)
    client = server.login(f"QUOTA=RES-{resource}")
    assert resource not in client.do(f"GETQUOTA {ROOT}")[0]
    assert client.do(f"SETQUOTA {ROOT} ({resource} 1)") == [
        f"NO [CANNOT] {resource} can't be limited here"
    ]
