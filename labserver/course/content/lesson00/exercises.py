"""The exercises of lesson 00, as data."""

from __future__ import annotations

from labserver.course.content.lesson00.goals import kept_on_both, read_on_the_phone, waiting
from labserver.course.plan import Exercise, Mistake

__all__ = ["EXERCISES"]


EXERCISES = (
    Exercise(
        key="00.E1",
        title="On both",
        start=waiting,
        goal=kept_on_both,
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
                lines='pop.send("GET 1")\npop.send("QUIT")',
                says="The server said no to `GET 1`: `-ERR",
            ),
            Mistake(
                lines='pop.send("RETR1")\npop.send("QUIT")',
                says="The server said no to `RETR1`: `-ERR",
            ),
            Mistake(
                lines='pop.send("RETR 2")\npop.send("QUIT")',
                says="`RETR 2` names no message that is here",
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
        start=waiting,
        goal=read_on_the_phone,
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
            Mistake(lines='imap.send("a3 RETR 1")', says="`RETR` is a word of POP3"),
            Mistake(
                lines='imap.send("a3 FETCH 1 UID FLAGS BODY[]")',
                says="The line begins well",
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
