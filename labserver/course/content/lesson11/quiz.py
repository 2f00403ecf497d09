"""The questions around lesson 11: those it opens with, and the final quiz."""

from __future__ import annotations

from labserver.course.plan import Question

__all__ = ["OPENING", "QUIZ"]

OPENING = (
    Question(
        key="11.O1",
        ask="A POP3 program has fetched a message. Which line takes the message off the server?",
        options=("`RETR`", "`DELE` alone", "`QUIT`, if `DELE` came before it"),
        answer=2,
        reasons=(
            "`RETR` copies, and the server keeps what it has.",
            "`DELE` only marks the message.",
            "`QUIT` leads to UPDATE, and there the server removes what is marked.",
        ),
        proof="03.8",
    ),
    Question(
        key="11.O2",
        ask="Where does IMAP keep the note that a message was read?",
        options=("On the server, as a flag", "On the device that read it", "In the message"),
        answer=0,
        reasons=(
            r"The flag `\Seen` is on the server, so each device can see it.",
            "A device may note it too, but the server's flag is what the others see.",
            "The octets of a message never change.",
        ),
        proof="04.6",
    ),
    Question(
        key="11.O3",
        ask="The laptop has an open POP3 session. What happens when the phone logs in by POP3?",
        options=("It gets half of the mail", "It is refused for now", "It ends the other session"),
        answer=1,
        reasons=(
            "Mail is never divided.",
            "One session holds the lock until it ends.",
            "Nobody throws out the first session.",
        ),
        proof="04b.9",
    ),
)

QUIZ = (
    # Choose for a person, with the reason
    Question(
        key="11.Q1",
        ask="Olga has one old laptop and a small mailbox. Large pictures come each week. Which "
        "one, and why?",
        options=(
            (
                "POP3 that leaves nothing on the server: room for new mail, and no other device "
                "that lacks it"
            ),
            "POP3, because IMAP cannot be read offline",
            "IMAP, because it takes no space on the server",
        ),
        answer=0,
        reasons=(
            "Her mailbox was empty when the next picture came. She needs a backup, though.",
            "It can, if whole messages were fetched. That is not the reason.",
            "With IMAP the messages stay on the server and fill it.",
        ),
        proof="11.6",
    ),
    Question(
        key="11.Q2",
        ask="Mia has a laptop, a phone and a tablet. Which one, and why?",
        options=(
            "POP3 on all three, with mail left on the server: then all are alike",
            "IMAP: what she reads or deletes on one shows on the others",
            "IMAP: it is faster",
        ),
        answer=1,
        reasons=(
            "All have the messages, but none knows what was read or deleted on another.",
            "Flags and deletions are on the server, and each device follows.",
            "You have not seen anything about speed.",
        ),
        proof="11.4",
    ),
    Question(
        key="11.Q3",
        ask="Sam's network is slow, and he wants to know quickly who has written. Which reason is "
        "right?",
        options=(
            "POP3, because its messages are smaller",
            "IMAP never needs the network",
            "IMAP, with a program that fetches headers first",
        ),
        answer=2,
        reasons=(
            "The message has the same octets with both.",
            "What was not fetched needs the network.",
            "Two headers were a few hundred octets, and the pictures could wait.",
        ),
        proof="11.7",
    ),
    Question(
        key="11.Q4",
        ask="Nina wants no mail left at her provider. What does she need besides a POP3 program "
        "that removes?",
        options=(
            "A backup of the laptop",
            "An IMAP program on the phone, as a second copy",
            "Nothing",
        ),
        answer=0,
        reasons=(
            "The laptop's copy is the only one, until something copies it.",
            "It follows the server: when the server is empty, the phone is too.",
            "Then one broken laptop takes all her mail along.",
        ),
        proof="11.8",
    ),
    Question(
        key="11.Q5",
        ask="Two people answer the mail of one shop. Which one, and why?",
        options=(
            "POP3: the lock keeps them from answering the same order",
            "POP3 with removal: each gets a fair half",
            "IMAP: each sees what the other has opened",
        ),
        answer=2,
        reasons=(
            "The lock ends with the session, and then the other one fetches the same order.",
            "Who looks first gets all that is there. The other does not even know of it.",
            "They share the flags. It works if both look at them.",
        ),
        proof="11.9",
    ),
    # Spot the error
    Question(
        key="11.Q6",
        ask="Spot the error. “IMAP stands for Internet Access Message Protocol.” What is right?",
        options=(
            "It is right as it stands",
            "Internal Mail Access Protocol",
            "Internet Message Access Protocol: a way to reach messages",
        ),
        answer=2,
        reasons=(
            "Two words are exchanged: it gives access to messages, not to the Internet.",
            "Nothing about it is internal: any device may use it from anywhere.",
            "So it is called in RFC 9051.",
        ),
        proof="04.12",
    ),
    Question(
        key="11.Q7",
        ask="Spot the error. “With POP3, messages are removed from the server after the download.” "
        "Which step shows what is wrong?",
        options=(
            "After `RETR` alone, the message was on the server and on the laptop",
            "After `DELE`, the message was on the laptop",
            "After `LIST`, the message was on the server",
        ),
        answer=0,
        reasons=(
            "Fetching removes nothing. `DELE` and `QUIT` do.",
            "It was marked on the server, too. But it is about `DELE`, not about the download.",
            "Nothing had been downloaded then.",
        ),
        proof="03.5",
    ),
    Question(
        key="11.Q8",
        ask="Spot the error. “POP3 transfers all mail, by default only the Inbox.” What is wrong?",
        options=(
            "POP3 has no folders, so there is no default to change",
            "By default POP3 transfers all folders",
            "POP3 transfers headers only",
        ),
        answer=0,
        reasons=(
            "It knows one maildrop. What is filed in other folders is out of its sight.",
            "It has no command that names a folder.",
            "`RETR` brings the whole message.",
        ),
        proof="03.11",
    ),
    Question(
        key="11.Q9",
        ask="Spot the error. “With IMAP you need the network to read your mail.” Which step shows "
        "what is wrong?",
        options=(
            "The watch had the headers only",
            "The phone could read all of A while the network was cut",
            "The old laptop could not look for new mail",
        ),
        answer=1,
        reasons=(
            "That is where it is true: what was not fetched needs the network.",
            "Its program had fetched the message whole before.",
            "That is about new mail, and about POP3.",
        ),
        proof="11.5",
    ),
    Question(
        key="11.Q10",
        ask="Spot the error. “IMAP needs more space at the provider, and that is its only "
        "downside.” What is wrong?",
        options=(
            "It needs no space at the provider",
            "It has no downside at all",
            "It has others, too: a deletion on one device reaches all of them",
        ),
        answer=2,
        reasons=(
            "The messages stay there, and the mailbox grows until something is removed.",
            "A full mailbox is one already.",
            "And the provider holds all the mail, and offline you have only what was fetched.",
        ),
        proof="06.7",
    ),
    # The whole course
    Question(
        key="11.Q11",
        ask="Bob's phone reads his mail by IMAP. Which protocol sends his answer?",
        options=("IMAP", "SMTP", "POP3"),
        answer=1,
        reasons=(
            "IMAP works with mail that is on the server.",
            "SMTP sends, whichever protocol reads.",
            "POP3 only fetches.",
        ),
        proof="00.2",
    ),
    Question(
        key="11.Q12",
        ask="What decides who gets a message?",
        options=("`RCPT TO` in the envelope", "The header field To", "The header field Bcc"),
        answer=0,
        reasons=(
            "The server delivers by the envelope alone.",
            "To is what the reader sees. No server delivers by it.",
            "A field Bcc in the message only gives the secret away.",
        ),
        proof="01.5",
    ),
    Question(
        key="11.Q13",
        ask="A POP3 session has marked ten messages with `DELE`, and the connection breaks. How "
        "many are removed?",
        options=("Ten", "None", "Those that were fetched"),
        answer=1,
        reasons=(
            "A mark becomes real at `QUIT` only.",
            "Without `QUIT` there is no UPDATE, and the marks are gone.",
            "Neither a fetch nor a mark removes anything without `QUIT`.",
        ),
        proof="03.7",
    ),
    Question(
        key="11.Q14",
        ask=r"A message has the flag `\Deleted`. Where is it?",
        options=(
            "On the server, until somebody expunges",
            "Nowhere",
            "In the trash, a place that IMAP empties each night",
        ),
        answer=0,
        reasons=(
            "It is there and takes space, and the flag can be taken away again.",
            "It goes when the mailbox is expunged, not before.",
            "IMAP empties nothing by itself.",
        ),
        proof="04.8",
    ),
    Question(
        key="11.Q15",
        ask="A program notes overnight which message it will delete. Which note is safe?",
        options=("Its sequence number", "Its size", "Its UID"),
        answer=2,
        reasons=(
            "A number is a place, and somebody else may stand there tomorrow.",
            "Another message may have the same size.",
            "A UID belongs to one message of the mailbox, and is not used again.",
        ),
        proof="04b.4",
    ),
    Question(
        key="11.Q16",
        ask="The laptop knows within a second that the phone has read a message. Which command may "
        "be behind that?",
        options=("`IDLE`", "`UIDL`", "`NOOP` of POP3"),
        answer=0,
        reasons=(
            "The laptop waits, and the server tells it unasked.",
            "`UIDL` lists names of messages. POP3 knows nothing of reading.",
            "POP3 has no flags to tell of.",
        ),
        proof="04b.8",
    ),
    Question(
        key="11.Q17",
        ask="Which of these may one person have at the same time, for one mailbox?",
        options=(
            "Two POP3 sessions",
            "Two IMAP sessions",
            "Neither: a mailbox is for one device",
        ),
        answer=1,
        reasons=(
            "The first one locks the maildrop.",
            "IMAP takes no lock, and each session is told what the other one did.",
            "With IMAP two devices worked in one mailbox for a whole lesson.",
        ),
        proof="04b.9",
    ),
)
