"""The steps of lesson 05, with what is predicted before each."""

from __future__ import annotations

from labserver.course.plan import Prediction, Question, Step

__all__ = ["STEPS"]

STEPS = (
    Step(
        key="05.1",
        title="Monday, with POP3",
        minutes=2,
        prediction=Prediction(
            ask="A, B and C are on the server. Laptop and phone fetch by POP3, and both are set to "
            "leave mail on the server. How many whole copies of A are there then?",
            options=("1", "2", "3"),
            answer=2,
            says="One on the server, one on each device. They are three files, and none knows "
            "of the others.",
            again=Question(
                key="05.1",
                ask="Three devices fetch the same message by POP3, and leave it on the server. How "
                "many whole copies are there?",
                options=("1", "3", "4"),
                answer=2,
                reasons=(
                    "Each device has made a copy of its own.",
                    "Those are the devices. The server has one, too.",
                    "One on each device, and one on the server.",
                ),
                proof="05.1",
            ),
        ),
    ),
    Step(
        key="05.2",
        title="Tuesday: read on the laptop",
        minutes=3,
        prediction=Prediction(
            ask="Bob reads A on the laptop. Then the phone's program looks for news by POP3. How "
            "does the phone show A?",
            options=("as read", "as new", "not at all: it was read already"),
            answer=1,
            says="The laptop noted it in its own folder. POP3 has no line to tell the server.",
            again=Question(
                key="05.2",
                ask="Bob reads ten messages at home, and his phone still calls all ten new. Both "
                "fetch by POP3. Why?",
                options=(
                    "The phone has not asked yet",
                    "The laptop has forgotten to say `QUIT`",
                    "POP3 keeps no mark for what was read",
                ),
                answer=2,
                reasons=(
                    "It may ask as often as it likes: the server does not know.",
                    "`QUIT` removes what is marked for deletion, and tells nothing else.",
                    "Each device keeps that for itself.",
                ),
                proof="05.2",
            ),
        ),
    ),
    Step(
        key="05.3",
        title="Wednesday: deleted on the phone",
        minutes=2,
        prediction=Prediction(
            ask="Bob deletes B on the phone. Then both programs look for news by POP3. Where is B?",
            options=(
                "on the laptop and on the server",
                "on all three: the phone fetches it again",
                "nowhere: deleted is deleted",
            ),
            answer=0,
            says="The phone deleted its own file. It remembers the unique-id, so it does not fetch "
            "B again; the others still have it.",
            again=Question(
                key="05.3",
                ask="A phone with POP3 leaves mail on the server. You delete a message on it. "
                "Which copies go?",
                options=("The phone's", "The phone's and the server's", "All"),
                answer=0,
                reasons=(
                    "Only its own file. The other copies do not know of it.",
                    "It was set to leave mail there, so it sends no `DELE`.",
                    "No device can reach the files of another.",
                ),
                proof="05.3",
            ),
        ),
    ),
    Step(key="05.4", title="Monday again, with IMAP", minutes=1),
    Step(
        key="05.5",
        title="Tuesday with IMAP: a flag comes unasked",
        minutes=3,
        prediction=Prediction(
            ask="Bob reads A on the phone, by IMAP. The laptop is connected, and waits with "
            "`IDLE`. What does the laptop hear?",
            options=(
                "nothing, until it asks",
                "that message 1 is read",
                "the whole message, once more",
            ),
            answer=1,
            says="The flag is on the server, and the server tells who waits. The message itself "
            "does not cross again.",
            again=Question(
                key="05.5",
                ask="You read a message on your phone, and the laptop on your desk stops calling "
                "it new. Which way did the news go?",
                options=(
                    "From the phone to the server, and from there to the laptop",
                    "From the phone to the laptop",
                    "Nowhere: the laptop guessed it",
                ),
                answer=0,
                reasons=(
                    "The server keeps the flag, for all devices.",
                    "Devices never talk to each other here.",
                    "The server told it, in a line that begins with `*`.",
                ),
                proof="05.5",
            ),
        ),
    ),
    Step(
        key="05.6",
        title="Wednesday with IMAP: to make room",
        minutes=3,
        prediction=Prediction(
            ask="B is large. Bob deletes it on the phone, to make room there: “I have it on the "
            "laptop.” Then the laptop synchronises. Where is B?",
            options=("on the laptop and on the server", "on the laptop only", "nowhere"),
            answer=2,
            says="With IMAP a deletion is for all devices. B is lost.",
            again=Question(
                key="05.6",
                ask="Your phone is full, and you read mail by IMAP. What is safe?",
                options=(
                    "To delete old mail: the laptop has it",
                    "To let the phone's program keep less mail offline",
                    "To delete old mail, and to switch the laptop off first",
                ),
                answer=1,
                reasons=(
                    "The laptop will delete it too, when it synchronises.",
                    "That removes the phone's copy only. The server keeps the message.",
                    "The server's copy is gone at once, and the laptop's when it is on again.",
                ),
                proof="05.6",
            ),
        ),
    ),
    Step(
        key="05.7",
        title="Thursday: a new tablet",
        minutes=3,
        prediction=Prediction(
            ask="Bob has a new tablet. Back to his two weeks: in which one does the tablet show A "
            "as read?",
            options=("in the IMAP week only", "in both", "in neither"),
            answer=0,
            says="With IMAP the flag is on the server, so a new device sees it. With POP3 it was "
            "on the laptop only.",
            again=Question(
                key="05.7",
                ask="A new phone reads your mail by IMAP. What does it show after the first "
                "synchronising?",
                options=(
                    "Only mail that comes from now on",
                    "What the old phone had, with all that was deleted",
                    "What is on the server, with its flags",
                ),
                answer=2,
                reasons=(
                    "The server has all of it, so it can show all of it.",
                    "What was expunged is gone for all.",
                    "The server has the messages and the flags; any device can ask for them.",
                ),
                proof="05.7",
            ),
        ),
    ),
    Step(
        key="05.8",
        title="A folder, and POP3 again",
        minutes=3,
        core=False,
        prediction=Prediction(
            ask="A and C are on the server. The phone files C in a folder with the name Trips, by "
            "IMAP. How many messages does the laptop's `LIST` show by POP3?",
            options=("1", "2", "3"),
            answer=0,
            says="C is in Trips. POP3 sees the one maildrop, which is `INBOX` here.",
            again=Question(
                key="05.8",
                ask="A colleague says: “My POP3 program loses mail!” She files mail in folders on "
                "her phone. Where is that mail?",
                options=(
                    "Lost",
                    "On the server, in folders that POP3 cannot see",
                    "On the phone only",
                ),
                answer=1,
                reasons=(
                    "It is on the server; only POP3 does not reach it.",
                    "POP3 knows one maildrop. Any IMAP program will show the rest.",
                    "Folders of IMAP are on the server.",
                ),
                proof="05.8",
            ),
        ),
    ),
    Step(
        key="05.9",
        title="Friday: Bob answers",
        minutes=2,
        prediction=Prediction(
            ask="The laptop's program sends Bob's answer to Alice by SMTP, and does nothing else. "
            "Where does Bob have a copy?",
            options=(
                "in Sent, on the server",
                "on the laptop",
                "nowhere",
            ),
            answer=2,
            says="SMTP carries mail to the receiver. It puts nothing into the sender's mailbox. "
            "And this program saved nothing on the laptop.",
            again=Question(
                key="05.9",
                ask="A small script sends a report by SMTP, and does nothing else. Where can its "
                "owner read the report afterwards?",
                options=(
                    "In the folder Sent",
                    "In the queue of the server",
                    "Nowhere, unless the script saved it or the receiver answers",
                ),
                answer=2,
                reasons=(
                    "Nobody has put it there.",
                    "What is delivered has left the queue.",
                    "A copy must be made by the program. SMTP makes none.",
                ),
                proof="05.9",
            ),
        ),
    ),
    Step(
        key="05.10",
        title="The program saves a copy: APPEND",
        minutes=4,
        prediction=Prediction(
            ask="The laptop puts a copy into the mailbox Sent on the server, with `APPEND`. Which "
            "devices can show it then?",
            options=("the laptop only", "all of Bob's, by IMAP", "all of Bob's, by POP3 too"),
            answer=1,
            says="Sent is a mailbox on the server like any other. IMAP reaches it, POP3 does not.",
            again=Question(
                key="05.10",
                ask="You send from the laptop, and the copy is in Sent on your phone too. Who put "
                "it on the server?",
                options=(
                    "Your mail program, with IMAP",
                    "SMTP, while it was sending",
                    "Alice's server, as a receipt",
                ),
                answer=0,
                reasons=(
                    "It sent the message once by SMTP, and once more by `APPEND`.",
                    "SMTP keeps nothing for the sender.",
                    "The other server never touches your mailboxes.",
                ),
                proof="05.10",
            ),
        ),
    ),
    Step(key="05.11", title="Count the surprises", minutes=2),
)
