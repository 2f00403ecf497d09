"""What goals of IMAP exercises ask of an attempt, and what they find first."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from labserver.course.exercises.attempt import Attempt, Finding, Spoken
from labserver.snapshot.situation import Kept

__all__ = [
    "by_which",
    "flagged_by",
    "flags",
    "left_by",
    "not_taken",
    "on_server",
    "saved_by",
    "still_open",
    "where",
]

_BLANK = "____"


def on_server(attempt: Attempt, letter: str) -> tuple[Kept, ...]:
    """Return the copies of a letter in the account's mailboxes."""
    cell = attempt.cell(letter, "server")
    return () if cell is None else cell.copies


def flags(attempt: Attempt, letter: str) -> frozenset[str]:
    r"""Return the flags that a letter has on the server, in any mailbox, but for `\Recent`."""
    return frozenset(flag for copy in on_server(attempt, letter) for flag in copy.flags) - {
        r"\Recent"
    }


def by_which(attempt: Attempt, holds: Callable[[Attempt], bool]) -> Spoken | None:
    """Return the line that made something true of the attempt, if a line did."""
    lines = attempt.lines
    if not lines:
        return None
    states = [holds(attempt.before(line)) for line in lines] + [holds(attempt)]
    return next(
        (line for line, (was, now) in zip(lines, pairwise(states), strict=True) if now and not was),
        None,
    )


def flagged_by(attempt: Attempt, letter: str, flag: str = "") -> Spoken | None:
    """Return the line that gave a letter a flag on the server; `flag` empty: any flag."""
    if flag:
        return by_which(attempt, lambda then: flag in flags(then, letter))
    return by_which(attempt, lambda then: bool(flags(then, letter)))


def where(attempt: Attempt, letter: str) -> frozenset[str]:
    """Return the names of the account's mailboxes in which a letter is."""
    return frozenset(copy.mailbox for copy in on_server(attempt, letter))


def left_by(attempt: Attempt, letter: str, mailboxes: frozenset[str]) -> Spoken | None:
    """Return the line after which a letter was in other mailboxes than these."""
    return by_which(attempt, lambda then: where(then, letter) != mailboxes)


def saved_by(attempt: Attempt, letter: str, device: str) -> Spoken | None:
    """Return the line that brought a whole copy of a letter to a device."""
    return by_which(attempt, lambda then: bool(then.whole(letter, device)))


_REASONS = (
    (
        "[READ-ONLY]",
        "The mailbox was opened with EXAMINE: in this session nothing can be changed.",
        "RFC 3501 section 6.3.2",
        "Open it with SELECT.",
    ),
    (
        "[TRYCREATE]",
        "There is no mailbox of that name yet; nothing was moved.",
        "RFC 3501 section 6.4.7",
        "Make the mailbox with CREATE, then say the line again. Capital letters count in its name.",
    ),
    (
        "There is no flag",
        "",
        "RFC 3501 section 2.3.2",
        "Take one of those that the reply to SELECT names, in its line `* FLAGS`.",
    ),
)
"""Words of a refusal; what to say of it (or else the refusal itself), the rule, and the cure."""


def not_taken(attempt: Attempt) -> Finding | None:
    """Return what is wrong with the last IMAP line that the server did not take, if there is one.

    For goals that are not reached, after all that they can tell better.
    """
    refused = [
        line
        for each in attempt.sessions
        if each.protocol.startswith("imap")
        for line in each.lines
        if line.answered and not line.taken
    ]
    if not refused:
        return None
    line = max(refused, key=lambda each: each.step)
    logins = [each for each in refused if "LOGIN" in each.text.upper()]
    if line.state == "NOT AUTHENTICATED" and logins:
        # What follows a login that failed is refused for its sake.
        line = logins[-1]
    verdict = line.answered
    if _BLANK in line.text:
        return Finding(
            says="The blank was sent as it is, and the server does not know such a word.",
            rule="RFC 3501 section 7.1.3",
            next=f"Write a word of IMAP in place of `{_BLANK}`.",
            line=line,
        )
    if " BAD " in verdict and "\\\\" in line.text:
        return Finding(
            says="There are two backslashes in a row, and a flag begins with one.",
            rule="RFC 3501 section 2.3.2",
            next="Write one: the `r` before the quotes keeps it as it is.",
            line=line,
        )
    if " BAD " in verdict and line.text.partition(" ")[0].isalpha():
        return Finding(
            says="The first word of an IMAP line is its tag, and this line has none.",
            rule="RFC 3501 section 2.2.1",
            next="Put a tag of your own in front, such as `x1`.",
            line=line,
        )
    said = f"The server did not do it. It said: `{verdict}`"
    for words, says, rule, cure in _REASONS:
        if words in verdict:
            return Finding(says=says or said, rule=rule, next=cure, line=line)
    return Finding(
        says=said,
        rule="RFC 3501 section 7.1.3" if " BAD " in verdict else "RFC 3501 section 7.1.2",
        next="Compare it with a line of the steps, letter by letter."
        if " BAD " in verdict and line.state == "SELECTED"
        else "Look at its words, and at the state that the session was in.",
        line=line,
    )


def still_open(attempt: Attempt, device: str) -> Finding | None:
    """Return what is wrong if a device's last session was not ended with its own command."""
    last = next((each for each in reversed(attempt.sessions) if each.device == device), None)
    if last is None or last.said("LOGOUT") or last.said("QUIT"):
        return None
    return Finding(
        says="All is as it should be, but the session is still open."
        if last.how is None
        else "All is as it should be, but the session was broken off without a word.",
        rule="RFC 3501 section 6.1.3",
        next="Say goodbye: LOGOUT.",
        line=last.lines[-1] if last.lines else None,
    )
