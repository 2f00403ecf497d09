r"""The exercises of lesson 04: PEEK; \Deleted and EXPUNGE; a session from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labserver.course.content.imap_goals import (
    flagged_by,
    flags,
    left_by,
    not_taken,
    on_server,
    saved_by,
    still_open,
)
from labserver.course.content.inboxes import KEY, LUNCH, PICTURES, holding, said_before
from labserver.course.exercises.attempt import Attempt, Finding
from labserver.course.plan import Exercise, Mistake

if TYPE_CHECKING:
    from labserver.lab import Lab

__all__ = ["EXERCISES"]

_INBOX = frozenset({"INBOX"})


def _three() -> Lab:
    return holding(LUNCH, PICTURES, KEY)


def _one_marked() -> Lab:
    lab = _three()
    said_before(
        lab.device("laptop"),
        "z1 LOGIN bob tulip",
        "z2 SELECT INBOX",
        r"z3 STORE 2 +FLAGS (\Deleted)",
        "z4 LOGOUT",
    )
    return lab


def unread_on_the_phone(attempt: Attempt) -> Finding | None:
    """C whole on the phone, and still new on the server."""
    if r"\Seen" in flags(attempt, "C"):
        return Finding(
            says="C is read now: the server has set its flag `\\Seen`.",
            rule="RFC 3501 section 6.4.5",
            next="Begin again with the exercise's first cell, and fetch C with the form that "
            "only peeks.",
            line=flagged_by(attempt, "C", r"\Seen"),
        )
    if attempt.whole("C", "phone"):
        return None
    others = [each for each in attempt.letters() if attempt.whole(each, "phone")]
    if others:
        return Finding(
            says=f"The phone has {' and '.join(others)}, and not C.",
            rule="RFC 3501 section 2.3.1.2",
            next="Count in the picture: which place has C in the mailbox?",
            line=saved_by(attempt, others[0], "phone"),
        )
    missing = not_taken(attempt)
    if missing is not None:
        return missing
    fetched = attempt.said("FETCH", "imap")
    return Finding(
        says="C is not on the phone yet: no line has brought the whole message.",
        rule="RFC 3501 section 6.4.5",
        next="Ask for the message itself: BODY, a full stop, one word, and two brackets, as "
        "in step 5.",
        line=fetched[-1] if fetched else None,
    )


def only_c_removed(attempt: Attempt) -> Finding | None:
    """C gone from the server; A and B there, and not marked."""
    for each in ("A", "B"):
        if not on_server(attempt, each):
            said = "and C is still there" if on_server(attempt, "C") else "not only C"
            return Finding(
                says=f"{each} is gone, {said}: the server removes all that is marked, and nothing "
                "else, whoever has marked it.",
                rule="RFC 3501 section 6.4.3",
                next="Begin again with the exercise's first cell. Look at all flags first: "
                "`FETCH 1:3 FLAGS`.",
                line=left_by(attempt, each, _INBOX),
            )
    if not on_server(attempt, "C"):
        marked = [each for each in ("A", "B") if r"\Deleted" in flags(attempt, each)]
        if not marked:
            return None
        return Finding(
            says=f"C is removed, but {marked[0]} is marked: the next EXPUNGE would remove it.",
            rule="RFC 3501 section 6.4.3",
            next=r"Take the mark off: `-FLAGS (\Deleted)`.",
        )
    if r"\Deleted" in flags(attempt, "C"):
        missing = not_taken(attempt)
        return missing or Finding(
            says="C is marked, and still on the server.",
            rule="RFC 3501 section 6.4.3",
            next="A mark is a flag. Which command removes what is marked?",
            line=flagged_by(attempt, "C", r"\Deleted"),
        )
    return not_taken(attempt) or Finding(
        says="C is on the server, and not marked.",
        rule="RFC 3501 section 6.4.3",
        next="Look at all flags first: `FETCH 1:3 FLAGS`.",
    )


def read_and_starred(attempt: Attempt) -> Finding | None:
    r"""C whole on the laptop, \Seen and \Flagged on the server; A and B untouched; LOGOUT."""
    for each in ("A", "B"):
        if flags(attempt, each):
            return Finding(
                says=f"{each} has a flag now, and should have none.",
                rule="RFC 3501 section 6.4.6",
                next="Begin again with the exercise's first cell, and name only C's place.",
                line=flagged_by(attempt, each),
            )
    now = flags(attempt, "C")
    if attempt.whole("C", "laptop") and now >= {r"\Seen", r"\Flagged"}:
        return still_open(attempt, "laptop")
    if r"\Flagged" in now and r"\Seen" not in now:
        replaced = flagged_by(attempt, "C", r"\Flagged")
        if replaced is not None and r"\Seen" in flags(attempt.before(replaced), "C"):
            return Finding(
                says="C has the star, but it is no longer read: "
                "`FLAGS` without a plus puts the new list in place of the old one.",
                rule="RFC 3501 section 6.4.6",
                next="Begin again with the exercise's first cell, and write `+FLAGS`: it adds.",
                line=replaced,
            )
    return not_taken(attempt) or _still_missing(attempt, now)


def _still_missing(attempt: Attempt, now: frozenset[str]) -> Finding:
    """Return the next thing to do; `now` are C's flags."""
    if not attempt.sessions:
        return Finding(
            says="Nobody has called the server yet.",
            rule="RFC 3501 section 3",
            next='Begin with `imap = laptop.dial("imap")`, then log in.',
        )
    if not attempt.whole("C", "laptop"):
        return Finding(
            says="C is not on the laptop yet.",
            rule="RFC 3501 section 6.4.5",
            next="Open the mailbox, then fetch C's `BODY[]`.",
        )
    wanted = r"\Seen" if r"\Seen" not in now else r"\Flagged"
    return Finding(
        says=f"C is on the laptop, but on the server it lacks the flag `{wanted}`.",
        rule="RFC 3501 section 6.4.6",
        next=f"STORE can add it: `+FLAGS ({wanted})`.",
    )


EXERCISES = (
    Exercise(
        key="04.E1",
        title="Read it, and leave it new",
        start=_three,
        goal=unread_on_the_phone,
        given='imap.send("a3 FETCH 3 ____")',
        solution='imap.send("a3 FETCH 3 BODY.PEEK[]")',
        hints=(
            "Two forms bring the whole message. One of them sets a flag.",
            "The other form has a word after BODY and a full stop. It means: to look in secret.",
            "`BODY.PEEK[]` brings all of C and changes nothing on the server.",
        ),
        mistakes=(
            Mistake(lines='imap.send("a3 FETCH 3 BODY[]")', says="C is read now"),
            Mistake(
                lines='imap.send("a3 FETCH 3 FLAGS")',
                says="no line has brought the whole message",
            ),
            Mistake(lines='imap.send("a3 FETCH 1 BODY.PEEK[]")', says="The phone has A, and not C"),
        ),
        done="C is whole on the phone, and every device will still see it as new.",
    ),
    Exercise(
        key="04.E2",
        title="Remove one, and only that one",
        start=_one_marked,
        goal=only_c_removed,
        given="# your lines",
        solution=r"""imap.send("a3 FETCH 1:3 FLAGS")
imap.send(r"a4 STORE 2 -FLAGS (\Deleted)")
imap.send(r"a5 STORE 3 +FLAGS (\Deleted)")
imap.send("a6 EXPUNGE")""",
        hints=(
            "Something is marked already. Ask for the flags of all three before you remove.",
            r"A minus takes a flag off, a plus puts it on: `-FLAGS (\Deleted)`, `+FLAGS`.",
            (
                r"`STORE 2 -FLAGS (\Deleted)`, `STORE 3 +FLAGS (\Deleted)`, `EXPUNGE`, "
                "each with a tag."
            ),
        ),
        mistakes=(
            Mistake(
                lines=r"""imap.send(r"a3 STORE 3 +FLAGS (\Deleted)")
imap.send("a4 EXPUNGE")""",
                says="B is gone, not only C",
            ),
            Mistake(
                lines=r"""imap.send(r"a3 STORE 3 +FLAG (\Deleted)")
imap.send("a4 EXPUNGE")""",
                says="B is gone, and C is still there",
            ),
            Mistake(
                lines=r"""imap.send(r"a3 STORE 2 -FLAGS (\Deleted)")
imap.send(r"a4 STORE 3 +FLAGS (\Deleted)")
imap.send("a5 LOGOUT")""",
                says="C is marked, and still on the server",
            ),
            Mistake(
                lines=r"""imap.send("a3 EXAMINE INBOX")
imap.send(r"a4 STORE 2 -FLAGS (\Deleted)")""",
                says="The mailbox was opened with EXAMINE",
            ),
        ),
        done="C is removed; A and B are on the server, and neither is marked.",
    ),
    Exercise(
        key="04.E3",
        title="From nothing",
        start=_three,
        goal=read_and_starred,
        given="# your lines",
        solution=r"""imap = laptop.dial("imap")
imap.send("x1 LOGIN bob tulip")
imap.send("x2 SELECT INBOX")
imap.send("x3 FETCH 3 BODY[]")
imap.send(r"x4 STORE 3 +FLAGS (\Flagged)")
imap.send("x5 LOGOUT")""",
        hints=(
            "Five commands: log in, open, fetch, set a flag, say goodbye.",
            r"`BODY[]` sets `\Seen` for you. The star is the flag `\Flagged`: add it with a plus.",
            (
                r'`imap = laptop.dial("imap")`, then LOGIN, SELECT, `FETCH 3 BODY[]`, '
                r"`STORE 3 +FLAGS (\Flagged)`, LOGOUT, each with a tag of its own."
            ),
        ),
        mistakes=(
            Mistake(
                lines=r"""imap = laptop.dial("imap")
imap.send("x1 LOGIN bob tulip")
imap.send("x2 SELECT INBOX")
imap.send("x3 FETCH 3 BODY[]")
imap.send(r"x4 STORE 3 FLAGS (\Flagged)")
imap.send("x5 LOGOUT")""",
                says="`FLAGS` without a plus puts the new list in place",
            ),
            Mistake(
                lines=r"""imap = laptop.dial("imap")
imap.send("LOGIN bob tulip")""",
                says="this line has none",
            ),
            Mistake(
                lines=r"""imap = laptop.dial("imap")
imap.send("x1 LOGIN bob tulip")
imap.send("x2 FETCH 3 BODY[]")""",
                says="Select a mailbox first",
            ),
            Mistake(
                lines=r"""imap = laptop.dial("imap")
imap.send("x1 LOGIN bob tulip")
imap.send("x2 SELECT INBOX")
imap.send("x3 FETCH 3 BODY[]")
imap.send(r"x4 STORE 1:3 +FLAGS (\Flagged)")
imap.send("x5 LOGOUT")""",
                says="A has a flag now",
            ),
            Mistake(
                lines=r"""imap = laptop.dial("imap")
imap.send("x1 LOGIN bob tulip")
imap.send("x2 SELECT INBOX")
imap.send("x3 FETCH 3 BODY[]")
imap.send(r"x4 STORE 3 +FLAGS (\Flagged)")""",
                says="the session is still open",
            ),
        ),
        done="C is read on the laptop and has its star; A and B are as they were; "
        "you have said goodbye.",
    ),
)
