"""The steps of lesson 00, with what is predicted before each."""

from __future__ import annotations

from labserver.course.plan import Prediction, Question, Step

__all__ = ["STEPS"]


STEPS = (
    Step(key="00.1", title="Devices, and a picture", minutes=2),
    Step(
        key="00.2",
        title="Alice sends a message (SMTP)",
        minutes=4,
        prediction=Prediction(
            ask="Alice sends message A to Bob. Nobody has fetched it yet. Where is A?",
            options=("On Bob's laptop", "On the server", "On both of Bob's devices"),
            answer=1,
            says="A is on the server. SMTP brings mail to a server, and knows no laptop and no "
            "phone of Bob.",
            again=Question(
                key="00.2",
                ask="A message was sent a minute ago. Bob's laptop and phone are switched off. "
                "Where is it?",
                options=("Still with Alice", "On the server", "Nowhere: it is lost"),
                answer=1,
                reasons=(
                    "Alice's laptop gave it to the server.",
                    "The server is always on, and keeps it.",
                    "The server said `250`: it has it, and takes care of it.",
                ),
                proof="00.2",
            ),
        ),
    ),
    Step(
        key="00.3",
        title="The laptop logs in (POP3)",
        minutes=3,
        prediction=Prediction(
            ask="The laptop logs in. How many messages are on the laptop then?",
            options=("None", "One", "It depends on the size"),
            answer=0,
            says="None. To log in and to list brings nothing to the laptop.",
            again=Question(
                key="00.3",
                ask="What does `LIST` bring to the laptop?",
                options=("All messages", "Numbers and sizes", "The newest message"),
                answer=1,
                reasons=(
                    "`LIST` tells about messages, and fetches none.",
                    "A line for each message, and no message.",
                    "`LIST` fetches none, new or old.",
                ),
                proof="00.3",
            ),
        ),
    ),
    Step(
        key="00.4",
        title="The laptop fetches A (POP3)",
        minutes=3,
        prediction=Prediction(
            ask="After `RETR 1`, where is A?",
            options=("On the laptop only", "On the server only", "On both"),
            answer=2,
            says="On both. `RETR` makes a copy, and the server keeps its own.",
            again=Question(
                key="00.4",
                ask="What does `RETR` do to the message on the server?",
                options=("It deletes it", "It marks it", "Nothing"),
                answer=2,
                reasons=(
                    "In step 4 it was still there, whole.",
                    "`DELE` marks. `RETR` does not.",
                    "The laptop gets a copy.",
                ),
                proof="00.4",
            ),
        ),
    ),
    Step(
        key="00.5",
        title="The laptop says goodbye (POP3)",
        minutes=2,
        prediction=Prediction(
            ask="The laptop says `QUIT`. It has deleted nothing. Where is A?",
            options=("On the laptop only", "On both", "Nowhere"),
            answer=1,
            says="On both. `QUIT` removes only what the laptop asked to remove: nothing.",
            again=Question(
                key="00.5",
                ask="A laptop fetches a message with POP3, and says `QUIT`. No `DELE`. Can the "
                "phone still fetch it?",
                options=("Yes", "No", "Only from the laptop"),
                answer=0,
                reasons=(
                    "The message is still on the server.",
                    "Nothing was marked, so `QUIT` removed nothing.",
                    "Devices fetch from the server, never from each other.",
                ),
                proof="00.5",
            ),
        ),
    ),
    Step(
        key="00.6",
        title="Now with delete (POP3)",
        minutes=4,
        prediction=Prediction(
            ask="The laptop comes again, and says `DELE 1`. Where is A then?",
            options=("On the laptop only", "Still on both", "Nowhere"),
            answer=1,
            says="Still on both. `DELE` only marks A, as the picture shows. Now see what `QUIT` "
            "does.",
            again=Question(
                key="00.6",
                ask="Which line makes a deletion with POP3 real?",
                options=("`RETR`", "`DELE`", "`QUIT`"),
                answer=2,
                reasons=(
                    "`RETR` copies.",
                    "`DELE` marks the message. It is still there.",
                    "With it the server removes what is marked.",
                ),
                proof="00.6",
            ),
        ),
    ),
    Step(
        key="00.7",
        title="The phone reads the next message (IMAP)",
        minutes=4,
        prediction=Prediction(
            ask="Bob's phone reads message B with IMAP. Where is B afterwards?",
            options=("On the phone only", "On the server only", "On both"),
            answer=2,
            says="On both. The phone gets a copy, and the message stays "
            "on the server, marked as read.",
            again=Question(
                key="00.7",
                ask="A phone reads a message with IMAP. What changes on the server?",
                options=(
                    "The message is removed",
                    "The message gets the flag `\\Seen`",
                    "Nothing",
                ),
                answer=1,
                reasons=(
                    "It stayed there, whole.",
                    "The server knows now that it was read.",
                    "One thing changed: see the word *read* in the picture.",
                ),
                proof="00.7",
            ),
        ),
    ),
    Step(
        key="00.8",
        title="The laptop reads it too (IMAP)",
        minutes=3,
        prediction=Prediction(
            ask="Now the laptop opens the same mailbox with IMAP. What does it see?",
            options=(
                "Nothing: the phone took B",
                "B, as a new message",
                "B, and that it was read already",
            ),
            answer=2,
            says="B, and that it was read. The flag is on the server, so all devices see it.",
            again=Question(
                key="00.8",
                ask="How does the laptop know that the phone has read a message?",
                options=(
                    "The server keeps the flag, and shows it to both",
                    "The phone tells the laptop",
                    "It does not know it",
                ),
                answer=0,
                reasons=(
                    "With IMAP the flag is on the server.",
                    "The two devices never talk to each other.",
                    "In step 8 it knew it before it had read a word.",
                ),
                proof="00.8",
            ),
        ),
    ),
)
