"""A backup: copied over real connections and from folders, put back, and compared."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from labserver.devices import Backup, DeviceError, DeviceLost, ProgramFailed
from labserver.events import (
    Closed,
    Delivered,
    DeviceAdded,
    FlagsChanged,
    Line,
    Lost,
    NewMessage,
    Saved,
    Synced,
)
from labserver.faults import Cut, CutInUpload, NewUidls, NewUidValidity
from labserver.store import Arrival, Flagging, NoSuchMailbox
from tests.devices.support import House

A = b"Subject: A\r\n\r\nHello\r\n.\r\n..dots\r\n.\r\n"
B = b"Subject: B\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe, bare\nlines, no end"
C = "Subject: Grüße\r\n\r\n8-bit header\r\n".encode()
NAMES = ["Archive", "Archive/2026", 'Résumés "x" \\ & y', "台北/日本語"]
MOMENT = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)

Held = dict[str, list[tuple[bytes, str, int]]]


def put(house: House, name: str, *arrivals: Arrival) -> None:
    def work() -> None:
        try:
            target = house.store.mailboxes.get(house.bob, name)
        except NoSuchMailbox:
            target = house.store.mailboxes.create(house.bob, name)
        house.store.messages.append(target, arrivals)

    house.run(work)


def change(house: House, name: str, how: str, *args: Any) -> None:
    def work() -> None:
        getattr(house.store.messages, how)(house.store.mailboxes.get(house.bob, name), *args)

    house.run(work)


def on_server(house: House) -> Held:
    """Return octets, flags and internal date of all that the server has, by mailbox."""

    def work() -> Held:
        store = house.store
        return {
            box.name: [
                (store.messages.body(row.body)[1], row.flags, row.internaldate)
                for row in store.messages.rows(box)
            ]
            for box in store.mailboxes.all(house.bob)
        }

    found: Held = house.run(work)
    return found


def empty(house: House) -> None:
    """Take all mail away: every mailbox but INBOX is deleted, and INBOX emptied."""

    def work() -> None:
        store = house.store
        boxes = [box.name for box in store.mailboxes.all(house.bob)]
        for name in sorted(boxes, reverse=True):
            if name != "INBOX":
                store.mailboxes.delete(house.bob, name)
        inbox = store.mailboxes.get(house.bob, "INBOX")
        store.messages.expunge(inbox, store.messages.uids(inbox))

    house.run(work)


def read(backup: Backup) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for file in backup.files():
        found.setdefault(file.origin.mailbox, []).append(file.read())
    return found


@pytest.fixture
def disk(house: House) -> Backup:
    put(house, "INBOX", Arrival(data=A, flags=("\\Flagged", "$Work"), internaldate=MOMENT))
    house.deliver(B, C)
    for n, name in enumerate(NAMES):
        put(house, name, Arrival(data=b"n: %d\r\n\r\n.\r\n" % n, flags=("\\Seen",)))
    return house.backup()


def test_all_mailboxes_are_copied_whole(house: House, disk: Backup) -> None:
    before = on_server(house)
    assert str(disk.copy()) == "7 copied, 0 were here already"
    assert read(disk) == {name: [row[0] for row in rows] for name, rows in before.items() if rows}
    first = disk.files()[0]
    assert (first.flags, first.internaldate) == (("\\Flagged", "$Work"), MOMENT)
    assert (first.name, first.origin.uid, first.sha256) == (
        "1.usb-disk",
        1,
        hashlib.sha256(A).hexdigest(),
    )
    assert on_server(house) == before, "no message was marked read"
    assert house.log[-1].event == Closed(connection=1, how="quit")
    assert [(e.device, e.kind) for e in house.events(DeviceAdded)] == [("usb-disk", "backup")]


def test_the_second_time_only_news_are_fetched(house: House, disk: Backup) -> None:
    disk.copy()
    assert str(disk.copy()) == "0 copied, 7 were here already"
    assert not any(
        b"BODY" in e.data for e in house.events(Line) if e.connection == 2 and e.direction == "C"
    )
    house.deliver(b"Subject: D\r\n\r\n")
    change(house, "INBOX", "set_flags", [2], Flagging.ADD, ["\\Answered"])
    result = disk.copy()
    assert (result.copied, result.flagged, result.known) == (1, 1, 6)
    assert disk.files()[1].flags == ("\\Answered",)
    assert len(house.events(Synced)) == 1


def test_what_is_gone_from_the_server_stays_in_the_backup(house: House, disk: Backup) -> None:
    disk.copy()
    empty(house)
    assert str(disk.copy()) == "0 copied, 0 were here already"
    assert len(disk.files()) == 7


def test_everything_comes_back(house: House, disk: Backup) -> None:
    before = on_server(house)
    disk.copy()
    empty(house)
    result = disk.restore()
    assert str(result) == "7 appended, 0 already there, 4 mailboxes made"
    assert on_server(house) == before, "octets, flags, internal dates, names"
    assert disk.compare().equal
    assert len(house.events(NewMessage)) == 7, "each has the letter that it had"
    assert str(disk.restore()) == "0 appended, 7 already there"
    result = disk.copy()
    assert (result.copied, result.recognised, result.known) == (0, 0, 7), (
        "it knows what it put back"
    )
    said = [e.data for e in house.events(Line) if e.direction == "C" and b" APPEND " in e.data]
    assert sum(b" UTF8 (~{" in each for each in said) == 1, "the one with UTF-8 in its header"


def test_only_what_is_missing_is_put_back(house: House, disk: Backup) -> None:
    disk.copy()
    change(house, "INBOX", "expunge", [1])
    assert [file.name for file in disk.restore().files] == ["1.usb-disk"]
    assert [row[0] for row in on_server(house)["INBOX"]] == [B, C, A]


def test_without_the_server_s_help_it_works_too(house: House, disk: Backup) -> None:
    before = on_server(house)
    for name in ("UTF8=ACCEPT", "UIDPLUS", "LITERAL+"):
        house.run(house.switches.switch_off, "imap", [name])
    disk.copy()
    assert sorted(read(disk)) == sorted(name for name, rows in before.items() if rows)
    empty(house)
    disk.restore()
    assert on_server(house) == before
    result = disk.copy()
    assert (result.copied, result.recognised) == (0, 7), "known by SHA-256, as no UIDs were told"
    assert len(disk.files()) == 7


def test_some_mailboxes_only(house: House, disk: Backup) -> None:
    assert disk.copy(mailboxes=["inbox", "Archive"]).copied == 4
    assert sorted(read(disk)) == ["Archive", "INBOX"]
    empty(house)
    assert disk.restore(mailboxes=["Archive"]).appended == 1
    assert {row.mailbox for row in disk.compare(mailboxes="Archive").rows} == {"Archive"}
    with pytest.raises(ProgramFailed, match=r"^IMAP: "):
        disk.copy(mailboxes=["Nowhere"])


def test_a_new_uidvalidity_brings_nothing_twice(house: House, disk: Backup) -> None:
    disk.copy()
    house.run(house.faults.add, NewUidValidity(account="bob@home.example"))
    result = disk.copy()
    assert (result.copied, result.recognised) == (0, 3)
    assert len(disk.files()) == 7
    assert str(disk.copy()) == "0 copied, 7 were here already"
    assert disk.compare().equal


def test_two_copies_side_by_side_are_two(house: House, disk: Backup) -> None:
    disk.copy()
    house.deliver(A)
    assert disk.copy().copied == 1
    assert read(disk)["INBOX"] == [A, B, C, A]
    house.run(house.faults.add, NewUidValidity(account="bob@home.example"))
    disk.copy()
    assert read(disk)["INBOX"] == [A, B, C, A]
    change(house, "INBOX", "expunge", house.inbox())
    assert disk.restore(mailboxes=["INBOX"]).appended == 4


def test_compare_tells_what_is_same_missing_and_different(house: House, disk: Backup) -> None:
    disk.copy()
    change(house, "INBOX", "expunge", [1])
    house.deliver(b"Subject: D\r\n\r\n")
    damaged = disk.files()[1]
    damaged.path.write_bytes(B + b"!")
    found = disk.compare(mailboxes=["INBOX"])
    assert [(row.verdict, row.uid) for row in found.rows] == [
        ("only here", None),
        ("different", 2),
        ("same", 3),
        ("only on the server", 4),
    ]
    assert not found.equal
    assert found.different[0].on_server == hashlib.sha256(B).hexdigest()
    short = [hashlib.sha256(each).hexdigest()[:12] for each in (A, B + b"!", B, C)]
    lines = repr(found).splitlines()
    assert lines[0] == ("1 the same, 1 only on usb-disk, 1 only on the server, 1 different")
    assert lines[2].split() == ["mailbox", "usb-disk", "server", "SHA-256"]
    assert lines[3].split() == ["INBOX", "1.usb-disk", "-", short[0], "only", "on", "usb-disk"]
    assert lines[4].split()[1:] == [
        *("2.usb-disk", "UID", "2", short[1], "/", short[2], "different")
    ]
    assert lines[5].split()[-2:] == [short[3], "same"]
    assert disk.restore(mailboxes=["INBOX"]).appended == 1, "what the server has is left alone"


def test_from_a_device_s_folder_over_no_connection(house: House) -> None:
    house.deliver(A, b"Subject: B\r\n\r\nx\r\n")
    laptop, disk = house.device("laptop"), house.backup()
    laptop.pop3_program("bob", "tulip", leave_on_server=False).check()
    connections = len(house.events(Closed))
    laptop.flag("1.laptop", "\\Seen")
    assert str(disk.copy(laptop)) == "2 copied, 0 were here already"
    assert str(disk.copy(laptop)) == "0 copied, 2 were here already"
    assert len(house.events(Closed)) == connections
    assert [e.connection for e in house.events(Saved) if e.device == "usb-disk"] == [None, None]
    assert disk.files()[0].flags == ("\\Seen",)
    laptop.lose()
    assert len(disk.files()) == 2
    disk.restore()
    assert [row[:2] for row in on_server(house)["INBOX"]] == [
        (A, "\\Seen"),
        (b"Subject: B\r\n\r\nx\r\n", ""),
    ]
    assert disk.compare().equal
    with pytest.raises(DeviceLost, match=r"^laptop is lost"):
        disk.copy(laptop)


def test_pop3_files_twice_and_headers_make_one_whole_copy_or_none(house: House) -> None:
    house.deliver(A)
    laptop, disk = house.device("laptop"), house.backup()
    laptop.pop3_program("bob", "tulip").check()
    house.run(house.faults.add, NewUidls(account="bob@home.example"))
    laptop.pop3_program("bob", "tulip").check()
    phone = house.device("phone")
    phone.imap_program("bob", "tulip").sync(bodies=False)
    assert (len(laptop.files()), len(phone.files())) == (2, 1)
    assert disk.copy(laptop).copied == 1
    assert disk.copy(phone).copied == 0
    result = disk.copy()
    assert (result.copied, result.recognised) == (0, 1)
    assert len(disk.files()) == 1


def test_the_date_of_a_file_without_one_is_what_the_message_says(house: House) -> None:
    top = b"Received: from a by b; Sat, 3 Feb 2001 05:05:06 +0100\r\n"
    old = b"Date: Mon, 1 Jan 2001 00:00:00 +0000\r\n\r\nx\r\n"
    house.deliver(top + old, old, b"Subject: none\r\n\r\n")
    laptop, disk = house.device("laptop"), house.backup()
    laptop.pop3_program("bob", "tulip", leave_on_server=False).check()
    disk.copy(laptop)
    disk.restore()
    moments = [datetime.fromtimestamp(row[2], UTC) for row in on_server(house)["INBOX"]]
    assert moments == [MOMENT, datetime(2001, 1, 1, tzinfo=UTC), house.now()]


def test_into_another_account(house: House, disk: Backup) -> None:
    house.run(house.store.accounts.add, "alice", "orchid")
    disk.copy()
    names = {file.origin for file in disk.files()}
    assert disk.restore(to="alice", password="orchid").appended == 7
    assert {e.account for e in house.events(Delivered)} >= {"alice@home.example"}
    assert disk.compare(to="alice", password="orchid").equal
    assert {file.origin for file in disk.files()} == names
    with pytest.raises(DeviceError, match=r"^the password of alice is needed$"):
        disk.restore(to="alice")


def test_a_device_is_no_account(house: House, disk: Backup) -> None:
    laptop = house.device("laptop")
    with pytest.raises(DeviceError, match=r"^a backup is put back into an account on a server"):
        disk.restore(laptop)
    with pytest.raises(DeviceError, match=r"not onto laptop: without a name into that of bob$"):
        disk.compare(to=laptop)  # type: ignore[arg-type]


def test_other_people_s_mailboxes_are_left_alone(house: House, disk: Backup) -> None:
    house.run(house.store.accounts.add, "alice", "orchid")
    alice = house.device("desk").dial("imap")
    alice.send("a1 LOGIN alice orchid", "a2 CREATE Plans", "a3 SETACL Plans bob lrswi", "a4 LOGOUT")
    assert disk.copy().copied == 7
    assert {file.origin.account for file in disk.files()} == {"bob@home.example"}
    with pytest.raises(DeviceError, match=r"belongs to alice@home\.example$"):
        disk.copy(mailboxes=["Other Users/alice/Plans"])


def test_a_connection_that_breaks_is_caught_up_with(house: House, disk: Backup) -> None:
    house.deliver(b"Subject: long\r\n\r\n" + b"x" * 9000 + b"\r\n")
    house.run(house.faults.add, Cut(after=6000))
    with pytest.raises(ProgramFailed):
        disk.copy()
    disk.copy()
    assert disk.compare().equal
    before = on_server(house)
    empty(house)
    house.run(house.faults.add, CutInUpload(after=20, occurrence=3))
    with pytest.raises(ProgramFailed):
        disk.restore()
    assert disk.restore().present == 2
    assert {name: sorted(rows) for name, rows in on_server(house).items()} == {
        name: sorted(rows) for name, rows in before.items()
    }


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_inside_tls(house: House, security: Any) -> None:
    house.deliver(A)
    disk = house.backup(security=security)
    assert disk.copy().copied == 1
    assert disk.compare().equal


def test_a_lost_backup(house: House, disk: Backup) -> None:
    disk.copy()
    disk.lose()
    assert house.log[-1].event == Lost(device="usb-disk")
    assert not (house.folder / "usb-disk").exists()
    assert (disk.lost, repr(disk)) == (True, "<backup usb-disk: lost>")
    for act in (disk.copy, disk.restore, disk.compare, disk.lose, disk.files):
        with pytest.raises(DeviceLost, match=r"^usb-disk is lost, with all that was on it$"):
            act()


def test_the_folder_remembers(house: House, disk: Backup) -> None:
    disk.copy()
    again = house.backup()
    assert again.files() == disk.files()
    assert again.files()[0].internaldate == MOMENT
    assert str(again.copy()) == "0 copied, 7 were here already"


def test_nothing_is_changed_on_the_server_by_copying(house: House, disk: Backup) -> None:
    disk.copy()
    disk.compare()
    assert house.events(FlagsChanged) == []
    assert repr(house.backup("empty").compare()).startswith(
        "0 the same, 0 only on empty, 7 only on the server, 0 different"
    )
