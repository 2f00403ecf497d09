"""Each state of the picture, from events written by hand."""

from __future__ import annotations

import pytest

from labserver import events as e
from labserver.snapshot import Row, Situation, State, fold, sentence, situation
from tests.snapshot.scenes import (
    BOB,
    SCENES,
    Stage,
    after_quit,
    backup,
    backup_saves,
    body,
    cut,
    digest,
    during,
    fresh,
    imap_laptop_lost,
    laptop_lost,
    restored,
    two_imap,
    two_pop,
)

ALICE = "alice@home.example"


def see(stage: Stage) -> Situation:
    return situation(stage.snapshot(), BOB)


def words(row: Row) -> list[str]:
    return [cell.state.value for cell in row.cells]


def row(stage: Stage, letter: str) -> Row:
    return next(row for row in see(stage).rows if row.letter == letter)


def test_fresh() -> None:
    for each in see(fresh()).rows:
        assert words(each) == ["whole", "never here", "never here"]
        assert each.copies == 1
        assert each.only_on is None


def test_marked_is_still_here() -> None:
    a = row(during(), "A")
    assert words(a) == ["marked", "whole", "never here"]
    assert a.copies == 2
    assert a.cells[0].copies[0].number == 1


def test_quit_removes_and_the_device_has_the_only_copy() -> None:
    for each in see(after_quit()).rows:
        assert words(each) == ["removed", "whole", "never here"]
        assert each.only_on is not None
        assert each.only_on.name == "laptop"
        assert each.cells[0].changed


def test_a_cut_takes_the_marks_and_the_numbers_back() -> None:
    stage = cut()
    for letter in "AB":
        assert words(row(stage, letter))[0] == "whole"
        assert row(stage, letter).cells[0].changed
        assert row(stage, letter).cells[0].copies[0].number is None
    assert not row(stage, "C").cells[0].changed
    assert stage.snapshot().changed.ended == 1


def test_rset_takes_the_marks_back_and_keeps_the_numbers() -> None:
    stage = during()
    stage.said(1, "RSET")
    stage.now(e.Unmarked(connection=1))
    first = row(stage, "A").cells[0]
    assert first.state is State.WHOLE
    assert first.copies[0].number == 1
    assert stage.snapshot().changed.ended is None
    assert first.changed


def test_a_lost_device_loses_what_was_nowhere_else() -> None:
    stage = laptop_lost()
    assert words(row(stage, "A")) == ["removed", "lost", "never here"]
    assert row(stage, "A").lost
    assert words(row(stage, "C")) == ["whole", "never here", "never here"]


def test_a_lost_device_with_imap_loses_nothing() -> None:
    stage = imap_laptop_lost()
    assert words(row(stage, "A")) == ["whole", "gone", "whole"]
    assert not any(each.lost for each in see(stage).rows)


def test_removal_of_the_only_copy_is_loss_but_a_mark_is_not() -> None:
    stage = fresh()
    n = stage.pop()
    stage.delete(n, 1, 1)
    assert words(row(stage, "A")) == ["marked", "never here", "never here"]
    assert not row(stage, "A").lost
    stage.quit(n, 1)
    assert words(row(stage, "A")) == ["lost", "never here", "never here"]
    assert row(stage, "A").lost
    assert row(stage, "A").copies == 0


def test_headers_do_not_save_a_message() -> None:
    stage = fresh()
    n = stage.imap("phone")
    stage.save("phone", 1, n, protocol="imap", copied="headers")
    stage.said(n, "a9 EXPUNGE")
    stage.expunge(1, n)
    assert words(row(stage, "A")) == ["lost", "never here", "headers"]


def test_deleting_a_mailbox_removes_what_is_in_it() -> None:
    stage = fresh()
    stage.mailbox("Archive", 701)
    stage.arrive(1, mailbox="Archive", uid=1, cause="copy")
    assert row(stage, "A").copies == 2
    stage.expunge(1)
    stage.now(e.MailboxDeleted(account=BOB, mailbox="Archive", connection=None))
    assert words(row(stage, "A"))[0] == "lost"


def test_a_move_is_no_removal() -> None:
    stage = fresh()
    stage.mailbox("Archive", 701)
    stage.arrive(1, mailbox="Archive", uid=1, cause="move")
    stage.expunge(1)
    assert [copy.mailbox for copy in row(stage, "A").cells[0].copies] == ["Archive"]
    assert words(row(stage, "A"))[0] == "whole"


def test_two_copies_in_one_cell() -> None:
    stage = fresh()
    n = stage.pop()
    stage.retrieve(n, "laptop", 1, 1)
    stage.save("laptop", 1, n, file="again")
    assert row(stage, "A").cells[1].whole == 2
    assert row(stage, "A").copies == 3


def test_half_marked_is_not_marked() -> None:
    stage = fresh()
    stage.arrive(1, uid=9)
    stage.flags(9, "\\Deleted")
    cell = row(stage, "A").cells[0]
    assert cell.state is State.WHOLE
    assert [copy.marked for copy in cell.copies] == [False, True]


def test_ties_follow_uidvalidity_and_uid() -> None:
    stage = two_imap()
    assert all(copy.tied for copy in row(stage, "A").cells[1].copies)
    stage.expunge(1)
    assert not any(copy.tied for copy in row(stage, "A").cells[1].copies)
    assert row(stage, "A").cells[1].state is State.WHOLE
    assert not any(copy.tied for cell in row(two_pop(), "A").cells for copy in cell.copies)


def test_headers_are_known_by_their_uid_even_after_the_expunge() -> None:
    stage = fresh()
    stage.expunge(2)
    stage.save("phone", 2, stage.imap("phone"), protocol="imap", copied="headers")
    assert words(row(stage, "B"))[2] == "headers"


def test_a_file_that_is_no_known_message_is_counted() -> None:
    stage = fresh()
    stage.save("phone", 77, stage.pop("phone"))
    assert see(stage).strangers == (0, 1)


def test_other_peoples_places_do_not_count() -> None:
    stage = fresh()
    stage.now(e.DeviceAdded(device="desk", owner="alice@home.example"))
    stage.save("desk", 1, stage.pop("desk"))
    assert row(stage, "A").copies == 1
    asked = situation(stage.snapshot(), BOB, devices=["desk"])
    assert asked.rows[0].copies == 2


def test_backups_and_webmail_are_places_behind_the_devices() -> None:
    stage = backup()
    assert [tuple(place) for place in see(stage).places] == [
        ("server", BOB),
        ("device", "laptop"),
        ("device", "phone"),
        ("backup", "usb-disk"),
        ("webmail", "webmail"),
    ]
    a = row(stage, "A")
    assert words(a) == ["removed", "whole", "never here", "whole", "never here"]
    assert (a.copies, a.only_on) == (2, None)


def test_what_only_the_backup_has_is_not_lost_until_the_backup_is() -> None:
    stage = backup_saves()
    a = row(stage, "A")
    assert words(a) == ["removed", "gone", "never here", "whole", "never here"]
    assert (a.lost, a.only_on) == (False, ("backup", "usb-disk"))
    stage.now(e.Lost(device="usb-disk"))
    assert words(row(stage, "A"))[3] == "lost"
    assert row(stage, "A").lost


def test_a_backup_is_not_tied_to_the_server() -> None:
    stage = fresh()
    stage.device("usb-disk", "backup")
    stage.save("usb-disk", 1, stage.imap("usb-disk"), protocol="imap")
    stage.save("laptop", 1, stage.imap("laptop"), protocol="imap")
    tied = [any(copy.tied for copy in cell.copies) for cell in row(stage, "A").cells]
    assert tied == [False, True, False, False]


def test_restored_is_what_was_gone_and_is_put_back() -> None:
    stage = restored()
    back = [letter for letter in "ABC" for c in row(stage, letter).cells[0].copies if c.restored]
    assert back == ["A", "B"]
    assert words(row(stage, "A"))[0] == "whole"
    stage.arrive(1, uid=20, cause="append")
    stage.mailbox("Archive", 701)
    stage.arrive(2, uid=1, mailbox="Archive", cause="copy")
    copies = [c.restored for r in see(stage).rows[:2] for c in r.cells[0].copies]
    assert copies == [True, False, True, False], "a second copy restores nothing"
    fetched = fresh()
    fetched.arrive(1, uid=9, cause="append")
    assert not any(c.restored for c in row(fetched, "A").cells[0].copies)


def test_an_empty_backup_is_said_and_empty_webmail_is_not() -> None:
    stage = Stage("laptop")
    stage.device("usb-disk", "backup")
    stage.device("webmail", "webmail")
    stage.arrive(1)
    said = "Message A is on the server only. The device holds nothing."
    assert sentence(stage.snapshot(), BOB) == f"{said} The backup usb-disk holds nothing."


def test_a_step_joins_what_one_line_changes_on_other_connections() -> None:
    stage = two_imap()
    changed = stage.snapshot().changed
    assert len(changed.lines) == 2
    assert [cell.changed for cell in row(stage, "A").cells] == [True, True, True]
    assert not any(cell.changed for cell in row(stage, "B").cells)


def test_the_cause_is_the_line_and_has_its_reply() -> None:
    snapshot = during().snapshot()
    connection = snapshot.connections[1]
    assert connection.cause is not None
    assert connection.effect is not None
    assert snapshot.changed.lines == (connection.cause.number,)
    assert (connection.cause.text, connection.effect.text) == (b"RETR 3", b"+OK 3072 octets")


def test_the_last_line_said_is_told_by_protocol() -> None:
    stage = fresh()
    pop, imap = stage.pop(), stage.dial("imap", "phone")
    stage.said(pop, "LIST", "+OK\r\n1 412\r\n2 48220", "3 3072\r\n.")
    stage.said(imap, "a1 NOOP", "* 3 EXISTS\r\na1 OK done")
    connections = stage.snapshot().connections
    assert connections[pop].reply is not None
    assert connections[pop].reply.text == b"+OK"
    assert connections[imap].reply is not None
    assert connections[imap].reply.text == b"a1 OK done"


def test_data_is_remembered() -> None:
    data = during().snapshot().connections[1].data
    assert data is not None
    assert data.sha256 == digest(3)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("fresh", "Messages A, B and C are on the server only. No device holds anything."),
        (
            "during",
            (
                "Messages A, B and C are on the server and on the laptop."
                " DELE only marked A and B: they are on the server until QUIT."
            ),
        ),
        ("after_quit", "Messages A, B and C are on the laptop and nowhere else."),
        (
            "two_imap",
            (
                "Message A is on the server, on the laptop and on the phone."
                " Message B is on the server only. Message C is on the server and on the laptop."
                " The laptop and the phone hold only the headers of B."
            ),
        ),
        (
            "backup",
            "Messages A, B and C are on the laptop and in the backup usb-disk.",
        ),
        (
            "backup_saves",
            (
                "Messages A, B and C are in the backup usb-disk and nowhere else."
                " No device holds anything."
                " The laptop is lost, but A, B and C are whole in a backup."
            ),
        ),
        (
            "restored",
            (
                "Messages A and B are restored: they were gone from the server."
                " Messages A and B are on the server and in the backup usb-disk."
                " Message C is in the backup usb-disk and nowhere else."
                " No device holds anything."
                " The laptop is lost, but C is whole in a backup."
            ),
        ),
        (
            "laptop_lost",
            (
                "Messages A and B are lost: no whole copy is left."
                " Message C is on the server only. No device holds anything."
            ),
        ),
    ],
)
def test_the_sentence(name: str, said: str) -> None:
    assert sentence(SCENES[name]().snapshot(), BOB) == said


def test_the_sentence_counts_what_is_too_many_to_name() -> None:
    stage = Stage("laptop")
    assert sentence(stage.snapshot(), BOB) == "No message has arrived yet."
    for message in range(1, 1001):
        stage.new(message, "s", "x")
    for message in range(1, 9):
        stage.arrive(message)
    said = "All eight messages are on the server only. The device holds nothing."
    assert sentence(stage.snapshot(), BOB) == said


@pytest.mark.parametrize("name", SCENES)
def test_the_fold_may_stop_and_go_on_anywhere(name: str) -> None:
    entries = list(SCENES[name]().log)
    whole = fold(entries)
    for cut_at in range(0, len(entries), 7):
        assert fold(entries[cut_at:], start=fold(entries[:cut_at])) == whole


def test_a_log_cut_at_its_beginning_raises_nothing() -> None:
    for scene in SCENES.values():
        entries = list(scene().log)
        for start in range(len(entries)):
            assert fold(entries[start:]).number == entries[-1].number


def test_a_row_has_the_size_of_the_account_s_own_copy() -> None:
    def delivered(account: str, octets: int, form: str, uid: int = 1) -> e.Delivered:
        return e.Delivered(
            account=account,
            mailbox="INBOX",
            uidvalidity=700,
            uid=uid,
            message=1,
            octets=octets,
            sha256=form * 32,
            flags=(),
            cause="smtp",
            connection=None,
        )

    def sizes() -> tuple[list[int], list[int]]:
        seen = stage.snapshot()
        alice, bob = situation(seen, ALICE).rows, situation(seen, BOB).rows
        return [each.message.octets for each in alice], [each.message.octets for each in bob]

    stage = Stage()
    stage.now(e.AccountAdded(account=ALICE))
    stage.now(e.MailboxCreated(account=ALICE, mailbox="INBOX", uidvalidity=700, connection=None))
    stage.new(1, "Lunch", "Alice", 80)
    stage.now(delivered(ALICE, 398, "aa"))
    stage.now(delivered(BOB, 110, "bb"))
    assert sizes() == ([398], [110])
    stage.save("laptop", 1, None, copied="headers")
    stage.expunge(1)
    assert sizes() == ([398], [110]), "its size when it was there"
    stage.save("phone", 1, None)
    assert sizes() == ([398], [len(body(1))]), "that of its file"
    stage.now(delivered(BOB, 112, "cc", 2))
    assert sizes() == ([398], [112]), "that on the server first"
