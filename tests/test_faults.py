from __future__ import annotations

import pytest

from labserver.faults import Answer, Cut, Delay, Fault, Faults, MailboxFull, Refuse, Struck

BOB = "bob@home.example"


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
    for asked in (("imap", "phone", "RETR"), ("pop3", "pc", "RETR"), ("pop3", "phone", "TOP")):
        assert faults.command(*asked) is None
    assert [struck.matched for struck in faults] == [0, 0]
    assert faults.command("pop3", "phone", "RETR") is not None
    assert [struck.matched for struck in faults] == [0, 1]


def test_a_connection_meets_every_fault_that_fits() -> None:
    faults = Faults()
    cut = faults.add(Cut(after=10, protocol="imap"))
    delay = faults.add(Delay(device="phone", times=None))
    faults.add(Refuse(occurrence=3))
    assert faults.connection("imap", "phone") == (cut, delay)
    assert faults.connection("pop3", "phone") == (delay,)
    assert [type(fault) for fault in faults.connection("smtp", "pc")] == [Refuse]


def test_every_rule_counts_and_one_strikes() -> None:
    faults = Faults()
    faults.add(answer("first"))
    faults.add(answer("second", occurrence=2))
    faults.add(answer("also first"))
    struck = [faults.command("smtp", "pc", "RCPT") for _ in range(4)]
    assert [fault and fault.reply for fault in struck] == ["first", "second", "also first", None]
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
    assert faults.command("smtp", "pc", "RCPT") is None


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Refuse(), "the connection is refused"),
        (Delay(seconds=0.5), "each reply is 0.5 s late"),
        (Cut(after=3), "the connection is cut after 3 octets from the server"),
        (answer(), "RCPT is answered '451 Later'"),
        (MailboxFull(account=BOB), "the mailbox of bob@home.example is full"),
    ],
)
def test_faults_in_words(fault: Fault, words: str) -> None:
    assert str(fault) == words
