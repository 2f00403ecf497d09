"""The exercises of lesson 01, as data."""

from __future__ import annotations

from labserver.course.content.lesson01.goals import (
    busy_lab,
    ended,
    in_one_go,
    seen_by_two,
    three_people,
    told_apart,
)
from labserver.course.plan import Exercise, Mistake

__all__ = ["EXERCISES"]

_ENVELOPE = """\
smtp.send("MAIL FROM:<alice@home.example>")
smtp.send("RCPT TO:<bob@home.example>")
"""
_TO_CAROL = 'smtp.send("RCPT TO:<carol@home.example>")\n'
_MESSAGE = 'smtp.send("DATA")\nsmtp.data(text)\n'
_DIAL = 'smtp = alice.dial("smtp")\nsmtp.send("EHLO alice-laptop.home.example")\n'
_GROUP = '"MAIL FROM:<alice@home.example>", "RCPT TO:<bob@home.example>", "DATA"'


EXERCISES = (
    Exercise(
        key="01.E1",
        title="The missing line",
        start=three_people,
        goal=ended,
        given='smtp.send("____")',
        solution='smtp.send(".")',
        hints=(
            "The server is silent: for it, the message is not over yet. Look at step 4.",
            "One line ends a message. It holds a single character.",
            'The line is a dot: smtp.send(".")',
        ),
        mistakes=(
            Mistake(lines='smtp.send("QUIT")', says="state DATA"),
            Mistake(lines="smtp.hang_up()", says="The connection ended before the message did"),
            Mistake(lines='smtp.send("QUIT")\nsmtp.send(".")', says="a line `QUIT` stands in it"),
        ),
        done="The dot ended the message, and with `250` the server took it. Bob has it.",
    ),
    Exercise(
        key="01.E2",
        title="A blind copy that is blind",
        start=three_people,
        goal=seen_by_two,
        given='# Your lines. The last two are smtp.send("DATA") and smtp.data(text).',
        solution=_ENVELOPE + _TO_CAROL + _MESSAGE,
        hints=(
            "Who gets a message stands in the envelope. Who is named in it stands in the text.",
            "An envelope may have several recipients: say `RCPT TO` once for each.",
            (
                "`MAIL FROM` with Alice's address, `RCPT TO` with Bob's, `RCPT TO` with Carol's, "
                "`DATA`. Then smtp.data(text)."
            ),
        ),
        mistakes=(
            Mistake(
                lines=_ENVELOPE
                + 'smtp.send("DATA")\nsmtp.data("Bcc: carol@home.example\\n" + text)\n',
                says="Carol has nothing: no server delivers by that line",
            ),
            Mistake(
                lines=_ENVELOPE
                + _TO_CAROL
                + 'smtp.send("DATA")\nsmtp.data("Bcc: carol@home.example\\n" + text)\n',
                says="Bob can read Carol's name",
            ),
            Mistake(lines=_ENVELOPE + _MESSAGE, says="Carol has nothing: no `RCPT TO`"),
            Mistake(
                lines=_ENVELOPE + 'smtp.send("RCPT TO: carol@home.example")\n' + _MESSAGE,
                says="Carol has nothing: the server did not take this line",
            ),
            Mistake(
                lines=_ENVELOPE + 'smtp.send("RCTP TO:<carol@home.example>")\n' + _MESSAGE,
                says="Carol has nothing: the server did not take this line",
            ),
            Mistake(lines=_ENVELOPE + _TO_CAROL, says="no message followed it"),
        ),
        done="Both have the message, and Bob's copy does not name Carol. That is all that Bcc is.",
    ),
    Exercise(
        key="01.E3",
        title="Two refusals, two remedies",
        start=busy_lab,
        goal=told_apart,
        given='# Your lines. The last two are smtp.send("DATA") and smtp.data(text).',
        solution=_TO_CAROL + 'smtp.send("RCPT TO:<bob@home.example>")\n' + _MESSAGE,
        hints=(
            "Look at the first digit of each answer: one is 4, the other is 5.",
            "4: say the same line again. 5: the line itself must change.",
            (
                "`RCPT TO` with Carol's address again, `RCPT TO` with `bob` (not `bobb`), `DATA`. "
                "Then smtp.data(text)."
            ),
        ),
        mistakes=(
            Mistake(lines='smtp.send("DATA")', says="The server has no recipient yet"),
            Mistake(
                lines='smtp.send("RCPT TO:<bobb@home.example>")',
                says="You asked for `bobb` again",
            ),
            Mistake(
                lines='smtp.send("RCPT TO:<bob@home.example>")\n' + _MESSAGE,
                says="Carol has nothing. Her 451 meant: not now",
            ),
            Mistake(lines=_TO_CAROL + _MESSAGE, says="`bobb` is not Bob"),
            Mistake(
                lines=_TO_CAROL + 'smtp.send("RCPT TO: bob@home.example")\n' + _MESSAGE,
                says="Bob has nothing: the server did not take this line",
            ),
            Mistake(lines='smtp.send("QUIT")', says="The session is over"),
        ),
        done="Both have the message: the 4 was tried again, and the 5 was mended.",
    ),
    Exercise(
        key="01.E4",
        title="Alone, and in five waits",
        start=three_people,
        goal=in_one_go,
        given="# Your lines, from alice.dial to QUIT.",
        solution=_DIAL + f'smtp.send({_GROUP})\nsmtp.data(text)\nsmtp.send("QUIT")\n',
        hints=(
            "Which lines may be sent together? Look at step 9. Which lines need a second dot?",
            (
                "`MAIL FROM`, `RCPT TO` and `DATA` go together in one smtp.send(...). The text "
                "goes with smtp.data(text)."
            ),
            (
                'smtp = alice.dial("smtp"). Then `EHLO`. Then the three lines in one '
                "smtp.send(...), a comma between them. Then smtp.data(text), and `QUIT`."
            ),
        ),
        mistakes=(
            Mistake(
                lines=_DIAL + _ENVELOPE + _MESSAGE + 'smtp.send("QUIT")\n',
                says="you waited 7 times",
            ),
            Mistake(
                lines=_DIAL + f'smtp.send({_GROUP}, "QUIT")\nsmtp.data(text)\nsmtp.send("QUIT")\n',
                says="The word QUIT stands in Bob's message",
            ),
            Mistake(
                lines=_DIAL
                + f"smtp.send({_GROUP})\n"
                + "for line in text.splitlines():\n    smtp.send(line)\n"
                + 'smtp.send("QUIT")\n',
                says="Its line with a single dot ended it",
            ),
            Mistake(
                lines=_DIAL + f"smtp.send({_GROUP})\nsmtp.data(text)\n",
                says="The connection is still open",
            ),
            Mistake(
                lines='smtp = alice.dial("smtp")\n'
                f'smtp.send("EHLO alice-laptop.home.example", {_GROUP})\n'
                'smtp.data(text)\nsmtp.send("QUIT")\n',
                says="You did not wait for the reply to `EHLO`",
            ),
            Mistake(lines=_DIAL, says="No message has been sent yet"),
            Mistake(
                lines=f'smtp = alice.dial("smtp")\nsmtp.send({_GROUP})\n',
                says="You have not said hello",
            ),
        ),
        done="The message came whole, dot and all, and you waited 5 times at most.",
    ),
)
