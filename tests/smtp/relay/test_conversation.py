"""One connection to the next server: what it hears at each command, and what that means."""

from __future__ import annotations

import asyncio

import pytest

from labserver.smtp.relay.conversation import Broken, Conversation
from labserver.smtp.relay.outcome import Outcome, Verdict
from labserver.store import Leaving, Terms
from tests.smtp.relay.house import LETTER
from tests.smtp.relay.peer import CUT, OFFERS, SILENCE, Peer

PLAIN = tuple(each for each in OFFERS if each != "PIPELINING")
BOTH = pytest.mark.parametrize("offers", [OFFERS, PLAIN], ids=["grouped", "one by one"])


def to(*recipients: str, utf8: bool = False) -> list[Leaving]:
    terms = Terms("alice@home.example", utf8=utf8)
    return [Leaving(terms=terms, recipient=each, domain="work.example") for each in recipients]


def send(
    peer: Peer, *messages: bytes, recipients: list[Leaving] | None = None, patience: float = 10
) -> list[list[Outcome]]:
    async def run() -> list[list[Outcome]]:
        begun = await Conversation.begin(peer, "mail.work.example", "mail.home.example", patience)
        said = []
        for message in messages or (LETTER,):
            rows = recipients or to("carol@work.example", "dan@work.example")
            said.append(await begun.send(rows[0].terms, rows, message))
        await begun.end()
        return said

    return asyncio.run(run())


def verdicts(said: list[Outcome]) -> list[str]:
    return [each.verdict.value for each in said]


@BOTH
def test_a_message_for_two(offers: tuple[str, ...]) -> None:
    peer = Peer(offers=offers)
    (said,) = send(peer)
    assert [str(each) for each in said] == ["250 2.0.0 taken"] * 2
    assert peer.heard == [
        [
            "EHLO mail.home.example",
            f"MAIL FROM:<alice@home.example> SIZE={len(LETTER)}",
            "RCPT TO:<carol@work.example>",
            "RCPT TO:<dan@work.example>",
            "DATA",
            ".",
            "QUIT",
        ]
    ]
    (message,) = peer.taken
    assert message.data == LETTER
    assert peer.calls == [("mail.work.example", 25, "mail.home.example")]
    assert peer.ended == 1


@BOTH
def test_two_messages_go_over_one_connection(offers: tuple[str, ...]) -> None:
    peer = Peer(offers=offers)
    send(peer, LETTER, b".\r\n..\r\n")
    assert [message.data for message in peer.taken] == [LETTER, b".\r\n..\r\n"]
    assert "RSET" not in peer.heard[0]
    assert len(peer.heard) == 1


@BOTH
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("451 4.3.0 later", "later"), ("550 5.1.1 never", "never"), ("452 4.2.2 full", "later")],
)
def test_a_refusal_at_each_command(
    offers: tuple[str, ...], command: str, answer: str, verdict: str
) -> None:
    peer = Peer(
        offers=offers, answers={command: [answer, "354 go" if command == "DATA" else "250"]}
    )
    first, second = send(peer, LETTER, LETTER, recipients=to("carol@work.example"))
    assert [str(each) for each in first] == [answer]
    assert verdicts(first) == [verdict]
    # The next message is none the worse.
    assert verdicts(second) == ["taken"]
    assert [len(message.rcpt) for message in peer.taken] == [1]
    assert peer.taken[0].data == LETTER


@BOTH
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("answer", [CUT, "421 4.3.2 closing"])
def test_an_end_at_each_command(offers: tuple[str, ...], command: str, answer: str) -> None:
    peer = Peer(offers=offers, answers={command: answer})
    (said,) = send(peer)
    assert verdicts(said) == ["later", "later"]
    assert {each.status for each in said} == {"4.4.2" if answer == CUT else "4.3.2"}
    assert peer.ended == 1
    assert "QUIT" not in peer.heard[0]


@BOTH
def test_after_the_final_dot_nobody_knows(offers: tuple[str, ...]) -> None:
    peer = Peer(offers=offers, answers={".": CUT})
    (said,) = send(peer)
    assert verdicts(said) == ["later", "later"]
    assert len(peer.taken) == 1


@BOTH
def test_what_was_said_before_an_end_counts(offers: tuple[str, ...]) -> None:
    answers = {
        "RCPT TO:<carol@work.example>": "550 5.1.1 nobody",
        "RCPT TO:<dan@work.example>": CUT,
    }
    (said,) = send(Peer(offers=offers, answers=answers))
    assert [each.status for each in said] == ["5.1.1", "4.4.2"]
    (said,) = send(Peer(offers=offers, answers={"MAIL": "553 5.1.8 no", "RCPT": CUT}))
    assert [each.status for each in said] == ["5.1.8", "5.1.8"]


@BOTH
def test_each_recipient_has_an_outcome(offers: tuple[str, ...]) -> None:
    answers = {
        "RCPT TO:<carol@work.example>": "550 5.1.1 nobody",
        "RCPT TO:<dan@work.example>": "450 4.2.1 not now",
    }
    peer = Peer(offers=offers, answers=answers)
    (said,) = send(
        peer, recipients=to("carol@work.example", "eve@work.example", "dan@work.example")
    )
    assert verdicts(said) == ["never", "taken", "later"]
    assert peer.taken[0].rcpt == ["RCPT TO:<eve@work.example>"]


def test_a_message_for_nobody_is_empty() -> None:
    peer = Peer(answers={"RCPT": "550 5.1.1 nobody", ".": "554 5.5.1 no recipients"})
    first, second = send(peer, LETTER, LETTER)
    assert {each.status for each in first + second} == {"5.1.1"}
    assert peer.taken == []
    assert peer.heard[0].count("DATA") == peer.heard[0].count(".") == 2


def test_without_a_recipient_no_data_is_asked_for() -> None:
    peer = Peer(offers=PLAIN, answers={"RCPT": "550 5.1.1 nobody"})
    send(peer, LETTER, LETTER)
    assert "DATA" not in peer.heard[0]
    assert peer.heard[0].count("RSET") == 1


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({"greeting": CUT}, "4.4.1"),
        ({"greeting": "554 5.3.2 no mail here"}, "5.3.2"),
        ({"greeting": "421 4.3.2 busy"}, "4.3.2"),
        ({"greeting": "SSH-2.0-x"}, "4.4.1"),
        ({"EHLO": CUT}, "4.4.2"),
        ({"EHLO": "451 4.3.0 not now"}, "4.3.0"),
        ({"EHLO": "500 5.5.1 what?", "HELO": "504 5.5.4 no"}, "5.5.4"),
    ],
)
def test_a_connection_that_carries_nothing(answers: dict[str, str], status: str) -> None:
    peer = Peer(answers=answers)
    with pytest.raises(Broken) as broken:
        send(peer)
    assert broken.value.reply.status == status
    assert peer.ended == 1


def test_nobody_listens() -> None:
    with pytest.raises(Broken) as broken:
        send(Peer(refuses=True))
    assert str(broken.value.reply) == "no connection"
    assert broken.value.reply.verdict is Verdict.LATER


def test_an_old_server_gets_helo_and_no_parameters() -> None:
    peer = Peer(answers={"EHLO": "502 what?"})
    (said,) = send(peer)
    assert verdicts(said) == ["taken", "taken"]
    assert peer.heard[0][:3] == [
        "EHLO mail.home.example",
        "HELO mail.home.example",
        "MAIL FROM:<alice@home.example>",
    ]


def test_replies_may_have_several_lines_and_come_in_pieces() -> None:
    peer = Peer(
        answers={"MAIL": "250-2.1.0 one\r\n250 2.1.0 two", ".": "550-5.7.1 no\r\n550 5.7.1 way"}
    )
    (said,) = send(peer)
    assert said[0].lines == ["5.7.1 no", "5.7.1 way"]


@pytest.mark.parametrize("command", ["greeting", "EHLO", "MAIL", "."])
def test_a_server_that_says_nothing(command: str) -> None:
    peer = Peer(offers=PLAIN, answers={command: SILENCE})
    try:
        (said,) = send(peer, patience=0.01)
    except Broken as broken:
        said = [broken.reply]
    assert {str(each) for each in said} == {"no reply in time"}
    assert peer.ended == 1


def test_wishes_go_on_to_who_understands_them() -> None:
    rows = [
        Leaving(
            terms=Terms("alice@home.example", ret="HDRS", envid="a+2Bb"),
            recipient="carol@work.example",
            domain="work.example",
            notify=frozenset({"SUCCESS", "DELAY"}),
            original="rfc822;c@work.example",
        )
    ]
    peer = Peer()
    send(peer, recipients=rows)
    assert peer.heard[0][1].endswith(" RET=HDRS ENVID=a+2Bb")
    assert peer.heard[0][2].endswith("> NOTIFY=DELAY,SUCCESS ORCPT=rfc822;c@work.example")
    peer = Peer(offers=["8BITMIME"])
    send(peer, recipients=rows)
    assert peer.heard[0][1:3] == ["MAIL FROM:<alice@home.example>", "RCPT TO:<carol@work.example>"]


@BOTH
def test_what_data_can_not_carry_goes_in_a_chunk(offers: tuple[str, ...]) -> None:
    data = b"A: b\r\n\r\n\x00\xff\nno end"
    peer = Peer(offers=offers)
    (said,) = send(peer, data, recipients=to("carol@work.example"))
    assert verdicts(said) == ["taken"]
    assert peer.heard[0][1].endswith(f" SIZE={len(data)} BODY=BINARYMIME")
    assert f"BDAT {len(data)} LAST" in peer.heard[0]
    assert peer.taken[0].data == data


@BOTH
@pytest.mark.parametrize("answer", ["451 4.3.0 later", "554 5.6.0 never", CUT])
def test_a_chunk_can_be_refused(offers: tuple[str, ...], answer: str) -> None:
    peer = Peer(offers=offers, answers={"BDAT": answer})
    (said,) = send(peer, b"no end", recipients=to("carol@work.example"))
    assert verdicts(said) == ["never" if answer.startswith("5") else "later"]


@pytest.mark.parametrize(
    ("data", "missing", "status"),
    [
        (b"A: b\r\n\r\n\xff\r\n", "8BITMIME", "5.6.3"),
        (b"A: b\r\n\r\n\x00\r\n", "BINARYMIME", "5.6.3"),
        (b"A: b\r\n\r\n\n\r\n", "CHUNKING", "5.6.3"),
        (b"no end", "CHUNKING", "5.6.3"),
    ],
)
def test_what_the_next_server_can_not_take_is_not_sent(
    data: bytes, missing: str, status: str
) -> None:
    peer = Peer(offers=[each for each in OFFERS if each != missing])
    (said,) = send(peer, data)
    assert {each.status for each in said} == {status}
    assert {each.verdict for each in said} == {Verdict.NEVER}
    assert peer.heard == [["EHLO mail.home.example", "QUIT"]]
    assert verdicts(send(Peer(), data)[0]) == ["taken", "taken"]


def test_size_and_utf8_are_looked_at_before_mail() -> None:
    (said,) = send(Peer(offers=["SIZE 10"]))
    assert {each.status for each in said} == {"5.3.4"}
    (said,) = send(Peer(offers=["SIZE 0", "SIZE"]))
    assert verdicts(said) == ["taken", "taken"]
    wide = to("käthe@work.example")
    (said,) = send(Peer(offers=["8BITMIME"]), recipients=wide)
    assert said[0].status == "5.6.7"
    peer = Peer()
    send(peer, recipients=wide)
    assert peer.heard[0][1].endswith(" SMTPUTF8")
    assert peer.heard[0][2] == "RCPT TO:<käthe@work.example>"


def test_a_control_character_goes_nowhere() -> None:
    with pytest.raises(ValueError, match="control character"):
        send(Peer(), recipients=to("carol@work.example>\r\nRCPT TO:<eve@work.example"))


WIDE = "Content-Description: käse".encode()
NESTED = (
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n' + WIDE + b"\r\n\r\nx\r\n--b--\r\n"
)


@pytest.mark.parametrize(
    "data",
    [
        b"A: b\r\n" + WIDE + b"\r\n\r\nx\r\n",
        b"A: b\r\n" + NESTED,
        b"Content-Type: message/rfc822\r\n\r\n" + WIDE + b"\r\n\r\nx\r\n",
        b"Content-Type: message/global\r\n\r\nA: b\r\n" + NESTED,
    ],
)
def test_a_header_beyond_ascii_needs_smtputf8_at_any_level(data: bytes) -> None:
    # RFC 6531 section 3.2.
    rows = to("carol@work.example", utf8=True)
    (said,) = send(Peer(offers=["8BITMIME"]), data, recipients=rows)
    assert {each.status for each in said} == {"5.6.7"}
    peer = Peer()
    send(peer, data, recipients=rows)
    assert peer.heard[0][1].endswith(" BODY=8BITMIME SMTPUTF8")


def test_a_body_beyond_ascii_needs_no_smtputf8() -> None:
    # RFC 6531 section 3.4: not supplied where nothing requires it.
    data = b"A: b\r\n\r\nSubject: " + "käse\r\n".encode()
    peer = Peer(offers=["8BITMIME"])
    (said,) = send(peer, data, recipients=to("carol@work.example", utf8=True))
    assert verdicts(said) == ["taken"]
    assert "SMTPUTF8" not in peer.heard[0][1]
