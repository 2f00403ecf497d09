"""Enhanced status codes: on every 2xx, 4xx and 5xx but the greeting and the replies to EHLO."""

from __future__ import annotations

import re

import pytest

from labserver.protocol.policy import Policy
from labserver.smtp import replies
from labserver.smtp.intake import Flaw
from labserver.smtp.replies import Reply
from labserver.smtp.table import State
from tests.smtp.house import LETTER, TO_BOB, House, build, plain

# RFC 3463's subjects and details, 4954 section 6 and 6531 section 4.2, as far as they are used.
KNOWN = {
    *("0.0", "1.0", "1.1", "1.2", "1.3", "1.5", "1.7", "2.2", "3.0", "3.2", "3.4", "4.2", "4.6"),
    *("5.1", "5.2", "5.3", "5.4", "5.6", "6.7", "6.8", "7.0", "7.1", "7.8"),
}
SESSION = [
    b"NOOP\r\n",
    b"HELP\r\n",
    b"HELP MAIL\r\n",
    b"HELP X\r\n",
    b"VRFY bob\r\n",
    b"VRFY nobody\r\n",
    b"VRFY dan@work.example\r\n",
    b"VRFY a b\r\n",
    b"EXPN bob\r\n",
    b"TURN\r\n",
    b"X\r\n",
    b"\xff\r\n",
    b"NOOP\n",
    b"NOOP " + b"x" * 9000 + b"\r\n",
    b"DATA\r\n",
    b"MAIL FROM:x\r\n",
    b"MAIL FROM:<> X=1\r\n",
    b"MAIL FROM:<> SIZE=x\r\n",
    b"MAIL FROM:<> SIZE=99999999999\r\n",
    b"MAIL FROM:<\xc3\xbc@home.example>\r\n",
    b"BDAT 3\r\nabc",
    TO_BOB,
    b"MAIL FROM:<>\r\n",
    b"RCPT TO:<nobody@home.example>\r\n",
    b"RCPT TO:<x@elsewhere.example>\r\n",
    b"RCPT TO:<\xc3\xbc@home.example>\r\n",
    b"RCPT TO:<x\r\n",
    b"BDAT 2\r\n\r\n",
    b"DATA\r\n",
    b"RSET\r\n",
    TO_BOB,
    b"DATA\r\n",
    LETTER + b".\r\n",
    b"AUTH PLAIN x\r\n",
    b"AUTH NTLM\r\n",
    b"AUTH CRAM-MD5 x\r\n",
    b"AUTH LOGIN\r\n*\r\n",
    plain("alice", "wrong"),
    plain("alice", "wonder"),
    plain("alice", "wonder"),
    b"MAIL FROM:<bob@home.example>\r\n",
    b"QUIT\r\n",
]


def well_formed(said: bytes) -> None:
    """Check each line of some replies (RFC 2034 section 4)."""
    before: tuple[bytes, bytes] | None = None
    for line in said.split(b"\r\n")[:-1]:
        found = re.fullmatch(rb"(\d{3})([ -])(?:(\d)\.(\d{1,3}\.\d{1,3}) +)?(.*)", line)
        assert found is not None, line
        code, more, kind, detail, text = found.groups()
        assert text or code == b"334", line
        if code[:1] == b"3":
            assert kind is None, line
            continue
        assert kind == code[:1], line
        assert detail.decode() in KNOWN, line
        # All lines of a reply have the same code.
        assert before in {None, (code, detail)}, line
        before = (code, detail) if more == b"-" else None


@pytest.mark.parametrize("verify", [False, True])
@pytest.mark.parametrize("role", ["receiving", "submission"])
@pytest.mark.parametrize("hello", [b"", b"HELO x\r\n", b"EHLO x\r\n"])
def test_every_reply_has_one(role: str, hello: bytes, verify: bool) -> None:  # noqa: FBT001
    # Section 4: regardless of whether or not EHLO is employed by the client.
    house = build(Policy(verify=verify))
    connection = getattr(house, role)()
    assert connection.received.startswith(b"220 mail.home.example ")
    said = connection.send(hello)
    assert not re.search(rb"^250[ -]2\.", said, re.MULTILINE)
    for line in SESSION:
        well_formed(connection.send(line))
    assert connection.closed


def test_the_replies_are_written_down_well() -> None:
    known = [value for value in vars(replies).values() if isinstance(value, Reply)]
    known += [
        replies.syntax("x"),
        replies.unknown_parameters(["X"]),
        replies.too_big(1),
        replies.full(Policy(), "x"),
        replies.full(Policy(full_mailbox_waits=False), "x"),
        replies.no_mechanism(()),
        replies.no_mechanism(("A", "B")),
        replies.mechanism_needs_tls("PLAIN"),
        replies.farewell("x"),
        replies.closing("x", "y"),
        *(replies.flawed(flaw, "x") for flaw in Flaw),
        *(
            replies.out_of_order(state, command, submission=submission)
            for state in State
            for command in ("AUTH", "MAIL", "RCPT", "DATA", "BDAT")
            for submission in (False, True)
        ),
    ]
    for reply in known:
        octets = reply.octets(enhanced=True)
        well_formed(octets)
        assert all(len(line) <= 510 for line in octets.split(b"\r\n"))  # RFC 5321 s. 4.5.3.1.5


def test_several_lines_have_the_same_code() -> None:
    assert Reply(553, "1.0", "a\nb").octets(enhanced=True) == b"553-5.1.0 a\r\n553 5.1.0 b\r\n"
    assert Reply(553, "1.0", "a\nb").octets(enhanced=False) == b"553-a\r\n553 b\r\n"
    assert Reply(354, "", "Go").octets(enhanced=True) == b"354 Go\r\n"


def test_the_code_of_a_fault_is_its_own(house: House) -> None:
    assert replies.fault("451 4.7.1 Later").octets(enhanced=True) == b"451 4.7.1 Later\r\n"
    assert replies.fault("451 Later").octets(enhanced=True) == b"451 Later\r\n"
    assert replies.fault("451").code == 451
