"""A lab starts, does its work, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from labserver import Lab
from labserver.errors import LabError
from labserver.events import Connected, FaultStruck
from labserver.faults import Answer, Refuse

if TYPE_CHECKING:
    from pathlib import Path

MESSAGE = b"From: Alice <alice@home.example>\r\nSubject: %b\r\n\r\nHello.\r\n"
OURS = ("labserver", "asyncio", "ThreadPool")  # and what an event loop would start
CLOSED = "lab is closed"


def ours() -> int:
    """Count the lab's threads; those of pytest's workers come and go."""
    return sum(t.name.startswith(OURS) for t in threading.enumerate())


def sockets() -> int:
    return len(psutil.Process().net_connections("tcp"))


def temporary(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("mail-lab-*"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders go."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


# Beginning and end


def test_nothing_is_left_after_close(place: Path) -> None:
    before, open_before = ours(), sockets()
    for _ in range(3):
        lab = Lab()
        laptop = lab.device("laptop")
        laptop.dial("pop3").send("USER bob")
        laptop.dial("imap").send("a1 LOGIN bob tulip")
        with socket.create_connection(("127.0.0.1", lab.ports["smtp"])) as strange:
            assert strange.recv(100).startswith(b"220 ")
            assert ours() > before
            assert sockets() > open_before
            assert temporary(place)
            lab.close()
            lab.close()
        assert lab.closed
        assert ours() == before
        assert sockets() == open_before
        assert temporary(place) == []
        for port in lab.ports.values():
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))


def test_a_with_block_ends_it() -> None:
    with Lab() as lab:
        assert repr(lab) == "<Lab: running>"
    assert repr(lab) == "<Lab: closed>"
    with pytest.raises(LabError, match=CLOSED):
        lab.now()
    with pytest.raises(LabError, match=CLOSED):
        lab.messages()
    with pytest.raises(LabError, match=CLOSED):
        lab.device("laptop")


def test_a_process_that_never_closes_its_lab_leaves_no_folder(tmp_path: Path) -> None:
    code = (
        "from labserver import Lab\nlab = Lab()\nlab.device('laptop')\nprint(lab._places.place())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(tmp_path))},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "mail-lab-" in ran.stdout
    assert ran.stderr == ""
    assert temporary(tmp_path) == []


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing() -> None:
    before = ours()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        open_before = sockets()
        with pytest.raises(LabError, match=str(port)):
            Lab(ports={"imap": port})
        assert sockets() == open_before
    assert ours() == before
    with Lab(ports={"imap": port}) as lab:
        assert lab.ports["imap"] == port


def test_a_lab_that_never_began_can_be_closed() -> None:
    lab = Lab.__new__(Lab)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(LabError):
        lab.__init__(ports={"pop3": taken.getsockname()[1]})  # type: ignore[misc]
    lab.close()
    assert lab.closed


def test_two_labs_at_once_know_nothing_of_each_other(place: Path) -> None:
    with Lab() as one, Lab() as two:
        assert not set(one.ports.values()) & set(two.ports.values())
        one.load(MESSAGE % b"one")
        one.device("laptop").dial("pop3").send("USER bob", "PASS tulip", "RETR 1", "QUIT")
        assert len(one.device("laptop").files()) == 1
        assert (len(one.messages()), len(two.messages())) == (1, 0)
        assert two.device("laptop").files() == ()
        assert not any(isinstance(entry.event, Connected) for entry in two.log)
        one.close()
        two.device("laptop").dial("imap").send("a1 LOGIN bob tulip")
        assert two.log.last > 0
    assert temporary(place) == []


# Mail


def test_load_puts_messages_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in (b"2-two", b"1-one"):
        (tmp_path / f"{name.decode()}.eml").write_bytes(MESSAGE % name)
    with Lab() as lab:
        assert lab.load(tmp_path / "*.eml") == ["A", "B"]
        assert lab.load(MESSAGE % b"three", to="alice@home.example") == ["C"]
        held = lab.messages()
        assert lab.message() == held[-1]
        assert lab.message("A", account="bob") == held[0]
        with pytest.raises(LabError, match="There is no message Z in INBOX of bob"):
            lab.message("Z")
        assert [each.letter for each in lab.messages("alice")] == [
            lab.message(account="alice").letter
        ]
        assert str(held[-1]).encode() == held[-1].octets.replace(b"\r\n", b"\n")
        assert [(each.letter, each.uid, each.flags) for each in held] == [
            ("A", 1, ()),
            ("B", 2, ()),
        ]
        assert [each.octets for each in held] == [MESSAGE % b"1-one", MESSAGE % b"2-two"]
        assert held[0].internaldate == lab.now()
        assert [each.letter for each in lab.messages("alice")] == ["C"]


def test_load_says_what_is_not_there_and_loads_nothing(tmp_path: Path) -> None:
    with Lab() as lab:
        before = lab.log.last
        with pytest.raises(LabError, match=r"no\.eml"):
            lab.load(tmp_path / "no.eml")
        with pytest.raises(LabError, match="carol"):
            lab.load(MESSAGE % b"x", to="carol")
        with pytest.raises(LabError, match="Nowhere"):
            lab.load(MESSAGE % b"x", mailbox="Nowhere")
        with pytest.raises(LabError, match="carol"):
            lab.messages("carol")
        with pytest.raises(LabError, match="carol"):
            lab.device("phone", owner="carol")
        assert lab.log.last == before


def test_an_account_is_added_while_it_runs() -> None:
    with Lab(accounts={"dora": "rose"}) as lab:
        assert lab.add_account("carol@home.example", "lily") == "carol@home.example"
        pop = lab.device("phone", owner="carol").dial("pop3")
        pop.send("USER carol", "PASS lily")
        assert pop.last is not None
        assert pop.last.octets.startswith(b"+OK")
        with pytest.raises(LabError):
            lab.add_account("dora", "again")


def test_a_quota_is_set_and_taken_away() -> None:
    with Lab() as lab:
        lab.set_quota("bob", storage=10, messages=1)
        lab.load(MESSAGE % b"one")
        with pytest.raises(LabError, match="full"):
            lab.load(MESSAGE % b"two")
        lab.set_quota("bob@home.example", mailboxes=1)
        lab.load(MESSAGE % b"two")
        assert len(lab.messages()) == 2
        for account, most in (("nobody", 1), ("bob", -1)):
            with pytest.raises(LabError):
                lab.set_quota(account, messages=most)


def test_a_store_in_a_file_is_there_the_next_time(tmp_path: Path) -> None:
    store, folder = tmp_path / "mail.db", tmp_path / "devices"
    with Lab(store=store, folder=folder) as lab:
        lab.load(MESSAGE % b"kept")
        imap = lab.device("laptop").dial("imap")
        imap.send("a1 LOGIN bob tulip")
        imap.send("a2 SELECT INBOX")
        imap.send("a3 FETCH 1 (UID FLAGS BODY[])")
        imap.send("a4 LOGOUT")
        held, files = lab.messages(), lab.device("laptop").files()
        accounts = lab.snapshot().accounts
    assert held[0].flags == ("\\Seen",)
    with Lab(store=store, folder=folder) as lab:
        assert lab.messages() == held
        assert lab.device("laptop").files() == files
        assert lab.snapshot().accounts == accounts
        assert lab.load(MESSAGE % b"new") != ["A"]  # A restart may skip letters, never repeat one.
        assert lab.messages()[-1].uid == 2


def test_a_store_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    before = ours()
    with pytest.raises(LabError):
        Lab(store=tmp_path / "no such folder" / "mail.db")
    assert ours() == before


# Time


def test_lab_time_moves_only_when_told() -> None:
    with Lab() as lab:
        start = lab.now()
        assert lab.now() == start
        assert lab.advance(timedelta(hours=2)) == start + timedelta(hours=2) == lab.now()
        lab.load(MESSAGE % b"later")
        assert lab.messages()[0].internaldate == start + timedelta(hours=2)
        with pytest.raises(ValueError, match="back"):
            lab.advance(timedelta(seconds=-1))


def test_real_time_cannot_be_moved() -> None:
    with Lab(clock="system") as lab, pytest.raises(LabError, match="real time"):
        lab.advance(timedelta(hours=1))


def test_a_fault_strikes_and_is_counted() -> None:
    with Lab() as lab:
        fault = lab.faults.add(Answer(protocol="pop3", command="STAT", reply="-ERR Not today"))
        pop = lab.device("laptop").dial("pop3")
        pop.send("USER bob", "PASS tulip", "STAT")
        assert pop.last is not None
        assert pop.last.octets == b"-ERR Not today\r\n"
        assert [(each.matched, each.struck) for each in lab.faults] == [(1, 1)]
        pop.send("STAT")
        assert pop.last.octets == b"+OK 0 0\r\n"
        assert [type(e.event) for e in lab.log].count(FaultStruck) == 1
        lab.faults.remove(fault)
        assert list(lab.faults) == []
        with pytest.raises(ValueError, match="fault"):
            lab.faults.remove(fault)


def test_a_refused_connection_says_so() -> None:
    with Lab() as lab:
        lab.faults.add(Refuse(protocol="imap"))
        with pytest.raises(LabError, match="before the greeting"):
            lab.device("laptop").dial("imap")
        assert lab.device("laptop").dial("imap").open


# Pictures


def test_a_look_stays_as_it_is_and_knows_what_is_new() -> None:
    with Lab() as lab:
        lab.device("laptop")
        empty = lab.look()
        before = lab.snapshot()
        lab.load(MESSAGE % b"one")
        loaded = lab.look()
        lab.device("laptop").dial("pop3").send("USER bob", "PASS tulip", "RETR 1", "QUIT")
        live, taken = lab.map(), lab.look()
        faces = [face(each) for each in (empty, loaded, taken)]
        assert len(set(faces)) == 3
        assert lab.snapshot(before.number) == before
        lab.load(MESSAGE % b"two")
        assert [face(each) for each in (empty, loaded, taken)] == faces
        assert face(live) != faces[2]
        with pytest.raises(ValueError, match="moments"):
            lab.snapshot(lab.log.last + 1)
        with pytest.raises(LabError, match="carol"):
            lab.map("carol")


def test_a_bounded_log_still_tells_the_truth_about_now() -> None:
    with Lab(keep=20) as lab, Lab() as whole:
        for each in (lab, whole):
            for n in range(20):
                each.load(MESSAGE % b"%d" % n)
        assert lab.log.first > 1
        assert len(lab.log) <= 25
        assert lab.snapshot().accounts == whole.snapshot().accounts
        assert lab.snapshot(lab.log.first).number == lab.log.first
        with pytest.raises(ValueError, match="moments"):
            lab.snapshot(1)


def test_a_closed_lab_still_shows_its_pictures() -> None:
    with Lab() as lab:
        lab.load(MESSAGE % b"one")
        pop = lab.device("laptop").dial("pop3")
        pop.send("USER bob", "PASS tulip", "RETR 1", "QUIT")
        frozen = face(lab.look())
    assert "Hello." not in face(lab.map())
    assert "laptop" in face(lab.map())
    assert "laptop" in face(lab.map("bob@home.example"))
    assert re.search("RETR 1", face(lab.transcript()))
    assert "laptop" in frozen
    assert lab.snapshot().devices["laptop"].files["1.laptop"].message == 1


def face(picture: Any) -> str:
    """Return a picture as it is shown: its HTML and its text."""
    data, _ = picture._repr_mimebundle_()
    return f"{data['text/html']}\n{data['text/plain']}"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "127.0.0.1", "localhost"])
@pytest.mark.timeout(60)
def test_a_device_reaches_a_lab_wherever_it_listens(host: str) -> None:
    try:
        lab = Lab(host=host)
    except LabError:
        assert host == "::"  # A machine without IPv6.
        return
    with lab:
        lab.device("laptop").dial("smtp").hang_up()
        devices = [each.event.device for each in lab.log if isinstance(each.event, Connected)]
        assert devices == ["laptop"]
