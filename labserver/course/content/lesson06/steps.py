"""The steps of lesson 06, with what is predicted before some of them."""

from __future__ import annotations

from labserver.course.plan import Prediction, Question, Step

__all__ = ["STEPS"]

STEPS = (
    Step(key="06.1", title="How much room is left?", minutes=2),
    Step(
        key="06.2",
        title="No room",
        minutes=3,
        prediction=Prediction(
            ask="17 of 20 KiB are taken. Alice's program announces a message of 6000 octets for "
            "Bob. What does the server do?",
            options=(
                "It takes the message, and removes Bob's oldest one",
                "It takes the message, and Bob has 23 of 20 KiB",
                "It refuses the message, and Bob hears nothing of it",
            ),
            answer=2,
            says="It refuses, in the middle of Alice's session. Only her side is told.",
            again=Question(
                key="06.2",
                ask="A mailbox is full, and a new message comes. What happens to the mail that is "
                "there already?",
                options=("Nothing", "The oldest message goes", "The largest message goes"),
                answer=0,
                reasons=(
                    "It is the new message that stays outside.",
                    "A server removes nothing to make room.",
                    "A server removes nothing to make room.",
                ),
                proof="06.2",
            ),
        ),
    ),
    Step(
        key="06.3",
        title="A server that waits",
        minutes=2,
        prediction=Prediction(
            ask="Carol writes to Bob from another server. It hears `452` from Bob's server. What "
            "does Carol's server do with her message?",
            options=(
                "It keeps the message, and tries again later",
                "It sends the message back to Carol at once",
                "It throws the message away",
            ),
            answer=0,
            says="The code begins with 4: not now. So the server waits, and tries again.",
            again=Question(
                key="06.3",
                ask="A server is told `452 4.2.2` when it passes a message on. When does the "
                "sender hear of it?",
                options=(
                    "At once",
                    "Perhaps never: the message may get through at a later try",
                    "When Bob logs in",
                ),
                answer=1,
                reasons=(
                    "A code with a 4 is no final answer.",
                    "The server tries again for days. It gives up only at the end.",
                    "Bob's login has nothing to do with it.",
                ),
                proof="06.3",
            ),
        ),
    ),
    Step(
        key="06.4",
        title="Into the Trash",
        minutes=3,
        prediction=Prediction(
            ask="Bob's program moves C (8000 octets) to the mailbox Trash. How much is taken then?",
            options=("9 KiB", "17 KiB", "25 KiB"),
            answer=1,
            says="17 KiB, as before. Trash is a mailbox on the server, like any other.",
            again=Question(
                key="06.4",
                ask="Somebody moves half of his mail to Trash. How much room does he win?",
                options=("Half of it", "None", "None before he logs out"),
                answer=1,
                reasons=(
                    "The mail has another mailbox now, and the same size.",
                    "What lies in Trash counts like all other mail.",
                    "Logging out empties nothing.",
                ),
                proof="06.4",
            ),
        ),
    ),
    Step(
        key="06.5",
        title="Marked, then expunged",
        minutes=3,
        prediction=Prediction(
            ask="Which line gives the room of C back?",
            options=(r"`STORE 1 +FLAGS (\Deleted)`", "`EXPUNGE`", "`LOGOUT`"),
            answer=1,
            says=r"`EXPUNGE`. A message with `\Deleted` is still there, and it still counts.",
            again=Question(
                key="06.5",
                ask=r"All messages of a mailbox have the flag `\Deleted`. How much room do they "
                "take?",
                options=("As much as before", "None", "Half as much"),
                answer=0,
                reasons=(
                    "The flag is a mark. The octets are there until somebody expunges.",
                    "They are marked, not removed.",
                    "A mark makes nothing smaller.",
                ),
                proof="06.5",
            ),
        ),
    ),
    Step(
        key="06.6",
        title="A message comes back",
        minutes=3,
        prediction=Prediction(
            ask="Another provider answers `552 5.2.2` when a mailbox is full. Carol writes to Bob. "
            "What does she find in her own mailbox?",
            options=(
                "Nothing: her server tries again",
                "A message from her server: not delivered",
                "A message from Bob: my mailbox is full",
            ),
            answer=1,
            says="The code begins with 5: no. Her server gives up at once, and writes to her.",
            again=Question(
                key="06.6",
                ask="Who writes the message “your mail could not be delivered”?",
                options=(
                    "The server that had the message and could not pass it on",
                    "The recipient's mail program",
                    "The sender's mail program",
                ),
                answer=0,
                reasons=(
                    "It was responsible for the message. So it has to tell the sender.",
                    "That program never saw the message.",
                    "It had given the message away long before.",
                ),
                proof="06.6",
            ),
        ),
    ),
    Step(key="06.7", title="A year with IMAP", minutes=3),
    Step(
        key="06.8",
        title="The same year with POP3",
        minutes=3,
        prediction=Prediction(
            ask="The same 104 messages. The laptop fetches by POP3 and deletes on the server. "
            "After the year Bob buys a phone, and it opens the mailbox by IMAP. What does it find?",
            options=("104 messages", "78 messages", "no message"),
            answer=2,
            says="None. The mail of the year is on the laptop and on the disk, and nowhere else.",
            again=Question(
                key="06.8",
                ask="A POP3 program leaves nothing on the server. What grows from month to month?",
                options=("The mailbox on the server", "The folder on the device", "Neither"),
                answer=1,
                reasons=(
                    "It is emptied each time.",
                    "All mail is there, and only there. So it needs a backup.",
                    "The mail has to be somewhere.",
                ),
                proof="06.8",
            ),
        ),
    ),
    Step(
        key="06.9",
        title="The lake",
        minutes=2,
        prediction=Prediction(
            ask="The laptop has fetched A, B and C by POP3 and deleted them on the server. Then "
            "it falls into the lake. How many of the three can Bob get back?",
            options=("0", "1", "3"),
            answer=0,
            says="None. The only copy of each was in the lake.",
            again=Question(
                key="06.9",
                ask="When is it no harm to lose a laptop that fetches by POP3?",
                options=(
                    "When the mail is also on the server, or on a backup",
                    "When the phone uses POP3 too",
                    "When the password is known",
                ),
                answer=0,
                reasons=(
                    "Then there is a second whole copy.",
                    "The phone has only what it has fetched itself.",
                    "A password opens the mailbox. It does not bring back what is gone.",
                ),
                proof="06.9",
            ),
        ),
    ),
    Step(key="06.10", title="A backup, and the proof", minutes=3),
    Step(
        key="06.11",
        title="“IMAP needs no backup”",
        minutes=3,
        prediction=Prediction(
            ask="A, B and C are on the server, on the laptop and on the phone: three copies of "
            "each. The phone deletes B by IMAP and expunges. Then laptop and phone synchronise. "
            "How many copies of B are left?",
            options=("2", "1", "0"),
            answer=2,
            says="None. Both have made their folders as the server's mailbox is.",
            again=Question(
                key="06.11",
                ask="Mail is on a server and, by IMAP, on three devices. Why is that no backup?",
                options=(
                    "A deletion on one of them reaches all of them",
                    "Devices keep headers only",
                    "The server may change a message",
                ),
                answer=0,
                reasons=(
                    "To synchronise is to make alike, and that goes for deletions too.",
                    "They may keep whole messages. That does not help here.",
                    "A server does not do that.",
                ),
                proof="06.11",
            ),
        ),
    ),
    Step(key="06.12", title="Up to the server by hand: APPEND", minutes=3, core=False),
    Step(key="06.13", title="Moving from POP3 to IMAP", minutes=3),
)
