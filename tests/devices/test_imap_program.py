"""The IMAP mail program, with a real server at the other end."""

from __future__ import annotations

import pytest

from labserver.devices import Device, ProgramFailed
from labserver.devices.programs.imap import ImapProgram
from labserver.events import Closed, Discarded, Event, Expunged, FlagsChanged, Line, Saved, Synced
from labserver.faults import Cut, Refuse
from labserver.store import Arrival, Flagging
from tests.devices.support import House

A = b"Subject: A\r\n\r\nHello ) {3}\r\n"
B = b"Subject: B\r\n\r\nbare\nlines, no end"


@pytest.fixture
def phone(house: House) -> Device:
    house.deliver(A, B)
    return house.device("phone")


@pytest.fixture
def program(phone: Device) -> ImapProgram:
    return phone.imap_program("bob", "tulip")


def on_server(house: House, how: str, *args: object) -> None:
    def work() -> None:
        inbox = house.store.mailboxes.get(house.bob, "INBOX")
        getattr(house.store.messages, how)(inbox, *args)

    house.run(work)


def flags_on_server(house: House) -> list[str]:
    def work() -> list[str]:
        inbox = house.store.mailboxes.get(house.bob, "INBOX")
        return [row.flags for row in house.store.messages.rows(inbox)]

    found: list[str] = house.run(work)
    return found


def kept(house: House) -> list[type[Event]]:
    return [type(event) for event in house.events(Saved, Synced, Discarded)]


def test_everything_new_is_fetched_and_nothing_is_marked_read(
    house: House, phone: Device, program: ImapProgram
) -> None:
    assert repr(program.sync()) == "2 fetched, 0 with other flags, 0 deleted here"
    assert [file.read() for file in phone.files()] == [A, B]
    assert [file.origin.uid for file in phone.files()] == [1, 2]
    assert flags_on_server(house) == ["", ""]
    assert str(program.sync()) == "0 fetched, 0 with other flags, 0 deleted here"
    assert house.log[-1].event == Closed(connection=2, how="quit")


def test_headers_first_and_bodies_later_are_one_file(
    house: House, phone: Device, program: ImapProgram
) -> None:
    program.sync(bodies=False)
    assert [file.copied for file in phone.files()] == ["headers", "headers"]
    assert phone.files()[0].read() == b"Subject: A\r\n\r\n"
    assert program.sync(bodies=False).fetched == 0
    assert program.sync().fetched == 2
    assert [(file.name, file.copied) for file in phone.files()] == [
        ("1.phone", "whole"),
        ("2.phone", "whole"),
    ]
    assert [file.read() for file in phone.files()] == [A, B]


def test_flags_and_removals_are_taken_over(
    house: House, phone: Device, program: ImapProgram
) -> None:
    program.sync()
    on_server(house, "set_flags", [1], Flagging.ADD, ["\\Flagged", "$Work"])
    on_server(house, "expunge", [2])
    assert str(program.sync()) == "0 fetched, 1 with other flags, 1 deleted here"
    (file,) = phone.files()
    assert file.flags == ("\\Flagged", "$Work")


def test_two_devices_come_to_hold_the_same(
    house: House, phone: Device, program: ImapProgram
) -> None:
    laptop = house.device("laptop")
    other = laptop.imap_program("bob@home.example", "tulip")
    program.sync()
    other.sync()
    program.mark_read(1)
    program.delete(2)
    assert house.events(FlagsChanged)[0].flags == ("\\Seen",)
    assert [event.uid for event in house.events(Expunged)] == [2]
    other.sync()
    told = [[(f.read(), f.flags) for f in device.files()] for device in (phone, laptop)]
    assert told == [[(A, ("\\Seen",))]] * 2


def test_delete_removes_its_message_only(house: House, phone: Device, program: ImapProgram) -> None:
    program.sync()
    on_server(house, "set_flags", [1], Flagging.ADD, ["\\Deleted"])
    program.delete(2)
    assert house.inbox() == [1]


def test_a_new_uidvalidity_means_that_all_is_forgotten(
    house: House, phone: Device, program: ImapProgram
) -> None:
    def fill() -> None:
        made = house.store.mailboxes.create(house.bob, "Work")
        house.store.messages.append(made, [Arrival(data=A)])

    house.run(fill)
    assert program.sync("Work").fetched == 1
    house.run(house.store.mailboxes.delete, house.bob, "Work")
    house.run(fill)
    result = program.sync("Work")
    assert (result.fetched, result.deleted) == (1, 1)
    (file,) = phone.files()
    assert file.name == "2.phone"
    assert kept(house) == [Saved, Discarded, Saved]


def test_a_mailbox_with_a_name_of_its_own(
    house: House, phone: Device, program: ImapProgram
) -> None:
    def fill() -> None:
        made = house.store.mailboxes.create(house.bob, 'R\u00e9sum\u00e9s "x" \\ & y')
        house.store.messages.append(made, [Arrival(data=A)])

    house.run(fill)
    assert program.sync('R\u00e9sum\u00e9s "x" \\ & y').fetched == 1
    assert phone.files()[0].origin.mailbox == 'R\u00e9sum\u00e9s "x" \\ & y'


def test_an_empty_mailbox(house: House) -> None:
    device = house.device("phone")
    assert device.imap_program("bob", "tulip").sync().fetched == 0


def test_many_messages_come_in_batches(house: House) -> None:
    house.deliver(*(b"n: %d\r\n\r\n" % n for n in range(120)))
    phone = house.device("phone")
    assert phone.imap_program("bob", "tulip").sync().fetched == 120
    assert [file.origin.uid for file in phone.files()] == list(range(1, 121))


def test_what_goes_wrong_is_told_without_the_system_s_words(
    house: House, phone: Device, program: ImapProgram
) -> None:
    with pytest.raises(ProgramFailed, match=r"^IMAP: "):
        phone.imap_program("bob", "rose").sync()
    with pytest.raises(ProgramFailed, match=r"^IMAP: "):
        program.sync("Nowhere")
    house.run(house.faults.add, Refuse())
    with pytest.raises(ProgramFailed, match=r"^imap, port 143: the connection broke"):
        program.sync()


def test_a_connection_that_breaks_is_caught_up_with(
    house: House, phone: Device, program: ImapProgram
) -> None:
    house.deliver(b"Subject: long\r\n\r\n" + b"x" * 5000 + b"\r\n")
    house.run(house.faults.add, Cut(after=3000))
    with pytest.raises(ProgramFailed):
        program.sync()
    assert program.sync().fetched == 3
    assert [file.origin.uid for file in phone.files()] == [1, 2, 3]


def test_the_same_lines_each_time(house: House, phone: Device, program: ImapProgram) -> None:
    program.sync()
    said = [e.data for e in house.events(Line) if e.direction == "C" and e.connection == 1]
    assert said == [
        b"phone.0 CAPABILITY\r\n",
        b'phone.1 LOGIN "bob" "tulip"\r\n',
        b'phone.2 SELECT "INBOX"\r\n',
        b"phone.3 UID FETCH 1:* (FLAGS)\r\n",
        b"phone.4 UID FETCH 1,2 (FLAGS BODY.PEEK[])\r\n",
        b"phone.5 LOGOUT\r\n",
    ]


def test_a_dialogue_and_the_program_share_the_files(
    house: House, phone: Device, program: ImapProgram
) -> None:
    imap = phone.dial("imap")
    imap.send("a1 LOGIN bob tulip")
    imap.send("a2 SELECT INBOX")
    imap.send("a3 UID FETCH 1 (FLAGS BODY[])")
    imap.send("a4 LOGOUT")
    assert phone.files()[0].flags == ("\\Seen",)
    assert program.sync().fetched == 1
    assert [file.origin.uid for file in phone.files()] == [1, 2]
