"""The exercises of lesson 11: where they begin, and what must have come of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labserver.course.content.inboxes import KEY, LUNCH, PICTURES, holding
from labserver.course.content.logins import let_in_first
from labserver.course.exercises.attempt import Attempt, Finding, Spoken
from labserver.course.exercises.goals import (
    BEGIN_AGAIN,
    Goal,
    by_which,
    first_of,
    last_of,
    marked,
    nothing_lost,
)

if TYPE_CHECKING:
    from labserver.lab import Lab
    from labserver.snapshot.situation import Kept

__all__ = ["in_three_places", "nothing_at_the_provider", "same_flags", "three_letters"]

_SEEN = "\\Seen"


def three_letters() -> Lab:
    """Return a lab with A, B and C on the server, two empty devices and an empty disk."""
    lab = holding(LUNCH, PICTURES, KEY)
    lab.backup("disk")
    return lab


# E1: on the server, on the laptop and on the disk


def _gone_from_the_server(attempt: Attempt) -> Finding | None:
    gone = _lacking(attempt, "server")
    if not gone:
        return None
    late = not _held(attempt, "disk") and last_of(attempt, "imap", "disk") is not None
    return Finding(
        says=f"The server has {_none_of(gone)} any more"
        + (", and the disk came too late: it found an empty mailbox." if late else "."),
        rule="RFC 1939 section 6",
        next=f"{BEGIN_AGAIN} Which setting of the program leaves mail on the server?",
        line=marked(attempt) or _remover(attempt, gone[0]),
    )


def _on_the_laptop(attempt: Attempt) -> Finding | None:
    lacking = _lacking(attempt, "laptop")
    if not lacking:
        return None
    let_in = [
        each
        for each in attempt.sessions
        if each.device == "laptop" and any(line.taken for line in each.lines)
    ]
    headers = [each for each in lacking if _copies(attempt, each, "laptop")]
    if headers:
        return Finding(
            says=f"The laptop has only the header of {_and(headers)}.",
            rule="RFC 3501 section 6.4.5",
            next="Let the program synchronise again, and fetch the bodies.",
            line=_said_last(attempt, "laptop"),
        )
    return Finding(
        says=f"The laptop has {_none_of(lacking)}.",
        rule="RFC 1939 section 5",
        next="Let a program of the laptop fetch them."
        if not let_in
        else "The program has been there, and not all has come. Let it look again.",
        line=_said_last(attempt, "laptop"),
    )


def _on_the_disk(attempt: Attempt) -> Finding | None:
    lacking = _lacking(attempt, "disk")
    if not lacking:
        return None
    return Finding(
        says=f"The disk has {_none_of(lacking)}. If the laptop and the server fail, they are lost.",
        rule="RFC 3501 section 6.4.5",
        next="Let the disk copy: `disk.copy()` asks the server for all whole messages.",
        line=_said_last(attempt, "disk"),
    )


in_three_places: Goal = let_in_first(
    first_of(nothing_lost, _gone_from_the_server, _on_the_laptop, _on_the_disk)
)


# E2: nothing at the provider


def _followed(attempt: Attempt) -> Finding | None:
    """Find that the laptop lacks what it had: its IMAP program deleted it with the server's."""
    lacking = _lacking(attempt, "laptop")
    if not lacking or _held(attempt, "server") or last_of(attempt, "imap", "laptop") is None:
        return None
    return Finding(
        says=f"The server is empty, and the laptop has {_none_of(lacking)}: its program follows "
        "the server.",
        rule="RFC 3501 section 6.4.3",
        next=f"{BEGIN_AGAIN} Which program keeps what the server has no more?",
        line=_remover(attempt, lacking[0]),
    )


def _server_empty(attempt: Attempt) -> Finding | None:
    held = _held(attempt, "server")
    if not held or _lacking(attempt, "laptop"):
        return None
    return Finding(
        says=f"The server still has {_and(held)}. Nothing has removed them.",
        rule="RFC 1939 section 5",
        next="Let a POP3 program look that leaves nothing on the server.",
        line=_said_last(attempt, "laptop"),
    )


def _also_on_the_disk(attempt: Attempt) -> Finding | None:
    lacking = _lacking(attempt, "disk")
    if not lacking:
        return None
    asked = last_of(attempt, "imap", "disk")
    if asked is not None:
        return Finding(
            says=f"The disk has {_none_of(lacking)}. The disk asked the server, and it had none "
            "left.",
            rule="RFC 3501 section 6.3.2",
            next="Where are the messages now? `disk.copy` can be told to copy from there.",
            line=asked.lines[-1] if asked.lines else None,
        )
    return Finding(
        says=f"The disk has {_none_of(lacking)}. The laptop's copy is the only one there is.",
        rule="RFC 1939 section 6",
        next="Copy what the laptop has to the disk: `disk.copy(laptop)`.",
        line=_said_last(attempt, "laptop"),
    )


nothing_at_the_provider: Goal = let_in_first(
    first_of(nothing_lost, _followed, _server_empty, _on_the_laptop, _also_on_the_disk)
)


# E3: the same flags on both


def _others_unread(attempt: Attempt) -> Finding | None:
    wrong = [
        each
        for each in ("A", "C")
        if any(_is_read(attempt, each, place) for place in ("server", "laptop", "phone"))
    ]
    if not wrong:
        return None
    return Finding(
        says=f"{_and(wrong)} {'is' if len(wrong) == 1 else 'are'} read now, and B was meant.",
        rule="RFC 3501 section 2.3.1.1",
        next=f"{BEGIN_AGAIN} The UIDs are 1 for A, 2 for B and 3 for C.",
        line=_last_said(attempt, "UID STORE"),
    )


def _by_imap(attempt: Attempt) -> Finding | None:
    held = [each for each in ("laptop", "phone") if _protocol(attempt, "B", each) == "pop3"]
    if not held:
        return None
    return Finding(
        says=f"On the {' and on the '.join(held)}, B came by POP3, which has no flags. A note on "
        "a device is for that device only.",
        rule="RFC 1939 section 1",
        next=f"{BEGIN_AGAIN} Give both devices an IMAP program.",
        line=_said_last(attempt, held[-1]),
    )


def _on_both(attempt: Attempt) -> Finding | None:
    for place in ("laptop", "phone"):
        lacking = _lacking(attempt, place)
        if lacking:
            return Finding(
                says=f"The {place} has {_none_of(lacking)}.",
                rule="RFC 3501 section 6.4.5",
                next=f"Let an IMAP program of the {place} synchronise.",
                line=_said_last(attempt, place),
            )
    return None


def _read_on_the_server(attempt: Attempt) -> Finding | None:
    if _is_read(attempt, "B", "server"):
        return None
    noted = [each for each in ("laptop", "phone") if _is_read(attempt, "B", each)]
    if noted:
        return Finding(
            says=f"B is read on the {' and on the '.join(noted)}, and still new on the server. "
            f"That note is the {noted[0]}'s own: no other device is told.",
            rule="RFC 3501 section 6.4.6",
            next="Let the IMAP program say it to the server: `mark_read` with the UID of B.",
            line=_said_last(attempt, noted[0]),
        )
    return Finding(
        says="Both devices have all three messages. B is still new everywhere.",
        rule="RFC 3501 section 2.3.2",
        next="Let one of the programs say `mark_read` with the UID of B.",
        line=_said_last(attempt, "phone"),
    )


def _read_on_both(attempt: Attempt) -> Finding | None:
    for place in ("laptop", "phone"):
        if not _is_read(attempt, "B", place):
            return Finding(
                says=f"B is read on the server, and still new on the {place}. The {place} has not "
                "asked since.",
                rule="RFC 3501 section 2.3.2",
                next=f"Let the {place}'s program synchronise once more.",
                line=_last_said(attempt, "UID STORE"),
            )
    return None


same_flags: Goal = let_in_first(
    first_of(nothing_lost, _others_unread, _by_imap, _on_both, _read_on_the_server, _read_on_both)
)


# What they share


def _lacking(attempt: Attempt, place: str) -> list[str]:
    return [each for each in attempt.letters() if not attempt.whole(each, place)]


def _held(attempt: Attempt, place: str) -> list[str]:
    return [each for each in attempt.letters() if attempt.whole(each, place)]


def _copies(attempt: Attempt, letter: str, place: str) -> tuple[Kept, ...]:
    cell = attempt.cell(letter, place)
    return () if cell is None else cell.copies


def _is_read(attempt: Attempt, letter: str, place: str) -> bool:
    return any(_SEEN in copy.flags for copy in _copies(attempt, letter, place))


def _protocol(attempt: Attempt, letter: str, place: str) -> str:
    return next((copy.protocol for copy in _copies(attempt, letter, place)), "")


def _and(letters: list[str]) -> str:
    return " and ".join(part for part in (", ".join(letters[:-1]), letters[-1]) if part)


def _none_of(letters: list[str]) -> str:
    """Return "no A, no B and no C"."""
    return _and([f"no {each}" for each in letters])


def _remover(attempt: Attempt, letter: str) -> Spoken | None:
    return by_which(attempt, lambda then: not then.whole(letter, "server"))


def _last_said(attempt: Attempt, verb: str) -> Spoken | None:
    lines = attempt.said(verb)
    return lines[-1] if lines else None


def _said_last(attempt: Attempt, device: str) -> Spoken | None:
    session = last_of(attempt, "", device)
    return session.lines[-1] if session is not None and session.lines else None
