"""`lab.faults`, and what each fault is to a lab: its effect, its count, its note."""

from __future__ import annotations

import threading

import pytest

from labserver import Lab
from labserver.errors import LabError
from labserver.events import FaultStruck, Renumbered
from labserver.faults import (
    Answer,
    CutAfterCommand,
    Delay,
    MailboxFull,
    NewUidls,
    NewUidValidity,
    Refuse,
    WrongPassword,
)

LETTER = b"Subject: %b\r\n\r\nhello\r\n"


def struck(lab: Lab) -> list[str]:
    return [e.event.fault for e in lab.log if isinstance(e.event, FaultStruck)]


def test_faults_are_added_listed_and_taken_back() -> None:
    with Lab() as lab:
        assert repr(lab.faults) == "no faults"
        fault = lab.faults.add(Answer(protocol="pop3", command="STAT", reply="-ERR Not today"))
        refuse = lab.faults.add(Refuse(protocol="imap", occurrence=2))
        pop = lab.device("laptop").dial("pop3")
        pop.send("USER bob", "PASS tulip", "STAT")
        assert pop.last is not None
        assert pop.last.octets == b"-ERR Not today\r\n"
        assert [(each.fault, each.matched, each.struck) for each in lab.faults] == [
            (fault, 1, 1),
            (refuse, 0, 0),
        ]
        assert repr(lab.faults).splitlines() == [
            "fault                              which             matched  struck",
            "STAT is answered '-ERR Not today'  pop3, STAT, once  1        1",
            "the connection is refused          imap, at match 2  0        0",
        ]
        pop.send("STAT")
        assert pop.last.octets == b"+OK 0 0\r\n"
        lab.faults.remove(fault)
        assert [each.fault for each in lab.faults] == [refuse]
        with pytest.raises(ValueError, match="fault"):
            lab.faults.remove(fault)
        lab.faults.clear()
        assert len(lab.faults) == 0
    assert repr(lab.faults) == "the lab is closed"
    with pytest.raises(LabError, match="closed"):
        lab.faults.add(fault)


def test_any_thread_may_add_and_take_back() -> None:
    with Lab() as lab:
        found: list[BaseException] = []

        def work() -> None:
            try:
                for _ in range(50):
                    fault = lab.faults.add(Refuse())
                    assert len(list(lab.faults)) >= 1
                    lab.faults.remove(fault)
            except BaseException as error:  # noqa: BLE001 - told by the thread that waits
                found.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == []
        assert list(lab.faults) == []


@pytest.mark.parametrize("kind", [WrongPassword, MailboxFull, NewUidls, NewUidValidity])
def test_an_account_that_there_is_not_is_told_at_once(kind: type) -> None:
    with Lab() as lab:
        with pytest.raises(LabError, match="no account 'eve'"):
            lab.faults.add(kind(account="eve"))
        fault = lab.faults.add(kind(account="BOB"))
        lab.faults.remove(fault)


def test_a_fault_stands_between_the_lines_and_never_in_them() -> None:
    with Lab() as lab:
        lab.load(LETTER % b"x")
        lab.faults.add(CutAfterCommand(protocol="pop3", command="DELE"))
        pop = lab.device("laptop").dial("pop3")
        pop.send("USER bob", "PASS tulip", "DELE 1")
        lines = str(lab.transcript()).splitlines()
        note = "      -- fault: the connection is cut after the reply to DELE"
        assert lines[0].endswith("broken by a fault")
        assert lines[lines.index(note) - 1].endswith("S: +OK Marked")
        assert lines[-1] == note
        assert "fault" not in str(pop)
        told = str(lab.look())
        assert "fault: the connection is cut after" in told


def test_a_fault_of_the_last_exchange_is_told_with_it() -> None:
    with Lab() as lab:
        lab.faults.add(Answer(protocol="pop3", command="STAT", reply="-ERR Not today"))
        pop = lab.device("laptop").dial("pop3")
        pop.send("USER bob", "PASS tulip", "STAT")
        assert "fault: STAT is answered" in str(lab.look())
        pop.send("NOOP")
        assert "fault: STAT is answered" not in str(lab.look())


def test_new_unique_ids_have_a_program_fetch_all_again() -> None:
    with Lab() as lab:
        lab.load(LETTER % b"one")
        lab.load(LETTER % b"two")
        laptop = lab.device("laptop")
        program = laptop.pop3_program("bob", "tulip")
        program.check()
        assert len(laptop.files()) == 2
        program.check()
        assert len(laptop.files()) == 2
        lab.faults.add(NewUidls(account="bob"))
        program.check()
        assert len(laptop.files()) == 4
        (event,) = [e.event for e in lab.log if isinstance(e.event, Renumbered)]
        assert event.uids == ((1, 1), (2, 2))
        program.check()
        assert len(laptop.files()) == 4


def test_a_new_uidvalidity_has_a_program_begin_again() -> None:
    with Lab() as lab:
        for subject in (b"one", b"two", b"three"):
            lab.load(LETTER % subject)
        imap = lab.device("phone").dial("imap")
        imap.send("a LOGIN bob tulip", "b SELECT INBOX", "c STORE 1 +FLAGS (\\Deleted)")
        imap.send("d EXPUNGE")
        lab.faults.add(NewUidValidity(account="bob"))
        other = lab.device("laptop").dial("imap")
        other.send("a LOGIN bob tulip", "b SELECT INBOX", "c UID SEARCH ALL")
        assert "S: * SEARCH 1 2\n" in str(lab.transcript())
        assert [each.uid for each in lab.messages("bob")] == [1, 2]
        assert struck(lab) == ["INBOX of bob has a new UIDVALIDITY"]
        imap.listen()
        assert imap.last is not None
        assert "BYE The UIDVALIDITY of the mailbox has changed" in str(lab.transcript())


@pytest.mark.parametrize("protocol", ["pop3", "imap", "submission"])
def test_a_right_password_is_refused_as_long_as_the_fault_is_there(protocol: str) -> None:
    with Lab() as lab:
        wrong = WrongPassword(protocol=protocol, account="bob", device="laptop", times=None)
        lab.faults.add(wrong)
        laptop = lab.device("laptop")
        program = {
            "pop3": lambda: laptop.pop3_program("bob", "tulip").check(),
            "imap": lambda: laptop.imap_program("bob", "tulip").sync(),
            "submission": lambda: laptop.smtp_program("bob", "tulip").send(
                "bob@home.example", "Subject: x\n\ny\n"
            ),
        }[protocol]
        with pytest.raises(LabError, match=r"(?i)password"):
            program()
        # Some programs try every mechanism that they know before they give up.
        assert set(struck(lab)) == {"a right password is refused as wrong"}
        lab.faults.remove(wrong)
        program()


def test_a_delay_is_real_time_and_costs_no_lab_time() -> None:
    with Lab() as lab:
        before = lab.now()
        lab.faults.add(Delay(seconds=0.01, device="laptop"))
        pop = lab.device("laptop").dial("pop3")
        pop.send("CAPA")
        assert lab.now() == before
        assert struck(lab) == ["each reply is 0.01 s late"]
