"""Lesson 01: SMTP by hand, from a socket to a pipelined session."""

from __future__ import annotations

from labserver.course.content.goals01 import (
    busy_lab,
    ended,
    in_one_go,
    seen_by_two,
    three_people,
    told_apart,
)
from labserver.course.plan import Claim, Exercise, Lesson, Mistake, Prediction, Question, Step

__all__ = ["LESSON"]

STEPS = (
    Step(
        key="01.1",
        title="A socket, and the server speaks first",
        minutes=3,
        prediction=Prediction(
            ask="You connect to the mail server and say nothing. What does the server do?",
            options=(
                "It waits until you say something",
                "It says a line first",
                "It hangs up at once",
            ),
            answer=1,
            says="The server spoke first: `220` and its name. This line is the greeting, and a "
            "client waits for it (RFC 5321 section 3.1).",
            again=Question(
                key="01.1",
                ask="Who says the first line of an SMTP session?",
                options=("The client, with `EHLO`", "The server, with `220`", "Either of them"),
                answer=1,
                reasons=(
                    "The client waits for the greeting before it says `EHLO`.",
                    "The server greets, then the client begins.",
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
                    "The envelope names her, and the message does not",
                    "The message is encrypted for her",
                ),
                answer=1,
                reasons=(
                    "In step 5 the server left the line in, and sent Carol nothing.",
                    "`RCPT TO` for Carol, and no line with her name.",
                    "Encryption has nothing to do with it.",
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
                "A command, which it does not know",
                "The first line of a second message",
            ),
            answer=1,
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
                    "The server leaves some answers out",
                    "The client waits for several answers at once",
                    "The lines are made shorter",
                ),
                answer=1,
                reasons=(
                    "Each command gets its answer, in the same order as before.",
                    "The lines are the same, and the waits are fewer.",
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

_ENVELOPE = """\
smtp.send("MAIL FROM:<alice@home.example>")
smtp.send("RCPT TO:<bob@home.example>")
"""
_TO_CAROL = 'smtp.send("RCPT TO:<carol@home.example>")\n'
_MESSAGE = 'smtp.send("DATA")\nsmtp.data(text)\n'
_DIAL = 'smtp = alice.dial("smtp")\nsmtp.send("EHLO alice-laptop.home.example")\n'
_GROUP = '"MAIL FROM:<alice@home.example>", "RCPT TO:<bob@home.example>", "DATA"'

EXERCISES = (
    Exercise(
        key="01.E1",
        title="The missing line",
        start=three_people,
        goal=ended,
        given='smtp.send("____")',
        solution='smtp.send(".")',
        hints=(
            "The server is silent: for it, the message is not over yet. Look at step 4.",
            "One line ends a message. It holds a single character.",
            'The line is a dot: smtp.send(".")',
        ),
        mistakes=(
            Mistake(lines='smtp.send("QUIT")', says="state DATA"),
            Mistake(lines="smtp.hang_up()", says="The connection ended before the message did"),
            Mistake(lines='smtp.send("QUIT")\nsmtp.send(".")', says="a line `QUIT` stands in it"),
        ),
        done="The dot ended the message, and with `250` the server took it. Bob has it.",
    ),
    Exercise(
        key="01.E2",
        title="A blind copy that is blind",
        start=three_people,
        goal=seen_by_two,
        given='# Your lines. The last two are smtp.send("DATA") and smtp.data(text).',
        solution=_ENVELOPE + _TO_CAROL + _MESSAGE,
        hints=(
            "Who gets a message stands in the envelope. Who is named in it stands in the text.",
            "An envelope may have several recipients: say `RCPT TO` once for each.",
            (
                "`MAIL FROM` with Alice's address, `RCPT TO` with Bob's, `RCPT TO` with Carol's, "
                "`DATA`. Then smtp.data(text)."
            ),
        ),
        mistakes=(
            Mistake(
                lines=_ENVELOPE
                + 'smtp.send("DATA")\nsmtp.data("Bcc: carol@home.example\\n" + text)\n',
                says="Carol has nothing: no server delivers by that line",
            ),
            Mistake(
                lines=_ENVELOPE
                + _TO_CAROL
                + 'smtp.send("DATA")\nsmtp.data("Bcc: carol@home.example\\n" + text)\n',
                says="Bob can read Carol's name",
            ),
            Mistake(lines=_ENVELOPE + _MESSAGE, says="Carol has nothing: no `RCPT TO`"),
            Mistake(lines=_ENVELOPE + _TO_CAROL, says="no message followed it"),
        ),
        done="Both have the message, and Bob's copy does not name Carol. That is all that Bcc is.",
    ),
    Exercise(
        key="01.E3",
        title="Two refusals, two remedies",
        start=busy_lab,
        goal=told_apart,
        given='# Your lines. The last two are smtp.send("DATA") and smtp.data(text).',
        solution=_TO_CAROL + 'smtp.send("RCPT TO:<bob@home.example>")\n' + _MESSAGE,
        hints=(
            "Look at the first digit of each answer: one is 4, the other is 5.",
            "4: say the same line again. 5: the line itself must change.",
            (
                "`RCPT TO` with Carol's address again, `RCPT TO` with `bob` (not `bobb`), `DATA`. "
                "Then smtp.data(text)."
            ),
        ),
        mistakes=(
            Mistake(lines='smtp.send("DATA")', says="The server has no recipient yet"),
            Mistake(
                lines='smtp.send("RCPT TO:<bobb@home.example>")',
                says="You asked for `bobb` again",
            ),
            Mistake(
                lines='smtp.send("RCPT TO:<bob@home.example>")\n' + _MESSAGE,
                says="Carol has nothing. Her 451 meant: not now",
            ),
            Mistake(lines=_TO_CAROL + _MESSAGE, says="`bobb` is not Bob"),
            Mistake(lines='smtp.send("QUIT")', says="The session is over"),
        ),
        done="Both have the message: the 4 was tried again, and the 5 was mended.",
    ),
    Exercise(
        key="01.E4",
        title="Alone, and in five waits",
        start=three_people,
        goal=in_one_go,
        given="# Your lines, from alice.dial to QUIT.",
        solution=_DIAL + f'smtp.send({_GROUP})\nsmtp.data(text)\nsmtp.send("QUIT")\n',
        hints=(
            "Which lines may be sent together? Look at step 9. Which lines need a second dot?",
            (
                "`MAIL FROM`, `RCPT TO` and `DATA` go together in one smtp.send(...). The text "
                "goes with smtp.data(text)."
            ),
            (
                'smtp = alice.dial("smtp"). Then `EHLO`. Then the three lines in one '
                "smtp.send(...), a comma between them. Then smtp.data(text), and `QUIT`."
            ),
        ),
        mistakes=(
            Mistake(
                lines=_DIAL + _ENVELOPE + _MESSAGE + 'smtp.send("QUIT")\n',
                says="you waited 7 times",
            ),
            Mistake(
                lines=_DIAL + f'smtp.send({_GROUP}, "QUIT")\nsmtp.data(text)\nsmtp.send("QUIT")\n',
                says="The word QUIT stands in Bob's message",
            ),
            Mistake(
                lines=_DIAL
                + f"smtp.send({_GROUP})\n"
                + "for line in text.splitlines():\n    smtp.send(line)\n"
                + 'smtp.send("QUIT")\n',
                says="Its line with a single dot ended it",
            ),
            Mistake(
                lines=_DIAL + f"smtp.send({_GROUP})\nsmtp.data(text)\n",
                says="The connection is still open",
            ),
            Mistake(
                lines='smtp = alice.dial("smtp")\n'
                f'smtp.send("EHLO alice-laptop.home.example", {_GROUP})\n'
                'smtp.data(text)\nsmtp.send("QUIT")\n',
                says="You did not wait for the reply to `EHLO`",
            ),
            Mistake(lines=_DIAL, says="No message has been sent yet"),
        ),
        done="The message came whole, dot and all, and you waited 5 times at most.",
    ),
)

QUIZ = (
    Question(
        key="01.Q1",
        ask="Bob's name is nowhere in a message. How did it reach him?",
        options=(
            "The server guessed",
            "`RCPT TO` named him",
            "`MAIL FROM` named him",
            "It must be a mistake of the server",
        ),
        answer=1,
        reasons=(
            "A server does not guess.",
            "The envelope decides, and the reader never sees it.",
            "`MAIL FROM` names who sends.",
            "It is as it should be: the text and the envelope are two things.",
        ),
        proof="01.4",
    ),
    Question(
        key="01.Q2",
        ask="When has a server taken over the responsibility for a message?",
        options=(
            "With the `250` after `RCPT TO`",
            "With the `354` after `DATA`",
            "With the `250` after the line with the dot",
            "With the `221` after `QUIT`",
        ),
        answer=2,
        reasons=(
            "Then it has only an address.",
            "`354` says: go on. It has no text yet.",
            "Before it, the client must keep the message (RFC 5321 section 4.1.1.4).",
            "That is only a goodbye. The message was safe before.",
        ),
        proof="01.4",
    ),
    Question(
        key="01.Q3",
        ask="You read `552`. What do the first two digits say?",
        options=(
            "5: a permanent no. 5: it is about the mail system",
            "5: a permanent no. 5: it is about the form of the line",
            "5: try again in 5 minutes. 5: the fifth attempt",
            "Nothing. Only the text after the code counts",
        ),
        answer=0,
        reasons=(
            "The first says what to do, the second what it is about (RFC 5321 section 4.2.1).",
            "The form of a line would be a 0 in the second place, as in `500` and `503`.",
            "A temporary answer begins with 4, and no digit counts minutes.",
            "Programs go by the code. The text may be any text.",
        ),
        proof="01.8",
    ),
    Question(
        key="01.Q4",
        ask="A line of your text is `...` (three dots). What goes over the wire?",
        options=("Two dots", "Three dots", "Four dots", "It can't be sent"),
        answer=2,
        reasons=(
            "The client never takes a dot away.",
            "Then the server would take one away, and two would arrive.",
            "One more dot in front. The server takes it away again.",
            "Every text can be sent: that is what dot-stuffing is for.",
        ),
        proof="01.7",
    ),
    Question(
        key="01.Q5",
        ask="Spot the error: “The mail server removes the Bcc line before it delivers.”",
        options=(
            "There is no error",
            "The sender's program leaves the line out. A server passes the text on as it is",
            "Bob's mail program hides it",
            "The line stays, but without the name",
        ),
        answer=1,
        reasons=(
            "In step 5 the line was there when Bob looked.",
            "Step 5 shows the line in Bob's mailbox.",
            "The line should never reach Bob's program.",
            "The server changes nothing in the text.",
        ),
        proof="01.5",
    ),
    Question(
        key="01.Q6",
        ask="One message, 100 recipients, `MAIL FROM` to `DATA` in one go. How often does the "
        "client wait, from the greeting to `QUIT`?",
        options=("5 times", "7 times", "104 times", "106 times"),
        answer=0,
        reasons=(
            "Greeting, `EHLO`, the group, the dot, `QUIT`. More recipients, no more waits.",
            "That is one recipient, a line at a time.",
            "Each `RCPT TO` gets an answer, and the client waits once for all of them.",
            "That is 100 recipients, a line at a time.",
        ),
        proof="01.9",
    ),
)

OPENING = (
    Question(
        key="01.O1",
        ask="Which protocol put Alice's message on the server?",
        options=("SMTP", "POP3", "IMAP"),
        answer=0,
        reasons=(
            "Today you speak it yourself.",
            "POP3 fetches mail from the server.",
            "IMAP works with mail that is on the server already.",
        ),
        proof="00.2",
    ),
    Question(
        key="01.O2",
        ask="A message was sent, and nobody has fetched it. Where is it?",
        options=("On Bob's laptop", "On the server", "On its way"),
        answer=1,
        reasons=(
            "The server does not know Bob's laptop.",
            "SMTP ends at the server.",
            "With `250` it has arrived: on the server.",
        ),
        proof="00.2",
    ),
)

LESSON = Lesson(
    number="01",
    title="SMTP by hand",
    notebook="01-smtp-by-hand.ipynb",
    minutes=40,
    abilities=(
        "send a message with nothing but a socket",
        "tell the envelope from the message, and explain Bcc",
        "send any text, also a line with a single dot",
        "read both digits of a reply code, and recover from errors",
        "count how often a client waits, and wait less often",
    ),
    needs=("00",),
    start=three_people,
    steps=STEPS,
    exercises=EXERCISES,
    quiz=QUIZ,
    opening=OPENING,
    claims=(
        Claim(
            key="C2",
            says="SMTP is how mail is sent, to a server and on to the receiving address (the first "
            "half of the claim: sent; forwarding is the second).",
            verdict="true",
            step="01.4",
            source="RFC 5321 section 2.1",
        ),
    ),
)
