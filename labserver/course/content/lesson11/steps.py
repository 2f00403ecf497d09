"""The steps of lesson 11, with what is predicted before each."""

from __future__ import annotations

from labserver.course.plan import Prediction, Question, Step

__all__ = ["STEPS"]

STEPS = (
    Step(
        key="11.1",
        title="Monday: three devices, one maildrop",
        minutes=3,
        prediction=Prediction(
            ask="All three programs speak POP3. The laptop's leaves nothing on the server. First "
            "the phone looks, then the laptop, then the tablet. How many messages does the tablet "
            "get?",
            options=("2", "1", "0"),
            answer=2,
            says="The laptop's program sent `DELE` and `QUIT`. The tablet came too late.",
            again=Question(
                key="11.1",
                ask="Of two POP3 devices, one removes what it has fetched. Which mail does the "
                "other one get?",
                options=("All of it", "What it fetches before the other one comes", "None, ever"),
                answer=1,
                reasons=(
                    "What the first device removed is no longer in the maildrop.",
                    "It is a race: who comes first gets the message.",
                    "What it fetches in time, it has.",
                ),
                proof="11.1",
            ),
        ),
    ),
    Step(
        key="11.2",
        title="Thursday, and a count of surprises",
        minutes=3,
        prediction=Prediction(
            ask="Mia reads A on the phone. On Thursday she opens the laptop, and its program looks "
            "for mail by POP3. What is A on the laptop?",
            options=("read", "still new", "gone"),
            answer=1,
            says="POP3 has no flags. The laptop is told nothing of what the phone did.",
            again=Question(
                key="11.2",
                ask="You read ten messages on your phone, which speaks POP3. How many are still "
                "new on the laptop, which has fetched all ten by POP3?",
                options=("Ten", "None", "Those that were left on the server"),
                answer=0,
                reasons=(
                    "Each device keeps its own notes of what was read.",
                    "POP3 has no command that tells it.",
                    "Leaving mail on the server tells nobody what was read.",
                ),
                proof="11.2",
            ),
        ),
    ),
    Step(
        key="11.3",
        title="POP3 again, and all is left on the server",
        minutes=2,
        core=False,
    ),
    Step(
        key="11.4",
        title="The same week with IMAP",
        minutes=3,
        prediction=Prediction(
            ask="The same mail, the same devices, the same week, and IMAP. How many surprises?",
            options=("0", "2", "3"),
            answer=0,
            says="The flag and the deletion are on the server, and each device takes them over.",
            again=Question(
                key="11.4",
                ask="With IMAP, Mia deletes a message on the laptop, for good. When does it go "
                "from her tablet?",
                options=(
                    "When the tablet synchronises",
                    "Never: the tablet keeps its copy",
                    "When she deletes it there too",
                ),
                answer=0,
                reasons=(
                    "The folder becomes like the mailbox, and the message is gone there.",
                    "A program that follows the server deletes its copy.",
                    "Once is enough for all devices.",
                ),
                proof="11.4",
            ),
        ),
    ),
    Step(
        key="11.5",
        title="Cut the network",
        minutes=3,
        prediction=Prediction(
            ask="The old laptop has fetched by POP3, and the phone has fetched whole messages by "
            "IMAP. The watch has fetched headers only. Now the network fails. Where can Mia read "
            "all of A?",
            options=(
                "on the old laptop only",
                "on the old laptop and on the phone",
                "on none of them",
            ),
            answer=1,
            says="What was fetched whole is in the device's folder, by whichever protocol it came.",
            again=Question(
                key="11.5",
                ask="On a plane, a phone with IMAP shows a subject, but not the text. Why?",
                options=(
                    "With IMAP nothing can be read offline",
                    "Somebody has read the message on another device",
                    "It has fetched the header of this message only",
                ),
                answer=2,
                reasons=(
                    "What was fetched whole can be read.",
                    "Reading it elsewhere takes no text away here.",
                    "An IMAP program may fetch a part, and the rest when you open the message.",
                ),
                proof="11.5",
            ),
        ),
    ),
    Step(
        key="11.6",
        title="Olga: one old laptop, a small mailbox",
        minutes=3,
        prediction=Prediction(
            ask="Olga's POP3 program leaves nothing on the server. Otto's IMAP program "
            "synchronises. Each mailbox has room for one large message, and both have fetched "
            "theirs. A second one comes for both. Who gets it?",
            options=("both", "Olga only", "Otto only"),
            answer=1,
            says="Olga's mailbox was empty. In Otto's there was too little room, and the server "
            "refused.",
            again=Question(
                key="11.6",
                ask="Your mailbox is nearly full, and your IMAP program fetches all messages "
                "whole. Is there more room now?",
                options=("Yes", "No", "Only for small messages"),
                answer=1,
                reasons=(
                    "Fetching copies. What was on the server is still there.",
                    "Room comes when messages are removed from the server.",
                    "Fetching changes nothing about the room on the server.",
                ),
                proof="11.6",
            ),
        ),
    ),
    Step(
        key="11.7",
        title="Sam: a slow line",
        minutes=2,
        prediction=Prediction(
            ask="Sam has one message of 44 000 octets and a small one. He wants to know who wrote. "
            "His laptop's POP3 program fetches its usual way, and his phone fetches headers by "
            "IMAP. How many octets does the phone keep?",
            options=("fewer than 1000", "about 22 000", "more than 44 000"),
            answer=0,
            says="Two headers are some hundred octets. The large text stays on the server.",
            again=Question(
                key="11.7",
                ask="On a slow line, one large message keeps you from the small ones. What helps?",
                options=(
                    "To fetch the headers first, and then only what is wanted",
                    "To delete all large messages unseen",
                    "Nothing: a mail program always fetches all",
                ),
                answer=0,
                reasons=(
                    "A header is short, and it says who wrote and about what.",
                    "Then you will never know what they were.",
                    "An IMAP program can ask for a part of a message.",
                ),
                proof="11.7",
            ),
        ),
    ),
    Step(
        key="11.8",
        title="Nina: nothing may stay at the provider",
        minutes=3,
        prediction=Prediction(
            ask="Nina's phone has fetched her message whole, by IMAP. Then her laptop takes it off "
            "the server by POP3. Then the phone synchronises. What does the phone still have?",
            options=("the whole message", "its header", "nothing of it"),
            answer=2,
            says="An IMAP program follows the server. What is gone there goes from the phone.",
            again=Question(
                key="11.8",
                ask="A phone has whole messages by IMAP. Can you count on it as your backup?",
                options=(
                    "No: what is gone from the server goes from the phone, too",
                    "Yes, it has everything",
                    "Yes, if it is switched on each day",
                ),
                answer=0,
                reasons=(
                    "A backup must not follow a deletion.",
                    "It has what the server has, and only as long as the server has it.",
                    "The more often it synchronises, the sooner a deletion reaches it.",
                ),
                proof="11.8",
            ),
        ),
    ),
    Step(
        key="11.9",
        title="The shop: two people, one mailbox",
        minutes=3,
        prediction=Prediction(
            ask="The desk and the office share a mailbox, by IMAP. The desk opens an order. What "
            "does the office see when it synchronises next?",
            options=("no order", "the order, still new", "the order, as read"),
            answer=2,
            says="The flag is on the server. The office knows that somebody has opened it.",
            again=Question(
                key="11.9",
                ask="Two people share a mailbox by POP3, and all is left on the server. A customer "
                "gets two answers. Why?",
                options=(
                    "POP3 delivers each message twice",
                    "The server had no lock",
                    "Neither device is told what the other has read",
                ),
                answer=2,
                reasons=(
                    "Each device has fetched the message once.",
                    "The lock keeps sessions apart. It tells nothing of who has read what.",
                    "POP3 has no flags, so both find a new order.",
                ),
                proof="11.9",
            ),
        ),
    ),
)
