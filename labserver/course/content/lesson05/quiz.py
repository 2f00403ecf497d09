"""The questions around lesson 05: those it opens with, and the quiz at its end."""

from __future__ import annotations

from labserver.course.plan import Question

__all__ = ["OPENING", "QUIZ"]

OPENING = (
    Question(
        key="05.O1",
        ask="From lesson 03: who removes a message from the server after POP3 has fetched it?",
        options=(
            "POP3 does, with `RETR`",
            "The program asks for it with `DELE`, and `QUIT` makes it real",
            "Nobody can",
        ),
        answer=1,
        reasons=(
            "`RETR` copies, and leaves the message where it is.",
            "It is a habit of programs, and they can leave mail there too.",
            "`DELE` and `QUIT` can.",
        ),
        proof="03.8",
    ),
    Question(
        key="05.O2",
        ask="From lesson 04: a message has the flag `\\Deleted`. What removes it from the server?",
        options=("`EXPUNGE`", "`LOGOUT`", "Nothing: it is gone already"),
        answer=0,
        reasons=(
            "It removes all messages of the mailbox that have that flag.",
            "`LOGOUT` ends the session, and the message stays.",
            "The flag is a mark, and the message is still there.",
        ),
        proof="04.10",
    ),
    Question(
        key="05.O3",
        ask="From lesson 04b: the laptop says `IDLE`. What is it waiting for?",
        options=(
            "For the password",
            "For the other device to end its session",
            "For news of the open mailbox, which the server tells unasked",
        ),
        answer=2,
        reasons=(
            "It has logged in long before.",
            "With IMAP, several devices are in at the same time.",
            "New mail, changed flags and removed messages are told at once.",
        ),
        proof="04b.8",
    ),
)

QUIZ = (
    Question(
        key="05.Q1",
        ask="POP3, mail is left on the server. Bob reads A on the laptop and deletes it on the "
        "phone. What does a new tablet fetch?",
        options=("A, as read", "A, as new", "Nothing"),
        answer=1,
        reasons=(
            "That is written on the laptop only.",
            "The server has A, and knows nothing of what the devices did.",
            "The phone has deleted its own copy. The server still has A.",
        ),
        proof="05.7",
    ),
    Question(
        key="05.Q2",
        ask="IMAP. Bob reads A on the laptop and deletes it on the phone. What does a new tablet "
        "fetch?",
        options=("A, as read", "A, as new", "Nothing"),
        answer=2,
        reasons=(
            "The flag went with the message.",
            "A was removed from the server, for all devices.",
            "The phone's program said `EXPUNGE`: the server has A no more.",
        ),
        proof="05.6",
    ),
    Question(
        key="05.Q3",
        ask="Spot the error. A shop says: “With POP3 you get all your mail, by default from the "
        "Inbox.” What is wrong?",
        options=(
            "POP3 has no default and no choice: it sees one maildrop",
            "POP3 gets the headers only",
            "POP3 gets the folders first, and the Inbox last",
        ),
        answer=0,
        reasons=(
            "No setting brings mail that was filed in a folder: POP3 has no word for folders.",
            "`RETR` brings whole messages.",
            "It never gets folders.",
        ),
        proof="05.8",
    ),
    Question(
        key="05.Q4",
        ask="A laptop sends by SMTP and reads by POP3. Its program keeps a copy of what it sends. "
        "Where can that copy be?",
        options=(
            "In Sent on the server",
            "On the laptop",
            "On the phone",
        ),
        answer=1,
        reasons=(
            "POP3 has no command that brings a message up to the server.",
            "A file on the device is all that is left to it.",
            "The laptop cannot reach the phone.",
        ),
        proof="05.11",
    ),
    Question(
        key="05.Q5",
        ask="A flag is set by IMAP on the phone, and the laptop has said `IDLE`. Which line told "
        "the laptop?",
        options=(
            "`* 1 FETCH (FLAGS (\\Seen))`, from the server",
            "`a4 FETCH 1 FLAGS`, from the laptop",
            "`STORE`, from the phone to the laptop",
        ),
        answer=0,
        reasons=(
            "It begins with `*`: the server says it unasked.",
            "The laptop asked nothing. It was waiting.",
            "The phone said it to the server.",
        ),
        proof="05.5",
    ),
    Question(
        key="05.Q6",
        ask="Bob has a laptop and a phone, and wants both to show the same. He also fears to "
        "delete too much. Which advice is right?",
        options=(
            "POP3: then nothing can be deleted everywhere",
            "IMAP, and nothing else: the server has all",
            "IMAP, and a copy of the mail in another place",
        ),
        answer=2,
        reasons=(
            "But then the devices show different things, as in the POP3 week.",
            "In step 6 one deletion was enough to lose B on all of them.",
            "IMAP keeps the devices alike. A second copy helps when a deletion was wrong.",
        ),
        proof="05.6",
    ),
)
