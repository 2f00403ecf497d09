"""Input that is meant to do harm: smuggling, limits, and FIELD's other traps of SMTP servers."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.events import Closed, Line, StateChanged
from labserver.smtp.commands import content
from tests.smtp.house import HELLO, LETTER, TO_BOB, House, build, close_all, codes

PIECES = (b"\r", b"\n", b".", b"x")
SMUGGLED = b"MAIL FROM:<x@y.example>\r\nRCPT TO:<carol@home.example>\r\nDATA\r\nForged\r\n"


def unstuffed(stuffed: bytes) -> bytes:
    """What RFC 5321 section 4.5.2 makes of lines, said in another way: line by line."""
    lines = stuffed.split(b"\r\n")
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)


@pytest.fixture
def accepted(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The messages that are accepted; none of them is kept."""
    seen: list[bytes] = []

    def accept(_context: object, _envelope: object, data: bytes, *_: object, **__: object) -> str:
        seen.append(data)
        return "id"

    monkeypatch.setattr(content.delivery, "accept", accept)
    return seen


@pytest.mark.parametrize("length", range(7))
def test_nothing_but_crlf_dot_crlf_ends_a_message(
    house: House, accepted: list[bytes], length: int
) -> None:
    # Every string of CR, LF, dot and a letter, up to six of them.
    connection = house.greeted()
    for pieces in product(PIECES, repeat=length):
        text = b"".join(pieces)
        if b"\r\n.\r\n" in b"\r\n" + text + b"\r\n":
            continue  # it does end one: the test after this
        connection.send(TO_BOB + b"DATA\r\n")
        assert connection.send(text + b"\r\n" + SMUGGLED) == b"", text
        assert codes(connection.send(b".\r\n")) == [250], text
        assert accepted == [unstuffed(text + b"\r\n" + SMUGGLED)], text
        accepted.clear()


@pytest.mark.parametrize("length", range(5))
def test_nor_does_it_octet_by_octet(house: House, accepted: list[bytes], length: int) -> None:
    connection = house.greeted()
    for pieces in product(PIECES, repeat=length):
        text = b"".join(pieces)
        if b"\r\n.\r\n" in b"\r\n" + text + b"\r\n":
            continue
        connection.send(TO_BOB + b"DATA\r\n")
        for octet in (*pieces, b"\r", b"\n", b"."):
            assert connection.send(octet) == b"", text
        assert codes(connection.send(b"\r\n")) == [250], text
        assert accepted == [unstuffed(text + b"\r\n")], text
        accepted.clear()


@pytest.mark.parametrize(
    "before", [b"", b"a\r\n", b"a\n", b"\r", b"\n", b".\r", b"..\r\n", b"\r\n"]
)
@pytest.mark.parametrize("after", [b"", b"NOOP\r\n", b"\r\n"])
def test_crlf_dot_crlf_does(before: bytes, after: bytes) -> None:
    house = build()
    connection = house.greeted()
    connection.send(TO_BOB + b"DATA\r\n")
    ends = not before or before.endswith(b"\r\n")
    said = connection.send(before + (b"" if ends else b"\r\n") + b".\r\n" + after)
    assert codes(said) == [250, *({b"": [], b"NOOP\r\n": [250], b"\r\n": [500]}[after])]
    assert len(house.inbox("bob")) == 1


# What has been taken for the end of a message by one server or another.
ENDS = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r.\n",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\r\n\x00.\r\n",
    b"\r\n.\x00\r\n",
    b"\r\n.\r\x00\n",
    b"\r\n.\r\r\n",
    b"\r\r\n.\r\r\n",
    b"\n\n.\r\n",
    b"\r\n. \r\n",
    b"\r\n .\r\n",
    b"\r\n.\t\r\n",
    b"\x0b.\x0b",
    b"\x85.\x85",
    "\u2028.\u2028".encode(),
]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("by", [b"DATA", b"BDAT"])
def test_no_second_message_is_smuggled_in(house: House, end: bytes, by: bytes) -> None:
    inner = LETTER + end + SMUGGLED
    connection = house.greeted()
    if by == b"DATA":
        connection.send(TO_BOB + b"DATA\r\n")
        assert connection.send(inner) == b""
        assert codes(connection.send(b".\r\n")) == [250]
    else:
        connection.send(TO_BOB)
        assert codes(connection.send(b"BDAT %d LAST\r\n" % len(inner) + inner)) == [250]
    assert house.inbox("carol@home.example") == []
    (kept,) = house.inbox("bob")
    assert kept.endswith(unstuffed(inner) if by == b"DATA" else inner)


def test_nested_mail_is_refused(house: House) -> None:
    connection = house.greeted()
    connection.send(b"MAIL FROM:<>\r\n")
    assert codes(connection.send(b"MAIL FROM:<>\r\n")) == [503]


def test_size_is_well_formed(house: House) -> None:
    said = house.receiving().send(HELLO)
    assert b"\r\n250-SIZE 67108864\r\n" in said


@pytest.mark.parametrize("line", [b"NOOP\n", b"NOOP\r", b"NOOP\rNOOP\r", b"\nNOOP\n"])
def test_a_command_that_does_not_end_with_crlf_is_none(house: House, line: bytes) -> None:
    connection = house.greeted()
    said = connection.send(line + b"\r\n")
    assert b"250" not in said
    assert said


@pytest.mark.parametrize("role", ["receiving", "submission"])
def test_too_many_errors(role: str) -> None:
    house = build(errors=5)
    connection = getattr(house, role)()
    said = connection.send(b"X\r\n" * 4 + b"NOOP\r\n" + b"X\r\n" + b"NOOP\r\n")
    assert codes(said) == [500, 500, 500, 500, 250, 500, 421]
    assert said.endswith(b"421 4.7.0 mail.home.example Too many errors, closing\r\n")
    assert house.events(Closed)[-1].how == "server"


def test_chunks_out_of_place_are_errors_too() -> None:
    house = build(errors=3)
    connection = house.receiving()
    assert codes(connection.send(b"BDAT 1\r\nx" * 4)) == [503, 503, 503, 421]


@pytest.mark.parametrize("extra", [0, 1, 100])
def test_the_limit_of_recipients(extra: int) -> None:
    # RFC 5321 section 4.5.3.1.10: 452, and those before are kept.
    house = build(recipients=100)
    connection = house.greeted()
    said = connection.send(b"MAIL FROM:<>\r\n" + b"RCPT TO:<bob@home.example>\r\n" * (100 + extra))
    assert codes(said) == [250] * 101 + [452] * extra
    assert said.count(b"452 4.5.3 Too many recipients\r\n") == extra
    assert codes(connection.send(b"DATA\r\n")) == [354]


def test_the_limits_are_at_least_those_of_section_4_5_3_1(house: House) -> None:
    limits = house.receiving() and build().wire._limits
    assert limits.line >= 512
    assert limits.recipients >= 100
    assert limits.message >= 64 * 1024
    # And then what the extensions add: RFC 1870, 3030, 3461, 4954 and 6531.
    assert limits.line >= 512 + 26 + 16 + 100 + 8 + 500 + 10


def test_a_message_line_may_be_of_any_length(house: House) -> None:
    connection = house.greeted()
    connection.send(TO_BOB + b"DATA\r\n")
    assert codes(connection.send(b"x" * 1_000_000 + b"\r\n.\r\n")) == [250]


def test_a_bug_in_delivery_ends_the_transaction_of_chunks(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("planted")

    monkeypatch.setattr(content.delivery, "accept", broken)
    connection = house.greeted()
    connection.send(TO_BOB)
    assert connection.send(b"BDAT 2 LAST\r\n\r\n") == b"451 4.3.0 The server failed to do this\r\n"
    assert "planted" in caplog.text
    assert house.events(StateChanged)[-1].state == "GREETED"


STEPS = st.sampled_from(
    [
        HELLO,
        b"HELO x\r\n",
        b"MAIL FROM:<>\r\n",
        b"MAIL FROM:<> BODY=BINARYMIME\r\n",
        b"RCPT TO:<bob@home.example>\r\n",
        b"RCPT TO:<nobody@home.example>\r\n",
        b"DATA\r\n",
        b"Text\r\n.\r\n",
        b"BDAT 3\r\na\r\n",
        b"BDAT 2 LAST\r\n\r\n",
        b"RSET\r\n",
        b"NOOP\r\n",
        b"VRFY bob\r\n",
    ]
)


class Model:
    """A second telling of RFC 5321 section 4.1.4 and RFC 3030 section 2, without a table."""

    def __init__(self) -> None:
        self.greeted = self.extended = self.data = False
        self.end()

    def end(self) -> None:
        """No transaction is open."""
        self.mail = self.binary = self.chunked = False
        self.rcpt = 0

    def possible(self, step: bytes) -> bool:
        """Whether it may succeed now."""
        return {
            b"MAIL": self.greeted and not self.mail and (self.extended or b"BODY" not in step),
            b"RCPT": self.mail and not self.chunked and b"nobody" not in step,
            b"DATA": self.rcpt > 0 and not self.chunked and not self.binary,
            b"BDAT": self.rcpt > 0 and self.extended,
            b"Text": False,
        }.get(step[:4], True)

    def follow(self, step: bytes) -> None:
        """Be where its success leads."""
        word = step[:4]
        if word in {b"EHLO", b"HELO"}:
            self.greeted, self.extended = True, word == b"EHLO"
        if word == b"MAIL":
            self.mail, self.binary = True, b"BINARY" in step
        self.rcpt += word == b"RCPT"
        self.data = word == b"DATA"
        self.chunked = self.chunked or word == b"BDAT"
        if word in {b"EHLO", b"HELO", b"RSET"} or b"LAST" in step:
            self.end()


@pytest.mark.parametrize("before", [b"", b"AUTH LOGIN\r\n"], ids=["a command", "an answer"])
def test_a_line_without_an_end_ends_the_session(house: House, before: bytes) -> None:
    # What is heard is kept in the log, and such a line could fill it.
    connection = house.submission()
    connection.send(HELLO + before)
    said = b""
    for _ in range(64):
        said += connection.send(b"x" * 65536)
    assert said == b"421 4.5.2 mail.home.example A line does not end, closing\r\n"
    assert sum(len(each.data) for each in house.events(Line)) < 2 * 1024 * 1024


@given(steps=st.lists(STEPS, max_size=30))
def test_no_success_in_a_wrong_state(steps: list[bytes]) -> None:
    try:
        connection = build().receiving()
        model = Model()
        for step in steps:
            said = codes(connection.send(step))
            if model.data:
                assert said == ([250] if step.startswith(b"Text") else [])
                if said:
                    model.data = False
                    model.end()
                continue
            assert (said[0] < 400) == model.possible(step), (step, said)
            if model.possible(step):
                model.follow(step)
    finally:
        close_all()
