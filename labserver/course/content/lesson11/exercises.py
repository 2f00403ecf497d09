"""The exercises of lesson 11, as data."""

from __future__ import annotations

from labserver.course.content.lesson11.goals import (
    in_three_places,
    nothing_at_the_provider,
    same_flags,
    three_letters,
)
from labserver.course.plan import Exercise, Mistake

__all__ = ["EXERCISES"]

_POP3 = 'laptop.pop3_program("bob", "tulip"'
_TWO = (
    'on_laptop = laptop.imap_program("bob", "tulip")\n'
    'on_phone = phone.imap_program("bob", "tulip")\n'
)

EXERCISES = (
    Exercise(
        key="11.E1",
        title="On the server, on the laptop, on the disk",
        start=three_letters,
        goal=in_three_places,
        given="# Your lines:",
        solution=f"{_POP3}).check()\ndisk.copy()",
        hints=(
            "Two things have to be done: one by the laptop's program, one by the disk.",
            "A POP3 program with `leave_on_server=True`, or an IMAP program, takes nothing away.",
            'Say `laptop.pop3_program("bob", "tulip").check()`, and then `disk.copy()`.',
        ),
        mistakes=(
            Mistake(
                lines=f"{_POP3}, leave_on_server=False).check()\ndisk.copy(laptop)",
                says="The server has no A, no B and no C any more.",
            ),
            Mistake(
                lines=f"{_POP3}, leave_on_server=False).check()\ndisk.copy()",
                says="and the disk came too late",
            ),
            Mistake(lines=f"{_POP3}).check()", says="The disk has no A, no B and no C."),
            Mistake(lines="disk.copy()", says="The laptop has no A, no B and no C."),
            Mistake(
                lines='laptop.imap_program("bob", "tulip").sync(bodies=False)\ndisk.copy()',
                says="The laptop has only the header of A, B and C.",
            ),
            Mistake(
                lines='laptop.pop3_program("bob", "rose").check()',
                says="The server did not let the laptop's program in.",
            ),
        ),
        done="Each message is whole in three places. If one place is lost, two copies are left.",
    ),
    Exercise(
        key="11.E2",
        title="Nothing left at the provider",
        start=three_letters,
        goal=nothing_at_the_provider,
        given="# Your lines:",
        solution=f"{_POP3}, leave_on_server=False).check()\ndisk.copy(laptop)",
        hints=(
            "Which setting of the POP3 program takes mail off the server?",
            "When the server is empty, the disk can copy from one place only: from the laptop.",
            "Use `leave_on_server=False` in the program, and then `disk.copy(laptop)`.",
        ),
        mistakes=(
            Mistake(
                lines=f"{_POP3}).check()\ndisk.copy(laptop)",
                says="The server still has A, B and C.",
            ),
            Mistake(
                lines=f"{_POP3}, leave_on_server=False).check()",
                says="The laptop's copy is the only one",
            ),
            Mistake(
                lines=f"{_POP3}, leave_on_server=False).check()\ndisk.copy()",
                says="The disk asked the server",
            ),
            Mistake(
                lines='program = laptop.imap_program("bob", "tulip")\nprogram.sync()\n'
                "disk.copy()\nprogram.delete(1)\nprogram.delete(2)\nprogram.delete(3)",
                says="its program follows the server",
            ),
            Mistake(
                lines='program = laptop.imap_program("bob", "tulip")\nprogram.sync()\n'
                "program.delete(1)",
                says="A is lost",
            ),
        ),
        done="The provider has nothing. The laptop has all, and the disk has all as well.",
    ),
    Exercise(
        key="11.E3",
        title="Read on one, read on both",
        start=three_letters,
        goal=same_flags,
        given="# Your lines:",
        solution=f"{_TWO}on_laptop.sync()\non_laptop.mark_read(2)\non_phone.sync()",
        hints=(
            "The flag must be on the server. Which protocol has flags?",
            "Both devices need an IMAP program. B has UID 2.",
            (
                "Synchronise the laptop, let its program say `mark_read(2)`, and synchronise the "
                "phone after that."
            ),
        ),
        mistakes=(
            Mistake(
                lines=f"{_POP3}).check()\n"
                'phone.pop3_program("bob", "tulip").check()\n'
                'laptop.flag(laptop.files()[1].name, "\\\\Seen")\n'
                'phone.flag(phone.files()[1].name, "\\\\Seen")',
                says="B came by POP3, which has no flags",
            ),
            Mistake(
                lines=f"{_TWO}on_laptop.sync()\non_phone.sync()\n"
                'laptop.flag(laptop.files()[1].name, "\\\\Seen")',
                says="That note is the laptop's own",
            ),
            Mistake(
                lines=f"{_TWO}on_laptop.sync()\non_phone.sync()\non_laptop.mark_read(2)",
                says="The phone has not asked since",
            ),
            Mistake(
                lines=f"{_TWO}on_laptop.sync()\non_phone.sync()\non_phone.mark_read(2)",
                says="The laptop has not asked since",
            ),
            Mistake(
                lines=f"{_TWO}on_laptop.sync()\non_laptop.mark_read(1)\non_phone.sync()",
                says="A is read now, and B was meant.",
            ),
            Mistake(
                lines=f"{_TWO}on_laptop.sync()\non_laptop.mark_read(2)",
                says="The phone has no A, no B and no C.",
            ),
            Mistake(
                lines=f"{_TWO}on_laptop.sync()\non_laptop.mark_read(2)\n"
                'phone.imap_program("bob", "rose").sync()',
                says="The server did not let the phone's program in.",
            ),
        ),
        done="B is read on both devices and on the server, and A and C are still new.",
    ),
)
