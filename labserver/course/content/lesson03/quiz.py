"""The questions around lesson 03: those it opens with, and the quiz at its end."""

from __future__ import annotations

from labserver.course.plan import Question

__all__ = ["OPENING", "QUIZ"]

OPENING = (
    Question(
        key="03.O1",
        ask="Alice sends Bob a message with SMTP. From which line on is the server responsible "
        "for it?",
        options=(
            "From her line `DATA` on",
            "From its answer `250` after the dot on",
            "From the moment Bob reads it",
        ),
        answer=1,
        reasons=(
            "`DATA` only announces the message. Until the dot, the server has promised nothing.",
            "With that `250` the server says: I have it, and now I am responsible for it.",
            "The promise is made long before Bob comes.",
        ),
        proof="00.2",
    ),
    Question(
        key="03.O2",
        ask="In lesson 00 the laptop said `LIST`. What did the laptop have of the message then?",
        options=("The whole message", "Its first lines", "Nothing of it"),
        answer=2,
        reasons=(
            "The message came later, with another line.",
            "`LIST` shows no text at all.",
            "`LIST` tells numbers and sizes, and fetches nothing.",
        ),
        proof="00.3",
    ),
    Question(
        key="03.O3",
        ask="In lesson 00 the phone found an empty list. Why?",
        options=(
            "The laptop had fetched the message and then deleted it on the server",
            "Only one device may ever use POP3",
            "The phone had the wrong password",
        ),
        answer=0,
        reasons=(
            "The laptop said `DELE` and `QUIT`. Then there was nothing left for the phone.",
            "Any device may log in. Here there was nothing left to fetch.",
            "The phone was logged in: its list was empty.",
        ),
        proof="00.6",
    ),
)

QUIZ = (
    Question(
        key="03.Q1",
        ask="`LIST` answers `1 412`. How many octets of this message does the device have now?",
        options=("412", "0", "As many as the header has"),
        answer=1,
        reasons=(
            "412 is its size on the server. Nothing of it was fetched.",
            "`LIST` tells the size, and fetches nothing.",
            "`TOP` shows the header. `LIST` shows nothing of the message.",
        ),
        proof="03.3",
    ),
    Question(
        key="03.Q2",
        ask="A device says `DELE 2`, and then its battery is empty. What does the server do with "
        "message 2?",
        options=(
            "It keeps it, without a mark",
            "It keeps it, and the mark stays for the next session",
            "It removes it",
        ),
        answer=0,
        reasons=(
            "Without `QUIT` there is no UPDATE, and the marks end with the session.",
            "A mark belongs to one session. The next one starts without marks.",
            "Only `QUIT` leads to UPDATE, and only there messages are removed.",
        ),
        proof="03.7",
    ),
    Question(
        key="03.Q3",
        ask="Spot the error. A friend says: “POP3 deletes a message as soon as I have fetched it.” "
        "Which step shows that this is wrong?",
        options=(
            "Step 3: the server listed three messages",
            "Step 5: after `RETR`, the message was on the laptop and on the server",
            "Step 8: after `QUIT`, the message was gone from the server",
        ),
        answer=1,
        reasons=(
            "This was before anything was fetched, so it shows nothing about fetching.",
            "`RETR` copied, and the server kept its copy.",
            "It was gone because `DELE` came before `QUIT`, not because it was fetched.",
        ),
        proof="03.5",
    ),
    Question(
        key="03.Q4",
        ask="On Monday B is number 2. Number 1 is removed. What does `DELE 2` mark on Tuesday?",
        options=(
            "B",
            "Nothing: the number 2 is used up",
            "The message that is second in the list on Tuesday",
        ),
        answer=2,
        reasons=(
            "B is number 1 on Tuesday.",
            "Numbers are used again: each session counts from 1.",
            "Each session numbers the messages anew. So ask `LIST` first.",
        ),
        proof="03.9",
    ),
    Question(
        key="03.Q5",
        ask="A mail program leaves mail on the server. How does it know tomorrow which messages "
        "are new?",
        options=(
            "It remembers the unique-ids of those that it has fetched",
            "It remembers their numbers",
            "It asks for the size of each",
        ),
        answer=0,
        reasons=(
            "The unique-id stays with the message in all sessions.",
            "The numbers are given anew at each login.",
            "Two messages may have the same size.",
        ),
        proof="03.9",
    ),
    Question(
        key="03.Q6",
        ask="The phone gets `-ERR [IN-USE]` after a right password. What helps?",
        options=(
            "Another password",
            "To wait until the other session has ended, and log in again",
            "To fetch the mail from the laptop",
        ),
        answer=1,
        reasons=(
            "The password was right: that is what this code tells.",
            "One session holds the lock. When it ends, the next one gets in.",
            "The laptop is no server: the phone cannot fetch from it.",
        ),
        proof="03.10",
    ),
    Question(
        key="03.Q7",
        ask="Bob has put his tickets into the folder Trips, with IMAP. What can a POP3 program "
        "fetch of them?",
        options=(
            "All of them, if Trips is chosen in its settings",
            "All of them, after those of `INBOX`",
            "Nothing",
        ),
        answer=2,
        reasons=(
            "POP3 has no command that names a folder. No setting can change that.",
            "`LIST` shows the messages of the maildrop only. Here that is `INBOX`.",
            "POP3 sees one maildrop, and no folders.",
        ),
        proof="03.11",
    ),
    Question(
        key="03.Q8",
        ask="A good program fetches, saves, marks, and says `QUIT` last. Why in this order?",
        options=(
            "The server refuses any other order",
            "Whenever the connection breaks, there is a whole copy somewhere",
            "It is faster",
        ),
        answer=1,
        reasons=(
            "The server takes `DELE` without a `RETR` before it. In exercise E2 that loses B.",
            "Until `QUIT` the server keeps everything; after it the device has it already.",
            "It takes the same time. It is safer.",
        ),
        proof="03.7",
    ),
)
