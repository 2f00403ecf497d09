"""The POP3 mail program, with a real server at the other end."""

from __future__ import annotations

import pytest

from labserver.devices import Device, DeviceLost, ProgramFailed
from labserver.events import Closed, Expunged, Line, Marked, Saved
from labserver.faults import Answer, Cut, Refuse
from tests.devices.support import House

A = b"Subject: A\r\n\r\n.dots\r\n..\r\n.\r\nend\r\r\n"
LONG = b"Subject: long\r\n\r\n" + b"x" * 5000 + b"\r\n"


@pytest.fixture
def laptop(house: House) -> Device:
    house.deliver(A, LONG)
    return house.device()


def test_leaving_mail_on_the_server(house: House, laptop: Device) -> None:
    program = laptop.pop3_program("bob", "tulip")
    assert str(program.check()) == "2 fetched, 0 deleted on the server"
    assert [file.read() for file in laptop.files()] == [A, LONG]
    assert house.inbox() == [1, 2]
    house.deliver(b"Subject: new\r\n\r\n")
    assert program.check().fetched == 1
    assert program.check().fetched == 0
    assert len(laptop.files()) == 3
    assert len(laptop.known_ids) == 3


def test_what_was_fetched_is_not_fetched_again_though_its_file_is_gone(
    house: House, laptop: Device
) -> None:
    program = laptop.pop3_program("bob", "tulip")
    program.check()
    laptop.discard("1.laptop")
    assert program.check().fetched == 0


def test_deleting_on_the_server(house: House, laptop: Device) -> None:
    program = laptop.pop3_program("bob", "tulip", leave_on_server=False)
    assert str(program.check()) == "2 fetched, 2 deleted on the server"
    assert house.inbox() == []
    assert [file.read() for file in laptop.files()] == [A, LONG]


def test_each_message_is_saved_before_it_is_marked_and_quit_comes_last(
    house: House, laptop: Device
) -> None:
    laptop.pop3_program("bob", "tulip", leave_on_server=False).check()
    kinds = [type(event) for event in house.events(Saved, Marked, Expunged, Closed)]
    assert kinds == [Saved, Marked, Saved, Marked, Expunged, Expunged, Closed]
    assert house.log[-1].event == Closed(connection=1, how="quit")


def test_a_connection_that_breaks_loses_nothing(house: House, laptop: Device) -> None:
    house.run(house.faults.add, Cut(after=600))
    program = laptop.pop3_program("bob", "tulip", leave_on_server=False)
    with pytest.raises(ProgramFailed):
        program.check()
    assert house.inbox() == [1, 2]
    assert [file.read() for file in laptop.files()] == [A]
    assert program.check().fetched == 1
    assert house.inbox() == []
    assert [file.read() for file in laptop.files()] == [A, LONG]


def test_a_wrong_password_is_told_in_the_server_s_words(house: House, laptop: Device) -> None:
    with pytest.raises(ProgramFailed, match=r"^POP3: -ERR \[AUTH\] User name or password is wrong"):
        laptop.pop3_program("bob", "rose").check()
    assert house.log[-1].event == Closed(connection=1, how="quit")


def test_a_refusal_in_the_middle(house: House, laptop: Device) -> None:
    house.run(
        house.faults.add,
        Answer(protocol="pop3", command="RETR", reply="-ERR [SYS/TEMP] Later", occurrence=2),
    )
    program = laptop.pop3_program("bob", "tulip", leave_on_server=False)
    with pytest.raises(ProgramFailed, match=r"Later$"):
        program.check()
    assert house.inbox() == [2], "what was saved may be deleted"
    assert len(laptop.files()) == 1


def test_no_server(house: House, laptop: Device) -> None:
    house.run(house.faults.add, Refuse())
    with pytest.raises(ProgramFailed, match=r"^pop3, port 110: the connection broke"):
        laptop.pop3_program("bob", "tulip").check()


def test_a_dialogue_and_the_program_know_the_same_ids(house: House, laptop: Device) -> None:
    pop = laptop.dial("pop3")
    pop.send("USER bob", "PASS tulip", "UIDL", "RETR 1", "QUIT")
    assert laptop.pop3_program("bob@home.example", "tulip").check().fetched == 1


def test_a_lost_device_has_no_program(house: House, laptop: Device) -> None:
    program = laptop.pop3_program("bob", "tulip")
    laptop.lose()
    with pytest.raises(DeviceLost):
        program.check()
    with pytest.raises(DeviceLost):
        laptop.pop3_program("bob", "tulip").check()


def test_the_same_lines_each_time(house: House, laptop: Device) -> None:
    laptop.pop3_program("bob", "tulip").check()
    laptop.pop3_program("bob", "tulip").check()
    said = [e.data for e in house.events(Line) if e.direction == "C" and e.connection == 2]
    assert said == [b"USER bob\r\n", b"PASS tulip\r\n", b"UIDL\r\n", b"QUIT\r\n"]
    assert repr(laptop.pop3_program("bob", "tulip")) == (
        "<POP3 program of bob@home.example on laptop>"
    )
