"""The questions of lesson 04b: at its beginning, and at its end."""

from __future__ import annotations

from labserver.course.plan import Question

__all__ = ["OPENING", "QUIZ"]

OPENING = (
    Question(
        key="04b.O1",
        ask="Lesson 04: which line brings a whole message and leaves it new?",
        options=("`FETCH 1 BODY[]`", "`FETCH 1 BODY.PEEK[]`", "`FETCH 1 FLAGS`"),
        answer=1,
        reasons=(
            "That one sets `\\Seen` on the server.",
            "To peek is to look in secret.",
            "That brings the flags, and no message.",
        ),
        proof="04.5",
    ),
    Question(
        key="04b.O2",
        ask="Lesson 04: a message has the flag `\\Deleted`. Where is it?",
        options=("in its mailbox, marked", "nowhere any more", "in the folder Trash"),
        answer=0,
        reasons=(
            "It is removed by EXPUNGE or CLOSE, and not before.",
            "It can still be read, and the mark can be taken off.",
            "The flag moves nothing.",
        ),
        proof="04.8",
    ),
)

QUIZ = (
    Question(
        key="04b.Q1",
        ask="A message has number 7 and UID 40. A message before it is expunged. Now it has",
        options=("number 7, UID 40", "number 6, UID 39", "number 6, UID 40"),
        answer=2,
        reasons=(
            "The number is a place, and the places behind count one less.",
            "A UID never changes.",
            "The place moves, the UID stays.",
        ),
        proof="04b.2",
    ),
    Question(
        key="04b.Q2",
        ask="A program wants to find its messages again tomorrow. What does it note?",
        options=("their UIDs", "their sequence numbers", "their order"),
        answer=0,
        reasons=(
            "A UID names one message and is not used again.",
            "Tomorrow another message may stand in that place: step 3.",
            "The order changes with each EXPUNGE.",
        ),
        proof="04b.3",
    ),
    Question(
        key="04b.Q3",
        ask="`UID STORE 9 +FLAGS (\\Flagged)` is answered with OK, and nothing else comes. "
        "What does that tell you?",
        options=(
            "UID 9 has a star now.",
            "No message has the UID 9, and that is no error.",
            "The server did not understand.",
        ),
        answer=1,
        reasons=(
            "Then an untagged FETCH with the new flags would have come.",
            "A UID that is not there is passed over in silence.",
            "That would be BAD.",
        ),
        proof="04b.4",
    ),
    Question(
        key="04b.Q4",
        ask="The laptop moves a message to the folder Holiday. The phone uses IMAP too. It",
        options=(
            "sees the folder, and the message in it",
            "must make a folder Holiday of its own",
            "still has the message in INBOX on the server",
        ),
        answer=0,
        reasons=(
            "There is one mailbox of that name, and both look at it.",
            "Folders are on the server, for all devices.",
            "MOVE leaves nothing behind.",
        ),
        proof="04b.6",
    ),
    Question(
        key="04b.Q5",
        ask="Spot the error: “With IMAP each device must ask again and again, "
        "or it hears of nothing.”",
        options=(
            "No error.",
            "Devices send the news to each other.",
            "With IDLE the server tells at once.",
        ),
        answer=2,
        reasons=(
            "Look at the laptop in step 8: it did not ask.",
            "Devices talk to the server only.",
            "A device that is connected and has said IDLE is told unasked.",
        ),
        proof="04b.8",
    ),
    Question(
        key="04b.Q6",
        ask="Two devices read one mailbox at the same time. Which protocol is made for that?",
        options=("POP3", "IMAP", "both alike"),
        answer=1,
        reasons=(
            "POP3 locks the maildrop for one session; the second is refused.",
            "Several sessions may be open, and each hears of the others' changes.",
            "Look at step 9: `[IN-USE]`.",
        ),
        proof="04b.9",
    ),
)
