"""Following sessions: each line is read in its place, and what is said of it is of that line."""

from __future__ import annotations

import pytest

from labserver.explain import Moment, Reader, Role, decoded, notes, reader


def play(follower: Reader, *lines: str) -> list[tuple[Moment, str]]:
    """Say lines that begin with C: or S:; a number stands for a body of so many octets."""
    told = []
    for line in lines:
        who, _, text = line.partition(": ")
        if who.isdigit():
            told.append((follower.body(int(who)), ""))
        else:
            say = follower.client if who == "C" else follower.server
            told.append((say(text.encode()), text))
    return told


def roles(protocol: str, *lines: str) -> list[str]:
    return [moment.role.value for moment, _ in play(reader(protocol), *lines)]


def told(protocol: str, *lines: str) -> dict[str, str]:
    """Return what is said of the last line, by term: the sentence about this line."""
    moment, text = play(reader(protocol), *lines)[-1]
    return {note.term: note.here or note.says for note in notes(moment, text.encode())}


SMTP = ("S: 220 mail.home.example ESMTP", "C: EHLO me.example", "S: 250-mail.home.example")


def test_smtp_in_order() -> None:
    assert roles(
        "smtp",
        *SMTP,
        "S: 250 HELP",
        "C: MAIL FROM:<a@home.example>",
        "C: RCPT TO:<b@home.example>",
        "C: DATA",
        "S: 250 OK",
        "S: 550 No such user here",
        "S: 354 Go on",
        "120: ",
        "C: .",
        "S: 250 OK",
    ) == [
        *("greeting", "command", "reply", "reply"),
        *("command", "command", "command"),
        *("reply", "reply", "reply", "body", "command", "reply"),
    ]


def test_smtp_replies_belong_to_pipelined_commands() -> None:
    said = play(
        reader("smtp"),
        *SMTP,
        "S: 250 HELP",
        "C: MAIL FROM:<a@home.example>",
        "C: RCPT TO:<b@home.example>",
        "C: DATA",
        "S: 250 OK",
        "S: 550 5.1.1 No such user here",
        "S: 503 5.5.1 Send RCPT first",
        "C: QUIT",
    )
    assert [moment.command for moment, _ in said[-4:]] == ["MAIL", "RCPT", "DATA", "QUIT"]
    moment, text = said[-3]
    first, status, detail = notes(moment, text.encode())
    assert "for this person" in first.says
    assert status.term == detail.term == "5.1.1"
    assert "mailbox" in detail.says


def test_smtp_names_the_values_of_a_line() -> None:
    mail = told("smtp", *SMTP, "S: 250 HELP", "C: mail FROM:<a@b.example> SIZE=120 BODY=8BITMIME")
    assert mail["MAIL"].startswith("The sender is a@b.example.")
    assert mail["SIZE"] == "About 120 octets."
    assert mail["BODY"] == "Here: 8BITMIME."
    bounce = told("smtp", *SMTP, "S: 250 HELP", "C: MAIL FROM:<>")
    assert bounce["MAIL"].startswith("The empty sender <> means")
    size = told("smtp", *SMTP, "S: 250-SIZE 1000")
    assert next(iter(size)) == "SIZE"
    assert size["SIZE"] == "At most 1000 octets."
    assert "250-" in size


def test_smtp_the_first_line_of_ehlo_is_no_keyword() -> None:
    said = play(reader("smtp"), "S: 220 x", "C: EHLO y", "S: 250-HELP", "S: 250 HELP")
    (first, one), (second, two) = said[-2:]
    assert [note.term for note in notes(first, one.encode())] == ["250", "250-"]
    assert [note.term for note in notes(second, two.encode())] == ["HELP", "250"]


def test_smtp_unknown_and_unasked() -> None:
    assert told("smtp", *SMTP, "S: 250 HELP", "C: FLY home")["FLY"].endswith("FLY.")
    assert "close the connection" in told("smtp", *SMTP, "S: 250 HELP", "S: 421 Bye")["421"]
    assert told("smtp", "S: 220 x", "S: 299 odd")["299"].startswith("A number that begins with 2")


def test_smtp_login() -> None:
    said = play(
        reader("smtp"),
        *SMTP,
        "S: 250 AUTH LOGIN",
        "C: AUTH LOGIN",
        "S: 334 VXNlcm5hbWU6",
        "C: Ym9i",
        "S: 334 UGFzc3dvcmQ6",
        "C: dHVsaXA=",
        "S: 235 yes",
        "C: NOOP",
    )
    assert [moment.role for moment, _ in said[4:]] == [
        *(Role.COMMAND, Role.CHALLENGE, Role.ANSWER),
        *(Role.CHALLENGE, Role.ANSWER, Role.REPLY, Role.COMMAND),
    ]
    secrets = [decoded(moment, text.encode()) for moment, text in said[5:9]]
    assert [(each.kind, each.value) for (each,) in secrets] == [
        ("text", b"Username:"),
        ("user", b"bob"),
        ("text", b"Password:"),
        ("password", b"tulip"),
    ]


@pytest.mark.parametrize(
    ("protocol", "command", "challenge"),
    [
        ("smtp", "AUTH PLAIN AGJvYgB0dWxpcA==", ""),
        ("pop3", "AUTH PLAIN AGJvYgB0dWxpcA==", ""),
        ("imap", "a1 AUTHENTICATE PLAIN AGJvYgB0dWxpcA==", ""),
        ("smtp", "AUTH PLAIN", "334 "),
        ("pop3", "AUTH PLAIN", "+ "),
        ("imap", "a1 AUTHENTICATE PLAIN", "+ "),
    ],
)
def test_plain_is_taken_apart(protocol: str, command: str, challenge: str) -> None:
    follower = reader(protocol)
    follower.server(b"220 x" if protocol == "smtp" else b"+OK" if protocol == "pop3" else b"* OK")
    moment, text = play(follower, f"C: {command}")[-1]
    if challenge:
        assert decoded(moment, text.encode()) == ()
        follower.server(challenge.encode())
        moment, text = play(follower, "C: AGJvYgB0dWxpcA==")[-1]
    said = decoded(moment, text.encode())
    assert [(each.kind, each.value) for each in said] == [("user", b"bob"), ("password", b"tulip")]


def test_a_login_that_is_no_base64_is_shown_as_it_is() -> None:
    moment, _ = play(reader("smtp"), "S: 220 x", "C: AUTH PLAIN !!")[-1]
    assert [each.kind for each in decoded(moment, b"AUTH PLAIN !!")] == ["bad"]


def test_pop3_in_order() -> None:
    assert roles(
        "pop3",
        "S: +OK ready",
        "C: USER bob",
        "S: +OK",
        "C: LIST",
        "S: +OK",
        "S: 1 120",
        "S: .",
        "C: LIST 1",
        "S: +OK 1 120",
        "C: RETR 1",
        "S: +OK 120 octets",
        "120: ",
        "S: .",
        "C: RETR 2",
        "S: -ERR no such message",
        "C: QUIT",
    ) == [
        *("greeting", "command", "reply"),
        *("command", "reply", "listed", "end"),
        *("command", "reply"),
        *("command", "reply", "body", "end"),
        *("command", "reply", "command"),
    ]


def test_pop3_names_the_values_of_a_line() -> None:
    begun = ("S: +OK ready", "C: PASS tulip")
    assert told("pop3", *begun)["PASS"].startswith("The password is tulip.")
    said = told("pop3", *begun, "S: -ERR [IN-USE] Mailbox is open")
    assert "locked" in said["[IN-USE]"]
    assert told("pop3", *begun, "S: +OK", "C: UIDL", "S: +OK", "S: 2 x7")["2 x7"].startswith(
        "Message 2 is the one called x7"
    )
    assert told("pop3", "S: +OK <17.4@mail.home.example>")["<17.4@mail.home.example>"]


def test_pop3_the_same_line_means_other_things_in_other_places() -> None:
    follower = reader("pop3")
    follower.server(b"+OK")
    follower.client(b"QUIT")
    unread = follower.server(b"+OK Bye")
    assert "deleted what was marked" in notes(unread, b"+OK Bye")[0].says


def test_the_state_is_that_of_the_line() -> None:
    follower = reader("pop3")
    follower.entered("AUTHORIZATION", None, None)
    follower.server(b"+OK")
    command = follower.client(b"PASS tulip")
    follower.entered("TRANSACTION", "bob@home.example", "INBOX")
    reply = follower.server(b"+OK 3 messages")
    assert (command.state, command.account) == ("AUTHORIZATION", "")
    assert (reply.state, reply.account) == ("TRANSACTION", "bob@home.example")
    assert notes(reply, b"+OK")[0].here == "It is the mailbox of bob@home.example."


def test_imap_in_order() -> None:
    assert roles(
        "imap",
        "S: * OK ready",
        "C: a1 LOGIN bob {5}",
        "S: + go on",
        "5: ",
        "C: ",
        "S: a1 OK done",
        "C: a2 IDLE",
        "S: + idling",
        "S: * 4 EXISTS",
        "C: DONE",
        "S: a2 OK done",
        "C: a3 FETCH 1 (FLAGS BODY[])",
        "S: * 1 FETCH (FLAGS (\\Seen) BODY[] {120}",
        "120: ",
        "S: )",
        "S: a3 OK done",
    ) == [
        *("greeting", "command", "continuation", "body", "rest", "reply"),
        *("command", "continuation", "untagged", "done", "reply"),
        *("command", "untagged", "body", "rest", "reply"),
    ]


def test_imap_literals_inside_a_reply_are_counted() -> None:
    assert roles(
        "imap",
        "S: * OK ready",
        'S: * LIST () "/" {11}',
        "S: a OK b",
        "S: c",
        "S:  (more)",
        "S: * 1 EXISTS",
        'S: * LIST () "/" {3}',
        "S: abc (more)",
        "S: * 2 EXISTS",
        "S: * 1 FETCH (BODY[] {0}",
        "S: )",
        "S: * 3 EXISTS",
    )[1:] == [
        *("untagged", "literal", "literal", "rest", "untagged"),
        *("untagged", "rest", "untagged"),
        *("untagged", "rest", "untagged"),
    ]


def test_imap_answers_find_their_commands() -> None:
    said = play(
        reader("imap"),
        "S: * OK ready",
        "C: a1 UID FETCH 1:3 (FLAGS)",
        "C: a2 NOOP",
        "S: a2 OK done",
        "S: a1 OK done",
    )
    assert [moment.command for moment, _ in said[-2:]] == ["NOOP", "UID FETCH"]
    moment, text = said[-1]
    assert "a1 was UID FETCH." in [note.here for note in notes(moment, text.encode())]


def test_imap_names_the_values_of_a_line() -> None:
    begun = ("S: * OK ready",)
    fetch = told("imap", *begun, "C: a1 UID FETCH 7 (FLAGS BODY.PEEK[HEADER])")
    assert fetch["UID FETCH"] == "Of messages 7 it asks for (FLAGS BODY.PEEK[HEADER])."
    assert {"UID", "FLAGS", "BODY.PEEK", "a1"} <= set(fetch)
    data = told("imap", *begun, "S: * 3 FETCH (UID 9 FLAGS (\\Seen) BODY[] {412}")
    assert data["FETCH"] == "It is message number 3 in this session."
    assert data["UID"] == "It is 9."
    assert data["{412}"] == "412 octets follow."
    code = told("imap", *begun, "S: * OK [UIDNEXT 44] guess")
    assert code["[UIDNEXT]"] == "It is 44."
    copied = told("imap", *begun, "C: a COPY 1 x", "S: a OK [COPYUID 7 1:2 8:9] done")
    assert "1:2 here are 8:9 there" in copied["[COPYUID]"]


def test_long_values_are_cut() -> None:
    said = told("pop3", "S: +OK", "C: USER " + "x" * 5000)
    assert len(said["USER"]) < 200


@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
def test_any_octets_are_followed(protocol: str) -> None:
    follower = reader(protocol)
    for line in (
        b"",
        b" ",
        b"\xff\xfe",
        b"\x00",
        b"{",
        b"{99999999999999999999}",
        b"a {3}",
        b"+ =",
        b"*",
    ):
        for say in (follower.client, follower.server, follower.client):
            moment = say(line)
            notes(moment, line)
            decoded(moment, line)
