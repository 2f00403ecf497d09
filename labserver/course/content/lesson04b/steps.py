"""The steps of lesson 04b, with what is predicted before each."""

from __future__ import annotations

from labserver.course.plan import Prediction, Question, Step

__all__ = ["STEPS"]


STEPS = (
    Step(key="04b.1", title="The laptop takes notes", minutes=2),
    Step(
        key="04b.2",
        title="A number that moves, a number that stays",
        minutes=2,
        prediction=Prediction(
            ask="B has number 2 and UID 2. The phone removes A, which stands before B. Now B has",
            options=("number 2 and UID 2", "number 1 and UID 2", "number 1 and UID 1"),
            answer=1,
            says="The number is a place, and the places behind A count one less. The UID belongs "
            "to the message and stays (RFC 3501 sections 2.3.1.1 and 2.3.1.2).",
            again=Question(
                key="04b.2",
                ask="A message has number 10 and UID 31. Two messages before it are expunged. "
                "Which of the two is as before?",
                options=("the number", "the UID", "both"),
                answer=1,
                reasons=(
                    "The number is 8 now.",
                    "The UID stays as long as the message is in this mailbox.",
                    "The number is a place, and the place has moved.",
                ),
                proof="04b.2",
            ),
        ),
    ),
    Step(
        key="04b.3",
        title="An old note (the failure that teaches)",
        minutes=3,
        prediction=Prediction(
            ask="The laptop noted yesterday: B is number 2. Today it logs in and says "
            "`STORE 2 +FLAGS (\\Flagged)`. Who gets the star?",
            options=("B", "C", "nobody: the server refuses an old number"),
            answer=1,
            says="Number 2 means the second place now, and there stands C. The server did what it "
            "was asked to (RFC 3501 section 2.3.1.2).",
            again=Question(
                key="04b.3",
                ask="A program remembers overnight that the letter to delete is number 5. "
                "What may happen in the morning?",
                options=(
                    "It deletes another letter, and gets OK.",
                    "The server answers NO: the number is old.",
                    "Nothing: numbers never change.",
                ),
                answer=0,
                reasons=(
                    "Number 5 is whatever stands in the fifth place then.",
                    "The server cannot know where the number comes from.",
                    "Each EXPUNGE before it changes it.",
                ),
                proof="04b.3",
            ),
        ),
    ),
    Step(
        key="04b.4",
        title="Mended with UIDs",
        minutes=3,
        prediction=Prediction(
            ask="A had UID 1, and is gone. What does the server say to "
            "`UID STORE 1 +FLAGS (\\Flagged)`?",
            options=(
                "BAD: there is no such message",
                "OK, and the first message gets the star",
                "OK, and nothing has happened",
            ),
            answer=2,
            says="A UID that is not there is passed over in silence, and no other message takes "
            "its place (RFC 3501 section 6.4.8).",
            again=Question(
                key="04b.4",
                ask="Which command can never hit the wrong message?",
                options=("`STORE 3 +FLAGS (\\Deleted)`", "`UID STORE 3 +FLAGS (\\Deleted)`"),
                answer=1,
                reasons=(
                    "3 is a place: somebody else may stand there by now.",
                    "It hits the message with UID 3, or none at all.",
                ),
                proof="04b.4",
            ),
        ),
    ),
    Step(
        key="04b.5",
        title="Folders: CREATE and LIST",
        minutes=3,
        core=False,
        prediction=Prediction(
            ask="The laptop makes a folder, Holiday. Does the phone see it?",
            options=(
                "yes, the folder is on the server",
                "no, each device has folders of its own",
                "only after the laptop has logged out",
            ),
            answer=0,
            says="A folder of IMAP is a mailbox on the server, for all devices "
            "(RFC 3501 sections 6.3.3 and 6.3.8).",
            again=Question(
                key="04b.5",
                ask="Where are IMAP's folders?",
                options=("on the server", "on the laptop", "in the messages"),
                answer=0,
                reasons=(
                    "CREATE makes a mailbox there, and LIST shows it to every device.",
                    "A program may show them so, but they are on the server.",
                    "A message does not say in which mailbox it is.",
                ),
                proof="04b.5",
            ),
        ),
    ),
    Step(
        key="04b.6",
        title="Into the folder: MOVE",
        minutes=3,
        core=False,
        prediction=Prediction(
            ask="B, with UID 2 in INBOX, is moved to Holiday. Its UID there is",
            options=("a new one", "2, as before", "none until somebody opens Holiday"),
            answer=0,
            says="A UID counts in one mailbox only. The server told the new one in the same "
            "breath: `COPYUID` (RFC 6851 section 3.3, RFC 4315 section 3).",
            again=Question(
                key="04b.6",
                ask="In INBOX a message has UID 90. It is the first one ever moved to Archive. "
                "Its UID there can be",
                options=("1", "only 90", "only 91"),
                answer=0,
                reasons=(
                    "Each mailbox counts for itself.",
                    "90 belongs to INBOX.",
                    "Archive does not know how far INBOX has counted.",
                ),
                proof="04b.6",
            ),
        ),
    ),
    Step(
        key="04b.7",
        title="The server searches: SEARCH",
        minutes=3,
        core=False,
        prediction=Prediction(
            ask="B is in Holiday now; C and D are in INBOX, which is open. No message is on the "
            "laptop. `UID SEARCH SUBJECT holiday` finds",
            options=(
                "nothing: the laptop has no message to search",
                "D only",
                "B and D",
            ),
            answer=1,
            says="The server searches, in the mailbox that is open, and sends numbers only "
            "(RFC 3501 section 6.4.4).",
            again=Question(
                key="04b.7",
                ask="A phone searches 10 000 messages by IMAP. How many must it download first?",
                options=("all of them", "the headers of all", "none"),
                answer=2,
                reasons=(
                    "So it is with POP3, which cannot search.",
                    "The server has the headers.",
                    "The server searches and tells the numbers.",
                ),
                proof="04b.7",
            ),
        ),
    ),
    Step(
        key="04b.8",
        title="News that nobody asked for: IDLE",
        minutes=4,
        prediction=Prediction(
            ask="The laptop has said IDLE and waits. Then the phone reads C. "
            "When does the laptop know?",
            options=("when it logs in again", "when it asks", "at once, unasked"),
            answer=2,
            says="While IDLE lasts, the server may send news at any time, and this one does so at "
            "once (RFC 2177 section 3).",
            again=Question(
                key="04b.8",
                ask="Your phone shows a new message the moment it has come. "
                "Which IMAP command may be behind that?",
                options=("SEARCH", "SELECT every second", "IDLE"),
                answer=2,
                reasons=(
                    "SEARCH answers once.",
                    "It could, but it would be a waste: IDLE was made so that nobody must ask.",
                    "The phone waits, and the server tells.",
                ),
                proof="04b.8",
            ),
        ),
    ),
    Step(
        key="04b.9",
        title="The same two devices with POP3",
        minutes=3,
        prediction=Prediction(
            ask="The laptop has a POP3 session open. The phone comes with POP3, too. It gets in",
            options=(
                "at once, beside the laptop",
                "when the laptop has fetched all",
                "when the laptop's session has ended",
            ),
            answer=2,
            says="POP3 locks the maildrop for one session, until that has ended "
            "(RFC 1939 section 4). IMAP let both in for the whole lesson.",
            again=Question(
                key="04b.9",
                ask="A laptop checks mail by POP3 all day and never says QUIT. What does a phone "
                "see that also uses POP3?",
                options=("all mail", "only new mail", "`-ERR [IN-USE]`"),
                answer=2,
                reasons=(
                    "It does not get in.",
                    "It does not get in.",
                    "The lock lasts as long as the session.",
                ),
                proof="04b.9",
            ),
        ),
    ),
    Step(key="04b.10", title="A program says the same lines", minutes=3, core=False),
)
