from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from labserver.faults import (
    Answer,
    Caller,
    Cut,
    CutAfterCommand,
    CutInMessage,
    CutInUpload,
    Delay,
    Fault,
    Faults,
    MailboxFull,
    NewUidls,
    NewUidValidity,
    Refuse,
    Struck,
    Swallow,
    WrongPassword,
)

BOB = "bob@home.example"
HOST = "mail.home.example"


def caller(listener: str = "smtp", device: str = "pc", host: str = HOST) -> Caller:
    return Caller(listener, device, host)


def answer(reply: str = "451 Later", *, occurrence: int = 1, times: int | None = 1) -> Answer:
    return Answer(protocol="smtp", command="RCPT", reply=reply, occurrence=occurrence, times=times)


@pytest.mark.parametrize(
    ("occurrence", "times", "expected"),
    [
        (1, 1, "x...."),
        (3, 1, "..x.."),
        (2, 2, ".xx.."),
        (1, None, "xxxxx"),
        (4, None, "...xx"),
    ],
)
def test_which_occurrences_a_fault_strikes(
    occurrence: int, times: int | None, expected: str
) -> None:
    faults = Faults()
    full = MailboxFull(account=BOB, occurrence=occurrence, times=times)
    faults.add(full)
    struck = "".join("x" if faults.delivery(BOB) else "." for _ in range(5))
    assert struck == expected
    assert list(faults) == [Struck(full, 5, expected.count("x"))]


@pytest.mark.parametrize("wrong", [{"occurrence": 0}, {"times": 0}, {"times": -1}])
def test_a_rule_that_could_never_strike_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="1"):
        Fault(**wrong)


def test_what_does_not_match_is_not_counted() -> None:
    faults = Faults()
    faults.add(MailboxFull(account=BOB))
    faults.add(Answer(protocol="pop3", command="RETR", reply="-ERR", device="phone"))
    assert faults.delivery("eve@home.example") is None
    for whose, command in (
        (caller("imap", "phone"), "RETR"),
        (caller("pop3", "pc"), "RETR"),
        (caller("pop3", "phone"), "TOP"),
    ):
        assert faults.command(whose, command) is None
    assert [struck.matched for struck in faults] == [0, 0]
    assert faults.command(caller("pop3", "phone"), "RETR") is not None
    assert [struck.matched for struck in faults] == [0, 1]


def test_a_connection_meets_every_fault_that_fits() -> None:
    faults = Faults()
    cut = faults.add(Cut(after=10, protocol="imap"))
    delay = faults.add(Delay(device="phone", times=None))
    faults.add(Refuse(occurrence=3))
    assert faults.connection(caller("imap", "phone")) == (cut, delay)
    assert faults.connection(caller("pop3", "phone")) == (delay,)
    assert [type(fault) for fault in faults.connection(caller())] == [Refuse]


def test_every_rule_counts_and_one_strikes() -> None:
    faults = Faults()
    first = faults.add(answer("451 first"))
    second = faults.add(answer("451 second", occurrence=2))
    third = faults.add(Swallow(command="RCPT"))
    struck = [faults.command(caller(), "RCPT") for _ in range(4)]
    assert struck == [first, second, third, None]
    faults.clear()
    for occurrence in (1, 2):
        faults.add(MailboxFull(account=BOB, occurrence=occurrence))
    assert [bool(faults.delivery(BOB)) for _ in range(3)] == [True, True, False]


def test_rules_are_removed_by_identity() -> None:
    faults = Faults()
    one, twin = faults.add(answer()), answer()
    assert one == twin
    with pytest.raises(ValueError, match="not in the list"):
        faults.remove(twin)
    faults.add(twin)
    faults.remove(one)
    assert [struck.fault is twin for struck in faults] == [True]
    faults.clear()
    assert len(faults) == 0
    assert faults.command(caller(), "RCPT") is None


@pytest.mark.parametrize(
    ("selectors", "listeners"),
    [
        ({}, "smtp submission submissions pop3 pop3s imap imaps"),
        ({"protocol": "pop3"}, "pop3 pop3s"),
        ({"protocol": "imap"}, "imap imaps"),
        ({"protocol": "submission"}, "submission submissions"),
        ({"protocol": "smtp"}, "smtp"),
        ({"listener": "pop3"}, "pop3"),
        ({"listener": "submissions", "protocol": "submission"}, "submissions"),
        ({"device": "phone"}, ""),
        ({"host": "mail.work.example"}, ""),
    ],
)
def test_a_protocol_is_meant_on_all_its_ports(selectors: dict[str, str], listeners: str) -> None:
    fault = Refuse(**selectors)
    everywhere = ["smtp", "submission", "submissions", "pop3", "pop3s", "imap", "imaps"]
    assert [each for each in everywhere if fault.fits(*caller(each))] == listeners.split()


def test_an_answer_is_for_who_speaks_like_that() -> None:
    faults = Faults()
    faults.add(Answer(command="quit", reply="-ERR Later"))
    assert faults.command(caller("smtp"), "QUIT") is None
    assert faults.command(caller("pop3s"), "QUIT") is not None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Refuse(protocol="pop"),
        lambda: Refuse(listener="https"),
        lambda: Refuse(listener="pop3s", protocol="imap"),
        lambda: Delay(seconds=0),
        lambda: Delay(seconds=float("nan")),
        lambda: Cut(after=-1),
        lambda: CutInMessage(after=-1),
        lambda: Answer(command="RCPT", reply="later"),
        lambda: Answer(command="RCPT", reply="451 a\r\nb"),
        lambda: Answer(command="STAT", protocol="pop3", reply="451 Later"),
        lambda: Answer(command="STAT", listener="imaps", reply="+OK"),
        lambda: NewUidls(account=BOB, mailbox="Sent"),
    ],
    ids=count(),
)
def test_what_makes_no_sense_is_refused(wrong: Callable[[], Fault]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wrong()


def test_a_message_matches_once_it_is_longer_than_that() -> None:
    faults = Faults()
    near = faults.add(CutInUpload(after=10, occurrence=2))
    far = faults.add(CutInUpload(after=100))
    faults.add(CutInMessage(after=10))
    now = faults.added
    assert faults.farthest(caller(), now) == 100
    assert faults.upload(caller(), 0, 10, now) is None
    assert faults.upload(caller(), 10, 11, now) is None
    assert faults.upload(caller(), 11, 101, now) is far
    assert faults.upload(caller(), 0, 11, now) is near
    assert [(each.matched, each.struck) for each in faults] == [(2, 1), (1, 1), (0, 0)]
    late = faults.add(CutInUpload())
    assert faults.upload(caller(), 0, 11, now) is None, "its message had begun"
    assert faults.upload(caller(), 0, 1, faults.added) is late
    faults.clear()
    assert faults.farthest(caller(), now) == -1


def test_accounts_are_known_by_their_address() -> None:
    faults = Faults()
    wrong = faults.add(WrongPassword(account="Bob"), account="Bob@home.example")
    anyone = faults.add(WrongPassword(device="phone"))
    assert faults.login(caller(), "eve@home.example") is None
    assert faults.login(caller("imap", "phone"), "eve@home.example") is anyone
    assert faults.login(caller(), BOB) is wrong


def test_a_mailbox_is_renumbered_for_the_protocol_that_opens_it() -> None:
    faults = Faults()
    uidls = faults.add(NewUidls(account=BOB))
    uids = faults.add(NewUidValidity(account=BOB, mailbox="Sent"))
    assert faults.opening(caller("imap"), BOB, "INBOX") is None
    assert faults.opening(caller("imap"), "eve@home.example", "Sent") is None
    assert faults.opening(caller("imaps"), BOB, "Sent") is uids
    assert faults.opening(caller("pop3"), BOB, "INBOX") is uidls


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Refuse(), "the connection is refused"),
        (Delay(seconds=0.5), "each reply is 0.5 s late"),
        (Cut(after=3), "the connection is cut after 3 octets from the server"),
        (answer(), "RCPT is answered '451 Later'"),
        (MailboxFull(account=BOB), "the mailbox of bob@home.example is full"),
        (CutAfterCommand(command="DELE"), "the connection is cut after the reply to DELE"),
        (Swallow(command="."), "the reply to . is swallowed, the connection is cut"),
        (
            Swallow(command="QUIT", silent=True),
            "the reply to QUIT is swallowed, the server falls silent",
        ),
        (
            CutInMessage(after=9),
            "the connection is cut after 9 octets of a message from the server",
        ),
        (CutInUpload(after=9), "the connection is cut after 9 octets of a message to the server"),
        (WrongPassword(), "a right password is refused as wrong"),
        (NewUidValidity(account="bob"), "INBOX of bob has a new UIDVALIDITY"),
        (NewUidls(account="bob"), "the maildrop of bob has new unique-ids"),
    ],
)
def test_faults_in_words(fault: Fault, words: str) -> None:
    assert str(fault) == words


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Refuse(), "once"),
        (Refuse(protocol="pop3", device="phone", times=None), "pop3, of phone, always"),
        (answer(occurrence=2), "smtp, RCPT, at match 2"),
        (
            Swallow(listener="imaps", command="uid store", times=3),
            "imaps, UID STORE, at matches 1 to 3",
        ),
        (MailboxFull(account="bob", occurrence=2, times=None), "bob, from match 2 on"),
        (NewUidls(account="bob", host=HOST), "mail.home.example, bob, once"),
        (WrongPassword(account="bob"), "bob, once"),
    ],
)
def test_which_faults_in_words(fault: Fault, words: str) -> None:
    assert fault.which == words
