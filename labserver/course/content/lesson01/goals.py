"""The exercises of lesson 01: where they begin, and what must have happened."""

from __future__ import annotations

from dataclasses import replace

from labserver.course.exercises.attempt import Attempt, Finding, Session, Spoken
from labserver.faults import Answer
from labserver.lab import Lab, StoredMessage
from labserver.lab.lab import ACCOUNTS

__all__ = ["busy_lab", "ended", "in_one_go", "seen_by_two", "three_people", "told_apart"]

FRIENDS = {**ACCOUNTS, "carol": "violet"}
FEWEST_WAITS = 5
"""For the greeting, for EHLO, for the envelope with DATA, for the message, for QUIT."""
BLANK = "____"
"""What an exercise with a blank has in its place."""
VERSE = ("A dot alone is next.", ".", "And this line is the last.")

NOT_SENT = Finding(
    says="No message has been sent yet.",
    rule="RFC 5321 section 3.3",
    next="Send these lines, one after the other: `MAIL FROM`, `RCPT TO`, `DATA`, and the message.",
)

_MISSING = {
    "CONNECTED": Finding(
        says="You have not said hello: before `EHLO` the server takes no envelope.",
        rule="RFC 5321 section 4.1.4",
        next="Say `EHLO alice-laptop.home.example` first, then the other lines again.",
    ),
    "RCPT": Finding(
        says="The envelope is there, and no message followed it.",
        rule="RFC 5321 section 3.3",
        next='Go on with `smtp.send("DATA")` and `smtp.data(text)`.',
    ),
    "DATA": Finding(
        says="The message has no end yet: the server takes all that comes for text.",
        rule="RFC 5321 section 4.1.1.4",
        next='End it with a single dot: `smtp.send(".")`.',
    ),
}
"""What the next line is, by the session's state."""


def three_people() -> Lab:
    """Return a lab with Alice, Bob and Carol."""
    return Lab(accounts=FRIENDS)


def busy_lab() -> Lab:
    """Return the same lab; the first RCPT that it would take, it puts off."""
    lab = three_people()
    lab.faults.add(Answer(protocol="smtp", command="RCPT", reply="451 4.3.0 Busy, try again later"))
    return lab


def ended(attempt: Attempt) -> Finding | None:
    """E1: the message is whole, and the line that ends it is not a part of it."""
    mail = _of(attempt, "bob")
    if mail:
        strays = [line for line in _body(mail[-1]) if line not in {"Or is it Thursday?", BLANK, ""}]
        return _stray(mail[-1], strays[0]) if strays else None
    session = _last(attempt)
    if session is None:
        return NOT_SENT
    if session.how is not None:
        return Finding(
            says="The connection ended before the message did, and the server threw it away.",
            rule="RFC 5321 section 4.1.1.10",
            next="Begin again with the exercise's first cell. Then end the message, not the "
            "connection.",
            line=_last_said(attempt, "DATA"),
        )
    return Finding(
        says="Bob has nothing. Since its `354` the server is in the state DATA: it takes all that "
        "you send for text, and waits for the end of the message.",
        rule="RFC 5321 section 4.1.1.4",
        next="Which single character, alone on its line, ends a message?",
    )


def seen_by_two(attempt: Attempt) -> Finding | None:
    """E2: Bob and Carol have the message, and Bob's does not name Carol."""
    bob, carol = _of(attempt, "bob"), _of(attempt, "carol")
    telling = next((each for each in bob if "carol" in str(each).lower()), None)
    if telling is not None:
        nobody = "" if carol else " And Carol has nothing: no server delivers by that line."
        return Finding(
            says=f"Bob can read Carol's name in {telling.letter}.{nobody}",
            rule="RFC 5322 section 3.6.3",
            next="Begin again. Send `text` as it is, and name Carol in the envelope only.",
            line=_last_said(attempt, "DATA"),
        )
    if bob and carol:
        return None
    for name, missed in (("Carol", carol), ("Bob", bob)):
        if (bob or carol) and not missed:
            return _refused(attempt, name) or Finding(
                says=f"{name} has nothing: no `RCPT TO` of that message named "
                f"{name.lower()}@home.example.",
                rule="RFC 5321 section 3.3",
                next=f"Begin again. Say `RCPT TO` twice; one is for {name.lower()}@home.example.",
                line=_last_said(attempt, "RCPT TO"),
            )
    return _unsent(attempt)


def told_apart(attempt: Attempt) -> Finding | None:
    """E3: after a 451 and a 550, Bob and Carol have the message all the same."""
    bob, carol = _of(attempt, "bob"), _of(attempt, "carol")
    if bob and carol:
        return None
    wrong = [line for line in attempt.said("RCPT TO") if "bobb@" in line.text.lower()]
    if len(wrong) > 1:
        return Finding(
            says="You asked for `bobb` again, and the answer was 550 again.",
            rule="RFC 5321 section 4.2.1",
            next="A 5 means: this line will never do. Look at the spelling of the address.",
            line=wrong[-1],
        )
    if bob:
        return _refused(attempt, "Carol") or Finding(
            says=f"Bob has {bob[-1].letter}, and Carol has nothing. Her 451 meant: not now.",
            rule="RFC 5321 section 4.2.1",
            next="Begin again. After a 4, say the same line once more before `DATA`.",
            line=next(iter(attempt.said("RCPT TO")), None),
        )
    if carol:
        return _refused(attempt, "Bob") or Finding(
            says=f"Carol has {carol[-1].letter}, and Bob has nothing: `bobb` is not Bob.",
            rule="RFC 5321 section 4.2.1",
            next="Begin again. Name Bob's right address too, before `DATA`.",
            line=wrong[-1] if wrong else None,
        )
    early = next((line for line in attempt.said("DATA") if not line.taken), None)
    if early is not None:
        return Finding(
            says="The server has no recipient yet: it took neither of the two that were named.",
            rule="RFC 5321 section 3.3",
            next="Name both again, each as its answer asks for. Then `DATA`.",
            line=early,
        )
    return _unsent(attempt)


def in_one_go(attempt: Attempt) -> Finding | None:
    """E4: a message with a dot in it came whole, and the client waited five times at most."""
    session, mail = _last(attempt), _of(attempt, "bob")
    if session is None:
        return Finding(
            says="There is no connection yet.",
            rule="RFC 5321 section 3.1",
            next='Begin with `smtp = alice.dial("smtp")`.',
        )
    if not mail:
        return _unsent(attempt)
    spoilt = _spoilt(attempt, session, mail[-1])
    if spoilt is not None:
        return spoilt
    if session.how is None:
        return Finding(
            says=f"{mail[-1].letter} is there, whole. The connection is still open.",
            rule="RFC 5321 section 3.8",
            next="Say goodbye: `QUIT`.",
            line=_latest(session),
        )
    if session.waits > FEWEST_WAITS:
        return Finding(
            says=f"{mail[-1].letter} came whole, and you waited {session.waits} times. "
            f"{FEWEST_WAITS} are enough.",
            rule="RFC 2920 section 3.1",
            next="Begin again. Send `MAIL FROM`, `RCPT TO` and `DATA` with one `smtp.send(...)`.",
            line=_last_said(attempt, "RCPT TO"),
        )
    return None


def _spoilt(attempt: Attempt, session: Session, message: StoredMessage) -> Finding | None:
    """Say what is wrong with the text that was to hold the verse, or with a group of lines."""
    if "QUIT" in str(message).splitlines():
        return Finding(
            says="The word QUIT stands in Bob's message. It was sent together with `DATA`, and "
            "what comes after `DATA` is text.",
            rule="RFC 2920 section 3.1",
            next="Begin again. `DATA` is the last line of its group.",
            line=_last_said(attempt, "DATA"),
        )
    if tuple(line for line in _body(message) if line) != VERSE:
        return Finding(
            says=f"{message.letter} is not whole. Its line with a single dot ended it, and the "
            "rest was taken for commands.",
            rule="RFC 5321 section 4.5.2",
            next="Begin again. That line needs a second dot: `smtp.data(text)` puts it there.",
            line=next((line for line in session.lines if line.answered.startswith("500")), None),
        )
    blind = next((line for line in session.lines if line.ahead), None)
    if blind is not None and session.lines[blind.place - 2].verb == "EHLO":
        return Finding(
            says="You did not wait for the reply to `EHLO`. Before it you do not know whether the "
            "server takes lines together.",
            rule="RFC 2920 section 3.1",
            next="Begin again. Send `EHLO` alone, and the next three lines together.",
            line=blind,
        )
    return None


def _refused(attempt: Attempt, name: str) -> Finding | None:
    """Say which line was to name this person, where the server will never take it as it is."""
    named = [
        line
        for line in attempt.lines
        if line.verb not in {"MAIL FROM", "DATA"} and f"{name.lower()}@" in line.text.lower()
    ]
    if not named or named[-1].taken or named[-1].answered.startswith("4"):
        return None
    return Finding(
        says=f"{name} has nothing: the server did not take this line.",
        rule="RFC 5321 section 3.3",
        next="Begin again. Look at the answer to this line, and write the line as it asks for.",
        line=named[-1],
    )


def _unsent(attempt: Attempt) -> Finding:
    """Say what is missing where nobody has a message."""
    session = _last(attempt)
    line = None if session is None else _latest(session)
    if session is None or not attempt.said("MAIL FROM"):
        return NOT_SENT
    if session.how is not None:
        return Finding(
            says="The session is over, and no message was sent in it.",
            rule="RFC 5321 section 3.8",
            next="Begin again with the exercise's first cell.",
            line=line,
        )
    if session.state in _MISSING:
        refused = next((each for each in session.lines if not each.taken), None)
        hello = session.state == "CONNECTED"
        return replace(_MISSING[session.state], line=refused if hello and refused else line)
    if session.state == "MAIL":
        return Finding(
            says="The envelope has a sender, and no recipient that the server took.",
            rule="RFC 5321 section 3.3",
            next="Look at the answer to this line. Then name a recipient as that answer asks for.",
            line=_last_said(attempt, "RCPT TO") or line,
        )
    sender = session.said("MAIL FROM")[-1:]
    if session.state == "GREETED" and sender and not sender[0].taken:
        line = sender[0]
    return Finding(
        says="The envelope is not complete: it needs a sender, and at least one recipient that "
        "the server takes.",
        rule="RFC 5321 section 3.3",
        next="Look at the answer to this line. Then say the line that is missing or wrong.",
        line=line,
    )


def _stray(message: StoredMessage, line: str) -> Finding:
    return Finding(
        says=f"{message.letter} arrived, and a line `{line}` stands in it: until the message ends, "
        "all is text.",
        rule="RFC 5321 section 4.1.1.4",
        next="Begin again with the exercise's first cell, and send the ending line first.",
    )


def _of(attempt: Attempt, name: str) -> list[StoredMessage]:
    """Return what lies in a person's mailbox: it was empty when the exercise began."""
    return [] if attempt.lab.closed else attempt.lab.messages(name)


def _body(message: StoredMessage) -> list[str]:
    return str(message).partition("\n\n")[2].splitlines()


def _last(attempt: Attempt) -> Session | None:
    return next(reversed(attempt.sessions), None)


def _latest(session: Session) -> Spoken | None:
    return next(reversed(session.lines), None)


def _last_said(attempt: Attempt, verb: str) -> Spoken | None:
    return next(reversed(attempt.said(verb)), None)
