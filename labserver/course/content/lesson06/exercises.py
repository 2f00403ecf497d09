"""The exercises of lesson 06, as data."""

from __future__ import annotations

from labserver.course.content.lesson06.goals import (
    all_back,
    both_ways,
    d_arrives,
    deleted_on_the_phone,
    every_one_up,
    full_and_one_waits,
    in_the_laptop_only,
    trash_in_the_way,
)
from labserver.course.plan import Exercise, Mistake

__all__ = ["EXERCISES"]

_EMPTY_TRASH = r"""imap.send("a2 SELECT Trash")
imap.send(r"a3 STORE 1 +FLAGS (\Deleted)")
imap.send("a4 EXPUNGE")
"""

EXERCISES = (
    Exercise(
        key="06.E1",
        title="Room for one more",
        start=full_and_one_waits,
        goal=d_arrives,
        given='imap.send(r"a3 STORE 3 +FLAGS (\\Deleted)")\n# Your lines:',
        solution='imap.send(r"a3 STORE 3 +FLAGS (\\Deleted)")\nimap.send("a4 EXPUNGE")\n'
        "lab.settle()",
        hints=(
            "Two things are missing: room for D, and another try of Carol's server.",
            "`EXPUNGE` gives the room of C back. Then time has to go on, until the next try.",
            'imap.send("a4 EXPUNGE"), and then lab.settle().',
        ),
        mistakes=(
            Mistake(
                lines='imap.send(r"a3 STORE 3 +FLAGS (\\Deleted)")\nlab.settle()',
                says="Then it gave up, and D went back to her",
            ),
            Mistake(
                lines='imap.send("a3 CREATE Trash")\nimap.send("a4 MOVE 3 Trash")',
                says="C is in Trash. That is a mailbox too",
            ),
            Mistake(
                lines='imap.send(r"a3 STORE 3 +FLAGS (\\Deleted)")\nimap.send("a4 EXPUNGE")',
                says="C is removed, and there is room. D still waits",
            ),
            Mistake(
                lines='imap.send(r"a3 STORE 2 +FLAGS (\\Deleted)")\nimap.send("a4 EXPUNGE")\n'
                "lab.settle()",
                says="B is removed, and Bob wanted to keep it",
            ),
            Mistake(lines="lab.settle()", says="C is in `INBOX`, and there is no room"),
        ),
        done="C is expunged, and D has come in at the next try. A and B are where they were.",
    ),
    Exercise(
        key="06.E2",
        title="Before the lake",
        start=in_the_laptop_only,
        goal=all_back,
        given="# Your lines, and one of them is laptop.lose():",
        solution="disk.copy(laptop)\nlaptop.lose()\ndisk.restore()\ndisk.compare()",
        hints=(
            "Four lines, as in step 10. The order matters.",
            "Copy the laptop's folder, lose the laptop, put the mail back, and prove it.",
            "disk.copy(laptop), laptop.lose(), disk.restore(), disk.compare(): in this order.",
        ),
        mistakes=(
            Mistake(lines="laptop.lose()", says="Copy first, and then lose the laptop"),
            Mistake(
                lines="disk.copy()\nlaptop.lose()\ndisk.restore()",
                says="has copied the account on the server, and that was empty",
            ),
            Mistake(lines="disk.copy(laptop)", says="so nothing is proved"),
            Mistake(
                lines="disk.copy(laptop)\nlaptop.lose()",
                says="A, B and C are on the disk only",
            ),
            Mistake(
                lines="disk.copy(laptop)\nlaptop.lose()\ndisk.restore()",
                says="nobody has looked whether they are the same",
            ),
            Mistake(
                lines='laptop.imap_program("bob", "tulip").upload()\nlaptop.lose()\ndisk.compare()',
                says="no second copy to compare them with",
            ),
        ),
        done="The laptop is lost, and no message is: all three are on the server, octet by octet.",
    ),
    Exercise(
        key="06.E3",
        title="Back from the disk",
        start=deleted_on_the_phone,
        goal=both_ways,
        given="# Your lines:",
        solution="disk.restore()\ndisk.copy()",
        hints=(
            "Two things are missing: B on the server, and D on the disk.",
            "`restore` goes from the disk to the server, `copy` from the server to the disk.",
            "disk.restore(), and then disk.copy().",
        ),
        mistakes=(
            Mistake(lines="disk.copy()", says="`copy` brings mail to the disk, and nothing back"),
            Mistake(lines="disk.restore()", says="D came after the last backup"),
            Mistake(
                lines='laptop.imap_program("bob", "tulip").sync()',
                says="B has gone there too",
            ),
            Mistake(
                lines='disk.restore()\nlaptop.imap_program("bob", "tulip").upload(disk.files())\n'
                'imap = laptop.dial("imap")\nimap.send("x1 LOGIN bob tulip")\n'
                'imap.send("x2 SELECT INBOX")\nimap.send("x3 COPY 1 INBOX")',
                says="The server has 2 copies of A now",
            ),
        ),
        done="B is on the server again, and the disk has all four.",
    ),
    Exercise(
        key="06.E4",
        title="The move, with a full Trash",
        start=trash_in_the_way,
        goal=every_one_up,
        given="# Your lines:",
        solution=f"{_EMPTY_TRASH}program.upload()\nprogram.compare()",
        hints=(
            "Three things, in this order: room, the mail, the proof. Trash counts too.",
            "Room: select Trash, mark D, expunge. Then the program does the rest, in two lines.",
            "SELECT Trash, STORE 1, EXPUNGE; then program.upload() and program.compare().",
        ),
        mistakes=(
            Mistake(
                lines="program.upload()",
                says="The server has refused an APPEND: the message does not fit",
            ),
            Mistake(
                lines='imap.send("a2 SELECT Trash")\n'
                'imap.send(r"a3 STORE 1 +FLAGS (\\Deleted)")\nprogram.upload()',
                says="D is marked, and it still counts",
            ),
            Mistake(
                lines=f"{_EMPTY_TRASH}program.upload()",
                says="nobody has looked whether they are the same",
            ),
            Mistake(lines="laptop.lose()", says="A, B and C are lost"),
            Mistake(lines=_EMPTY_TRASH, says="A, B and C are on the laptop only"),
        ),
        done="All three are on the server, and the hashes are the same. Now POP3 may stop.",
    ),
)
