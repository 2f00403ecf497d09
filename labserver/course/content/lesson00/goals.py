"""The exercises of lesson 00: where they begin, and what must have come of them."""

from __future__ import annotations

from labserver.course.content.letters import letter
from labserver.course.exercises.attempt import Attempt, Finding, Spoken
from labserver.course.exercises.goals import (
    BEGIN_AGAIN,
    BLANK,
    ended_with,
    first_of,
    last_of,
    last_refused,
    nothing_lost,
)
from labserver.lab import Lab

__all__ = ["kept_on_both", "read_on_the_phone", "waiting"]

_OF_MESSAGES = ("LIST", "RETR")
"""The commands of RFC 1939 section 5 that are asked about; what is no command is section 3."""


def waiting() -> Lab:
    """Return a lab in which A waits on the server, and Bob has a laptop and a phone."""
    lab = Lab()
    lab.load(letter("Lunch on Friday?", "Shall we meet at noon?\n"))
    lab.device("laptop")
    lab.device("phone")
    return lab


def _fetched(attempt: Attempt) -> Finding | None:
    """Find that the laptop does not have A."""
    if attempt.whole("A", "laptop"):
        return None
    session = last_of(attempt, "pop3")
    over = session is not None and session.how is not None
    line, why = _instead(attempt)
    return Finding(
        says=f"{why} A is not on the laptop yet.".lstrip(),
        rule=f"RFC 1939 section {5 if line is None or line.verb in _OF_MESSAGES else 3}",
        next=f"{BEGIN_AGAIN if over else ''} Which line of step 4 brought A to the laptop?".strip(),
        line=line,
    )


def _instead(attempt: Attempt) -> tuple[Spoken | None, str]:
    """Return the line that was said in the place of the right one, and what came of it."""
    lines = [line for line in attempt.lines if line.state == "TRANSACTION"]
    refused = next((line for line in reversed(lines) if line.answered and not line.taken), None)
    asked = next((line for line in reversed(lines) if line.verb == "LIST"), None)
    if refused is not None and BLANK in refused.text:
        return refused, "The blank was sent as it is, and the server knows no such command."
    if refused is not None and refused.text.upper().split()[0] == "RETR":
        return refused, f"`{refused.text}` names no message that is here: `LIST` has the numbers."
    if refused is not None:
        return refused, f"The server said no to `{refused.text}`: `{refused.answered}`."
    if asked is not None:
        return asked, "LIST says what waits, and brings nothing."
    return None, ""


def _left(attempt: Attempt) -> Finding | None:
    """Find that A is on the laptop, and on the server no more."""
    if attempt.whole("A", "server"):
        return None
    marks = attempt.said("DELE", "pop3")
    return Finding(
        says="A is on the laptop, and the server has removed its own.",
        rule="RFC 1939 section 6",
        next=f"{BEGIN_AGAIN} This time, leave A on the server: no `DELE`.",
        line=marks[-1] if marks else None,
    )


kept_on_both = first_of(nothing_lost, _fetched, _left, ended_with("pop3"))


def _seen_on_the_server(attempt: Attempt) -> bool:
    cell = attempt.cell("A", "server")
    return cell is not None and any("\\Seen" in copy.flags for copy in cell.copies)


def _no_such_line(refused: Spoken) -> Finding:
    """Say what is wrong with a line of IMAP that the server did not take."""
    if refused.verb == "FETCH" and refused.text.split()[2:3] == ["1"]:
        return Finding(
            says="The line begins well. The server does not understand what it asks for after "
            "the number: that stands in round brackets.",
            rule="RFC 3501 section 6.4.5",
            next="Put what you want of A in round brackets: the flags and `BODY[]`, as in step 7.",
            line=refused,
        )
    if refused.verb == "RETR":
        return Finding(
            says="`RETR` is a word of POP3, and this server does not know it in IMAP.",
            rule="RFC 3501 section 6.4.5",
            next="IMAP's word is `FETCH`: look at the line of step 7.",
            line=refused,
        )
    return Finding(
        says="The server did not take this line. It must begin with a tag that you choose; "
        "then come the command, and the number of a message that is there.",
        rule="RFC 3501 section 2.2.1",
        next="Send the line of step 7 again: `a3`, then `FETCH`, then 1, then what stands in "
        "the brackets.",
        line=refused,
    )


def read_on_the_phone(attempt: Attempt) -> Finding | None:
    """Find that the phone does not have A, or the server does not know that it was read."""
    fetched = attempt.whole("A", "phone")
    if fetched and _seen_on_the_server(attempt):
        return None
    line = next(reversed(attempt.said("FETCH", "imap")), None)
    if fetched:
        return Finding(
            says="A is on the phone, and nothing on the server says that it was read.",
            rule="RFC 3501 section 6.4.5",
            next="Send the line of step 7 as it stands there, with `BODY[]`.",
            line=line,
        )
    refused = last_refused(last_of(attempt, "imap"))
    if refused is not None:
        return _no_such_line(refused)
    if line is not None:
        return Finding(
            says="You asked for something about A, and not for A itself.",
            rule="RFC 3501 section 6.4.5",
            next="Ask for `BODY[]` too: that is the message.",
            line=line,
        )
    return Finding(
        says="The phone has a mailbox open, and has fetched nothing.",
        rule="RFC 3501 section 6.4.5",
        next="Look at step 7: which of its lines brought B to the phone?",
    )
