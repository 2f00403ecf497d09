"""The questions around lesson 01."""

from __future__ import annotations

from labserver.course.plan import Question

__all__ = ["OPENING", "QUIZ"]


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
            "The envelope decides, and no line of the text has to name him.",
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
            "5: not like this. 5: it is about the mail system",
            "5: not like this. 5: it is about the form of the line",
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
