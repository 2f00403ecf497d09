"""The questions around lesson 06: those it opens with, and the quiz at its end."""

from __future__ import annotations

from labserver.course.plan import Question

__all__ = ["OPENING", "QUIZ"]

OPENING = (
    Question(
        key="06.O1",
        ask="A reply code of SMTP begins with 4. What does it mean?",
        options=("Done", "Not now: try again later", "No, and do not try again"),
        answer=1,
        reasons=(
            "That is a 2.",
            "A 4 is about this moment. Later the same line may be taken.",
            "That is a 5.",
        ),
        proof="01.8",
    ),
    Question(
        key="06.O2",
        ask="A laptop has fetched a message by POP3, and has said `DELE` and `QUIT`. Where is the "
        "message?",
        options=("On the laptop only", "On the server only", "On both"),
        answer=0,
        reasons=(
            "One copy, in one place.",
            "`QUIT` removed it there.",
            "It was on both until `QUIT`.",
        ),
        proof="03.8",
    ),
    Question(
        key="06.O3",
        ask=r"In IMAP a message gets the flag `\Deleted`. What has happened to it?",
        options=(
            "It is in the Trash",
            "It is removed",
            "It is marked, and still there",
        ),
        answer=2,
        reasons=(
            "A flag moves nothing.",
            "For that somebody has to expunge.",
            "The flag is a mark. It can be taken away again.",
        ),
        proof="04.8",
    ),
)

QUIZ = (
    Question(
        key="06.Q1",
        ask="Bob's mailbox is full. Which of these makes room at once?",
        options=(
            "He moves large messages to Trash",
            r"He sets `\Deleted` on large messages",
            "He expunges them",
        ),
        answer=2,
        reasons=(
            "Trash is a mailbox on the server. It counts.",
            "What is only marked counts too.",
            "Only what is removed takes no room.",
        ),
        proof="06.5",
    ),
    Question(
        key="06.Q2",
        ask="What is the difference between `452 4.2.2` and `552 5.2.2`, for the sender?",
        options=(
            "None: both mean that the mailbox is full",
            "After `452` the message waits and may still arrive; after `552` it bounces",
            "After `452` the message is half delivered",
        ),
        answer=1,
        reasons=(
            "The cause is the same. What follows is not.",
            "The first digit decides: 4 waits, 5 is final.",
            "A message is taken whole, or not at all.",
        ),
        proof="06.6",
    ),
    Question(
        key="06.Q3",
        ask="Spot the error. A friend says: “Too little space is the only downside of IMAP.” "
        "Which step shows another one?",
        options=(
            "Step 1: the server told how much is taken",
            "Step 11: a message deleted on the phone was gone on the laptop too",
            "Step 5: `EXPUNGE` gave room back",
        ),
        answer=1,
        reasons=(
            "That is about space again.",
            "One deletion reaches all devices. That has nothing to do with space.",
            "That is about space again.",
        ),
        proof="06.11",
    ),
    Question(
        key="06.Q4",
        ask="After a restore, how do you know that it is complete?",
        options=(
            "The program said that it is done",
            "The number of messages is right",
            "The number is right, and the hash of each message is the same in both places",
        ),
        answer=2,
        reasons=(
            "A program can be wrong. Look for yourself.",
            "The number alone does not tell whether a message is damaged.",
            "Count and compare. If one octet differs, the hash differs.",
        ),
        proof="06.10",
    ),
    Question(
        key="06.Q5",
        ask="A year with POP3: the server was nearly empty, and nothing was refused. What was "
        "missing?",
        options=(
            "The mail on other devices, folders and flags on the server",
            "The mail of the last quarter",
            "Nothing: it is the better way for everybody",
        ),
        answer=0,
        reasons=(
            "A new phone found no message. And POP3 has no folders and no flags.",
            "The laptop had all 104 messages.",
            "It suits somebody with one device and a backup.",
        ),
        proof="06.8",
    ),
    Question(
        key="06.Q6",
        ask="Bob moves from POP3 to IMAP. In which order?",
        options=(
            "Append his mail to the server, compare counts and hashes, then stop POP3",
            "Stop POP3, empty the laptop, then look at what IMAP shows",
            "Switch to IMAP: it brings the laptop's mail up by itself",
        ),
        answer=0,
        reasons=(
            "Nothing is given up before its copy is proved.",
            "What was on the laptop only would be lost.",
            "A program shows what is on the server. Old mail has to be appended.",
        ),
        proof="06.13",
    ),
)
