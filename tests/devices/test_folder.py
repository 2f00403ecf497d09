"""What lies on the disk: names, notes, octets."""

from __future__ import annotations

import mailbox
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.devices import Device, DeviceError, World
from labserver.devices.files import Origin
from labserver.devices.folder import Folder
from labserver.devices.names import folder_name
from labserver.devices.shelf import Shelf
from labserver.devices.utf7 import decode_name, encode_name
from labserver.events import Discarded, Event, Saved, Synced

LEGAL = re.compile(r'[^<>:"/\\|?*\x00-\x1f]{1,100}')
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@given(
    st.text() | st.sampled_from(["CON", "nul.txt", "a.", ".", "..", " ", "a/b", "a:b", "x" * 500])
)
def test_folder_names_are_legal_everywhere(text: str) -> None:
    name = folder_name(text)
    assert LEGAL.fullmatch(name)
    assert not RESERVED.fullmatch(name)
    assert name[0] not in ". "
    assert name[-1] not in ". "
    assert len(name.encode()) <= 255


@given(st.text(max_size=20), st.text(max_size=20))
def test_different_mailboxes_have_different_folder_names(one: str, other: str) -> None:
    assert (folder_name(one) == folder_name(other)) == (one == other)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("INBOX", "INBOX"),
        ("A & B", "A &- B"),
        (
            "~peter/mail/\u53f0\u5317/\u65e5\u672c\u8a9e",
            "~peter/mail/&U,BTFw-/&ZeVnLIqe-",
        ),  # RFC 3501 s. 5.1.3
        ("\U0001f600", "&2D3eAA-"),
    ],
)
def test_modified_utf7(name: str, spelled: str) -> None:
    assert encode_name(name) == spelled
    assert decode_name(spelled) == name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_modified_utf7_there_and_back(name: str) -> None:
    assert encode_name(name).isascii()
    assert decode_name(encode_name(name)) == name


@given(st.text(st.characters(max_codepoint=126)))
def test_what_is_no_modified_utf7_does_no_harm(spelled: str) -> None:
    decode_name(spelled)


def world(record: Any = lambda event: None) -> World:
    return World(connect=None, record=record)


def origin(uid: int | None = None, mailbox: str = "INBOX", **more: Any) -> Origin:
    return Origin(
        protocol="imap",
        account="bob@home.example",
        mailbox=mailbox,
        uidvalidity=None if uid is None else 7,
        uid=uid,
        **more,
    )


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def shelf(tmp_path: Path, events: list[Event]) -> Shelf:
    return Shelf("laptop", tmp_path / "laptop", world(events.append))


def test_a_maildir_that_other_programs_can_read(shelf: Shelf) -> None:
    shelf.save(b"Subject: x\n\nbody\n", origin(1), flags=["\\Seen", "\\Flagged", "$Work"])
    folder = shelf.folder("bob@home.example", "INBOX")
    plain = mailbox.Maildir(str(folder.path), create=False)
    plain.colon = "!"
    (message,) = plain
    assert message["Subject"] == "x"
    assert message.get_flags() == "FS"
    assert isinstance(folder, Folder)
    assert folder.get_bytes("1.laptop") == b"Subject: x\n\nbody\n"
    assert list(folder.keys()) == ["1.laptop"]
    with pytest.raises(KeyError):
        folder.get_bytes("2.laptop")


@given(st.lists(st.binary(), max_size=6))
def test_files_hold_the_octets_that_were_saved(
    tmp_path_factory: pytest.TempPathFactory, messages: list[bytes]
) -> None:
    shelf = Shelf("laptop", tmp_path_factory.mktemp("shelf"), world())
    for data in messages:
        shelf.save(data, origin())
    assert [file.read() for file in shelf.files()] == messages
    assert [file.octets for file in shelf.files()] == [len(data) for data in messages]


def test_everything_is_told_once(shelf: Shelf, events: list[Event]) -> None:
    saved = shelf.save(b"x", origin(1), connection=3)
    shelf.flag(saved.name, ["\\Seen", "\\Recent"], 4)
    assert not shelf.flag(saved.name, ["\\SEEN"])
    shelf.save(b"xy", origin(1), copied="whole", flags=["\\Seen"], name=saved.name)
    shelf.discard(saved.name)
    assert [type(event) for event in events] == [Saved, Synced, Saved, Discarded]
    assert events[1].flags == ("\\Seen",)
    assert shelf.files() == ()
    for gone in (lambda: shelf.discard(saved.name), lambda: shelf.flag(saved.name, [])):
        with pytest.raises(DeviceError, match=r"^laptop has no file 1\.laptop$"):
            gone()


def test_numbers_are_never_given_twice(shelf: Shelf) -> None:
    shelf.save(b"x", origin())
    shelf.discard("1.laptop")
    assert shelf.save(b"x", origin()).name == "2.laptop"


def test_a_tied_file_is_found_until_it_is_gone(shelf: Shelf) -> None:
    shelf.save(b"x", origin(1))
    shelf.save(b"y", origin(1, mailbox="Sent"))
    assert shelf.tied(origin(1)).read() == b"x"
    assert shelf.tied(origin(2)) is None
    assert shelf.tied_uids("bob@home.example", "INBOX") == {7: {1: "1.laptop"}}
    shelf.discard("1.laptop")
    assert shelf.tied(origin(1)) is None


def test_a_file_that_is_tied_anew_has_one_name(shelf: Shelf) -> None:
    file = shelf.save(b"x", origin(1))
    shelf.tie(file.name, origin(2))
    assert shelf.tied(origin(1)) is None
    assert shelf.tied(origin(2)).name == file.name


def test_mailboxes_whose_names_differ_in_case_only_are_apart(shelf: Shelf) -> None:
    paths = {
        shelf.folder("bob@home.example", name).path.name.lower()
        for name in ("Work", "work", "WORK")
    }
    assert len(paths) in {1, 3}
    shelf.save(b"x", origin(1, mailbox="Work"))
    shelf.save(b"y", origin(1, mailbox="work"))
    assert [file.origin.mailbox for file in shelf.files()] == ["Work", "work"]
    assert [file.read() for file in shelf.files()] == [b"x", b"y"]


def test_the_disk_remembers(shelf: Shelf, tmp_path: Path, events: list[Event]) -> None:
    shelf.save(b"x", origin(1), flags=["\\Seen"])
    pop3 = Origin(protocol="pop3", account="bob@home.example", mailbox="INBOX", uidl="a.1")
    shelf.save(b"y", pop3)
    shelf.save(b"z", origin(2, mailbox="A/B"))
    shelf.discard("3.laptop")
    again = Shelf("laptop", tmp_path / "laptop", world(events.append))
    assert again.files() == shelf.files()
    assert again.tied(origin(1)).name == "1.laptop"
    assert list(again.known_ids()) == ["a.1"]
    assert again.save(b"n", origin()).name == "4.laptop"
    device = Device("laptop", "bob", tmp_path / "laptop", world(events.append))
    assert [e.file for e in events[-3:]] == ["1.laptop", "2.laptop", "4.laptop"]
    assert len(device.files()) == 3


def test_what_is_read_is_what_the_disk_has(shelf: Shelf) -> None:
    first = shelf.save(b"x", origin(1))
    shelf.save(b"y", origin(2))
    first.path.unlink()
    assert [file.name for file in shelf.files()] == ["2.laptop"]
    assert shelf.tied(origin(1)) is None
    second = shelf.files()[0]
    second.path.write_bytes(b"changed")
    assert shelf.files()[0].sha256 != second.sha256


def test_all_names_on_the_disk_are_legal_on_windows(shelf: Shelf, tmp_path: Path) -> None:
    for name in ("INBOX", "A/B: c?", "nul", "x.", "\u53f0"):
        shelf.save(b"x", origin(1, mailbox=name), flags=["\\Seen"])
    for path in (tmp_path / "laptop").rglob("*"):
        assert LEGAL.fullmatch(path.name)
        assert not RESERVED.fullmatch(path.name)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a.b", "\u00e9", "-x", "x" * 40, ".."])
def test_names_that_no_device_can_have(name: str, tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="a device's name"):
        Device(name, "bob", tmp_path / "d", world())
    assert not (tmp_path / "d").exists()


def test_dialling_something_else(tmp_path: Path) -> None:
    device = Device("laptop", "bob", tmp_path / "d", world())
    with pytest.raises(
        DeviceError, match="one of smtp, submission, pop3, imap, submissions, pop3s, imaps"
    ):
        device.dial("http")
