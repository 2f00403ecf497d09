"""A raw POP3 session from a device, with a real server at the other end."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labserver.devices import ConnectionOver, Device, DeviceLost, NotNow, Pop3Dialogue
from labserver.events import Closed, DeviceAdded, Discarded, Expunged, Lost, Saved, Synced
from labserver.faults import Answer, Cut, Refuse
from labserver.pop3.text import canonical
from tests.devices.support import House

A = b"From: alice@home.example\r\nSubject: A\r\n\r\nHello Bob\r\n.hidden dot\r\n"
B = b"Subject: B\r\n\r\nbye\r\n"
# The first timestamp that the laptop is greeted with: the same in every lab.
CHALLENGE = "<15832418524121054020.1772442000@mail.home.example>"


@pytest.fixture
def laptop(house: House) -> Device:
    house.deliver(A, B)
    return house.device()


@pytest.fixture
def pop(laptop: Device, capsys: pytest.CaptureFixture[str]) -> Pop3Dialogue:
    dialogue = laptop.dial("pop3")
    dialogue.send("USER bob")
    dialogue.send("PASS tulip")
    capsys.readouterr()
    return dialogue


def test_the_exchange_is_printed_as_it_crossed_the_wire(
    laptop: Device, capsys: pytest.CaptureFixture[str]
) -> None:
    pop = laptop.dial("pop3")
    assert pop.send("STAT") is None
    pop.send("USER bob")
    pop.send("PASS tulip")
    pop.send("LIST")
    pop.send("LIST 2")
    assert capsys.readouterr().out == (
        f"S: +OK POP3 server ready {CHALLENGE}\n"
        "C: STAT\nS: -ERR Log in first\n"
        "C: USER bob\nS: +OK\n"
        "C: PASS tulip\nS: +OK 2 messages\n"
        f"C: LIST\nS: +OK\nS: 1 {len(A)}\nS: 2 {len(B)}\nS: .\n"
        f"C: LIST 2\nS: +OK 2 {len(B)}\n"
    )


def test_retr_is_printed_with_its_stuffing_and_saved_without(
    house: House, laptop: Device, pop: Pop3Dialogue, capsys: pytest.CaptureFixture[str]
) -> None:
    pop.send("RETR 1")
    assert capsys.readouterr().out == (
        f"C: RETR 1\nS: +OK {len(A)} octets\n"
        "S: From: alice@home.example\nS: Subject: A\nS: \nS: Hello Bob\nS: ..hidden dot\nS: .\n"
        f"   [laptop: saved, {len(A)} octets]\n"
    )
    (file,) = laptop.files()
    assert file.read() == A
    assert (file.name, file.copied, file.octets) == ("1.laptop", "whole", len(A))
    assert house.events(Saved) == [
        Saved(
            device="laptop",
            file="1.laptop",
            copied="whole",
            octets=len(A),
            sha256=file.sha256,
            protocol="pop3",
            connection=1,
            account="bob@home.example",
            mailbox="INBOX",
            uidvalidity=None,
            uid=None,
            uidl=None,
            flags=(),
        )
    ]
    assert pop.last.ok
    assert pop.last.text == f"+OK {len(A)} octets"
    assert pop.last.content == A.replace(b"\r\n.", b"\r\n..")


def test_a_long_message_is_cut_short_on_the_screen_only(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    long = b"Subject: long\r\n\r\n" + b"".join(b"line %d\r\n" % n for n in range(100))
    house.deliver(long)
    laptop = house.device()
    pop = laptop.dial("pop3")
    pop.send("USER bob", "PASS tulip")
    capsys.readouterr()
    pop.send("RETR 1")
    lines = capsys.readouterr().out.splitlines()
    assert lines[21:] == [
        "S: line 17",
        "   ... (82 more lines)",
        "S: .",
        f"   [laptop: saved, {len(long)} octets]",
    ]
    assert laptop.files()[0].read() == long


def test_top_saves_nothing(laptop: Device, pop: Pop3Dialogue) -> None:
    pop.send("TOP 1 1")
    assert pop.last.content.endswith(b"Hello Bob\r\n")
    assert laptop.files() == ()


def test_keep_can_be_left(house: House, laptop: Device) -> None:
    pop = laptop.dial("pop3", keep=False)
    pop.send("USER bob", "PASS tulip", "RETR 1", "QUIT")
    assert laptop.files() == ()


def test_fetched_twice_is_two_files(laptop: Device, pop: Pop3Dialogue) -> None:
    pop.send("RETR 1")
    pop.send("RETR 1")
    assert [file.name for file in laptop.files()] == ["1.laptop", "2.laptop"]


def test_a_unique_id_is_known_if_it_was_asked_for(
    house: House, laptop: Device, pop: Pop3Dialogue
) -> None:
    pop.send("RETR 1")
    assert laptop.known_ids == ()
    pop.send("UIDL")
    pop.send("RETR 2")
    pop.send("UIDL 1")
    pop.send("RETR 1")
    ids = [file.origin.uidl for file in laptop.files()]
    assert ids[0] is None
    assert ids[1].endswith(".2")
    assert ids[2].endswith(".1")
    assert laptop.known_ids == (ids[1], ids[2])
    laptop.discard("2.laptop")
    assert laptop.known_ids == (ids[1], ids[2]), "known, though its file is gone"
    assert house.events(Discarded) == [Discarded(device="laptop", file="2.laptop")]


def test_a_refused_retr_saves_nothing(house: House, laptop: Device, pop: Pop3Dialogue) -> None:
    house.run(
        house.faults.add, Answer(protocol="pop3", command="RETR", reply="-ERR [SYS/TEMP] Later")
    )
    pop.send("RETR 1")
    assert not pop.last.ok
    assert laptop.files() == ()
    pop.send("RETR 9")
    assert laptop.files() == ()


def test_pipelined_lines_go_together_and_the_replies_come_in_order(
    laptop: Device, pop: Pop3Dialogue, capsys: pytest.CaptureFixture[str]
) -> None:
    pop.send("RETR 1", "STAT", "NOOP")
    out = capsys.readouterr().out
    assert out.startswith("C: RETR 1\nC: STAT\nC: NOOP\nS: +OK ")
    assert out.endswith(f"S: +OK 2 {len(A) + len(B)}\nS: +OK\n")


def test_quit_returns_when_the_log_holds_the_end(
    house: House, laptop: Device, pop: Pop3Dialogue, capsys: pytest.CaptureFixture[str]
) -> None:
    pop.send("DELE 1")
    pop.send("QUIT")
    assert house.log[-1].event == Closed(connection=1, how="quit")
    assert house.inbox() == [2]
    assert capsys.readouterr().out.endswith("C: QUIT\nS: +OK Bye (1 message left)\n")
    assert not pop.open
    with pytest.raises(ConnectionOver, match=r"^this pop3 connection is over \(closed\)$"):
        pop.send("STAT")
    assert repr(pop) == "<pop3 from laptop, connection 1, over: closed>"


def test_a_cut_undoes_the_marks(house: House, laptop: Device, pop: Pop3Dialogue) -> None:
    pop.send("DELE 1")
    pop.cut()
    assert house.log[-1].event == Closed(connection=1, how="cut")
    assert house.inbox() == [1, 2]
    assert house.events(Expunged) == []
    pop.cut()
    again = laptop.dial("pop3")
    again.send("USER bob", "PASS tulip")
    assert again.last.ok, "the lock went with the connection"


def test_hanging_up_is_no_cut_even_with_replies_unread(
    house: House, laptop: Device, pop: Pop3Dialogue
) -> None:
    pop._channel.sendall(b"RETR 1\r\nRETR 2\r\n")
    pop.hang_up()
    assert house.log[-1].event == Closed(connection=1, how="client")


def test_two_at_once(
    house: House, laptop: Device, pop: Pop3Dialogue, capsys: pytest.CaptureFixture[str]
) -> None:
    phone = house.device("phone").dial("pop3")
    phone.send("USER bob", "PASS tulip")
    assert phone.last.text == "-ERR [IN-USE] Mailbox is open in another session"


def test_a_server_that_cuts_is_told_as_it_is(
    house: House, laptop: Device, capsys: pytest.CaptureFixture[str]
) -> None:
    house.run(house.faults.add, Cut(after=len(f"+OK POP3 server ready {CHALLENGE}\r\n+OK\r\n") + 2))
    pop = laptop.dial("pop3")
    pop.send("USER bob")
    assert capsys.readouterr().out == (
        f"S: +OK POP3 server ready {CHALLENGE}\nC: USER bob\nS: +OK\n"
    )
    pop.send("PASS tulip")
    out = capsys.readouterr().out
    assert out.startswith("C: PASS tulip\n")
    assert out.endswith("   [the connection ended before the reply was whole]\n")
    with pytest.raises(ConnectionOver):
        pop.send("STAT")


def test_a_refused_connection_is_an_error_without_the_system_s_words(
    house: House, laptop: Device, capsys: pytest.CaptureFixture[str]
) -> None:
    house.run(house.faults.add, Refuse(times=20))
    for _ in range(20):  # The reset comes while the client connects, or after that.
        with pytest.raises(ConnectionOver, match=r"^pop3, port 110: the connection ended before"):
            laptop.dial("pop3")
    assert capsys.readouterr().out == ""


def test_one_line_is_one_line(pop: Pop3Dialogue) -> None:
    with pytest.raises(NotNow):
        pop.send("STAT\r\nLIST")
    pop.send("NOOP")
    assert pop.last.ok


def test_bytes_that_are_no_text_reach_the_server(
    pop: Pop3Dialogue, capsys: pytest.CaptureFixture[str]
) -> None:
    pop.send("NOOP \udcff")
    assert not pop.last.ok
    assert capsys.readouterr().out.startswith("C: NOOP \\xff\nS: -ERR")


def test_a_lost_device_has_nothing_and_does_nothing(
    house: House, laptop: Device, pop: Pop3Dialogue, tmp_path: Path
) -> None:
    pop.send("RETR 1")
    pop.send("DELE 1")
    folder = laptop.files()[0].path
    laptop.lose()
    assert not folder.exists()
    assert not (tmp_path / "devices" / "laptop").exists()
    assert [type(e) for e in house.events(Closed, Lost)] == [Closed, Lost]
    assert house.inbox() == [1, 2], "its open session was not ended properly"
    for use in (laptop.files, lambda: laptop.known_ids, lambda: laptop.dial("pop3"), laptop.lose):
        with pytest.raises(DeviceLost, match=r"^laptop is lost"):
            use()
    assert repr(laptop) == "<device laptop: lost>"


def test_a_device_comes_with_an_empty_folder(house: House) -> None:
    laptop = house.device()
    assert house.events(DeviceAdded) == [DeviceAdded(device="laptop", owner="bob")]
    assert laptop.files() == ()
    assert repr(laptop) == "<device laptop: 0 files>"


def test_read_marks_of_pop3_copies_are_the_device_s_own(
    house: House, laptop: Device, pop: Pop3Dialogue
) -> None:
    pop.send("RETR 1")
    laptop.flag("1.laptop", "\\Seen")
    laptop.flag("1.laptop", "\\Seen")
    assert house.events(Synced) == [
        Synced(device="laptop", file="1.laptop", flags=("\\Seen",), connection=None)
    ]
    (file,) = laptop.files()
    assert file.flags == ("\\Seen",)
    assert file.path.name == "1.laptop!2,S"


LINES = st.lists(
    st.one_of(
        st.sampled_from([b".", b"..", b"", b".x", b"\r", b"\r.", b"\x00\xff", b"From x"]),
        st.binary(max_size=12),
    ),
    max_size=8,
)
ENDS = st.sampled_from([b"\r\n", b"\n", b"\n.\n", b"\r\n.\r\n", b""])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.builds(lambda lines, end: end.join(lines) + end, LINES, ENDS))
def test_any_message_is_saved_as_it_is_stored(house: House, data: bytes) -> None:
    house.deliver(data)
    name = f"d{len(house.devices)}"
    device = house.device(name)
    pop = device.dial("pop3")
    pop.send("UTF8", "USER bob", "PASS tulip")
    last = len(house.inbox())
    pop.send(f"LIST {last}")
    listed = int(pop.last.text.split()[-1])
    pop.send(f"RETR {last}", "QUIT")
    (file,) = device.files()
    assert file.read() == canonical(data)
    assert file.octets == listed
