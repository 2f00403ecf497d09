"""The steps of lesson 03, with what is predicted before each."""

from __future__ import annotations

from labserver.course.plan import Prediction, Question, Step

__all__ = ["STEPS"]

STEPS = (
    Step(
        key="03.1",
        title="Who are you?",
        minutes=2,
        prediction=Prediction(
            ask="You are connected, but not logged in. You send `STAT` at once. The server …",
            options=(
                "counts your mail",
                "refuses, and stays on the line",
                "refuses, and hangs up",
            ),
            answer=1,
            says="`-ERR` means no. It is an answer like any other, and the session goes on.",
            again=Question(
                key="03.1",
                ask="A program asks a POP3 server for the list before it has logged in. What comes "
                "back?",
                options=(
                    "An empty list",
                    "`-ERR`, and the connection stays open",
                    "Nothing: the connection ends",
                ),
                answer=1,
                reasons=(
                    "The server says nothing about mail before it knows who asks.",
                    "In AUTHORIZATION the server refuses, and waits for a login.",
                    "A refused line does not end the session.",
                ),
                proof="03.1",
            ),
        ),
    ),
    Step(
        key="03.2",
        title="Log in, at the second try",
        minutes=3,
        prediction=Prediction(
            ask="You send a wrong password. The server answers `-ERR`. What now?",
            options=(
                "dial again: the connection is over",
                "send the right password in another `PASS` line, nothing else",
                "send `USER` and `PASS` again, on the same connection",
            ),
            answer=2,
            says="After a login that failed you may try again, and you begin with `USER`.",
            again=Question(
                key="03.2",
                ask="`USER bob` got `+OK`, `PASS` got `-ERR`. Which line do you send next?",
                options=("`PASS` with the right password", "`USER bob`", "`STAT`"),
                answer=1,
                reasons=(
                    "`PASS` is allowed only right after a `USER` that got `+OK`.",
                    "A login begins with `USER`, each time.",
                    "Nobody is logged in yet.",
                ),
                proof="03.2",
            ),
        ),
    ),
    Step(
        key="03.3",
        title="What is there? STAT and LIST",
        minutes=2,
        prediction=Prediction(
            ask="You are logged in, and you send `STAT` and `LIST`. How many messages are on the "
            "laptop then?",
            options=("0", "3", "only the new ones"),
            answer=0,
            says="`STAT` and `LIST` tell numbers and sizes. They fetch nothing.",
            again=Question(
                key="03.3",
                ask="Bob's laptop has logged in with POP3 and asked for the list. Then he goes "
                "offline. What can he read?",
                options=("All messages of the list", "Their first lines", "None of them"),
                answer=2,
                reasons=(
                    "The list holds numbers and sizes only.",
                    "A list has no lines of the messages.",
                    "Nothing was fetched. For that he needs `RETR`.",
                ),
                proof="03.3",
            ),
        ),
    ),
    Step(
        key="03.4",
        title="Look inside: TOP",
        minutes=2,
        core=False,
        prediction=Prediction(
            ask="`TOP 2 1` shows the header of B and one line of its text. What has changed on the "
            "server then?",
            options=(
                "nothing",
                "B is marked as read",
                "B has only its text left",
            ),
            answer=0,
            says="`TOP` only shows. POP3 has no mark for what was read, and what `TOP` shows this "
            "laptop does not save.",
            again=Question(
                key="03.4",
                ask="On a slow line, how can you see the subject of a large message without "
                "fetching all of it?",
                options=(
                    "With `LIST`",
                    "With `TOP`, its number, and a small number of lines",
                    "Not at all with POP3",
                ),
                answer=1,
                reasons=(
                    "`LIST` shows no subject: only number and size.",
                    "`TOP` sends the header and as many lines of the text as you ask for.",
                    "There is a command for it: `TOP`.",
                ),
                proof="03.4",
            ),
        ),
    ),
    Step(
        key="03.5",
        title="Fetch one: RETR",
        minutes=2,
        prediction=Prediction(
            ask="You send `RETR 1`. Where is A then?",
            options=("on the laptop only", "on the server only", "on both"),
            answer=2,
            says="`RETR` copies. The server keeps what it has.",
            again=Question(
                key="03.5",
                ask="A laptop has fetched all messages with `RETR`, and sent nothing else. What "
                "will the phone find on the server?",
                options=("All of them", "None of them", "Only those that were not read"),
                answer=0,
                reasons=(
                    "`RETR` copies, and deletes nothing.",
                    "Fetching takes nothing away.",
                    "POP3 does not know what was read.",
                ),
                proof="03.5",
            ),
        ),
    ),
    Step(
        key="03.6",
        title="Delete … or not? DELE",
        minutes=2,
        prediction=Prediction(
            ask="You send `DELE 1`. Where is A then?",
            options=("on the laptop only", "on both", "on neither"),
            answer=1,
            says="`DELE` sets a mark. The server still has A: its envelope is still filled.",
            again=Question(
                key="03.6",
                ask="What has the server done when it answers `+OK` to `DELE 3`?",
                options=(
                    "It has removed message 3",
                    "It has marked message 3, and keeps it for now",
                    "It has moved message 3 to the trash",
                ),
                answer=1,
                reasons=(
                    "Nothing is removed before `QUIT`.",
                    "A mark is all that `DELE` does. What becomes of it is settled at the end.",
                    "POP3 knows no trash, and no other folder.",
                ),
                proof="03.6",
            ),
        ),
    ),
    Step(
        key="03.7",
        title="The tunnel",
        minutes=3,
        prediction=Prediction(
            ask="A is marked. Now you send `DELE 2`, and the connection breaks. You dial and log "
            "in again. How many messages does `STAT` count?",
            options=("1", "2", "3"),
            answer=2,
            says="The session ended without `QUIT`, so the server removed nothing.",
            again=Question(
                key="03.7",
                ask="A program has marked ten messages, and the network fails. What is true at the "
                "next login?",
                options=(
                    "The ten are gone",
                    "The ten are there, still marked",
                    "The ten are there, without marks",
                ),
                answer=2,
                reasons=(
                    "Without `QUIT` nothing may be removed.",
                    "Each session begins without marks.",
                    "The marks ended with the session that set them.",
                ),
                proof="03.7",
            ),
        ),
    ),
    Step(
        key="03.8",
        title="Make it real: QUIT",
        minutes=2,
        prediction=Prediction(
            ask="You send `DELE 1` once more, and then `QUIT`. Where is A then?",
            options=("nowhere", "on the laptop only", "on the laptop and on the server"),
            answer=1,
            says="`QUIT` removed A from the server. Only the laptop has it now.",
            again=Question(
                key="03.8",
                ask="A message was fetched, marked, and `QUIT` was sent. Then the laptop breaks. "
                "Where can Bob get the message?",
                options=("From the server", "From his phone", "Nowhere"),
                answer=2,
                reasons=(
                    "`QUIT` removed it there.",
                    "The phone has not fetched it.",
                    "The only copy was on the laptop.",
                ),
                proof="03.8",
            ),
        ),
    ),
    Step(
        key="03.9",
        title="New numbers, same names: UIDL",
        minutes=3,
        prediction=Prediction(
            ask="B was number 2, and A is gone now. You log in again. Which number has B?",
            options=("1", "2", "none: it is not listed"),
            answer=0,
            says="Each session counts anew from 1. The unique-id belongs to the message.",
            again=Question(
                key="03.9",
                ask="Which of these still names the same POP3 message next week?",
                options=("Its number", "Its unique-id", "Its size"),
                answer=1,
                reasons=(
                    "The number holds for one session.",
                    "The server keeps it for as long as the message is there.",
                    "Another message may have the same size.",
                ),
                proof="03.9",
            ),
        ),
    ),
    Step(
        key="03.10",
        title="Two at once",
        minutes=2,
        core=False,
        prediction=Prediction(
            ask="The laptop's session is open. Now the phone logs in with the right password. What "
            "happens?",
            options=("the phone is refused", "both work", "the laptop is thrown out"),
            answer=0,
            says="One session holds the lock on the maildrop. The phone has to wait.",
            again=Question(
                key="03.10",
                ask="Two devices want the same POP3 mail in the same minute. What happens?",
                options=(
                    "The second is refused until the first has ended",
                    "Each gets one half of the mail",
                    "Both see the same list at once",
                ),
                answer=0,
                reasons=(
                    "Login locks the maildrop, and the end of the session frees it.",
                    "The mail is never divided.",
                    "The lock lets one session in at a time.",
                ),
                proof="03.10",
            ),
        ),
    ),
    Step(
        key="03.11",
        title="Is that all of your mail?",
        minutes=3,
        core=False,
        prediction=Prediction(
            ask="The phone puts C into a folder with the name Trips, by IMAP. Then the laptop logs "
            "in with POP3. What does its `LIST` show?",
            options=("B and C", "B only", "B, and Trips as a folder"),
            answer=1,
            says="POP3 has no word for folders. What is filed in one is out of its sight.",
            again=Question(
                key="03.11",
                ask="Bob sorts his mail into ten folders, with IMAP. A new laptop fetches with "
                "POP3. What does it get?",
                options=(
                    "Everything, without the folders",
                    "The ten folders, one after the other",
                    "Only what is still in `INBOX`",
                ),
                answer=2,
                reasons=(
                    "What is in other folders is not in the maildrop.",
                    "POP3 has no command for a folder.",
                    "The maildrop is one pile, here `INBOX`.",
                ),
                proof="03.11",
            ),
        ),
    ),
    Step(
        key="03.12",
        title="The same lines from Python",
        minutes=2,
        core=False,
    ),
    Step(
        key="03.13",
        title="What a mail program says",
        minutes=3,
        prediction=Prediction(
            ask="Bob's mail program is set to leave nothing on the server. By which line does a "
            "message get its mark?",
            options=(
                "`RETR`: the server marks what was fetched",
                "`DELE`, which the program sends",
                "none: `QUIT` removes all that was fetched",
            ),
            answer=1,
            says="The program sends the lines that you know, and `DELE` is one of them.",
            again=Question(
                key="03.13",
                ask="Two mail programs fetch by POP3. After one of them the server is empty, after "
                "the other it is not. What is different?",
                options=(
                    "One of them sends `DELE`",
                    "One of them sends `RETR` twice",
                    "One of them speaks a newer POP3",
                ),
                answer=0,
                reasons=(
                    "It is a setting of the program: leave the mail on the server, or not.",
                    "`RETR` deletes nothing, however often it is sent.",
                    "The protocol is the same. The setting is not.",
                ),
                proof="03.13",
            ),
        ),
    ),
    Step(
        key="03.14",
        title="A provider that removes",
        minutes=3,
        core=False,
        prediction=Prediction(
            ask="Another provider has a rule: what was fetched goes. You send `RETR 1` and `QUIT`, "
            "and no `DELE`. Where is the message then?",
            options=("on both", "on the server only", "on the laptop only"),
            answer=2,
            says="This provider removes at `QUIT` what was fetched. RFC 1939 section 8 allows it.",
            again=Question(
                key="03.14",
                ask="A server says `EXPIRE 0` in its list of what it can do. What does that tell "
                "you?",
                options=(
                    "Your password has expired",
                    "You cannot leave mail there: what you fetch may go at `QUIT`",
                    "It deletes mail that nobody fetches",
                ),
                answer=1,
                reasons=(
                    "It is not about passwords.",
                    "It allows the server to act as if you had sent `DELE`.",
                    "It is about mail that was fetched.",
                ),
                proof="03.14",
            ),
        ),
    ),
)
