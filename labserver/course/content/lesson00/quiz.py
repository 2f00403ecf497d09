"""The questions around lesson 00."""

from __future__ import annotations

from labserver.course.plan import Question

__all__ = ["QUIZ"]


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
