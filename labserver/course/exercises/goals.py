"""Conditions that goals of exercises are made of: each returns what is missing, or None.

A goal asks them from the most special mistake to the most general one, with `first_of`.
"""

from __future__ import annotations

from collections.abc import Callable

from labserver.course.exercises.attempt import Attempt, Finding, Session, Spoken

__all__ = [
    "BEGIN_AGAIN",
    "BLANK",
    "Goal",
    "by_which",
    "ended_with",
    "first_of",
    "last_of",
    "last_refused",
    "marked",
    "meant",
    "no_blank",
    "nothing_lost",
]

Goal = Callable[[Attempt], Finding | None]

BLANK = "____"
"""What an exercise has in the place of what is to be typed."""
BEGIN_AGAIN = "Run the exercise's first cell again: it makes the mailbox anew."

_GOODBYE = {
    "smtp": ("QUIT", "RFC 5321 section 4.1.1.10"),
    "submission": ("QUIT", "RFC 5321 section 4.1.1.10"),
    "pop3": ("QUIT", "RFC 1939 section 6"),
    "imap": ("LOGOUT", "RFC 3501 section 6.1.3"),
}

_UNKNOWN = {
    "smtp": "RFC 5321 section 4.2.4",
    "submission": "RFC 5321 section 4.2.4",
    "pop3": "RFC 1939 section 3",
    "imap": "RFC 3501 section 7.1.3",
}


def first_of(*goals: Goal) -> Goal:
    """Return a goal that is reached when all of these are; it tells the first that is not."""

    def goal(attempt: Attempt) -> Finding | None:
        return next((found for each in goals if (found := each(attempt)) is not None), None)

    return goal


# What was said


def last_of(attempt: Attempt, protocol: str, device: str = "") -> Session | None:
    """Return the last session of a protocol, of one device if it is named; None without any."""
    for session in reversed(attempt.sessions):
        if session.protocol.startswith(protocol) and device in ("", session.device):
            return session
    return None


def last_refused(session: Session | None) -> Spoken | None:
    """Return the last line of a session if the server answered it, and did not take it."""
    line = session.lines[-1] if session is not None and session.lines else None
    return line if line is not None and line.answered and not line.taken else None


def by_which(attempt: Attempt, holds: Callable[[Attempt], bool]) -> Spoken | None:
    """Return the line after which something was true of the attempt for the first time."""
    lines = attempt.lines
    after = (*(attempt.before(line) for line in lines[1:]), attempt)
    return next((line for line, then in zip(lines, after, strict=False) if holds(then)), None)


# What POP3 numbers and marks meant


def meant(attempt: Attempt, line: Spoken) -> str:
    """Return the letter of the message that a POP3 line named by its number; empty if none."""
    number = line.text.split()[1:2]
    if not number or not number[0].isdigit():
        return ""
    for row in attempt.before(line).situation().rows:
        for copy in row.cells[0].copies:
            if copy.number == int(number[0]):
                return row.letter
    return ""


def marked(attempt: Attempt, letter: str = "") -> Spoken | None:
    """Return the last DELE that was taken; the last that named a message, if its letter is given.

    Whether the mark has led to anything is another question.
    """
    for line in reversed(attempt.said("DELE", "pop3")):
        if line.taken and letter in ("", meant(attempt, line)):
            return line
    return None


# What became of it


def no_blank(attempt: Attempt) -> Finding | None:
    """Find that the last line said still has its blank."""
    for session in attempt.sessions:
        line = last_refused(session)
        if line is not None and BLANK in line.text and line == attempt.lines[-1]:
            return Finding(
                says="The blank was sent as it is, and the server does not know such a command.",
                rule=_UNKNOWN[session.protocol.rstrip("s")],
                next=f"Write a command in place of `{BLANK}`, and run that line alone.",
                line=line,
            )
    return None


def nothing_lost(attempt: Attempt) -> Finding | None:
    """Find a message of which no whole copy is left, and the line that took the last one."""
    row = next((row for row in attempt.situation().rows if row.lost), None)
    if row is None:
        return None
    taker = by_which(attempt, lambda then: any(each.lost for each in then.situation().rows))
    mark = marked(attempt, row.letter)
    said = f"{row.letter} is lost: no whole copy of it is left."
    if mark is not None and taker is not None:
        said += f" `{mark.text}` marked the only copy, and `{taker.text}` made it real."
    return Finding(
        says=said,
        rule="RFC 1939 section 6" if mark is not None else "RFC 3501 section 6.4.3",
        next=f"{BEGIN_AGAIN} Copy before you delete.",
        line=mark or taker,
    )


def ended_with(protocol: str, device: str = "") -> Goal:
    """Return a goal: the last session of a protocol has ended with its own command."""
    goodbye, rule = _GOODBYE[protocol]

    def goal(attempt: Attempt) -> Finding | None:
        session = last_of(attempt, protocol, device)
        if session is None or (session.how is not None and session.said(goodbye)):
            return None
        if session.how is None:
            return Finding(
                says=f"All is in its place. But the session is still open, in {session.state}.",
                rule=rule,
                next=f"Say goodbye with `{goodbye}`.",
                line=session.lines[-1] if session.lines else None,
            )
        cut = "was cut" if session.how == "cut" else "ended without a goodbye"
        update = ", so it never entered UPDATE" if protocol == "pop3" else ""
        return Finding(
            says=f"Nothing is lost. But the session {cut}{update}.",
            rule=rule,
            next=f"Dial and log in once more. Then end the session with `{goodbye}`.",
            line=session.lines[-1] if session.lines else None,
        )

    return goal
