"""The exercises of lesson 05, as data."""

from __future__ import annotations

from labserver.course.content.lesson05.goals import (
    by_the_old_program,
    copy_for_the_phone,
    in_a_folder,
    in_step,
    star_on_both,
    the_picture,
    three_letters,
    with_a_sent_mailbox,
)
from labserver.course.plan import Exercise, Mistake

__all__ = ["EXERCISES"]

_POP = 'pop = laptop.dial("pop3")\npop.send("USER bob")\npop.send("PASS tulip")\n'
_IMAP = 'imap = phone.dial("imap")\nimap.send("a1 LOGIN bob tulip")\n'
_A_DOWN = f'{_POP}pop.send("RETR 1")\npop.send("DELE 1")\npop.send("QUIT")\n'
_BACK = f'{_IMAP}imap.send("a2 SELECT Trips")\n'

EXERCISES = (
    Exercise(
        key="05.E1",
        title="One blank: a star on both devices",
        start=in_step,
        goal=star_on_both,
        given='imap.send(r"a3 STORE 2 +FLAGS (____)")\nprint(phone_mail.sync())',
        solution='imap.send(r"a3 STORE 2 +FLAGS (\\Flagged)")\nprint(phone_mail.sync())',
        hints=(
            "A star is a flag that the server keeps, as `\\Seen` is.",
            "The reply to SELECT lists the flags. One of them is made for this.",
            "The flag is `\\Flagged`.",
        ),
        mistakes=(
            Mistake(
                lines='imap.send(r"a3 STORE 2 +FLAGS (\\Seen)")\nphone_mail.sync()',
                says="B is read now, and it has no star.",
            ),
            Mistake(
                lines='imap.send(r"a3 STORE 2 +FLAGS (Flagged)")\nphone_mail.sync()',
                says="B has the flag `Flagged`, and that is not the star.",
            ),
            Mistake(
                lines='imap.send(r"a3 STORE 2 +FLAGS (____)")\n'
                'imap.send(r"a4 STORE 2 +FLAGS (Flagged)")',
                says="B has the flag `Flagged`, and that is not the star.",
            ),
            Mistake(
                lines='imap.send(r"a3 STORE 2 +FLAGS (____)")\n'
                'imap.send(r"a4 STORE 2 +FLAGS (\\\\Flagged)")',
                says="There are two backslashes in a row",
            ),
            Mistake(
                lines='imap.send(r"a3 STORE 1 +FLAGS (\\Flagged)")\nphone_mail.sync()',
                says="A has got the flag, and B was to have it.",
            ),
            Mistake(
                lines='imap.send(r"a3 STORE 2 +FLAGS (\\Flagged)")',
                says="The phone has not asked since",
            ),
        ),
        done="One star, set once on the laptop: the server keeps it, and the phone shows it.",
    ),
    Exercise(
        key="05.E2",
        title="Three lines: a copy for the phone",
        start=with_a_sent_mailbox,
        goal=copy_for_the_phone,
        given="# Your three lines:",
        solution='imap.send(r"a2 APPEND Sent (\\Seen) {110}")\nimap.literal(answer)\n'
        'print(phone_mail.sync("Sent"))',
        hints=(
            "Which command puts a message into a mailbox?",
            "APPEND names the mailbox, the flag and the number of octets; step 10 has the line.",
            "After the APPEND line comes `imap.literal(answer)`. Then the phone looks into Sent.",
        ),
        mistakes=(
            Mistake(
                lines='imap.send(r"a2 APPEND INBOX (\\Seen) {110}")\nimap.literal(answer)\n'
                "phone_mail.sync()",
                says="The copy is in INBOX",
            ),
            Mistake(
                lines='imap.send("a2 APPEND Sent {110}")\nimap.literal(answer)\n'
                'phone_mail.sync("Sent")',
                says="it is new there",
            ),
            Mistake(
                lines='imap.send(r"a2 APPEND Sent (\\Seen) {110}")\nimap.literal(answer)\n'
                "phone_mail.sync()",
                says="the phone has not looked there",
            ),
            Mistake(
                lines='imap.send(r"a2 APPEND Outbox (\\Seen) {110}")\nimap.literal(answer)',
                says="There is no mailbox of that name yet",
            ),
            Mistake(
                lines='imap.send(r"a2 APPEND Sent (\\Seen) {110}")',
                says="it waits for the octets",
            ),
            Mistake(
                lines='imap.send(r"a2 APPEND Sent (\\Seen) {100}")\nimap.literal(answer)',
                says="You announced 100 octets, and the answer has 110.",
            ),
        ),
        done="What the laptop has sent is in Sent on the server, and so the phone has it too.",
    ),
    Exercise(
        key="05.E3",
        title="An empty cell: mail for the old program",
        start=in_a_folder,
        goal=by_the_old_program,
        given="# Your lines:",
        solution=f'{_BACK}imap.send("a3 MOVE 1 INBOX")\nimap.send("a4 LOGOUT")\n'
        "print(old_mail.check())",
        hints=(
            "POP3 sees INBOX only. Who can put C there?",
            "On the phone: dial IMAP, LOGIN, `SELECT Trips`. C is message 1 there.",
            "`MOVE 1 INBOX` on the phone, then `old_mail.check()`.",
        ),
        mistakes=(
            Mistake(
                lines="print(old_mail.check())",
                says="C is in Trips. POP3 sees INBOX only",
            ),
            Mistake(
                lines='laptop.imap_program("bob", "tulip").sync("Trips")',
                says="it came by IMAP",
            ),
            Mistake(
                lines=f'{_BACK}imap.send("a3 UID MOVE 3 INBOX")\nold_mail.check()',
                says="nothing was moved: the open mailbox has no such UID.",
            ),
            Mistake(
                lines=f'{_BACK}imap.send("a3 MOVE 1 INBOX")',
                says="the old program has not looked since",
            ),
            Mistake(
                lines=f'{_BACK}imap.send(r"a3 STORE 1 +FLAGS (\\Deleted)")\n'
                'imap.send("a4 EXPUNGE")\nold_mail.check()',
                says="C is lost: no whole copy of it is left.",
            ),
        ),
        done="C was filed away, the phone has put it back, and POP3 has found it.",
    ),
    Exercise(
        key="05.E4",
        title="An empty cell: make this picture",
        start=three_letters,
        goal=the_picture,
        given="# Your lines:",
        solution=f'{_A_DOWN}{_IMAP}imap.send("a2 SELECT INBOX")\nimap.send("a3 FETCH 1 BODY[]")\n'
        'imap.send("a4 LOGOUT")',
        hints=(
            "A is on the laptop only: which protocol takes mail off the server?",
            "POP3 on the laptop for A: `RETR`, `DELE`, `QUIT`. IMAP on the phone for B.",
            "When A has gone, B is number 1. `FETCH 1 BODY[]` brings it, and marks it as read.",
        ),
        mistakes=(
            Mistake(
                lines=f'{_A_DOWN}{_IMAP}imap.send("a2 SELECT INBOX")\n'
                'imap.send("a3 FETCH 2 BODY[]")',
                says="The phone has C, and B was wanted.",
            ),
            Mistake(
                lines=f'{_POP}pop.send("DELE 1")\npop.send("QUIT")',
                says="A is lost: no whole copy of it is left.",
            ),
            Mistake(
                lines=f'{_POP}pop.send("RETR 1")\npop.send("DELE 1")\npop.cut()',
                says="the mark was not made real",
            ),
            Mistake(
                lines=f'{_A_DOWN}{_IMAP}imap.send("a2 SELECT INBOX")\n'
                'imap.send("a3 FETCH 1 (FLAGS BODY.PEEK[])")',
                says="B is on the phone, and it is still new.",
            ),
            Mistake(
                lines='laptop.pop3_program("bob", "tulip", leave_on_server=False).check()',
                says="B has left the server",
            ),
            Mistake(
                lines=f'{_A_DOWN}phone.imap_program("bob", "tulip").sync()\n'
                'phone.imap_program("bob", "tulip").mark_read(2)',
                says="C is on the phone too",
            ),
        ),
        done="The picture is made: you can say for each copy which line put it there.",
    ),
)
