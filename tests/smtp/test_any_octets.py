"""Any octets, in any split: no traceback, no hang, and the log is what crossed."""

from __future__ import annotations

import logging
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.events import StateChanged
from labserver.protocol.policy import Policy
from tests.smtp.house import SERVICES, TO_BOB, House, build, close_all, plain
from tests.wire.house import Inside

PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"EHLO laptop\r\n",
            b"HELO x\r\n",
            plain("alice", "wonder"),
            b"AUTH LOGIN\r\n",
            b"*\r\n",
            b"MAIL FROM:<>\r\n",
            TO_BOB,
            b"RCPT TO:<carol@home.example>\r\n",
            b"DATA\r\n",
            b"BDAT 7\r\n",
            b"BDAT 3\r\na\r\n",
            b"BDAT 0 LAST\r\n",
            b"STARTTLS\r\n",
            b"MAIL FROM:<\xc3\xbc@x.example> SMTPUTF8 BODY=BINARYMIME RET=HDRS ENVID=1\r\n",
            b"RCPT TO:<bob@home.example> NOTIFY=NEVER ORCPT=rfc822;x\r\n",
            b"AUTH CRAM-MD5\r\n",
            b"AUTH SCRAM-SHA-256\r\n",
            b"VRFY bob SMTPUTF8\r\n",
            b"EXPN bob\r\n",
            b"HELP\r\n",
            b"Subject: x\r\n\r\nBody\r\n",
            b"\r\n.\r\n",
            b"RSET\r\n",
            b"NOOP\n",
            b"QUIT\r\n",
            b"\r",
            b"\n",
            b"x" * 9000,
        ]
    ),
)


@pytest.mark.parametrize("role", ["smtp", "submission"])
@given(
    pieces=st.lists(PIECES, max_size=25),
    inside=st.booleans(),
    greeted=st.booleans(),
    verify=st.booleans(),
)
def test_any_octets(
    role: str,
    pieces: list[bytes],
    inside: bool,  # noqa: FBT001
    greeted: bool,  # noqa: FBT001
    verify: bool,  # noqa: FBT001
) -> None:
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logger = logging.getLogger("labserver")
    logger.addHandler(handler)
    try:
        house = build(Policy(verify=verify), tls=inside)
        connection = house.wire.memory(replace(SERVICES[role], secure=inside), "laptop")
        client = Inside(connection) if inside else connection
        said = client.handshake() if isinstance(client, Inside) else connection.received
        if greeted:
            pieces = [b"EHLO laptop\r\n", *pieces]
        sent = b""
        for piece in pieces:
            if not over(house):
                said += client.send(piece)
                sent += piece
        if not over(house):
            # However it stands now: this ends whatever is open, and the server answers again.
            tail = b"\r\n.\r\n*\r\n*\r\nNOOP\r\nNOOP\r\nRSET\r\n"
            told = client.send(tail)
            said, sent = said + told, sent + tail
            assert over(house) or told.endswith(b"250 2.0.0 OK\r\n")
        connection.close()
        assert connection.closed
        assert house.crossed(1, "S") == said
        assert house.crossed(1, "C") == sent
        assert [record.getMessage() for record in records] == []
    finally:
        logger.removeHandler(handler)
        close_all()


def over(house: House) -> bool:
    """Whether the server has ended the session."""
    return house.events(StateChanged)[-1].state == "QUIT"


@given(text=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300), max_size=5))
def test_a_message_is_kept_octet_by_octet(text: bytes, cuts: list[int]) -> None:
    try:
        house = build()
        connection = house.greeted()
        connection.send(TO_BOB + b"DATA\r\n")
        text += b"\r\n"
        stuffed = (b"\r\n" + text).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
        places = sorted({min(cut, len(stuffed)) for cut in cuts} | {0, len(stuffed)})
        for start, end in pairwise(places):
            said = connection.send(stuffed[start:end])
        assert said.startswith(b"250 ")
        assert house.inbox("bob")[0].endswith(b"09:00:00 +0000\r\n" + text)
    finally:
        close_all()
