"""Backups and webmail as the lab hands them out, and the picture's places of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from labserver import Lab
from labserver.devices import DeviceError
from labserver.errors import LabError
from labserver.snapshot import State, sentence, situation

if TYPE_CHECKING:
    from pathlib import Path

BOB = "bob@home.example"


def words(lab: Lab, letter: str) -> dict[str, str]:
    """Return what each place shows of a message."""
    now = situation(lab.snapshot(), BOB)
    row = next(row for row in now.rows if row.letter == letter)
    return {cell.place.name: cell.state.value for cell in row.cells}


def test_the_same_place_is_handed_out_until_it_is_lost() -> None:
    with Lab() as lab:
        disk, web = lab.backup("usb-disk"), lab.webmail()
        assert lab.backup("usb-disk") is disk
        assert lab.webmail() is web
        disk.lose()
        assert lab.backup("usb-disk") is not disk


def test_one_name_is_one_place() -> None:
    with Lab() as lab:
        lab.device("laptop")
        lab.backup("usb-disk")
        lab.webmail()
        with pytest.raises(LabError, match=r"^laptop is the name of a device$"):
            lab.backup("laptop")
        with pytest.raises(LabError, match=r"^usb-disk is the name of a backup$"):
            lab.device("usb-disk")
        with pytest.raises(LabError, match=r"^webmail is bob@home\.example's"):
            lab.webmail("alice")
        assert lab.webmail("alice", name="webmail-alice").owner == "alice@home.example"


def test_whose_password_the_lab_knows(tmp_path: Path) -> None:
    with Lab(store=tmp_path / "mail.db", accounts={"carol": "rose"}) as lab:
        lab.add_account("dave@work.example", "lily")
        lab.backup("carols", "carol").copy()
        assert lab.webmail("dave@work.example").list().rows == ()
    with Lab(store=tmp_path / "mail.db", accounts={}) as lab:
        with pytest.raises(LabError, match=r"the password of carol@home\.example$"):
            lab.backup("carols", "carol")
        lab.backup("carols", "carol", password="rose").copy()
        with pytest.raises(LabError):
            lab.webmail("nobody")


def test_after_the_end() -> None:
    lab = Lab()
    disk, web = lab.backup("usb-disk"), lab.webmail()
    lab.close()
    for act in (
        lambda: lab.backup("other"),
        lambda: lab.webmail(name="other"),
        disk.copy,
        disk.restore,
        web.list,
    ):
        with pytest.raises(LabError, match="closed"):
            act()


def a_life(lab: Lab) -> list[str]:
    """Bob's laptop falls into the lake; return the headline after each step."""
    told = []

    def look() -> None:
        told.append(sentence(lab.snapshot(), BOB))

    lab.load(b"Subject: A\n\nA\n")
    lab.load(b"Subject: B\n\nB\n")
    laptop, disk, web = lab.device("laptop"), lab.backup("usb-disk"), lab.webmail()
    laptop.pop3_program("bob", "tulip", leave_on_server=False).check()
    look()
    disk.copy(laptop)
    look()
    laptop.lose()
    look()
    disk.restore()
    look()
    web.read(3)
    web.delete(4)
    look()
    disk.lose()
    look()
    return told


def test_the_picture_tells_what_only_the_backup_has_and_what_is_restored() -> None:
    with Lab() as lab:
        assert a_life(lab) == [
            (
                "Messages A and B are on the laptop and nowhere else."
                " The backup usb-disk holds nothing."
            ),
            "Messages A and B are on the laptop and in the backup usb-disk.",
            (
                "Messages A and B are in the backup usb-disk and nowhere else."
                " The device holds nothing."
                " The laptop is lost, but A and B are whole in a backup."
            ),
            (
                "The laptop is lost, no message is."
                " Messages A and B are restored: they were gone from the server."
                " Messages A and B are on the server and in the backup usb-disk."
                " The device holds nothing."
            ),
            (
                "Message A is restored: it was gone from the server."
                " Message A is on the server and in the backup usb-disk."
                " Message B is in the backup usb-disk and nowhere else."
                " The device holds nothing."
                " The laptop is lost, but B is whole in a backup."
            ),
            (
                "Message B is lost: no whole copy is left."
                " Message A is restored: it was gone from the server."
                " Message A is on the server only."
                " The device holds nothing. The backup usb-disk holds nothing."
            ),
        ]
        lost, never, gone = State.LOST.value, State.NEVER.value, State.GONE.value
        assert words(lab, "A") == {
            BOB: "whole",
            "laptop": gone,
            "usb-disk": gone,
            "webmail": never,
        }
        assert words(lab, "B")["usb-disk"] == lost


def test_what_was_read_is_marked_on_the_server_and_nowhere_else() -> None:
    with Lab() as lab:
        lab.load(b"Subject: A\n\nA\n")
        lab.backup("usb-disk").copy()
        lab.webmail().read(1)
        cells = situation(lab.snapshot(), BOB).rows[0].cells
        assert [[copy.flags for copy in cell.copies] for cell in cells] == [
            [("\\Seen",)],
            [()],
            [],
        ]


def test_every_run_gives_one_log() -> None:
    def run() -> list[Any]:
        with Lab() as lab:
            a_life(lab)
            return list(lab.log)

    assert run() == run()


def test_a_header_alone_is_known_by_its_octets() -> None:
    with Lab() as lab:
        for subject in ("First", "Second"):
            lab.load(f"Subject: {subject}\r\n\r\nThe same.\r\n".encode(), to="bob")
        session = lab.device("phone").dial("imap")
        for line in ("a1 LOGIN bob tulip", "a2 SELECT INBOX", "a3 FETCH 2 BODY.PEEK[HEADER]"):
            session.send(line)
        now = situation(lab.snapshot(), BOB)
    assert now.strangers == (0,)
    assert [row.cells[1].state for row in now.rows] == [State.NEVER, State.HEADERS]


def test_a_folder_that_is_gone_is_not_told_as_an_empty_one(tmp_path: Path) -> None:
    with Lab() as lab:
        laptop = lab.device("laptop")
        assert laptop.files() == ()
    with pytest.raises(DeviceError, match=r"^the folder of laptop is no longer there$"):
        laptop.files()
    assert repr(laptop) == "<device laptop: its folder is gone>"
    with Lab(folder=tmp_path) as lab:
        kept = lab.device("laptop")
    assert kept.files() == ()
    assert repr(kept) == "<device laptop: 0 files>"
