"""The questions of lesson 04: at its beginning, and at its end."""

from __future__ import annotations

from labserver.course.plan import Question

__all__ = ["OPENING", "QUIZ"]

OPENING = (
    Question(
        key="04.O1",
        ask="Lesson 03: a POP3 session has said `DELE 1`. Which line makes the deletion real?",
        options=("`DELE 1` itself", "`QUIT`", "`STAT`"),
        answer=1,
        reasons=(
            "`DELE` only marks. If the connection breaks now, nothing is deleted.",
            "`QUIT` leads to the state UPDATE, and there the server removes what is marked.",
            "`STAT` only counts.",
        ),
        proof="03.8",
    ),
    Question(
        key="04.O2",
        ask="Lesson 00: the phone has fetched a message with IMAP `BODY[]`. Where is it then?",
        options=("on the phone only", "on the server only", "on both"),
        answer=2,
        reasons=(
            "IMAP took nothing from the server: it copied.",
            "The phone has a copy now: the picture showed it.",
            "A copy came to the phone, and the server's stayed, with the flag `\\Seen`.",
        ),
        proof="00.7",
    ),
)

QUIZ = (
    Question(
        key="04.Q1",
        ask="Somebody writes: “IMAP means Internet Access Message Protocol.”",
        options=(
            "Right.",
            "Wrong: it is Internet Message Access Protocol.",
            "Wrong: it is Internet Mail Application Protocol.",
        ),
        answer=1,
        reasons=(
            "No. It is a way to reach messages, not a way to reach the Internet.",
            (
                "Access to messages that stay on the server. So the titles of RFC 3501 and "
                "RFC 9051 have it. And the 3 in POP3 is its version."
            ),
            "No: look at the title of RFC 3501 or RFC 9051.",
        ),
        proof="04.12",
    ),
    Question(
        key="04.Q2",
        ask="The server says `a7 NO`. What do you know?",
        options=(
            "The server understood `a7`, and could not do it. The session goes on.",
            "The server did not understand `a7`.",
            "The server will close the connection.",
        ),
        answer=0,
        reasons=(
            "As with the wrong password. You may say the next line.",
            "That would be `BAD`.",
            "Before it closes it says `* BYE`.",
        ),
        proof="04.2",
    ),
    Question(
        key="04.Q3",
        ask="A mail program shows the first lines of new messages, and they must stay new. "
        "How does it fetch them?",
        options=("with `BODY[]`", "with `BODY.PEEK[]`", "with `SELECT`"),
        answer=1,
        reasons=(
            "`BODY[]` sets `\\Seen`: every device would show them as read.",
            "The same octets come, and no flag is set.",
            "`SELECT` opens a mailbox and brings no message.",
        ),
        proof="04.5",
    ),
    Question(
        key="04.Q4",
        ask="Spot the error: “I set `\\Deleted` on ten messages. Now the mailbox has more room.”",
        options=(
            "No error: what is deleted takes no room.",
            "`\\Deleted` moves messages to the folder Trash.",
            "`\\Deleted` is a flag: the messages are there until somebody expunges.",
        ),
        answer=2,
        reasons=(
            "Look at the picture after `STORE`: the server's copy is still filled.",
            "IMAP does no such thing. A program may move messages; the flag does not.",
            "The flag can even be taken off again.",
        ),
        proof="04.8",
    ),
    Question(
        key="04.Q5",
        ask="The laptop says `EXPUNGE`, and only the phone has marked messages. What is removed?",
        options=(
            "Nothing: the laptop has marked none.",
            "Only the copies on the phone.",
            "All messages of the open mailbox that have `\\Deleted`, whoever has set it.",
        ),
        answer=2,
        reasons=(
            "The flag is on the server, and does not say who has set it.",
            "`EXPUNGE` works on the server's mailbox; the devices follow.",
            "So look at the flags before you expunge.",
        ),
        proof="04.10",
    ),
    Question(
        key="04.Q6",
        ask="A program must look at a mailbox and change nothing, whatever it says. "
        "How does it open it?",
        options=("`EXAMINE INBOX`", "`SELECT INBOX`", "`LOGIN`"),
        answer=0,
        reasons=(
            "`[READ-ONLY]`. Then `STORE` and `EXPUNGE` are answered with NO.",
            "`SELECT` opens it for reading and writing.",
            "`LOGIN` opens no mailbox.",
        ),
        proof="04.9",
    ),
)
