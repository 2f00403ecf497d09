"""From POP3 to IMAP: what a device has goes up to the server, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from labserver.devices import Device, DeviceError, ProgramFailed
from labserver.devices.programs.imap import ImapProgram
from labserver.events import Discarded, NewMessage, Synced
from labserver.faults import CutInUpload, NewUidls
from tests.devices.support import House
from tests.devices.test_backup import on_server

A = b"Received: from a by b; Sat, 3 Feb 2001 04:05:06 +0000\r\nSubject: A\r\n\r\n.\r\n..\r\n"
B = b"Date: Mon, 1 Jan 2001 01:00:00 +0100\r\n\r\nGr\xfc\xdfe\r\n"
C = "Subject: Grüße\r\n\r\nx\r\n".encode()


@pytest.fixture
def laptop(house: House) -> Device:
    house.deliver(A, B, C)
    laptop = house.device("laptop")
    laptop.pop3_program("bob", "tulip", leave_on_server=False).check()
    laptop.flag("1.laptop", "\\Seen", "\\Flagged", "$Work")
    assert house.inbox() == []
    return laptop


@pytest.fixture
def program(laptop: Device) -> ImapProgram:
    return laptop.imap_program("bob", "tulip")


def moment(*numbers: int) -> int:
    return int(datetime(*numbers, tzinfo=UTC).timestamp())


def test_nothing_is_lost_on_the_way(house: House, laptop: Device, program: ImapProgram) -> None:
    assert [row.verdict for row in program.compare().rows] == ["only here"] * 3
    assert str(program.upload()) == "3 appended, 0 already there"
    assert on_server(house)["INBOX"] == [
        (A, "\\Flagged \\Seen $Work", moment(2001, 2, 3, 4, 5, 6)),
        (B, "", moment(2001, 1, 1, 0, 0, 0)),
        (C, "", int(house.now().timestamp())),
    ]
    assert program.compare().equal
    assert len(house.events(NewMessage)) == 3, "each has the letter that it had"
    phone = house.device("phone")
    phone.imap_program("bob", "tulip").sync()
    assert [file.sha256 for file in phone.files()] == [file.sha256 for file in laptop.files()]


def test_the_files_stay_and_it_may_be_repeated(
    house: House, laptop: Device, program: ImapProgram
) -> None:
    before = laptop.files()
    program.upload()
    assert laptop.files() == before
    assert house.events(Discarded) == []
    assert len(house.events(Synced)) == 1
    assert str(program.upload()) == "0 appended, 3 already there"


def test_what_was_fetched_twice_goes_up_once(house: House) -> None:
    house.deliver(A)
    laptop = house.device("laptop")
    pop3, imap = laptop.pop3_program("bob", "tulip"), laptop.imap_program("bob", "tulip")
    pop3.check()
    house.run(house.faults.add, NewUidls(account="bob@home.example"))
    pop3.check()
    assert len(laptop.files()) == 2
    assert imap.upload(mailbox="Old").appended == 1
    assert imap.upload().present == 1


def test_some_files_into_a_mailbox_that_has_to_be_made(
    house: House, laptop: Device, program: ImapProgram
) -> None:
    result = program.upload(laptop.files()[1:], mailbox="Alt & früher/2001")
    assert (result.appended, result.created) == (2, ("Alt & früher/2001",))
    assert [row[0] for row in on_server(house)["Alt & früher/2001"]] == [B, C]
    assert program.compare(mailbox="Alt & früher/2001").only_here[0].file == laptop.files()[0]
    assert [row.verdict for row in program.compare(mailbox="None").rows] == ["only here"] * 3


def test_only_pop3_files_go_up_by_themselves(house: House, laptop: Device) -> None:
    program = laptop.imap_program("bob", "tulip")
    house.deliver(b"Subject: D\r\n\r\n")
    program.sync(bodies=False)
    assert program.upload().appended == 3
    with pytest.raises(DeviceError, match=r"^of 4\.laptop only the headers are here$"):
        program.upload(laptop.files())


def test_a_break_in_the_middle_is_made_good(house: House, program: ImapProgram) -> None:
    house.run(house.faults.add, CutInUpload(after=9, occurrence=2))
    with pytest.raises(ProgramFailed):
        program.upload()
    assert [row[0] for row in on_server(house)["INBOX"]] == [A]
    assert str(program.upload()) == "2 appended, 1 already there"
    assert program.compare().equal
