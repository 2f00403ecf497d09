"""The steps of lesson 04, with what is predicted before each."""

from __future__ import annotations

from labserver.course.plan import Prediction, Question, Step

__all__ = ["STEPS"]


STEPS = (
    Step(
        key="04.1",
        title="A name for each line: the tag",
        minutes=2,
        prediction=Prediction(
            ask="You send `LOGIN bob tulip`, with nothing in front. The server",
            options=(
                "logs Bob in",
                "calls it an error, and stays on the line",
                "closes the connection",
            ),
            answer=1,
            says="It took LOGIN for the tag and looked for a command named BOB. There is none, so "
            "it said BAD and waits for the next line. Each command begins with a tag of yours "
            "(RFC 3501 section 2.2.1).",
            again=Question(
                key="04.1",
                ask="A client sends `NOOP`, and the server answers `NOOP BAD`. "
                "What did the client forget?",
                options=("the password", "the tag", "the mailbox"),
                answer=1,
                reasons=(
                    "A wrong password is answered with NO.",
                    "The server read NOOP as the tag, and no command came after it.",
                    "Without an open mailbox a command that needs one is refused by its own tag.",
                ),
                proof="04.1",
            ),
        ),
    ),
    Step(
        key="04.2",
        title="Log in: a NO is not the end",
        minutes=2,
        prediction=Prediction(
            ask="`a1` brings a wrong password. The server",
            options=(
                "closes the connection",
                "says BAD, and both lines are lost",
                "says NO to `a1`; `a2` may try again",
            ),
            answer=2,
            says="NO means: I understood, and could not do it. The session goes on "
            "(RFC 3501 sections 6.2.3 and 7.1.2).",
            again=Question(
                key="04.2",
                ask="Which answer says: “I understood you, but that did not work”?",
                options=("OK", "NO", "BAD"),
                answer=1,
                reasons=(
                    "OK: it is done.",
                    "As with a wrong password.",
                    "BAD: the line was not understood, or not allowed now.",
                ),
                proof="04.2",
            ),
        ),
    ),
    Step(
        key="04.3",
        title="Open the mailbox: SELECT",
        minutes=2,
        prediction=Prediction(
            ask="Three messages wait. After `SELECT INBOX`, how many are on the phone?",
            options=("none", "three", "only the new ones"),
            answer=0,
            says="SELECT opens a mailbox and tells about it. It brings no message "
            "(RFC 3501 section 6.3.1).",
            again=Question(
                key="04.3",
                ask="`SELECT INBOX` was answered with `* 200 EXISTS`. "
                "What has the phone downloaded?",
                options=("200 messages", "200 headers", "no message"),
                answer=2,
                reasons=(
                    "EXISTS counts what is on the server.",
                    "Headers come with FETCH only.",
                    "The mailbox is open, and everything is where it was.",
                ),
                proof="04.3",
            ),
        ),
    ),
    Step(
        key="04.4",
        title="Data and the end: FETCH",
        minutes=2,
        prediction=Prediction(
            ask="`a4` asks for the flags of three messages. What comes back?",
            options=(
                "one line, and it begins with `a4`",
                "three lines, and each begins with `a4`",
                "three lines that begin with `*`, then one that begins with `a4`",
            ),
            answer=2,
            says="Data comes in untagged lines; the line with your tag is the end of the answer "
            "(RFC 3501 section 2.2.2).",
            again=Question(
                key="04.4",
                ask="How does a program know that the answer to its command `k7` is complete?",
                options=(
                    "the line that begins with `k7` has come",
                    "a line with a single dot has come",
                    "no line has come for a second",
                ),
                answer=0,
                reasons=(
                    "Until then, untagged lines may follow.",
                    "That is how POP3 does it.",
                    "A slow line is no end. The tag is.",
                ),
                proof="04.4",
            ),
        ),
    ),
    Step(
        key="04.5",
        title="Look in secret: BODY.PEEK[]",
        minutes=2,
        prediction=Prediction(
            ask="The phone copies A with `BODY.PEEK[]`. What does the server call A then?",
            options=("new, as before", "read", "removed"),
            answer=0,
            says="All of A came, and no flag was set (RFC 3501 section 6.4.5).",
            again=Question(
                key="04.5",
                ask="A program wants all of a message, and the message must stay new. It sends",
                options=("`FETCH 1 BODY[]`", "`FETCH 1 FLAGS`", "`FETCH 1 BODY.PEEK[]`"),
                answer=2,
                reasons=(
                    "That one sets `\\Seen`.",
                    "That brings the flags, and no message.",
                    "To peek is to look in secret.",
                ),
                proof="04.5",
            ),
        ),
    ),
    Step(
        key="04.6",
        title="Read: BODY[]",
        minutes=2,
        prediction=Prediction(
            ask="The phone has A already. Now it says `FETCH 1 BODY[]`. What changes?",
            options=(
                "nothing",
                "the server sets `\\Seen` on A",
                "the phone has A twice",
            ),
            answer=1,
            says="BODY[] without PEEK sets the flag on the server, whether the octets are new to "
            "the phone or not (RFC 3501 section 6.4.5).",
            again=Question(
                key="04.6",
                ask="A message is shown as read, and nobody has opened it. "
                "What may a program have sent?",
                options=("`FETCH 5 BODY[]`", "`FETCH 5 FLAGS`", "`SELECT INBOX`"),
                answer=0,
                reasons=(
                    "Fetched without PEEK, it counts as read.",
                    "To ask for flags changes none.",
                    "To open a mailbox reads no message.",
                ),
                proof="04.6",
            ),
        ),
    ),
    Step(
        key="04.7",
        title="Make it new again: STORE",
        minutes=4,
        core=False,
        prediction=Prediction(
            ask="The phone takes `\\Seen` off A. Then the laptop, which was never here, "
            "opens the mailbox. It sees A as",
            options=("new", "read", "missing"),
            answer=0,
            says="The flag stands on the server, once for all devices. The laptop asked the server "
            "and saw what the phone had left (RFC 3501 sections 2.3.2 and 6.4.6).",
            again=Question(
                key="04.7",
                ask="Where does IMAP keep the flag `\\Seen`?",
                options=(
                    "on the device that has read the message",
                    "with the message in the mailbox, on the server",
                    "in the message's header",
                ),
                answer=1,
                reasons=(
                    "Then no other device would know of it.",
                    "So each device that asks gets the same answer.",
                    "The message never changes; flags stand beside it.",
                ),
                proof="04.7",
            ),
        ),
    ),
    Step(
        key="04.8",
        title="Mark: \\Deleted",
        minutes=2,
        prediction=Prediction(
            ask="The phone sets the flag `\\Deleted` on A. Where is A then?",
            options=(
                "on the phone only",
                "on the phone and on the server",
                "in a folder named Trash",
            ),
            answer=1,
            says="`\\Deleted` is a flag like the others: it marks and removes nothing "
            "(RFC 3501 section 2.3.2).",
            again=Question(
                key="04.8",
                ask="Ten messages have `\\Deleted`. Nobody has said EXPUNGE or CLOSE. "
                "How many are on the server?",
                options=("none", "all ten", "it depends on the device"),
                answer=1,
                reasons=(
                    "A mark removes nothing.",
                    "And the marks can be taken off again.",
                    "All devices look at the same mailbox.",
                ),
                proof="04.8",
            ),
        ),
    ),
    Step(
        key="04.9",
        title="Look, do not touch: EXAMINE",
        minutes=3,
        core=False,
        prediction=Prediction(
            ask="A is marked. The laptop opens INBOX with EXAMINE and says EXPUNGE. Then",
            options=("A is removed", "the server says NO, and A stays", "the session ends"),
            answer=1,
            says="EXAMINE opens a mailbox to read only: nothing in it can be changed "
            "(RFC 3501 section 6.3.2).",
            again=Question(
                key="04.9",
                ask="A mailbox was opened with EXAMINE. Which line still works?",
                options=("`FETCH 1 BODY[]`", "`STORE 1 +FLAGS (\\Seen)`", "`EXPUNGE`"),
                answer=0,
                reasons=(
                    "To read is allowed. It sets no `\\Seen` here.",
                    "A flag is a change: NO.",
                    "To remove is a change: NO.",
                ),
                proof="04.9",
            ),
        ),
    ),
    Step(
        key="04.10",
        title="Remove: EXPUNGE",
        minutes=2,
        prediction=Prediction(
            ask="The phone has a whole copy of A, and the server has one, marked. "
            "After EXPUNGE, how many whole copies of A are there?",
            options=("two", "one, on the phone", "none"),
            answer=2,
            says="The server removed A and said so: `* 1 EXPUNGE`. The phone follows the server, "
            "so its own copy went too (RFC 3501 sections 6.4.3 and 7.4.1).",
            again=Question(
                key="04.10",
                ask="On the phone you delete and expunge a message by mistake. "
                "Is it still on the laptop, which reads by IMAP too?",
                options=(
                    "Yes: the laptop has its own mailbox.",
                    "Yes, with the flag `\\Deleted`.",
                    "Only until the laptop next compares itself with the server.",
                ),
                answer=2,
                reasons=(
                    "With IMAP there is one mailbox, on the server.",
                    "After EXPUNGE there is no message that could have a flag.",
                    "Then it is removed there too. IMAP is no backup.",
                ),
                proof="04.10",
            ),
        ),
    ),
    Step(
        key="04.11",
        title="The quiet way: CLOSE",
        minutes=3,
        core=False,
        prediction=Prediction(
            ask="B has `\\Deleted`. The phone closes the mailbox with CLOSE. B is",
            options=(
                "still marked",
                "removed, and a line says so",
                "removed, and no line says so",
            ),
            answer=2,
            says="CLOSE removes what is marked and sends no EXPUNGE lines "
            "(RFC 3501 section 6.4.2).",
            again=Question(
                key="04.11",
                ask="You have marked a message, and want to leave without removing it. You say",
                options=("CLOSE", "EXPUNGE", "LOGOUT"),
                answer=2,
                reasons=(
                    "CLOSE removes what is marked, and does not say so.",
                    "EXPUNGE removes what is marked.",
                    "LOGOUT alone leaves the marks as they are.",
                ),
                proof="04.11",
            ),
        ),
    ),
    Step(key="04.12", title="Say goodbye: LOGOUT", minutes=1),
    Step(key="04.13", title="A program says the same lines", minutes=3, core=False),
)
