"""The exercises of lesson 05: where they begin, and what must have come of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labserver.course.content.imap_goals import (
    flagged_by,
    flags,
    left_by,
    not_taken,
    saved_by,
    where,
)
from labserver.course.content.inboxes import KEY, LUNCH, PICTURES, holding, said_before
from labserver.course.exercises.attempt import Attempt, Finding
from labserver.course.exercises.goals import (
    BEGIN_AGAIN,
    BLANK,
    by_which,
    first_of,
    marked,
    nothing_lost,
)

if TYPE_CHECKING:
    from labserver.lab import Lab
    from labserver.snapshot.situation import Kept

__all__ = [
    "by_the_old_program",
    "copy_for_the_phone",
    "in_a_folder",
    "in_step",
    "star_on_both",
    "the_picture",
    "three_letters",
    "with_a_sent_mailbox",
]

_STAR, _SEEN = r"\Flagged", r"\Seen"
_ANSWER = 110
"""How many octets `answer` has, which exercise 2 makes in its first cell."""
_LITERAL = re.compile(r"\{([0-9]+)\+?\}$")


def three_letters() -> Lab:
    """Return a lab with A, B and C on the server, an empty laptop and an empty phone."""
    return holding(LUNCH, PICTURES, KEY)


def in_step() -> Lab:
    """Return a lab in which laptop and phone have synchronised A, B and C by IMAP."""
    lab = three_letters()
    for name in ("laptop", "phone"):
        lab.device(name).imap_program("bob", "tulip").sync()
    lab.look()  # What has been before is nothing new to the exercise's picture.
    return lab


def with_a_sent_mailbox() -> Lab:
    """Return such a lab, with an empty mailbox Sent on the server."""
    lab = in_step()
    said_before(lab.device("laptop"), "z1 LOGIN bob tulip", "z2 CREATE Sent", "z3 LOGOUT")
    lab.look()
    return lab


def in_a_folder() -> Lab:
    """Return a lab with A and B in INBOX and C in Trips; the devices are empty."""
    lab = three_letters()
    said_before(
        lab.device("phone"),
        "z1 LOGIN bob tulip",
        "z2 CREATE Trips",
        "z3 SELECT INBOX",
        "z4 MOVE 3 Trips",
        "z5 LOGOUT",
    )
    lab.look()
    return lab


def _on(attempt: Attempt, letter: str, device: str) -> tuple[Kept, ...]:
    cell = attempt.cell(letter, device)
    return () if cell is None else cell.copies


def _shows(attempt: Attempt, letter: str, device: str, flag: str) -> bool:
    return any(flag in copy.flags for copy in _on(attempt, letter, device))


# E1: a star on B, set on the laptop and shown by the phone


def _given_last(attempt: Attempt) -> tuple[str, ...]:
    """Return the flags of B that the last STORE named; all, if it took them away or named none.

    None of them if the server did not take that line: they are of an older try.
    """
    given = tuple(sorted(flags(attempt, "B")))
    stores = [line for line in attempt.lines if line.verb in {"STORE", "UID STORE"}]
    if not stores:
        return given
    if not stores[-1].taken:
        return ()
    named = stores[-1].text.casefold().replace("(", " ").replace(")", " ").split()
    return tuple(flag for flag in given if flag.casefold() in named) or given


def _another_flag(attempt: Attempt) -> Finding | None:
    if _STAR in flags(attempt, "B"):
        return None
    for each in ("A", "C"):
        if flags(attempt, each):
            return Finding(
                says=f"{each} has got the flag, and B was to have it.",
                rule="RFC 3501 section 2.3.1.2",
                next=f"{BEGIN_AGAIN} B is number 2 in this session.",
                line=flagged_by(attempt, each),
            )
    given = _given_last(attempt)
    if BLANK in given:
        return Finding(
            says="The blank was sent as it is. The server took it for a flag of your own making.",
            rule="RFC 3501 section 2.3.2",
            next=f"Write the flag for a star in place of `{BLANK}`. It begins with a backslash.",
            line=flagged_by(attempt, "B", BLANK),
        )
    for flag in given:
        says = (
            "B is read now, and it has no star."
            if flag == _SEEN
            else f"B has the flag `{flag}`, and that is not the star."
        )
        return Finding(
            says=says,
            rule="RFC 3501 section 2.3.2",
            next="The star is the flag `\\Flagged`, with its backslash.",
            line=flagged_by(attempt, "B", flag),
        )
    return not_taken(attempt) or Finding(
        says="B has no star yet.",
        rule="RFC 3501 section 6.4.6",
        next="Set the flag `\\Flagged` on message 2 with STORE.",
    )


def _phone_shows_star(attempt: Attempt) -> Finding | None:
    if _shows(attempt, "B", "phone", _STAR):
        return None
    return Finding(
        says="The server has the star. The phone has not asked since, so it does not show it.",
        rule="RFC 3501 section 2.3.2",
        next="Let the phone's program synchronise: `phone_mail.sync()`.",
        line=flagged_by(attempt, "B", _STAR),
    )


star_on_both = first_of(_another_flag, _phone_shows_star)


# E2: a copy of what was sent, in Sent on the server and on the phone


def _in_sent(attempt: Attempt) -> Finding | None:
    places = where(attempt, "D")
    if "Sent" in places:
        return None
    if places:
        name = min(places)
        return Finding(
            says=f"The copy is in {name}, among other mail, and Sent is empty.",
            rule="RFC 3501 section 6.3.11",
            next=f"{BEGIN_AGAIN} Name `Sent` in the line with APPEND.",
            line=left_by(attempt, "D", frozenset()),
        )
    announced = attempt.said("APPEND", "imap")
    for line in announced:
        size = _LITERAL.search(line.text)
        if size is not None and int(size[1]) != _ANSWER:
            return Finding(
                says=f"You announced {size[1]} octets, and the answer has {_ANSWER}. "
                "Client and server are out of step now.",
                rule="RFC 3501 section 4.3",
                next=f"{BEGIN_AGAIN} It also tells the number of octets.",
                line=line,
            )
    if announced and not announced[-1].answered:
        return Finding(
            says="The server has said `+`: it waits for the octets of the message.",
            rule="RFC 3501 section 7.5",
            next="Give them: `imap.literal(answer)`.",
            line=announced[-1],
        )
    return not_taken(attempt) or Finding(
        says="Nobody has a copy for Bob: SMTP has left none.",
        rule="RFC 3501 section 6.3.11",
        next="Put one into the mailbox `Sent` with APPEND, then `imap.literal(answer)`.",
    )


def _read_in_sent(attempt: Attempt) -> Finding | None:
    if _SEEN in flags(attempt, "D"):
        return None
    return Finding(
        says="The copy is in Sent, but it is new there: each device will tell Bob of new mail.",
        rule="RFC 3501 section 6.3.11",
        next="Give it the flag with the copy: `(\\Seen)` stands before the number of octets. "
        f"{BEGIN_AGAIN}",
        line=left_by(attempt, "D", frozenset()),
    )


def _phone_has_sent(attempt: Attempt) -> Finding | None:
    if attempt.whole("D", "phone"):
        return None
    return Finding(
        says="The copy is in Sent on the server, and the phone has not looked there.",
        rule="RFC 3501 section 6.3.1",
        next="The phone's program looks into one mailbox at a time. Now run only "
        '`phone_mail.sync("Sent")`: APPEND again would be a second copy.',
        line=left_by(attempt, "D", frozenset()),
    )


copy_for_the_phone = first_of(_in_sent, _read_in_sent, _phone_has_sent)


# E3: C, which is in a folder, on the laptop by POP3


def _back_in_the_maildrop(attempt: Attempt) -> Finding | None:
    copies = _on(attempt, "C", "laptop")
    if any(copy.protocol == "pop3" for copy in copies):
        return None
    if copies:
        return Finding(
            says="C is on the laptop, but it came by IMAP. Bob's old program knows POP3 only.",
            rule="RFC 1939 section 8",
            next=f"{BEGIN_AGAIN} Only the phone may speak IMAP.",
            line=saved_by(attempt, "C", "laptop"),
        )
    if "INBOX" in where(attempt, "C"):
        return Finding(
            says="C is in INBOX again, and the old program has not looked since.",
            rule="RFC 1939 section 5",
            next="Let it look: `old_mail.check()`.",
            line=left_by(attempt, "C", frozenset({"Trips"})),
        )
    moves = [line for line in attempt.said("UID MOVE", "imap") if line.taken]
    if moves and not any("COPYUID" in reply for reply in moves[-1].reply):
        return Finding(
            says="The server said OK, and nothing was moved: the open mailbox has no such UID.",
            rule="RFC 3501 section 6.4.8",
            next="In Trips C has got a new UID. `FETCH 1 UID` shows it there.",
            line=moves[-1],
        )
    folder = min(where(attempt, "C"), default="Trips")
    return not_taken(attempt) or Finding(
        says=f"C is in {folder}. POP3 sees INBOX only, however often the old program looks.",
        rule="RFC 1939 section 8",
        next="Take C back to INBOX first. The phone can do that with IMAP: "
        f"SELECT {folder}, then MOVE.",
    )


by_the_old_program = first_of(nothing_lost, _back_in_the_maildrop)


# E4: A on the laptop only; B on server and phone, read; C on the server only


def _a_on_the_laptop(attempt: Attempt) -> Finding | None:
    if attempt.whole("A", "laptop") and not attempt.whole("A", "server"):
        return None
    if not attempt.whole("A", "laptop"):
        return Finding(
            says="A is not on the laptop.",
            rule="RFC 1939 section 5",
            next="Let the laptop fetch A by POP3 with `RETR 1`. Then mark it, and say `QUIT`.",
        )
    mark = marked(attempt, "A")
    if mark is not None:
        return Finding(
            says="A is on the laptop, and the server has it still: the mark was not made real.",
            rule="RFC 1939 section 6",
            next="Only `QUIT` makes it real. After a cut, begin with the mark again.",
            line=mark,
        )
    return Finding(
        says="A is on the laptop and on the server, and it was to be on the laptop only.",
        rule="RFC 1939 section 5",
        next="`DELE` marks it on the server, and `QUIT` makes that real.",
        line=saved_by(attempt, "A", "laptop"),
    )


def _b_and_c_on_the_server(attempt: Attempt) -> Finding | None:
    for each in ("B", "C"):

        def gone(then: Attempt, letter: str = each) -> bool:
            return not then.whole(letter, "server")

        if gone(attempt):
            return Finding(
                says=f"{each} has left the server, and it was to stay there.",
                rule="RFC 1939 section 6",
                next=f"{BEGIN_AGAIN} Mark nothing but A.",
                line=by_which(attempt, gone),
            )
    return None


def _b_on_the_phone(attempt: Attempt) -> Finding | None:
    if attempt.whole("B", "phone"):
        return None
    if attempt.whole("C", "phone"):
        return Finding(
            says="The phone has C, and B was wanted. A has left the mailbox, and the numbers after "
            "it count one less.",
            rule="RFC 3501 section 2.3.1.2",
            next=f"{BEGIN_AGAIN} B is number 1 once A has gone.",
            line=saved_by(attempt, "C", "phone"),
        )
    return not_taken(attempt) or Finding(
        says="B is not on the phone yet.",
        rule="RFC 3501 section 6.4.5",
        next="Let the phone fetch B by IMAP, so that it is marked as read: `BODY[]`.",
    )


def _b_read(attempt: Attempt) -> Finding | None:
    if _SEEN in flags(attempt, "B") and _shows(attempt, "B", "phone", _SEEN):
        return None
    if _SEEN in flags(attempt, "B"):
        says = "B is read on the server, and the phone does not know it yet."
        then = 'Let the phone\'s program synchronise: `phone.imap_program("bob", "tulip").sync()`.'
    else:
        says = "B is on the phone, and it is still new."
        then = "`BODY.PEEK[]` leaves it new. `BODY[]` reads it, and so does STORE with `\\Seen`."
    return Finding(
        says=says,
        rule="RFC 3501 section 6.4.5",
        next=then,
        line=saved_by(attempt, "B", "phone"),
    )


def _nothing_else(attempt: Attempt) -> Finding | None:
    for letter, device in (("A", "phone"), ("B", "laptop"), ("C", "laptop"), ("C", "phone")):
        if attempt.whole(letter, device):
            return Finding(
                says=f"{letter} is on the {device} too, and that is one copy more than wanted.",
                rule="RFC 1939 section 5" if device == "laptop" else "RFC 3501 section 6.4.5",
                next=f"{BEGIN_AGAIN} Fetch one message on each device, by its number.",
                line=saved_by(attempt, letter, device),
            )
    return None


the_picture = first_of(
    nothing_lost,
    _b_and_c_on_the_server,
    _a_on_the_laptop,
    _b_on_the_phone,
    _b_read,
    _nothing_else,
)
