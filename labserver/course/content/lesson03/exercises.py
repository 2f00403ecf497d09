"""The exercises of lesson 03, as data."""

from __future__ import annotations

from labserver.course.content.lesson03.goals import (
    after_step_8,
    b_moved,
    c_copied,
    half_fetched,
    only_missing,
)
from labserver.course.plan import Exercise, Mistake

__all__ = ["EXERCISES"]

_LOG_IN = 'pop = laptop.dial("pop3")\npop.send("USER bob")\npop.send("PASS tulip")\n'

EXERCISES = (
    Exercise(
        key="03.E1",
        title="One blank: C in both places",
        start=after_step_8,
        goal=c_copied,
        given='pop.send("RETR 2")\npop.send("____")',
        solution='pop.send("RETR 2")\npop.send("QUIT")',
        hints=(
            "Which line ends a session politely?",
            "It leads to the state UPDATE.",
            "The line is `QUIT`. Without `DELE` before it, it removes nothing.",
        ),
        mistakes=(
            Mistake(
                lines='pop.send("RETR 2")\npop.send("DELE 2")\npop.send("QUIT")',
                says="`DELE 2` marked C, and `QUIT` removed it from the server.",
            ),
            Mistake(
                lines='pop.send("RETR 2")\npop.cut()',
                says="the session was cut, so it never entered UPDATE",
            ),
            Mistake(
                lines='pop.send("RETR 2")\npop.send("DELE 2")',
                says="`DELE 2` marked C.",
            ),
            Mistake(
                lines='pop.send("QUIT")',
                says="the laptop has not fetched it",
            ),
            Mistake(
                lines='pop.send("RETR 2")',
                says="the session is still open, in TRANSACTION",
            ),
        ),
        done="C is on the laptop and on the server, and the session ended as it should.",
    ),
    Exercise(
        key="03.E2",
        title="Four lines: B moves to the laptop",
        start=after_step_8,
        goal=b_moved,
        given="# Your lines:",
        solution='pop.send("LIST")\npop.send("RETR 1")\npop.send("DELE 1")\npop.send("QUIT")',
        hints=(
            "Which of `RETR` and `DELE` must come first, if B shall not be lost?",
            "Ask `LIST` for B's number now. B has 48220 octets.",
            "The four lines are `LIST`, `RETR` and a number, `DELE` and the same number, `QUIT`.",
        ),
        mistakes=(
            Mistake(
                lines='pop.send("DELE 1")\npop.send("QUIT")',
                says="`DELE 1` marked the only copy, and `QUIT` made it real.",
            ),
            Mistake(
                lines='pop.send("RETR 2")\npop.send("DELE 2")\npop.send("QUIT")',
                says="2 is C in this session, not B",
            ),
            Mistake(
                lines='pop.send("RETR 1")\npop.send("DELE 1")',
                says="still only marked",
            ),
            Mistake(
                lines='pop.send("RETR 1")\npop.send("DELE 1")\npop.cut()',
                says="the mark went with it",
            ),
            Mistake(
                lines='pop.send("RETR 1")\npop.send("QUIT")',
                says="nothing has marked it",
            ),
            Mistake(
                lines='pop.send("DELE 1")\npop.send("RETR 1")',
                says="`QUIT` would lose it now",
            ),
        ),
        done="B is on the laptop, and the server has removed it. C is where it was.",
    ),
    Exercise(
        key="03.E3",
        title="An empty cell: only what is missing",
        start=half_fetched,
        goal=only_missing,
        given="# Your lines:",
        solution=(
            f"{_LOG_IN}"
            'pop.send("UIDL")\nprint(laptop.known_ids)\n'
            'pop.send("RETR 2")\npop.send("RETR 4")\npop.send("QUIT")'
        ),
        hints=(
            "Numbers and sizes cannot tell old from new.",
            "Log in and ask `UIDL`. Which of its ids are not in `laptop.known_ids`?",
            "Log in, `UIDL`, then `RETR` for each number with an unknown id, then `QUIT`.",
        ),
        mistakes=(
            Mistake(
                lines=f'{_LOG_IN}pop.send("UIDL")\n{_LOG_IN}pop.send("UIDL")\npop.send("RETR 2")\n'
                'pop.send("RETR 4")\npop.send("QUIT")',
                says="Your first session is still open",
            ),
            Mistake(
                lines=f'{_LOG_IN}pop.send("RETR 2")\npop.send("RETR 3")\npop.send("RETR 4")\n'
                'pop.send("QUIT")',
                says="The laptop has two of C now",
            ),
            Mistake(
                lines=f'{_LOG_IN}pop.send("LIST")\npop.send("RETR 4")\npop.send("QUIT")',
                says="Sizes do not tell: B and C have 1024 octets both.",
            ),
            Mistake(
                lines=f'{_LOG_IN}pop.send("RETR 4")\npop.send("QUIT")',
                says="Numbers do not tell old from new.",
            ),
            Mistake(
                lines=f'{_LOG_IN}pop.send("UIDL")\npop.send("RETR 2")\npop.send("RETR 4")\n'
                'pop.send("DELE 2")\npop.send("QUIT")',
                says="`DELE 2` marked B, and `QUIT` removed it from the server.",
            ),
            Mistake(
                lines=f'{_LOG_IN}pop.send("UIDL")\npop.send("QUIT")',
                says="The laptop has no B and no D yet.",
            ),
        ),
        done="The laptop has all four, each once, and the server has all four. See `lab.map()`.",
    ),
)
