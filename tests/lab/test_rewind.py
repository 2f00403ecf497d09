"""Going back: what is rebuilt is what was, and the lab goes on from there."""

from __future__ import annotations

import contextlib
import imaplib
import io
import smtplib
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from labserver import Lab
from labserver.clock import LAB_START
from labserver.devices import ConnectionOver
from labserver.errors import LabError
from labserver.events import Closed, Connected, Expunged, Line, Rewound, Secured, Unmarked
from labserver.faults import Answer, CutInUpload, Fault, MailboxFull, Refuse
from labserver.lab.services import services
from labserver.snapshot import differing, fold, sentence
from labserver.wire import MemoryConnection
from tests.lab.sessions_of_any_kind import COMMANDS, FAULTS, LETTER, STEPS, Step
from tests.lab.test_true import Worlds, told, truth
from tests.snapshot.test_store_truth import read_queues, read_store, read_waiting

PEOPLE = {"alice": "orchid", "bob": "tulip", "carol@work.example": "c"}


@pytest.fixture
def lab(tmp_path: Path) -> Any:
    with Lab(folder=tmp_path, accounts=PEOPLE) as made:
        yield made


@contextlib.contextmanager
def quietly() -> Any:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        yield out


def is_true(lab: Lab, root: Path) -> None:
    _, held = truth(lab, root)
    assert told(lab.snapshot()) == held
    assert told(fold(lab.log)) == held
    assert read_waiting(lab.snapshot()) == lab.call(read_queues)


def fetch(lab: Lab, device: str, *lines: str) -> Any:
    with quietly():
        session = lab.device(device).dial("pop3")
        for line in ("USER bob", "PASS tulip", *lines):
            session.send(line)
    return session


# One step after another


def test_each_step_of_a_lesson(lab: Lab, tmp_path: Path) -> None:
    for letter in "AB":
        lab.load(f"Subject: {letter}\r\n\r\n{letter}\r\n".encode())
    fetch(lab, "laptop", "RETR 1", "RETR 2", "DELE 2", "QUIT")
    lab.load(b"Subject: C\r\n\r\nC\r\n")
    with quietly():
        imap = lab.device("phone").dial("imap")
        for line in ("LOGIN bob tulip", "SELECT INBOX", "FETCH 1:* (UID FLAGS BODY[])"):
            imap.send(f"a {line}")
        imap.send("a STORE 2 +FLAGS (\\Deleted)")
        imap.send("a EXPUNGE")
    last = lab.log.last
    worlds = {step: lab.snapshot(step) for step in range(last + 1)}
    for step in reversed(range(last + 1)):
        reached = lab.rewind(step)
        assert differing(lab.snapshot(), worlds[reached]) == []
        is_true(lab, tmp_path)
        # The next step after it that can be stood on; never before what was asked for.
        assert step <= reached
        assert all(differing(worlds[each], worlds[reached]) for each in range(step, reached))
    assert lab.snapshot(last) == worlds[last], "what was is still there to look at"


def test_a_line_is_not_obeyed_yet_and_its_effects_come_together(lab: Lab) -> None:
    lab.load(b"Subject: A\r\n\r\n")
    lab.load(b"Subject: B\r\n\r\n")
    fetch(lab, "laptop", "DELE 1", "DELE 2", "QUIT")
    said = next(
        entry.number
        for entry in lab.log
        if isinstance(entry.event, Line) and entry.event.data == b"QUIT\r\n"
    )
    gone = [entry.number for entry in lab.log if isinstance(entry.event, Expunged)]
    assert len(gone) == 2
    # The store has never had one of them only.
    assert lab.rewind(gone[0]) == gone[1]
    assert lab.messages() == []
    assert lab.rewind(said) == said
    assert [each.letter for each in lab.messages()] == ["A", "B"]


def test_all_goes_on_from_there_as_it_did(lab: Lab, tmp_path: Path) -> None:
    def session() -> str:
        with quietly() as out:
            smtp = lab.device("laptop").dial("submission")
            smtp.send("EHLO laptop")
            smtp.send("AUTH PLAIN AGJvYgB0dWxpcA==")
            smtp.send("MAIL FROM:<bob@home.example>")
            smtp.send("RCPT TO:<bob@home.example>")
            smtp.send("DATA")
            smtp.data("Subject: x\n\nx")
            smtp.send("QUIT")
            lab.device("laptop").pop3_program("bob", "tulip").check()
        return out.getvalue()

    lab.device("laptop")
    start = lab.log.last
    first = session(), lab.messages(), lab.device("laptop").files(), lab.now()
    lab.rewind(start)
    assert lab.now() == LAB_START
    again = session(), lab.messages(), lab.device("laptop").files(), lab.now()
    assert again == first
    is_true(lab, tmp_path)


# What becomes of what is open


def test_dialogues_and_sockets_are_over(lab: Lab) -> None:
    lab.load(b"Subject: A\r\n\r\n")
    session = fetch(lab, "laptop", "DELE 1")
    with socket.create_connection(("127.0.0.1", lab.ports["imap"]), timeout=10) as raw:
        raw.recv(100)
        before = lab.log.last
        lab.rewind(before)
        with contextlib.suppress(ConnectionResetError):
            while raw.recv(4096):
                pass
    assert not session.open
    with pytest.raises(ConnectionOver, match=r"is over \(cut\)"):
        session.send("QUIT")
    entries = lab.log.since(before)
    kinds = [type(entry.event) for entry in entries]
    assert kinds == [Unmarked, Closed, Closed, Rewound]
    now = lab.snapshot()
    assert {line.how for line in now.connections.values()} == {"cut"}
    assert now.accounts["bob@home.example"].mailboxes["INBOX"].session is None
    assert len(lab.messages()) == 1, "what was marked was never removed"
    fetch(lab, "laptop", "STAT", "QUIT")  # and the maildrop is not locked


def test_the_lab_and_its_devices_stay(lab: Lab, tmp_path: Path) -> None:
    ports = dict(lab.ports)
    empty = lab.log.last
    laptop = lab.device("laptop")
    lab.load(b"Subject: A\r\n\r\n")
    fetch(lab, "laptop", "RETR 1")
    full = lab.log.last
    laptop.lose()
    lab.rewind(full)
    assert not laptop.lost
    assert [file.read() for file in laptop.files()] == [b"Subject: A\r\n\r\n"]
    lab.rewind(empty)
    assert not laptop.here
    assert repr(laptop) == "<device laptop: not here yet>"
    assert "laptop" not in lab.snapshot().devices
    assert not (tmp_path / "laptop").exists()
    assert laptop.files() == ()  # it has been used: it comes to be
    assert "laptop" in lab.snapshot().devices
    lab.rewind(empty)
    assert lab.device("laptop") is laptop
    assert "laptop" in lab.snapshot().devices
    assert dict(lab.ports) == ports
    with imaplib.IMAP4("127.0.0.1", ports["imap"], timeout=30) as imap:
        imap.login("bob", "tulip")
    is_true(lab, tmp_path)


def test_connections_have_numbers_of_their_own(lab: Lab) -> None:
    lab.load(b"Subject: A\r\n\r\n")
    for _ in range(3):
        fetch(lab, "laptop", "QUIT")
        lab.rewind(6)
        lab.rewind(lab.log.last)
    numbers = [each.event.connection for each in lab.log if isinstance(each.event, Connected)]
    assert numbers == [1, 2, 3]


def test_from_what_was_rewound_before(lab: Lab, tmp_path: Path) -> None:
    steps = [lab.log.last]
    for letter in "ABC":
        lab.load(f"Subject: {letter}\r\n\r\n".encode())
        steps.append(lab.log.last)
    lab.rewind(steps[1])
    fetch(lab, "laptop", "RETR 1", "DELE 1", "QUIT")
    lab.load(b"Subject: D\r\n\r\n")
    branch = lab.log.last
    lab.rewind(steps[2])
    assert [each.octets[9:10] for each in lab.messages()] == [b"A", b"B"]
    lab.rewind(branch)
    assert [each.octets[9:10] for each in lab.messages()] == [b"D"]
    assert len(lab.device("laptop").files()) == 1
    is_true(lab, tmp_path)
    assert lab.rewind(steps[3]) == steps[3]
    assert [each.letter for each in lab.messages()] == ["A", "B", "C"]


# What no client says


def test_deeds(lab: Lab, tmp_path: Path) -> None:
    lab.add_account("dora", "x")
    lab.set_quota("dora", messages=1)
    lab.forward("bob", to="carol@work.example")
    lab.alias("team", "bob", "alice")
    lab.mailing_list("club", "bob", "dora")
    lab.switch_off("pop3", "TOP")
    lab.advance(timedelta(hours=1))
    fault = lab.faults.add(Refuse(protocol="pop3", times=1))
    gone = lab.faults.add(Answer(protocol="pop3", command="STAT", reply="-ERR no"))
    lab.faults.remove(gone)
    with pytest.raises(LabError):
        lab.add_account("dora", "again")
    lab.load(b"Subject: A\r\n\r\n", to="dora")
    step, now = lab.log.last, lab.now()
    lab.faults.clear()
    lab.remove_alias("team")
    lab.stop_forwarding("bob")
    lab.set_quota("dora")
    lab.switch_on("pop3", "TOP")
    lab.advance(timedelta(hours=1))
    lab.load(b"Subject: B\r\n\r\n", to="dora")
    lab.rewind(step)
    assert lab.now() == now
    assert [each.fault for each in lab.faults] == [fault]
    with smtplib.SMTP("127.0.0.1", lab.ports["smtp"], local_hostname="x", timeout=30) as smtp:
        refused = smtp.sendmail("eve@x.example", ["team@home.example", "dora@home.example"], LETTER)
    assert {who: reply[0] for who, reply in refused.items()} == {"dora@home.example": 452}
    lab.settle()
    assert len(lab.messages("carol@work.example")) == 1
    with pytest.raises(LabError, match="before the greeting"):
        fetch(lab, "laptop")
    with quietly() as out:
        lab.device("laptop").dial("pop3").send("CAPA")
    assert "TOP" not in out.getvalue()
    lab.faults.remove(fault)
    is_true(lab, tmp_path)


@pytest.mark.parametrize("within", [None, timedelta(hours=1)])
def test_what_servers_pass_on(lab: Lab, tmp_path: Path, within: timedelta | None) -> None:
    lab.faults.add(Refuse(protocol="smtp", device="mail.home.example", times=1))
    lab.faults.add(MailboxFull(account="carol@work.example", times=1))
    with smtplib.SMTP(
        "127.0.0.1", lab.ports["submission"], local_hostname="laptop", timeout=30
    ) as smtp:
        smtp.login("bob", "tulip")
        to = ["carol@work.example", "nobody@work.example", "alice@home.example"]
        assert smtp.sendmail("bob@home.example", to, LETTER) == {}
    sent = lab.log.last
    lab.settle(within)
    middle = lab.log.last
    lab.settle()
    end, now = lab.log.last, lab.now()
    worlds = {step: lab.snapshot(step) for step in (sent, middle, end)}
    held = lab.messages("bob"), lab.messages("carol@work.example")
    for step, world in worlds.items():
        assert lab.rewind(step) == step
        assert differing(lab.snapshot(), world) == []
        is_true(lab, tmp_path)
    assert lab.now() == now
    assert (lab.messages("bob"), lab.messages("carol@work.example")) == held
    # Amid what settling did: to where it came to rest.
    assert lab.rewind((sent + middle) // 2) == max(
        entry.number
        for entry in lab.log.since(sent, middle)
        if differing(lab.snapshot(entry.number - 1), lab.snapshot(entry.number))
    )
    is_true(lab, tmp_path)
    lab.settle()
    assert (lab.messages("bob"), lab.messages("carol@work.example")) == held


def test_tls(lab: Lab, tmp_path: Path) -> None:
    lab.load(b"Subject: A\r\n\r\n")
    laptop = lab.device("laptop")
    with quietly():
        for protocol, ask in (("pop3", "STLS"), ("imap", "a STARTTLS"), ("submission", "STARTTLS")):
            session = laptop.dial(protocol)
            if protocol == "submission":
                session.send("EHLO laptop")
            session.send(ask)
            session.secure()
            if protocol == "pop3":
                session.send("USER bob", "PASS tulip", "RETR 1", "DELE 1", "QUIT")
        laptop.imap_program("bob", "tulip", security="tls").sync()
        laptop.smtp_program("bob", "tulip", security="tls").send(
            "bob@home.example", "Subject: x\n\nx"
        )
        trusting, laptop.trusts_lab = laptop.trusts_lab, False
        with pytest.raises(LabError):
            laptop.dial("pop3s")
        laptop.trusts_lab = trusting
    with socket.create_connection(("127.0.0.1", lab.ports["pop3"]), timeout=10) as early:
        # Said before the handshake: it is thrown away, now and then.
        early.sendall(b"STLS\r\nUSER bob\r\nPASS tulip\r\nDELE 1\r\nQUIT\r\n")
        early.recv(100)
    secured = [entry for entry in lab.log if isinstance(entry.event, Secured)]
    assert len(secured) == 5
    last = lab.log.last
    for step in (last, secured[2].number, secured[1].number):
        lab.rewind(step)
        is_true(lab, tmp_path)
    lab.rewind(last)
    assert [each.letter for each in lab.messages()] == ["B"]


def test_what_lay_in_a_folder_before(tmp_path: Path) -> None:
    with Lab(folder=tmp_path) as lab:
        lab.load(b"Subject: A\r\n\r\n")
        fetch(lab, "laptop", "UIDL 1", "RETR 1", "QUIT")
        known = lab.device("laptop").known_ids
        lab.device("laptop").discard("1.laptop")
        lab.load(b"Subject: B\r\n\r\n")
        fetch(lab, "laptop", "RETR 2", "QUIT")
    with Lab(folder=tmp_path) as lab:
        before = lab.log.last
        files = lab.device("laptop").files()
        lab.device("laptop").discard(files[0].name)
        lab.rewind(lab.log.last - 1)
        assert lab.device("laptop").files() == files
        assert lab.device("laptop").known_ids == known != ()
        lab.rewind(before)
        assert lab.device("laptop").files() == files
        is_true(lab, tmp_path)


def test_backups_and_webmail(lab: Lab, tmp_path: Path) -> None:
    lab.load(b"Subject: A\r\n\r\n")
    empty = lab.log.last
    disk, web = lab.backup("disk"), lab.webmail()
    disk.copy()
    web.send("bob@home.example", "Subject: B\n\nx", keep_in=None)
    full, files = lab.log.last, disk.files()
    assert files[0].internaldate is not None
    disk.discard(files[0].name)
    lab.rewind(full)
    assert disk.files() == files
    is_true(lab, tmp_path)
    lab.rewind(empty)
    assert not disk.here
    assert not web.here
    assert lab.snapshot().devices.get("disk") is None
    assert web.mailboxes() == ("INBOX",), "it is used, so it is there"
    assert disk.copy().copied == 1
    assert {each.kind for each in lab.snapshot().devices.values()} == {"backup", "webmail"}
    is_true(lab, tmp_path)


def test_an_upload_cut_in_the_midst(lab: Lab, tmp_path: Path) -> None:
    lab.faults.add(CutInUpload(after=20, times=1))
    for _ in range(2):
        with (
            contextlib.suppress(OSError, smtplib.SMTPException),
            smtplib.SMTP("127.0.0.1", lab.ports["smtp"], local_hostname="x", timeout=30) as smtp,
        ):
            smtp.sendmail("eve@x.example", ["bob@home.example"], LETTER)
    counts = list(lab.faults)
    lab.rewind(lab.log.last)
    assert list(lab.faults) == counts
    assert len(lab.messages()) == 1
    is_true(lab, tmp_path)


# What cannot be


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"clock": "system"}, "real time"),
        ({"store": "mail.sqlite"}, "in a file"),
        ({"keep": 100}, "last part of its log"),
    ],
)
def test_which_labs_cannot(tmp_path: Path, how: dict[str, Any], why: str) -> None:
    if "store" in how:
        how = {"store": tmp_path / how["store"]}
    with Lab(**how) as lab:
        last = lab.log.last
        with pytest.raises(LabError, match=why):
            lab.rewind(1)
        assert lab.log.last == last


@pytest.mark.parametrize("step", [-1, 1000])
def test_a_step_that_there_is_not(lab: Lab, step: int) -> None:
    with pytest.raises(LabError, match=f"no moment {step}"):
        lab.rewind(step)


def test_what_nobody_noted_is_not_passed_over(lab: Lab, tmp_path: Path) -> None:
    lab.load(b"Subject: A\r\n\r\n")
    session = fetch(lab, "laptop", "NOOP")
    lab.call(lambda store: store.accounts.add("ghost", "x"))
    last = lab.log.last
    with pytest.raises(LabError, match=r"can't be reached|the account ghost@home\.example"):
        lab.rewind(last)
    assert lab.log.last == last, "and nothing has happened"
    assert session.open
    with quietly():
        session.send("STAT")
    assert list(tmp_path.glob(".rewind*")) == []
    is_true(lab, tmp_path)


def test_a_closed_lab() -> None:
    with Lab() as lab:
        pass
    with pytest.raises(LabError, match="closed"):
        lab.rewind(0)


# The picture says so


def test_the_sentence(lab: Lab) -> None:
    lab.load(b"Subject: A\r\n\r\n")
    lab.rewind(lab.log.last)
    step = lab.snapshot().epoch.step  # type: ignore[union-attr]
    said = sentence(lab.snapshot(), "bob@home.example")
    assert said == f"Rewound to moment {step}. Message A is on the server only."
    lab.load(b"Subject: B\r\n\r\n")
    assert "Rewound" not in sentence(lab.snapshot(), "bob@home.example")


def test_the_transcript(lab: Lab) -> None:
    lab.load(b"Subject: A\r\n\r\n")
    step = lab.log.last
    lab.advance(timedelta(hours=1))
    lab.rewind(step)
    said = lab.transcript(order="time").text()
    assert "lab: lab time moves on by 1:00:00" in said
    assert f"rewound to moment {step}" in said
    assert f"rewound to moment {step}" in lab.transcript().text()


# Whatever was done


class Rewinding(Worlds):
    """Whatever a person may do, and going back in between."""

    @rule(share=st.floats(0, 1))
    @precondition(lambda self: self.lab.log.last > 12)
    def rewind(self, share: float) -> None:
        step = round(share * self.lab.log.last)
        reached = self.lab.rewind(step)
        assert reached >= step
        assert differing(self.lab.snapshot(), self.lab.snapshot(reached)) == []
        self.open.clear()

    @rule(seconds=st.integers(0, 5000))
    def advance(self, seconds: int) -> None:
        self.lab.advance(timedelta(seconds=seconds))


@pytest.mark.timeout(1200)
def test_the_picture_stays_true_whatever_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worlds, "root", tmp_path, raising=False)
    run_state_machine_as_test(
        Rewinding,
        settings=settings(
            max_examples=max(20, settings.default.max_examples // 4), stateful_step_count=25
        ),
    )


class Sessions:
    """Sessions of all protocols in memory, at the server of a real lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.lines: list[tuple[str, MemoryConnection]] = []
        self.added: list[Fault] = []

    def dial(self, protocol: str, device: str) -> MemoryConnection:
        wire, service = self.lab._server.wire, services()[protocol]
        line = self.lab.call(lambda _: wire.memory(service, device, ("127.0.0.1", 0)))
        self.lines.append((protocol, line))
        return line

    def do(self, step: Step) -> None:
        if step.deed == "dial" or not self.lines:
            line = self.dial(step.protocol or "imap", step.device or "laptop")
            self.lab.call(lambda _: line.send(step.octets))
            return
        protocol, line = self.lines[-1 - step.which % len(self.lines)]
        if step.deed == "say":
            known = COMMANDS[protocol]
            octets = b"".join(known[n % len(known)] + b"\r\n" for n in step.lines)
            self.lab.call(lambda _: line.send(octets))
        elif step.deed == "fault" and step.fault is not None:
            self.added.append(self.lab.faults.add(step.fault))
        elif step.deed == "unfault" and self.added:
            self.lab.faults.remove(self.added.pop(step.which % len(self.added)))
        elif step.deed == "close":
            self.lab.call(lambda _: line.close())
        elif step.deed == "cut":
            self.lab.call(lambda _: line.cut())


MESSAGE_BEGUN = b"EHLO pc\r\nMAIL FROM:<eve@x.example>\r\nRCPT TO:<bob@home.example>\r\nDATA\r\n"


@settings(deadline=None)
@example(  # a fault that comes when half a message has crossed
    faults=[],
    steps=[
        Step("dial", protocol="smtp", device="laptop", octets=MESSAGE_BEGUN),
        Step("say", lines=(0,)),
        Step("fault", fault=CutInUpload(protocol="smtp")),
        Step("close"),
    ],
    shares=[0.0],
)
@given(faults=FAULTS, steps=STEPS, shares=st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_any_sessions_under_any_faults(
    faults: list[Fault], steps: list[Step], shares: list[float]
) -> None:
    with Lab() as lab:
        for _ in range(2):
            lab.load(LETTER)
        sessions = Sessions(lab)
        for fault in faults:
            sessions.added.append(lab.faults.add(fault))
        for step in steps:
            sessions.do(step)
        last = lab.log.last
        counts = [(each.fault, each.struck) for each in lab.faults]
        now = lab.now()
        ended = lab.snapshot()
        # Octets of a message that is held back are in the log only when it is let go: one fault
        # has counted them before.
        early = [
            each
            for each in (*faults, *(step.fault for step in steps))
            if isinstance(each, CutInUpload) and each.occurrence > 1
        ]
        for share in (*shares, 1.0):
            step = round(share * last)
            try:
                reached = lab.rewind(step)
            except LabError:
                assert early, "there is no other reason"
                continue
            assert lab.call(read_store) == told(lab.snapshot(reached))[0]
            if share == 1.0 and not early:
                assert differing(lab.snapshot(), ended) == []
                assert lab.now() == now
                assert [(each.fault, each.struck) for each in lab.faults] == counts
