"""What was refused at the door, and what others have: neither is lost, neither counts."""

from __future__ import annotations

from typing import Any

import pytest

from labserver import Lab
from labserver import events as e
from labserver.snapshot import Row, Situation, State, describe, situation
from tests.snapshot.scenes import BOB, Stage, after_quit, digest, fresh

ALICE = "alice@home.example"


def refused(
    stage: Stage, message: int | None = 4, reply: str = "552 5.2.2 No room", **other: Any
) -> None:
    n = stage.dial("smtp", "carol-laptop")
    stage.said(n, ".")
    if message is not None and message not in stage.snapshot().messages:
        stage.new(message, "Party pictures", "Carol", 30_000)
    stage.now(
        e.Rejected(
            account=BOB,
            message=message,
            sender="carol@work.example",
            octets=30_000,
            reply=reply,
            connection=n,
        )
    )


def see(stage: Stage) -> Situation:
    return situation(stage.snapshot(), BOB)


def last(stage: Stage) -> Row:
    return see(stage).rows[-1]


def test_what_is_refused_is_a_row_of_its_own_and_not_lost() -> None:
    stage = fresh()
    refused(stage)
    row = last(stage)
    assert (row.letter, row.copies, row.lost, row.only_on) == ("D", 0, False, None)
    assert [cell.state for cell in row.cells] == [State.REFUSED, State.NEVER, State.NEVER]
    assert row.cells[0].changed
    assert "Message D was refused, its sender was told." in describe(see(stage))


def test_what_never_crossed_has_no_letter_and_goes_when_mail_gets_in_again() -> None:
    stage = fresh()
    refused(stage, None)
    refused(stage, 4)
    assert [row.letter for row in see(stage).rows] == ["A", "B", "C", "", "D"]
    assert see(stage).rows[3].message.sender == "carol@work.example"
    assert see(stage).rows[3].cells[0].state is State.REFUSED
    stage.arrive(5, cause="smtp")
    assert [row.letter for row in see(stage).rows] == ["A", "B", "C", "E", "D"]


def test_what_comes_in_after_all_is_refused_no_more() -> None:
    stage = fresh()
    refused(stage)
    stage.arrive(4, cause="append")
    assert last(stage).cells[0].state is State.WHOLE


def test_it_is_not_the_affair_of_others() -> None:
    stage = fresh()
    stage.now(e.AccountAdded(account=ALICE))
    refused(stage)
    assert situation(stage.snapshot(), ALICE).rows == ()


@pytest.mark.parametrize(
    ("how", "reply", "shown"),
    [
        ("bounced", "552 5.2.2 No room", True),
        ("dropped", "452 4.2.2 No room", True),
        ("relayed", "250 2.0.0 OK", False),
        ("bounced", "no server of that name", False),
    ],
)
def test_what_another_server_was_told_is_read_from_its_queue(
    how: Any, reply: str, *, shown: bool
) -> None:
    stage = fresh()
    stage.new(4, "Party pictures", "Carol", 30_000)
    place: dict[str, Any] = {
        "host": "mail.work.example",
        "queue_id": "q1",
        "message": 4,
        "recipient": BOB,
    }
    stage.now(e.Queued(**place, sender="carol@work.example", connection=None))
    assert [row.letter for row in see(stage).rows] == ["A", "B", "C"]
    stage.now(e.Dequeued(**place, how=how, reply=reply))
    rows = see(stage).rows
    assert len(rows) == 3 + shown
    if shown:
        refusal = rows[-1].refusal
        assert refusal is not None
        assert (refusal.reply, refusal.told) == (reply, how == "bounced")


def with_alice(stage: Stage, rights: str | None) -> Stage:
    """Let Alice have A too, in a mailbox where Bob has some rights, or none."""
    stage.now(e.AccountAdded(account=ALICE))
    stage.now(
        e.MailboxCreated(account=ALICE, mailbox="Team", uidvalidity=9, connection=None),
    )
    stage.now(
        e.Delivered(
            account=ALICE,
            mailbox="Team",
            uidvalidity=9,
            uid=1,
            message=1,
            octets=412,
            sha256=digest(1),
            flags=(),
            cause="copy",
            connection=None,
        )
    )
    for identifier, letters in (("bob", rights), ("-bob", "w")):
        if letters is not None:
            stage.now(
                e.AccessChanged(
                    account=ALICE,
                    mailbox="Team",
                    identifier=identifier,
                    rights=letters,
                    connection=None,
                )
            )
    return stage


def test_a_copy_in_a_mailbox_that_is_shared_is_another_place() -> None:
    stage = with_alice(after_quit(), "lr")
    row = see(stage).rows[0]
    assert row.copies == 1
    assert row.only_on is None
    said = describe(see(stage))
    assert f"Message A is on the laptop and in the mailbox Team of {ALICE}." in said
    assert "Messages B and C are on the laptop and nowhere else." in said
    stage.now(e.Lost(device="laptop"))
    row = see(stage).rows[0]
    assert (row.copies, row.lost) == (0, False)
    assert [cell.state for cell in row.cells] == [State.REMOVED, State.GONE, State.NEVER]


@pytest.mark.parametrize("rights", [None, "l"])
def test_a_copy_that_the_account_may_not_read_is_no_place_of_its_own(rights: str | None) -> None:
    stage = with_alice(after_quit(), rights)
    row = see(stage).rows[0]
    assert row.only_on is not None
    assert "A is on the laptop and in no other place of Bob's." in describe(see(stage))
    stage.now(e.Lost(device="laptop"))
    assert see(stage).rows[0].lost
    assert "no whole copy is left that Bob can read" in describe(see(stage))


def test_a_negative_right_takes_the_place_away() -> None:
    stage = with_alice(after_quit(), "lr")
    stage.now(
        e.AccessChanged(
            account=ALICE, mailbox="Team", identifier="-anyone", rights="r", connection=None
        )
    )
    assert see(stage).rows[0].only_on is not None


def test_rows_stand_by_mailbox() -> None:
    stage = fresh()
    stage.mailbox("Archive", 701)
    stage.arrive(1, mailbox="Archive", uid=1, cause="move")
    stage.expunge(1)
    assert see(stage).shelves == ("INBOX", "Archive")
    assert [(row.letter, row.shelf) for row in see(stage).rows] == [
        ("B", "INBOX"),
        ("C", "INBOX"),
        ("A", "Archive"),
    ]
    stage.expunge(1, mailbox="Archive")
    assert last(stage).shelf == "Archive"
    stage.now(e.MailboxDeleted(account=BOB, mailbox="Archive", connection=None))
    assert see(stage).rows[0].shelf == "INBOX"


def test_a_real_mailbox_that_is_full() -> None:
    with Lab() as lab:
        lab.set_quota("bob", storage=1)
        smtp = lab.device("carol-laptop", owner="alice").dial("smtp")
        smtp.send("EHLO carol-laptop.home.example")
        smtp.send("MAIL FROM:<carol@work.example>", "RCPT TO:<bob@home.example>", "DATA")
        smtp.data("Subject: Party pictures\nFrom: Carol <carol@work.example>\n\n" + "x\n" * 999)
        smtp.send("MAIL FROM:<carol@work.example> SIZE=4000", "RCPT TO:<bob@home.example>")
        seen = lab.snapshot()
        rows = situation(seen, BOB).rows
        assert [(row.letter, row.message.subject) for row in rows] == [
            ("A", "Party pictures"),
            ("", ""),
        ]
        assert [row.message.octets > 1000 for row in rows] == [True, True]
        assert all(r.refusal is not None and r.refusal.reply.startswith("452 4.2.2") for r in rows)
        assert seen.accounts[BOB].limits.storage == 1
