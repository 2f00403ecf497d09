"""The POP3 mail program, with a real server at the other end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from labserver.devices import Device, DeviceError, DeviceLost, ProgramFailed
from labserver.events import Closed, Expunged, Line, Marked, Saved
from labserver.faults import Answer, Cut, Refuse
from tests.devices.support import House, Script, Scripted, Turn

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
    house.run(house.faults.add, Cut(after=900))
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
    assert said == [
        b"CAPA\r\n",
        b"UTF8\r\n",
        b"USER bob\r\n",
        b"PASS tulip\r\n",
        b"UIDL\r\n",
        b"QUIT\r\n",
    ]
    assert repr(laptop.pop3_program("bob", "tulip")) == (
        "<POP3 program of bob@home.example on laptop>"
    )


def test_mail_is_left_on_the_server_for_a_time(house: House, laptop: Device) -> None:
    def checked() -> str:
        program = laptop.pop3_program("bob", "tulip", delete_after=timedelta(days=7))
        return str(program.check())

    def later(days: int) -> None:
        house.run(house.clock.advance, timedelta(days=days))

    assert checked() == "2 fetched, 0 deleted on the server"
    later(4)
    house.deliver(b"Subject: new\r\n\r\n")
    assert checked() == "1 fetched, 0 deleted on the server"
    later(3)
    assert checked() == "0 fetched, 2 deleted on the server"
    assert house.inbox() == [3]
    later(4)
    assert checked() == "0 fetched, 1 deleted on the server"
    assert house.inbox() == []
    assert len(laptop.files()) == 3


def test_the_time_is_kept_in_the_folder(house: House, laptop: Device) -> None:
    laptop.pop3_program("bob", "tulip").check()
    house.run(house.clock.advance, timedelta(days=1))
    again = house.device()
    for days, told in ((2, "0 fetched, 0 deleted"), (1, "0 fetched, 2 deleted")):
        program = again.pop3_program("bob", "tulip", delete_after=timedelta(days=days))
        assert str(program.check()) == f"{told} on the server"


def test_no_time_is_at_once(house: House, laptop: Device) -> None:
    program = laptop.pop3_program("bob", "tulip", delete_after=timedelta())
    assert str(program.check()) == "2 fetched, 2 deleted on the server"


def test_either_not_left_or_left_for_a_time(laptop: Device) -> None:
    with pytest.raises(DeviceError, match=r"^mail that is not left on the server"):
        laptop.pop3_program("bob", "tulip", leave_on_server=False, delete_after=timedelta(days=1))


HELLO = (b"", b"+OK ready\r\n")
CAPA = (b"CAPA\r\n", b"+OK\r\nTOP\r\n.\r\n")
LOGIN = [CAPA, (b"USER bob\r\n", b"+OK\r\n"), (b"PASS tulip\r\n", b"+OK\r\n")]
ONE = (b"RETR 1\r\n", b"+OK\r\nSubject: A\r\n\r\n.\r\n")
QUIT = (b"QUIT\r\n", b"+OK\r\n")


def listing(uidl: bytes) -> Turn:
    return (b"UIDL\r\n", b"+OK\r\n1 %s\r\n.\r\n" % uidl)


def test_changed_unique_ids_bring_everything_again(script: Script) -> None:
    phone = script.device(
        Scripted([HELLO, *LOGIN, listing(b"a"), ONE, QUIT]),
        Scripted([HELLO, *LOGIN, listing(b"b"), ONE, QUIT]),
        Scripted([HELLO, *LOGIN, listing(b"a"), QUIT]),
    )
    program = phone.pop3_program("bob", "tulip", delete_after=timedelta(days=7))
    assert [program.check().fetched for _ in range(3)] == [1, 1, 0]
    first, second = phone.files()
    assert first.sha256 == second.sha256, "the same message twice, which the program can't know"
    assert phone.known_ids == ("a", "b")


NO_UIDL = (b"UIDL\r\n", b"-ERR What?\r\n")


def test_a_server_without_unique_ids_is_emptied(script: Script) -> None:
    turns = [NO_UIDL, (b"LIST\r\n", b"+OK\r\n1 14\r\n.\r\n"), ONE]
    phone = script.device(
        Scripted([HELLO, *LOGIN, *turns, (b"DELE 1\r\n", b"+OK\r\n"), QUIT]),
        Scripted([HELLO, *LOGIN, NO_UIDL, QUIT]),
    )
    program = phone.pop3_program("bob", "tulip", leave_on_server=False)
    assert str(program.check()) == "1 fetched, 1 deleted on the server"
    assert phone.files()[0].origin.uidl is None
    with pytest.raises(ProgramFailed, match=r"^POP3: -ERR What\?$"):
        phone.pop3_program("bob", "tulip").check()


def test_unique_ids_that_are_refused_for_now_empty_nothing(script: Script) -> None:
    offers = (b"CAPA\r\n", b"+OK\r\nUIDL\r\n.\r\n")
    phone = script.device(Scripted([HELLO, offers, *LOGIN[1:], NO_UIDL, QUIT]))
    with pytest.raises(ProgramFailed, match=r"^POP3: -ERR What\?$"):
        phone.pop3_program("bob", "tulip", leave_on_server=False).check()


def test_a_header_in_utf8_is_fetched_too(house: House) -> None:
    header = "Subject: caf\u00e9\r\n\r\n".encode()
    house.deliver(header, A)
    laptop = house.device()
    assert laptop.pop3_program("bob", "tulip").check().fetched == 2
    assert laptop.files()[0].read() == header
