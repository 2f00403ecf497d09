"""The steps of lesson 01, with what is predicted before each."""

from __future__ import annotations

from labserver.course.plan import Prediction, Question, Step

__all__ = ["STEPS"]


STEPS = (
    Step(
        key="01.1",
        title="A socket",
        minutes=3,
        prediction=Prediction(
            ask="You connect to the mail server and say nothing. What does the server do?",
            options=(
                "It says a line first",
                "It waits until you say something",
                "It hangs up at once",
            ),
            answer=0,
            says="The server spoke first: `220` and its name. This line is the greeting, and a "
            "client waits for it (RFC 5321 section 3.1).",
            again=Question(
                key="01.1",
                ask="Who says the first line of an SMTP session?",
                options=("The server, with `220`", "The client, with `EHLO`", "Either of them"),
                answer=0,
                reasons=(
                    "The server greets, then the client begins.",
                    "The client waits for the greeting before it says `EHLO`.",
                    "The order is fixed: the client waits for the greeting.",
                ),
                proof="01.1",
            ),
        ),
    ),
    Step(key="01.2", title="Say hello, and hear a long reply", minutes=4),
    Step(
        key="01.3",
        title="The envelope, with a name spelled wrong",
        minutes=4,
        prediction=Prediction(
            ask="You name a recipient who does not exist. What does the server do?",
            options=(
                "It hangs up",
                "It takes the line, and tells you later by mail",
                "It refuses this one line, and waits for the next",
            ),
            answer=2,
            says="`550` refused this one line, and the server waits for the next (RFC 5321 "
            "section 3.3). An error is an answer.",
            again=Question(
                key="01.3",
                ask="A server has answered `550` to a `RCPT TO`. What is true now?",
                options=(
                    "The session is over",
                    "Only that recipient was not taken, and you may go on",
                    "The sender was not taken either: begin with `MAIL FROM`",
                ),
                answer=1,
                reasons=(
                    "A server does not hang up because of a wrong line.",
                    "The next `RCPT TO` was taken in the same session.",
                    "What was taken before stays: only this line was refused.",
                ),
                proof="01.3",
            ),
        ),
    ),
    Step(
        key="01.4",
        title="The message, and where it goes",
        minutes=4,
        prediction=Prediction(
            ask="The envelope names Bob. Inside, the message says `To: Alice`. Who gets it?",
            options=("Alice", "Bob", "Both"),
            answer=1,
            says="Bob has it, and Alice has nothing. The server goes by the envelope "
            "(RFC 5321 section 2.3.1). `To:` is text, and no server delivers by it.",
            again=Question(
                key="01.4",
                ask="Which line decides into whose mailbox a message goes?",
                options=("`To:` in the message", "`RCPT TO` in the envelope", "`EHLO`"),
                answer=1,
                reasons=(
                    "`To:` is what the reader sees. In step 4 it named Alice, and Bob got it.",
                    "The server goes by the envelope only.",
                    "`EHLO` says which computer is talking.",
                ),
                proof="01.4",
            ),
        ),
    ),
    Step(
        key="01.5",
        title="Bcc, done wrong",
        minutes=4,
        prediction=Prediction(
            ask="The message has a line `Bcc: Carol`. The envelope names only Bob. What happens?",
            options=(
                "Carol gets a copy, and Bob does not know",
                "Carol gets nothing, and Bob can read her name",
                "The server takes the line away, and Carol gets nothing",
            ),
            answer=1,
            says="Carol has nothing, as the envelope did not name her. Bob has the line: a server "
            "passes the text on as it is. A program must take that line away (RFC 5322 "
            "section 3.6.3).",
            again=Question(
                key="01.5",
                ask="How does a blind copy reach Carol?",
                options=(
                    "The server reads the line `Bcc` and then removes it",
                    "The message is encrypted for her",
                    "The envelope names her, and the message does not",
                ),
                answer=2,
                reasons=(
                    "In step 5 the server left the line in, and sent Carol nothing.",
                    "Encryption has nothing to do with it.",
                    "`RCPT TO` for Carol, and no line with her name.",
                ),
                proof="01.5",
            ),
        ),
    ),
    Step(
        key="01.6",
        title="A line with a single dot",
        minutes=3,
        prediction=Prediction(
            ask="A line in the middle of your text is a single dot. What is the next line of your "
            "text for the server?",
            options=(
                "A part of the message, as the others",
                "The first line of a second message",
                "A command, which it does not know",
            ),
            answer=2,
            says="The dot ended the message, and `250` took it as it was. The rest of the text was "
            "a command, and a wrong one: `500` (RFC 5321 section 4.5.2).",
            again=Question(
                key="01.6",
                ask="After `DATA` and its `354`, which line does the server answer next?",
                options=(
                    "Each line of the message",
                    "The empty line after the header",
                    "The line with a single dot",
                ),
                answer=2,
                reasons=(
                    "The server is silent as long as the message lasts.",
                    "The empty line is a part of the message.",
                    "The dot ends the message, wherever it stands.",
                ),
                proof="01.6",
            ),
        ),
    ),
    Step(key="01.7", title="The same line, dot-stuffed", minutes=3),
    Step(
        key="01.8",
        title="Two digits, and what to do next",
        minutes=4,
        prediction=Prediction(
            ask="A server answers `451` to `RCPT TO`. What is the best thing to do next?",
            options=(
                "Say the same line again, a little later",
                "Correct the address",
                "Give up, and tell the person that it failed",
            ),
            answer=0,
            says="The same line was taken, the second time. A 4 means: not now. A 5 means: not "
            "like this (RFC 5321 section 4.2.1).",
            again=Question(
                key="01.8",
                ask="Which of these answers can become a `250` if you say the same line later?",
                options=("`550`", "`451`", "`501`"),
                answer=1,
                reasons=(
                    "A 5 says no for good: change the line first.",
                    "A 4 is temporary.",
                    "A 5 says no for good: the line has not the right form.",
                ),
                proof="01.8",
            ),
        ),
    ),
    Step(
        key="01.9",
        title="Count the waits, then wait less",
        minutes=4,
        prediction=Prediction(
            ask="One short message to one person, a line at a time, from the greeting to the "
            "goodbye. How often must the client wait for the server?",
            options=("Twice", "4 times", "7 times"),
            answer=2,
            says="7 times: for the greeting, and after `EHLO`, `MAIL FROM`, `RCPT TO`, `DATA`, the "
            "dot, and `QUIT`. One command, one reply (RFC 5321 section 4.3.1).",
            again=Question(
                key="01.9",
                ask="What makes pipelining quicker?",
                options=(
                    "The client waits for several answers at once",
                    "The server leaves some answers out",
                    "The lines are made shorter",
                ),
                answer=0,
                reasons=(
                    "The lines are the same, and the waits are fewer.",
                    "Each command gets its answer, in the same order as before.",
                    "Not one octet is different.",
                ),
                proof="01.9",
            ),
        ),
    ),
    Step(
        key="01.10",
        title="A library says the same lines",
        minutes=4,
        core=False,
        prediction=Prediction(
            ask="You give Python's `smtplib` a message with a line `Bcc`. What does it do with it?",
            options=(
                "It sends the line as it is",
                "It names Carol in the envelope, and leaves the line out",
                "It refuses to send",
            ),
            answer=1,
            says="Two lines `rcpt TO` went out, and the line `Bcc` did not. That is the work of a "
            "mail program; the server can't do it.",
            again=Question(
                key="01.10",
                ask="What does a mail program do that the server does not?",
                options=(
                    "It makes the envelope from `To`, `Cc` and `Bcc`, and leaves `Bcc` out",
                    "It puts the message into the recipient's mailbox",
                    "It writes the line `Received`",
                ),
                answer=0,
                reasons=(
                    "For the server, the message is only text.",
                    "The server does that, when it has said `250` to the dot.",
                    "The server writes that line.",
                ),
                proof="01.10",
            ),
        ),
    ),
)
