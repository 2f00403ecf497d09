"""The exercises of lesson 06: where they begin, and what must have come of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from labserver.course.content.imap_goals import flagged_by, flags, left_by, on_server, where
from labserver.course.content.inboxes import said_before
from labserver.course.content.letters import letter
from labserver.course.exercises.attempt import Attempt, Finding, Session, Spoken
from labserver.course.exercises.goals import BEGIN_AGAIN, first_of
from labserver.lab import Lab

if TYPE_CHECKING:
    from labserver.course.exercises.goals import Goal

__all__ = [
    "all_back",
    "both_ways",
    "d_arrives",
    "deleted_on_the_phone",
    "every_one_up",
    "full_and_one_waits",
    "in_the_laptop_only",
    "nearly_full",
    "trash_in_the_way",
]

CAROL, DAISY = "carol@work.example", "daisy"
LUNCH = letter("Lunch on Friday?", "Shall we meet at noon?\n\nAlice")
PHOTOS = letter("Photos of the lake", "Here are the photos of Sunday.", octets=9000)
TRAIN = letter("The train on Friday", "All trains from our town to the lake.", octets=8000)
PLANS = letter(
    "Plans for the summer", "North or south?", octets=6000, sender="Carol <carol@work.example>"
)
OFFER = letter("Offer of the week", "Today only!", octets=12000)
BOAT = letter("The boat", "The boat has a new name.")
THREE = ("A", "B", "C")
_INBOX = frozenset({"INBOX"})


# Where lesson and exercises begin


def nearly_full() -> Lab:
    """Return a lab with A, B and C on the server, 17 of 20 KiB; and Carol, at work.example."""
    lab = Lab()
    lab.add_account(CAROL, DAISY)
    lab.set_quota("bob", storage=20)
    for message in (LUNCH, PHOTOS, TRAIN):
        lab.load(message)
    for name in ("laptop", "phone"):
        lab.device(name)
    return lab


def full_and_one_waits() -> Lab:
    """Return the same lab; D, from Carol, did not fit, and waits at her server."""
    lab = nearly_full()
    lab.device("desk", owner=CAROL).smtp_program(CAROL, DAISY).send("bob@home.example", PLANS)
    lab.settle(within=timedelta(0))
    return lab


def in_the_laptop_only() -> Lab:
    """Return the lab with a disk; the laptop has fetched A, B and C, and the server is empty."""
    lab = nearly_full()
    lab.backup("usb-disk")
    lab.device("laptop").pop3_program("bob", "tulip", leave_on_server=False).check()
    lab.look()
    return lab


def deleted_on_the_phone() -> Lab:
    """Return the lab with all three on laptop and disk; then the phone expunged B, and D came."""
    lab = nearly_full()
    lab.device("laptop").imap_program("bob", "tulip").sync()
    lab.backup("usb-disk").copy()
    said_before(
        lab.device("phone"),
        "z1 LOGIN bob tulip",
        "z2 SELECT INBOX",
        r"z3 STORE 2 +FLAGS (\Deleted)",
        "z4 EXPUNGE",
        "z5 LOGOUT",
    )
    lab.load(BOAT)
    lab.look()
    return lab


def trash_in_the_way() -> Lab:
    """Return the lab in which the laptop alone has A, B and C, and D takes 12 KiB in Trash."""
    lab = nearly_full()
    laptop = lab.device("laptop")
    laptop.pop3_program("bob", "tulip", leave_on_server=False).check()
    said_before(laptop, "z1 LOGIN bob tulip", "z2 CREATE Trash", "z3 LOGOUT")
    lab.load(OFFER, mailbox="Trash")
    lab.look()
    return lab


# What several ask


def _listed(letters: list[str]) -> str:
    return " and ".join([", ".join(letters[:-1]), letters[-1]]) if letters[1:] else letters[0]


def _they(letters: list[str]) -> str:
    return f"{_listed(letters)} {'are' if letters[1:] else 'is'}"


def _missing(attempt: Attempt, letters: tuple[str, ...], place: str) -> list[str]:
    return [each for each in letters if not attempt.whole(each, place)]


def _lost(attempt: Attempt, letters: tuple[str, ...]) -> list[str]:
    return [row.letter for row in attempt.situation().rows if row.lost and row.letter in letters]


def _twice(attempt: Attempt) -> Finding | None:
    """Find a message that the server has more than once."""
    for row in attempt.situation().rows:
        copies = on_server(attempt, row.letter)
        if len(copies) > 1:
            return Finding(
                says=f"The server has {len(copies)} copies of {row.letter} now.",
                rule="RFC 3501 section 6.3.11",
                next=f"{BEGIN_AGAIN} The program looks before it appends. Let it do the work.",
            )
    return None


def _looks(session: Session) -> bool:
    """Tell whether a session has read messages of a mailbox and put none into it."""
    read = any(line.octets for line in (*session.said("FETCH"), *session.said("UID FETCH")))
    return bool(session.said("EXAMINE")) and read and not session.said("APPEND")


def _proved(program: str, *places: str) -> Goal:
    """Return a goal: after the last APPEND the server's three were compared with those of a place.

    `program` is what compares, in the words of the exercise.
    """

    def goal(attempt: Attempt) -> Finding | None:
        last = max((line.step for line in attempt.said("APPEND", "imap")), default=0)
        for session in attempt.sessions:
            if session.device not in places or not _looks(session):
                continue
            first = session.lines[0]
            if first.step > last and not _missing(attempt.before(first), THREE, session.device):
                return None
        if all(_missing(attempt, THREE, place) for place in places):
            return Finding(
                says="All three are on the server. But there is no second copy to compare them "
                "with, so nothing is proved.",
                rule="RFC 3501 section 6.4.5",
                next=f"{BEGIN_AGAIN} Lose nothing before there is a second copy.",
            )
        return Finding(
            says="All three are on the server. But nobody has looked whether they are the same.",
            rule="RFC 3501 section 6.4.5",
            next=f"Compare the hashes with `{program}.compare()`.",
        )

    return goal


# E1: room for D, and A and B stay


def _a_and_b_stay(attempt: Attempt) -> Finding | None:
    gone = [each for each in ("A", "B") if where(attempt, each) != _INBOX]
    if not gone:
        return None
    there = bool(on_server(attempt, gone[0]))
    return Finding(
        says=f"{gone[0]} has left `INBOX`, and Bob wanted to keep it there."
        if there
        else f"{gone[0]} is removed, and Bob wanted to keep it.",
        rule="RFC 3501 section 6.4.8" if there else "RFC 3501 section 6.4.3",
        next=f"{BEGIN_AGAIN} C is the third message of `INBOX`.",
        line=left_by(attempt, gone[0], _INBOX),
    )


def _d_is_there(attempt: Attempt) -> Finding | None:
    if attempt.whole("D", "server"):
        return None
    waits = bool(attempt.situation().waiting)
    then = (
        "D still waits at Carol's server."
        if waits
        else "Carol's server tried for five days. Then it gave up, and D went back to her."
    )
    again = "" if waits else f"{BEGIN_AGAIN} "
    if not on_server(attempt, "C"):
        return Finding(
            says=f"C is removed, and there is room. {then}",
            rule="RFC 5321 section 4.5.4.1",
            next=f"{again}Let time go on, until the next try: `lab.settle()`.",
        )
    if "Trash" in " ".join(where(attempt, "C")):
        return Finding(
            says=f"C is in Trash. That is a mailbox too, and it counts as before. {then}",
            rule="RFC 9208 section 5.1",
            next=f"{again}Mark C, and expunge it: in the mailbox where it lies.",
            line=left_by(attempt, "C", _INBOX),
        )
    if r"\Deleted" in flags(attempt, "C"):
        return Finding(
            says=f"C is marked, and nothing more: it takes as much room as before. {then}",
            rule="RFC 3501 section 6.4.3",
            next=f"{again}One more command removes what is marked.",
            line=flagged_by(attempt, "C", r"\Deleted"),
        )
    return Finding(
        says=f"C is in `INBOX`, and there is no room. {then}",
        rule="RFC 3501 section 6.4.6",
        next=f"{again}Mark C first: `STORE`, its number, and the flag.",
    )


d_arrives = first_of(_a_and_b_stay, _d_is_there)


# E2: the laptop is lost, and A, B and C are on the server


def _none_lost(attempt: Attempt) -> Finding | None:
    lost = _lost(attempt, THREE)
    if not lost:
        return None
    copied = any(each.device == "usb-disk" for each in attempt.sessions)
    says = f"{_they(lost)} lost: the only copy was on the laptop."
    if copied:
        says += " Your `disk.copy()` has copied the account on the server, and that was empty."
    return Finding(
        says=says,
        rule="RFC 1939 section 6",
        next=f"{BEGIN_AGAIN} Copy the laptop's own folder first: `disk.copy(laptop)`."
        if copied
        else f"{BEGIN_AGAIN} Copy first, and then lose the laptop.",
    )


def _laptop_gone(attempt: Attempt) -> Finding | None:
    if attempt.world.devices["laptop"].lost is not None:
        return None
    saved = not _missing(attempt, THREE, "usb-disk")
    return Finding(
        says="The disk has all three. But the laptop is still here, so nothing is proved."
        if saved
        else "The laptop is still here, and it has the only copies.",
        rule="RFC 1939 section 6",
        next="Now let it fall into the lake: `laptop.lose()`."
        if saved
        else "Make a second copy of its folder: `disk.copy(laptop)`.",
    )


def _restored(attempt: Attempt) -> Finding | None:
    missing = _missing(attempt, THREE, "server")
    if not missing:
        return None
    return Finding(
        says=f"{_they(missing)} on the disk only. Nobody can read mail on a disk in a drawer.",
        rule="RFC 3501 section 6.3.11",
        next="Put the mail back on the server: `disk.restore()`.",
    )


all_back = first_of(
    _none_lost, _laptop_gone, _restored, _twice, _proved("disk", "usb-disk", "laptop")
)


# E3: B is back, and D has a second copy


def _b_is_back(attempt: Attempt) -> Finding | None:
    if _lost(attempt, ("B",)):
        return Finding(
            says="B is lost now: the copy on the disk was the last one.",
            rule="RFC 3501 section 6.4.3",
            next=f"{BEGIN_AGAIN} Take nothing from the disk. It can put mail back.",
        )
    if on_server(attempt, "B"):
        return None
    copied = any(each.device == "usb-disk" for each in attempt.sessions)
    if copied:
        return Finding(
            says="The disk has all four now. But B is not on the server: `copy` brings mail to "
            "the disk, and nothing back.",
            rule="RFC 3501 section 6.3.11",
            next="The other way is `disk.restore()`.",
        )
    laptop = attempt.whole("B", "laptop")
    return Finding(
        says="B is on the disk, and on the laptop until it synchronises."
        if laptop
        else "The laptop has made its folder as the mailbox is: B has gone there too. Now it is "
        "on the disk only.",
        rule="RFC 3501 section 6.4.3",
        next="Put back what the server does not have: `disk.restore()`.",
    )


def _d_is_safe(attempt: Attempt) -> Finding | None:
    if attempt.whole("D", "usb-disk"):
        return None
    return Finding(
        says="B is back. But D came after the last backup, and the disk does not have it.",
        rule="RFC 3501 section 6.4.3",
        next="Run the routine once more: `disk.copy()`.",
    )


both_ways = first_of(_twice, _b_is_back, _d_is_safe)


# E4: A, B and C are up, and proved


def _none_gone(attempt: Attempt) -> Finding | None:
    lost = _lost(attempt, THREE)
    if not lost:
        return None
    return Finding(
        says=f"{_they(lost)} lost. The laptop had the only copy.",
        rule="RFC 3501 section 6.3.11",
        next=f"{BEGIN_AGAIN} Give up nothing before the comparison says: the same.",
    )


def _refused(attempt: Attempt) -> list[Spoken]:
    """Return the APPENDs for which there was no room."""
    return [line for line in attempt.said("APPEND", "imap") if "[OVERQUOTA]" in line.answered]


def _all_up(attempt: Attempt) -> Finding | None:
    missing = _missing(attempt, THREE, "server")
    if not missing:
        return None
    refused = _refused(attempt)
    if r"\Deleted" in flags(attempt, "D"):
        return Finding(
            says=f"{_they(missing)} not on the server: no room. D is marked, and it still counts.",
            rule="RFC 3501 section 6.4.3",
            next="Expunge the mailbox Trash. Then run `program.upload()` again.",
            line=refused[-1] if refused else flagged_by(attempt, "D", r"\Deleted"),
        )
    if refused and on_server(attempt, "D"):
        return Finding(
            says="The server has refused an APPEND: the message does not fit into the room that is "
            f"left. {_they(missing)} on the laptop only.",
            rule="RFC 9208 section 4.3.1",
            next="What takes the room? Look into Trash. Then run `program.upload()` again.",
            line=refused[-1],
        )
    return Finding(
        says=f"{_they(missing)} on the laptop only.",
        rule="RFC 3501 section 6.3.11",
        next="Append the mail to the server: `program.upload()`.",
    )


every_one_up = first_of(_none_gone, _all_up, _twice, _proved("program", "laptop"))
