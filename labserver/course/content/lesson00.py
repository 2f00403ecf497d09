"""Lesson 00: one message from Alice to Bob's two devices, and which protocol did what."""

from __future__ import annotations

from labserver.course.attempt import Attempt, Finding
from labserver.course.content.letters import letter
from labserver.course.goals import (
    BEGIN_AGAIN,
    BLANK,
    ended_with,
    first_of,
    last_of,
    last_refused,
    nothing_lost,
)
from labserver.course.plan import Exercise, Lesson, Mistake, Prediction, Question, Step
from labserver.lab import Lab

__all__ = ["LESSON"]


def _waiting() -> Lab:
    """Return a lab in which A waits on the server, and Bob has a laptop and a phone."""
    lab = Lab()
    lab.load(letter("Lunch on Friday?", "Shall we meet at noon?\n"))
    lab.device("laptop")
    lab.device("phone")
    return lab


# Exercise 1


def _fetched(attempt: Attempt) -> Finding | None:
    """Find that the laptop does not have A."""
    if attempt.whole("A", "laptop"):
        return None
    session = last_of(attempt, "pop3")
    over = session is not None and session.how is not None
    asked = next(reversed(attempt.said("LIST", "pop3")), None)
    blank = next((line for line in attempt.lines if BLANK in line.text), None)
    why = "LIST says what waits, and brings nothing. " if asked is not None else ""
    if blank is not None:
        why = "The blank is still a blank, and the server knows no such command. "
    return Finding(
        says=f"{why}A is not on the laptop yet.",
        rule="RFC 1939 section 5",
        next=f"{BEGIN_AGAIN if over else ''} Which line of step 4 brought A to the laptop?".strip(),
        line=asked or blank,
    )


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


_kept_on_both = first_of(nothing_lost, _fetched, _left, ended_with("pop3"))


# Exercise 2


def _seen_on_the_server(attempt: Attempt) -> bool:
    cell = attempt.cell("A", "server")
    return cell is not None and any("\\Seen" in copy.flags for copy in cell.copies)


def _read_on_the_phone(attempt: Attempt) -> Finding | None:
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
        return Finding(
            says="The server did not take this line. It begins with a tag that you choose, then "
            "the command, then a message that is there.",
            rule="RFC 3501 section 2.2.1",
            next="Send the line of step 7 again: `a3`, then `FETCH`, then 1.",
            line=refused,
        )
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


STEPS = (
    Step(key="00.1", title="Devices, and a picture", minutes=2),
    Step(
        key="00.2",
        title="Alice sends a message (SMTP)",
        minutes=4,
        prediction=Prediction(
            ask="Alice sends message A to Bob. Nobody has fetched it yet. Where is A?",
            options=("On Bob's laptop", "On the server", "On both of Bob's devices"),
            answer=1,
            says="A is on the server. SMTP brings mail to a server, and knows no laptop and no "
            "phone of Bob.",
            again=Question(
                key="00.2",
                ask="A message was sent a minute ago. Bob's laptop and phone are switched off. "
                "Where is it?",
                options=("Still with Alice", "On the server", "Nowhere: it is lost"),
                answer=1,
                reasons=(
                    "Alice's laptop gave it to the server.",
                    "The server is always on, and keeps it.",
                    "The server said `250`: it has it, and takes care of it.",
                ),
                proof="00.2",
            ),
        ),
    ),
    Step(
        key="00.3",
        title="The laptop logs in (POP3)",
        minutes=3,
        prediction=Prediction(
            ask="The laptop logs in. How many messages are on the laptop then?",
            options=("None", "One", "It depends on the size"),
            answer=0,
            says="None. To log in and to list brings nothing to the laptop.",
            again=Question(
                key="00.3",
                ask="What does `LIST` bring to the laptop?",
                options=("All messages", "Numbers and sizes", "The newest message"),
                answer=1,
                reasons=(
                    "`LIST` tells about messages, and fetches none.",
                    "A line for each message, and no message.",
                    "`LIST` fetches none, new or old.",
                ),
                proof="00.3",
            ),
        ),
    ),
    Step(
        key="00.4",
        title="The laptop fetches A (POP3)",
        minutes=3,
        prediction=Prediction(
            ask="After `RETR 1`, where is A?",
            options=("On the laptop only", "On the server only", "On both"),
            answer=2,
            says="On both. `RETR` makes a copy, and the server keeps its own.",
            again=Question(
                key="00.4",
                ask="What does `RETR` do to the message on the server?",
                options=("It deletes it", "It marks it", "Nothing"),
                answer=2,
                reasons=(
                    "In step 4 it was still there, whole.",
                    "`DELE` marks. `RETR` does not.",
                    "The laptop gets a copy.",
                ),
                proof="00.4",
            ),
        ),
    ),
    Step(
        key="00.5",
        title="Leave, and leave A on the server (POP3)",
        minutes=2,
        prediction=Prediction(
            ask="The laptop says `QUIT`. It has deleted nothing. Where is A?",
            options=("On the laptop only", "On both", "Nowhere"),
            answer=1,
            says="On both. `QUIT` removes what is marked, and nothing was.",
            again=Question(
                key="00.5",
                ask="A laptop fetches a message with POP3, and says `QUIT`. No `DELE`. Can the "
                "phone still fetch it?",
                options=("Yes", "No", "Only from the laptop"),
                answer=0,
                reasons=(
                    "The message is still on the server.",
                    "Nothing was marked, so `QUIT` removed nothing.",
                    "Devices fetch from the server, never from each other.",
                ),
                proof="00.5",
            ),
        ),
    ),
    Step(
        key="00.6",
        title="Now with delete (POP3)",
        minutes=4,
        prediction=Prediction(
            ask="The laptop comes again, and says `DELE 1`. Where is A then?",
            options=("On the laptop only", "Still on both", "Nowhere"),
            answer=1,
            says="Still on both. `DELE` only marks A, as the picture shows. Now see what `QUIT` "
            "does.",
            again=Question(
                key="00.6",
                ask="Which line makes a deletion with POP3 real?",
                options=("`RETR`", "`DELE`", "`QUIT`"),
                answer=2,
                reasons=(
                    "`RETR` copies.",
                    "`DELE` marks the message. It is still there.",
                    "With it the server removes what is marked.",
                ),
                proof="00.6",
            ),
        ),
    ),
    Step(
        key="00.7",
        title="The phone reads the next message (IMAP)",
        minutes=4,
        prediction=Prediction(
            ask="Alice sends message B. Bob's phone reads it with IMAP. Where is B afterwards?",
            options=("On the phone only", "On the server only", "On both"),
            answer=2,
            says="On both: the cells below show it. The phone gets a copy, and the message stays "
            "on the server, marked as read.",
            again=Question(
                key="00.7",
                ask="A phone reads a message with IMAP. What changes on the server?",
                options=(
                    "The message is removed",
                    "The message gets the flag `\\Seen`",
                    "Nothing",
                ),
                answer=1,
                reasons=(
                    "It stayed there, whole.",
                    "The server knows now that it was read.",
                    "One thing changed: see the word *read* in the picture.",
                ),
                proof="00.7",
            ),
        ),
    ),
    Step(
        key="00.8",
        title="The laptop reads it too (IMAP)",
        minutes=3,
        prediction=Prediction(
            ask="Now the laptop opens the same mailbox with IMAP. What does it see?",
            options=(
                "Nothing: the phone took B",
                "B, and that it was read already",
                "B, as a new message",
            ),
            answer=1,
            says="B, and that it was read. The flag is on the server, so all devices see it.",
            again=Question(
                key="00.8",
                ask="How does the laptop know that the phone has read a message?",
                options=(
                    "The phone tells the laptop",
                    "The server keeps the flag, and shows it to both",
                    "It does not know it",
                ),
                answer=1,
                reasons=(
                    "The two devices never talk to each other.",
                    "With IMAP the flag is on the server.",
                    "In step 8 it knew it before it had read a word.",
                ),
                proof="00.8",
            ),
        ),
    ),
)

EXERCISES = (
    Exercise(
        key="00.E1",
        title="On both",
        start=_waiting,
        goal=_kept_on_both,
        given='pop.send("____")\npop.send("QUIT")',
        solution='pop.send("RETR 1")\npop.send("QUIT")',
        hints=(
            "Look at steps 3 to 6: which line copies, and which line marks?",
            "The line of step 4 copies a message and deletes nothing. It names it by its number.",
            'pop.send("RETR 1")',
        ),
        mistakes=(
            Mistake(lines='pop.send("DELE 1")\npop.send("QUIT")', says="A is lost"),
            Mistake(
                lines='pop.send("LIST")\npop.send("QUIT")',
                says="LIST says what waits, and brings nothing",
            ),
            Mistake(
                lines='pop.send("RETR 1")\npop.send("DELE 1")\npop.send("QUIT")',
                says="the server has removed its own",
            ),
            Mistake(
                lines='pop.send("RETR 1")\n',
                says="the session is still open",
            ),
        ),
        done="A is on the laptop and on the server: two whole copies.",
    ),
    Exercise(
        key="00.E2",
        title="Read once, known everywhere",
        start=_waiting,
        goal=_read_on_the_phone,
        given="# your line",
        solution='imap.send("a3 FETCH 1 (UID FLAGS BODY[])")',
        hints=(
            "Look at step 7. Three lines were sent there, and the last one brought the message.",
            (
                "The line begins with a tag, `a3`. Then `FETCH`, the number 1, and what you want "
                "of it, in round brackets."
            ),
            'imap.send("a3 FETCH 1 (UID FLAGS BODY[])")',
        ),
        mistakes=(
            Mistake(
                lines='imap.send("a3 FETCH 1 (UID FLAGS)")',
                says="You asked for something about A",
            ),
            Mistake(
                lines='imap.send("FETCH 1 (UID FLAGS BODY[])")',
                says="The server did not take this line",
            ),
            Mistake(
                lines='imap.send("a3 FETCH 1 (UID FLAGS BODY.PEEK[])")',
                says="nothing on the server says that it was read",
            ),
        ),
        done="A is on the phone, and on the server it bears the flag `\\Seen`. The laptop will "
        "see that too.",
    ),
)

QUIZ = (
    Question(
        key="00.Q1",
        ask="Which line made the deletion of A real?",
        options=("`RETR 1`", "`DELE 1`", "`QUIT`"),
        answer=2,
        reasons=(
            "`RETR` only copied A.",
            "`DELE` only marked A.",
            "It came after `DELE 1`, and with it the server removed what was marked.",
        ),
        proof="00.6",
    ),
    Question(
        key="00.Q2",
        ask="Bob's laptop falls into a lake after step 8. Which message is lost?",
        options=("A only", "B only", "Both", "None"),
        answer=0,
        reasons=(
            "Its only copy was on the laptop. B is on the server and on the phone.",
            "B is on the server and on the phone too.",
            "B is on the server and on the phone too.",
            "A was on the laptop and nowhere else.",
        ),
        proof="00.8",
    ),
    Question(
        key="00.Q3",
        ask="Which protocol put A on the server?",
        options=("SMTP", "POP3", "IMAP"),
        answer=0,
        reasons=(
            "SMTP sends: it brings mail to a server.",
            "POP3 fetches.",
            "IMAP works with what is on the server already.",
        ),
        proof="00.2",
    ),
    Question(
        key="00.Q4",
        ask="Spot the error: “POP3 removes each message from the server when it is downloaded.”",
        options=(
            "There is no error",
            "`RETR` removes nothing: `DELE` marks, and `QUIT` removes what is marked",
            "POP3 can't remove messages at all",
        ),
        answer=1,
        reasons=(
            "In steps 4 and 5 A was downloaded, and stayed.",
            "Many programs do say `DELE` after `RETR`. Step 5 shows that none has to.",
            "It can: see step 6.",
        ),
        proof="00.5",
    ),
    Question(
        key="00.Q5",
        ask="Why did the laptop know in step 8 that B had been read?",
        options=(
            "Phone and laptop talked to each other",
            "The flag `\\Seen` is kept on the server",
            "B was on the laptop already",
        ),
        answer=1,
        reasons=(
            "They talk to the server only.",
            "That is what IMAP has, and POP3 does not.",
            "It came to the laptop with `b4`, later.",
        ),
        proof="00.8",
    ),
)

LESSON = Lesson(
    number="00",
    title="Start here: where is my mail?",
    notebook="00-start-here.ipynb",
    minutes=30,
    abilities=(
        "follow a message through the server to Bob's devices in a picture",
        "say which protocol did each step: SMTP, POP3 or IMAP",
    ),
    start=Lab,
    steps=STEPS,
    exercises=EXERCISES,
    quiz=QUIZ,
)
