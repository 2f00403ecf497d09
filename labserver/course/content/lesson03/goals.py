"""The exercises of lesson 03: where they begin, and what must have come of them."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from labserver.course.content.letters import letter
from labserver.course.exercises.attempt import Attempt, Finding, Spoken
from labserver.course.exercises.goals import (
    BEGIN_AGAIN,
    ended_with,
    first_of,
    last_of,
    marked,
    meant,
    no_blank,
    nothing_lost,
)
from labserver.lab import Lab

if TYPE_CHECKING:
    from labserver.devices import Device

__all__ = ["after_step_8", "b_moved", "c_copied", "half_fetched", "only_missing", "three_letters"]

LUNCH = letter(
    "Lunch on Friday?",
    "Hello Bob,\n\n"
    "Shall we meet at noon? There is a new place near the lake. They have\n"
    "soup, bread and fish, and the tables are outside. I will bring the\n"
    "tickets for the train, so that you do not need to buy one yourself.\n"
    "Please tell me by Thursday.\n\n"
    "Alice",
    octets=412,
)
PHOTOS = letter("Lake photos", "Here are the photos of Sunday.", octets=48220)
TRAIN = letter(
    "The train", "All trains from our town to the lake, and all trains back.", octets=1024
)
BOAT = letter("The boat", "The boat has a new name.", octets=1024)
TICKETS = letter("Tickets", "I have the tickets.", octets=700)


def three_letters() -> Lab:
    """Return a lab with A, B and C on the server, an empty laptop and an empty phone."""
    return _holding(LUNCH, PHOTOS, TRAIN)


def after_step_8() -> Lab:
    """Return a lab in which the laptop has fetched A, and removed it from the server."""
    lab = three_letters()
    _say(lab.device("laptop"), "RETR 1", "DELE 1", "QUIT")
    lab.look()  # What has been before is nothing new to the exercise's picture.
    return lab


def half_fetched() -> Lab:
    """Return a lab with A to D on the server; the laptop has A and C, and their unique-ids.

    B has as many octets as C.
    """
    lab = _holding(LUNCH, BOAT, TRAIN)
    _say(lab.device("laptop"), "UIDL", "RETR 1", "RETR 3", "QUIT")
    lab.load(TICKETS)
    return lab


def _holding(*messages: bytes) -> Lab:
    lab = Lab()
    for message in messages:
        lab.load(message)
    for name in ("laptop", "phone"):
        lab.device(name)
    return lab


def _say(device: Device, *lines: str) -> None:
    """Log in and say these lines: what has been before, unseen by the learner."""
    with redirect_stdout(io.StringIO()):
        dialogue = device.dial("pop3")
        for line in ("USER bob", "PASS tulip", *lines):
            dialogue.send(line)


# E1: C on the laptop and on the server, and a goodbye


def _must_stay(attempt: Attempt) -> Finding | None:
    """Find a message that went from the server, or is marked, though all were to stay."""
    for row in attempt.situation().rows:
        copies = row.cells[0].copies
        mark = marked(attempt, row.letter)
        if mark is None or (copies and not copies[0].marked):
            continue
        return Finding(
            says=f"`{mark.text}` marked {row.letter}."
            if copies
            else f"`{mark.text}` marked {row.letter}, and `QUIT` removed it from the server.",
            rule="RFC 1939 section 5" if copies else "RFC 1939 section 6",
            next=f"{BEGIN_AGAIN} Fetch, and mark nothing.",
            line=mark,
        )
    return None


def _c_fetched(attempt: Attempt) -> Finding | None:
    if attempt.whole("C", "laptop"):
        return None
    return Finding(
        says="C is on the server only: the laptop has not fetched it.",
        rule="RFC 1939 section 5",
        next=_where_to_go_on(attempt, "Begin with `RETR 2`: in this session C is number 2."),
        line=_last_line(attempt),
    )


c_copied = first_of(nothing_lost, _must_stay, _c_fetched, no_blank, ended_with("pop3", "laptop"))


# E2: B on the laptop and off the server


def _not_c(attempt: Attempt) -> Finding | None:
    """Find that C was taken for B, unless no harm came of it."""
    line = _about(attempt, "C")
    if line is None:
        return None
    if not attempt.whole("C", "server"):
        came = "C has gone from the server."
    elif _is_marked(attempt, "C"):
        came = "C is marked now."
    elif not attempt.whole("B", "laptop"):
        came = "The laptop has C now."
    else:
        return None
    number = line.text.split()[1]
    return Finding(
        says=f"{number} is C in this session, not B: numbers are given anew at each login. {came}",
        rule="RFC 1939 section 4",
        next=f"{BEGIN_AGAIN} Ask `LIST` first: B is the one with 48220 octets.",
        line=line,
    )


def _b_fetched(attempt: Attempt) -> Finding | None:
    if attempt.whole("B", "laptop"):
        return None
    if _is_marked(attempt, "B"):
        return Finding(
            says="B is marked, and no copy of it is anywhere else. `QUIT` would lose it now.",
            rule="RFC 1939 section 6",
            next="Save B: `pop.cut()` takes all marks away. Then dial, log in, and copy first.",
            line=marked(attempt, "B"),
        )
    return Finding(
        says="B is on the server only: the laptop has not fetched it.",
        rule="RFC 1939 section 5",
        next=_where_to_go_on(attempt, "Ask `LIST` for B's number. Then fetch B with `RETR`."),
        line=_last_line(attempt),
    )


def _b_removed(attempt: Attempt) -> Finding | None:
    if not attempt.whole("B", "server"):
        return None
    session, mark = last_of(attempt, "pop3", "laptop"), marked(attempt, "B")
    if _is_marked(attempt, "B"):
        return Finding(
            says="B is on the laptop. On the server it is still only marked: the session is in "
            "TRANSACTION.",
            rule="RFC 1939 section 6",
            next="Which line leads to UPDATE?",
            line=mark,
        )
    if mark is not None:
        return Finding(
            says="B was marked, but the session ended without `QUIT`, and the mark went with it.",
            rule="RFC 1939 section 6",
            next="Dial and log in again. Mark B once more, and say `QUIT`.",
            line=mark,
        )
    over = session is not None and session.how is not None
    return Finding(
        says="B is on the laptop and on the server: nothing has marked it.",
        rule="RFC 1939 section 5",
        next="Dial and log in again. Then mark B, and say `QUIT`."
        if over
        else "Mark B with `DELE` and its number.",
        line=_last_line(attempt),
    )


b_moved = first_of(nothing_lost, _not_c, _b_fetched, _b_removed)


# E3: what the laptop lacks, once, and nothing else


def _doubled(attempt: Attempt) -> Finding | None:
    twice = [each for each in attempt.letters() if attempt.whole(each, "laptop") > 1]
    if not twice:
        return None
    names = " and two of ".join(twice)
    return Finding(
        says=f"The laptop has two of {names} now: the duplicates that people complain of.",
        rule="RFC 1939 section 7",
        next=f"{BEGIN_AGAIN} Before each `RETR`, look for the id in `laptop.known_ids`.",
        line=_about(attempt, twice[0], "RETR"),
    )


def _all_there(attempt: Attempt) -> Finding | None:
    lacking = [each for each in attempt.letters() if not attempt.whole(each, "laptop")]
    if not lacking:
        return None
    asked, fetched = attempt.said("UIDL", "pop3"), attempt.said("RETR", "pop3")
    over = (session := last_of(attempt, "pop3", "laptop")) is not None and session.how is not None
    if not asked and attempt.said("LIST", "pop3") and (fetched or over):
        return Finding(
            says=f"The laptop has no {' and no '.join(lacking)}. Sizes do not tell: B and C have "
            "1024 octets both.",
            rule="RFC 1939 section 7",
            next="Ask for the unique-ids with `UIDL`; compare them with `laptop.known_ids`.",
            line=attempt.said("LIST", "pop3")[-1],
        )
    if not asked and fetched:
        return Finding(
            says=f"The laptop has no {' and no '.join(lacking)}. Numbers do not tell old from new.",
            rule="RFC 1939 section 4",
            next="Ask for the unique-ids with `UIDL`; compare them with `laptop.known_ids`.",
            line=fetched[-1],
        )
    lines = () if session is None else session.lines
    locked = next((line for line in lines if "[IN-USE]" in line.answered), None)
    if locked is not None:
        return Finding(
            says="Your first session is still open, and has the maildrop to itself.",
            rule="RFC 2449 section 8.1.2",
            next=f"{BEGIN_AGAIN} Then all your lines, with `dial` once.",
            line=locked,
        )
    return Finding(
        says=f"The laptop has no {' and no '.join(lacking)} yet.",
        rule="RFC 1939 section 7",
        next=_where_to_go_on(
            attempt,
            "Which ids of `UIDL` are not in `laptop.known_ids`? Fetch those messages."
            if asked
            else "Ask for the unique-ids with `UIDL`.",
        ),
        line=_last_line(attempt),
    )


only_missing = first_of(
    nothing_lost, _must_stay, _doubled, _all_there, ended_with("pop3", "laptop")
)


# What they share


def _is_marked(attempt: Attempt, letter: str) -> bool:
    cell = attempt.cell(letter, "server")
    return cell is not None and any(copy.marked for copy in cell.copies)


def _about(attempt: Attempt, letter: str, *verbs: str) -> Spoken | None:
    """Return the first line that was taken and named a message."""
    for line in attempt.lines:
        if (
            line.verb in (verbs or ("RETR", "DELE"))
            and line.taken
            and meant(attempt, line) == letter
        ):
            return line
    return None


def _last_line(attempt: Attempt) -> Spoken | None:
    """Return the last line of the laptop, if it has done more than log in."""
    session = last_of(attempt, "pop3", "laptop")
    line = session.lines[-1] if session is not None and session.lines else None
    return None if line is None or (line.verb in {"USER", "PASS"} and line.taken) else line


def _where_to_go_on(attempt: Attempt, in_transaction: str) -> str:
    """Return what to try: first of all a session that is open and logged in."""
    session = last_of(attempt, "pop3", "laptop")
    if session is None or session.how is not None:
        return f'Dial with `pop = laptop.dial("pop3")`, and log in. {in_transaction}'
    if session.state == "AUTHORIZATION":
        return f"Log in with `USER bob` and `PASS tulip`. {in_transaction}"
    return in_transaction
