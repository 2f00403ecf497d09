"""The fold of the log = what the store holds = the files on the devices, whatever is done."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from labserver import Lab
from labserver import events as e
from labserver.devices import DeviceError
from labserver.snapshot import EMPTY, Snapshot, apply, fold
from tests.snapshot.test_store_truth import read_snapshot, read_store

if TYPE_CHECKING:
    from pathlib import Path

BOB = "bob@home.example"
DEVICES = ("laptop", "phone")
device = st.sampled_from(DEVICES)
Files = dict[str, dict[str, tuple[Any, ...]]]
Truth = tuple[Any, Files]

POP3 = ("LIST", "UIDL", "RETR 1", "RETR 2", "TOP 1 1", "DELE 1", "DELE 2", "RSET", "QUIT")
IMAP = (
    "SELECT INBOX", "SELECT Archive", "CREATE Archive", "DELETE Archive", "RENAME Archive Old",
    "RENAME INBOX Old", "FETCH 1:* (UID FLAGS BODY[])", "FETCH 1 (UID BODY.PEEK[HEADER])",
    "FETCH 2 BODY[]", "STORE 1:* +FLAGS (\\Seen work)", "STORE 1 FLAGS (\\Deleted)",
    "STORE 2 +FLAGS.SILENT (\\Deleted)", "EXPUNGE", "COPY 1 Archive", "MOVE 1 Archive",
    "UID MOVE 2:3 INBOX", "UID EXPUNGE 1:9", "NOOP", "CLOSE", "LOGOUT",
)  # fmt: skip

NEIGHBOUR = (
    "FETCH 1:* (UID FLAGS BODY[])", "FETCH 1 (UID BODY.PEEK[HEADER])", "FETCH 2 BODY[]",
    "STORE 1:* +FLAGS (\\Seen work \\Deleted)", "EXPUNGE", "COPY 1 INBOX", "MOVE 1 INBOX",
    'CREATE "Other Users/bob/INBOX/New"', 'DELETE "Other Users/bob/INBOX/New"', "UNSELECT",
    'COPY 1 "Other Users/bob/INBOX"', 'SETACL "Other Users/bob/INBOX" anyone +l', "LOGOUT",
)  # fmt: skip
RIGHTS = st.sampled_from(["lrswipkxtea", "lrkxa", "lri", '""'])


def read_folders(root: Path) -> Files:
    """Read the files of every device from the disk, with nothing of the devices' own code."""
    found: Files = {}
    for home in sorted(root.iterdir()):
        files = found[home.name] = {}
        for path in home.glob("*/*/*/*"):
            if path.parent.name not in ("cur", "new"):
                continue
            octets, name = path.read_bytes(), path.name.partition("!")[0]
            label = json.loads((path.parents[1] / "mailbox.json").read_bytes())
            note = json.loads((path.parents[1] / "notes" / f"{name}.json").read_bytes())
            assert name not in files, "one name, one file"
            digest = hashlib.sha256(octets).hexdigest()
            files[name] = (*label, note["copied"], len(octets), digest, tuple(note["flags"]))
    return found


def files_of(snapshot: Snapshot) -> Files:
    """Bring what the fold says of the devices into the same shape; webmail has no folder."""
    assert not any(held.files for held in snapshot.devices.values() if held.kind == "webmail")
    return {
        name: {
            file.name: (
                file.account, file.mailbox, file.copied, file.octets, file.sha256, file.flags
            )
            for file in held.files.values()
        }
        for name, held in snapshot.devices.items()
        if held.lost is None and held.kind != "webmail"
    }  # fmt: skip


def truth(lab: Lab, root: Path) -> tuple[int, Truth]:
    """Return what the store and the folders hold, and the number of the log's last entry."""
    last, store = lab.call(lambda store: (lab.log.last, read_store(store)))
    return last, (store, read_folders(root))


def told(snapshot: Snapshot) -> Truth:
    return read_snapshot(snapshot), files_of(snapshot)


class Worlds(RuleBasedStateMachine):
    """Anything a person may do with two devices, a backup, webmail and a server, for real."""

    root: Path
    runs = 0

    def __init__(self) -> None:
        super().__init__()
        Worlds.runs += 1
        self.folder = self.root / str(Worlds.runs)
        self.lab = Lab(folder=self.folder)
        self.snapshot, self.seen = EMPTY, 0
        self.open: dict[tuple[str, str], Any] = {}
        self.tag = 0
        for name in DEVICES:
            self.lab.device(name)
        self.deliver(0)
        self.deliver(1)

    def teardown(self) -> None:
        self.lab.close()

    @contextlib.contextmanager
    def quietly(self) -> Any:
        """A refusal is no failure; what the dialogues print is not looked at."""
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(DeviceError):
            yield

    def session(self, name: str, protocol: Any, *login: str) -> Any:
        """Return the session of a device; a new one, logged in, if there is none."""
        session = self.open.get((name, protocol))
        if session is None or not session.open:
            session = self.open[name, protocol] = self.lab.device(name).dial(protocol)
            for line in login:
                session.send(line)
        return session

    def imap(self, name: str) -> Any:
        return self.session(name, "imap", "l1 LOGIN bob tulip", "l2 SELECT INBOX")

    def next_tag(self) -> str:
        self.tag += 1
        return f"a{self.tag}"

    @rule(text=st.integers(0, 4))
    def deliver(self, text: int) -> None:
        alice = self.lab.device("alice-laptop", owner="alice")
        with self.quietly():
            smtp = alice.dial("smtp")
            smtp.send("EHLO alice-laptop.home.example")
            smtp.send("MAIL FROM:<alice@home.example>")
            smtp.send("RCPT TO:<bob@home.example>")
            smtp.send("DATA")
            smtp.data(f"From: alice@home.example\nSubject: {text}\n\n.dot\nText {text}")
            smtp.send("QUIT")

    @rule(name=device, commands=st.lists(st.sampled_from(POP3), min_size=1, max_size=4))
    def pop3(self, name: str, commands: list[str]) -> None:
        with self.quietly():
            session = self.session(name, "pop3", "USER bob", "PASS tulip")
            for command in commands:
                session.send(command)

    @rule(name=device, commands=st.lists(st.sampled_from(IMAP), min_size=1, max_size=4))
    def command(self, name: str, commands: list[str]) -> None:
        with self.quietly():
            session = self.imap(name)
            for command in commands:
                session.send(f"{self.next_tag()} {command}")

    @rule(commands=st.lists(st.sampled_from(NEIGHBOUR), min_size=1, max_size=4), rights=RIGHTS)
    def neighbour(self, commands: list[str], rights: str) -> None:
        """Alice does what she may in Bob's mailbox, and keeps what she fetches."""
        with self.quietly():
            self.imap("laptop").send(f"{self.next_tag()} SETACL INBOX alice {rights}")
            session = self.session("alice-laptop", "imap", "l1 LOGIN alice orchid")
            session.send(f'{self.next_tag()} SELECT "Other Users/bob/INBOX"')
            for command in commands:
                session.send(f"{self.next_tag()} {command}")

    @rule(name=device, mailbox=st.sampled_from(["INBOX", "Archive"]), text=st.integers(0, 4))
    def append(self, name: str, mailbox: str, text: int) -> None:
        octets = b"Subject: draft %d\r\n\r\nText\r\n" % text
        with self.quietly():
            session = self.imap(name)
            session.send(f"{self.next_tag()} APPEND {mailbox} (\\Draft) {{{len(octets)}}}")
            session.literal(octets)

    @rule(name=device, protocol=st.sampled_from(["pop3", "imap"]), how=st.booleans())
    def end(self, name: str, protocol: str, *, how: bool) -> None:
        session = self.open.pop((name, protocol), None)
        if session is not None:
            session.cut() if how else session.hang_up()

    @rule(name=device, leave=st.booleans())
    def pop3_program(self, name: str, *, leave: bool) -> None:
        with self.quietly():
            program = self.lab.device(name).pop3_program("bob", "tulip", leave_on_server=leave)
            program.check()

    @rule(name=device, bodies=st.booleans(), mailbox=st.sampled_from(["INBOX", "Archive"]))
    def imap_program(self, name: str, mailbox: str, *, bodies: bool) -> None:
        with self.quietly():
            self.lab.device(name).imap_program("bob", "tulip").sync(mailbox, bodies=bodies)

    @rule(name=device, uid=st.integers(1, 4), delete=st.booleans())
    def read_or_delete(self, name: str, uid: int, *, delete: bool) -> None:
        with self.quietly():
            program = self.lab.device(name).imap_program("bob", "tulip")
            program.delete(uid) if delete else program.mark_read(uid)

    @rule(name=device, mailbox=st.sampled_from(["INBOX", "Archive"]))
    def upload(self, name: str, mailbox: str) -> None:
        with self.quietly():
            self.lab.device(name).imap_program("bob", "tulip").upload(mailbox=mailbox)

    @rule(source=st.sampled_from([None, *DEVICES]))
    def back_up(self, source: str | None) -> None:
        with self.quietly():
            backup = self.lab.backup("usb-disk")
            backup.copy(None if source is None else self.lab.device(source))

    @rule(lose=st.booleans())
    def restore(self, *, lose: bool) -> None:
        with self.quietly():
            backup = self.lab.backup("usb-disk")
            if lose:
                backup.lose()
            else:
                backup.restore()
                assert not backup.compare().only_here

    @rule(uid=st.integers(1, 4), how=st.sampled_from(["read", "move", "delete", "list", "send"]))
    def webmail(self, uid: int, how: str) -> None:
        webmail = self.lab.webmail()
        with self.quietly():
            if how == "read":
                webmail.read(uid)
            elif how == "move":
                webmail.move(uid, "Archive")
            elif how == "delete":
                webmail.delete(uid, "Archive")
            elif how == "list":
                webmail.list()
            else:
                webmail.send("bob@home.example", "Subject: sent\n\nx\n")

    @rule(name=device, number=st.integers(0, 3), flag=st.booleans())
    def on_the_device(self, name: str, number: int, *, flag: bool) -> None:
        here = self.lab.device(name)
        for file in here.files()[number : number + 1]:
            here.flag(file.name, "\\Flagged") if flag else here.discard(file.name)

    @rule(name=device)
    def lose(self, name: str) -> None:
        self.lab.device(name).lose()
        self.open = {key: each for key, each in self.open.items() if key[0] != name}

    @rule(name=device)
    def replace_lost(self, name: str) -> None:
        self.lab.device(name)

    @invariant()
    def true(self) -> None:
        last, held = truth(self.lab, self.folder)
        for entry in self.lab.log.since(self.seen):
            self.snapshot = apply(self.snapshot, entry)
        self.seen = self.lab.log.last
        assert self.seen == last, "nothing happens unless somebody does it"
        assert told(self.snapshot) == held
        assert told(self.lab.snapshot()) == held


@pytest.mark.timeout(1200)
def test_the_picture_is_true_whatever_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worlds, "root", tmp_path, raising=False)
    run_state_machine_as_test(
        Worlds,
        settings=settings(
            max_examples=max(30, settings.default.max_examples // 2), stateful_step_count=20
        ),
    )


# It turns red


def a_life(lab: Lab) -> None:
    """A is on both devices and marked read, B on the laptop only, C on the server only."""
    for letter in "AB":
        lab.load(f"Subject: {letter}\r\n\r\n{letter}\r\n".encode())
    with contextlib.redirect_stdout(io.StringIO()):
        pop = lab.device("laptop").dial("pop3")
        pop.send("USER bob", "PASS tulip", "RETR 1", "RETR 2", "DELE 2", "QUIT")
        lab.load(b"Subject: C\r\n\r\nC\r\n")
        imap = lab.device("phone").dial("imap")
        for line in ("a1 LOGIN bob tulip", "a2 SELECT INBOX", "a3 FETCH 1 (UID FLAGS BODY[])"):
            imap.send(line)
        imap.send("a4 LOGOUT")


SAVED = e.Saved(
    device="laptop",
    file="9.laptop",
    copied="whole",
    octets=1,
    sha256="0" * 64,
    protocol="pop3",
    connection=None,
    account=BOB,
    mailbox="INBOX",
    uidvalidity=None,
    uid=None,
    uidl=None,
    flags=(),
)
WHERE: dict[str, Any] = {"account": BOB, "mailbox": "INBOX", "connection": None}
FALSE: tuple[e.Event, ...] = (
    SAVED,
    replace(SAVED, file="1.laptop"),
    replace(SAVED, device="phone"),
    e.Discarded(device="laptop", file="1.laptop"),
    e.Synced(device="phone", file="1.phone", flags=("\\Flagged",), connection=None),
    e.Lost(device="phone"),
    e.DeviceAdded(device="tablet", owner=BOB),
    e.FlagsChanged(**WHERE, uid=1, flags=()),
    e.FlagsChanged(**WHERE, uid=3, flags=("\\Seen",)),
    e.Expunged(**WHERE, uid=1),
    e.Delivered(
        **WHERE, uidvalidity=1, uid=7, message=1, octets=1, sha256="0" * 64, flags=(), cause="smtp"
    ),
    e.MailboxCreated(account=BOB, mailbox="Nowhere", uidvalidity=1, connection=None),
    e.MailboxDeleted(**WHERE),
    e.MailboxRenamed(**WHERE, to="Elsewhere"),
    e.AccountAdded(account="eve@home.example"),
)


@pytest.mark.parametrize(
    "false", FALSE, ids=[f"{type(event).__name__}-{n}" for n, event in enumerate(FALSE, 1)]
)
def test_one_false_event_shows(false: e.Event, tmp_path: Path) -> None:
    with Lab(folder=tmp_path) as lab:
        a_life(lab)
        _, held = truth(lab, tmp_path)
        assert told(lab.snapshot()) == held
        lab.call(lambda _: lab.log.append(false))
        assert told(lab.snapshot()) != held


@pytest.mark.parametrize("kind", [e.Saved, e.FlagsChanged, e.Expunged, e.Delivered])
def test_one_missing_event_shows(kind: type, tmp_path: Path) -> None:
    with Lab(folder=tmp_path) as lab:
        a_life(lab)
        entries = list(lab.log)
        missing = next(entry for entry in entries if isinstance(entry.event, kind))
        _, held = truth(lab, tmp_path)
        assert told(fold(entries)) == held
        assert told(fold(entry for entry in entries if entry is not missing)) != held


def test_a_file_changed_behind_the_devices_back_shows(tmp_path: Path) -> None:
    with Lab(folder=tmp_path) as lab:
        a_life(lab)
        path = lab.device("laptop").files()[0].path
        path.write_bytes(path.read_bytes() + b"x")
        assert told(lab.snapshot()) != truth(lab, tmp_path)[1]
