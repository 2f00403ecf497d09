"""What a sender is told: the report as the standard library reads it, and RFC 3464's fields."""

from __future__ import annotations

import email
import email.policy
import quopri
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from labserver.smtp.relay.outcome import Outcome
from labserver.smtp.relay.report import Report, Told, compose
from labserver.store import Terms
from tests.smtp.relay.house import LETTER, fields

THEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = datetime(2026, 3, 7, 9, 30, tzinfo=UTC)
REFUSED = Outcome(550, "5.1.1 nobody here")


def told(**changes: Any) -> Told:
    given: dict[str, Any] = {
        "recipient": "Carol@work.example",
        "original": None,
        "reply": REFUSED,
        "remote": "mail.work.example",
        "tried": NOW,
    }
    return Told(**{**given, **changes})


def made(*recipients: Told, data: bytes = LETTER, **changes: Any) -> bytes:
    given: dict[str, Any] = {
        "action": "failed",
        "host": "mail.home.example",
        "domain": "home.example",
        "terms": Terms("alice@home.example"),
        "arrival": THEN,
        "now": NOW,
        "told": recipients or (told(),),
        "message_id": "1@mail.home.example",
        "boundary": "=_b",
    }
    return compose(Report(**{**given, **changes}), data)


def parsed(octets: bytes) -> EmailMessage:
    message = email.message_from_bytes(octets, policy=email.policy.default)
    assert not message.defects
    for part in message.walk():
        assert not part.defects
    return message


def returned(octets: bytes) -> tuple[str, bytes]:
    """The third part: its type, and its octets as they stand."""
    part = list(parsed(octets).iter_parts())[2]
    body = octets.split(b"--=_b")[3].partition(b"\r\n\r\n")[2]
    return part.get_content_type(), body[:-2]


def test_the_header() -> None:
    message = parsed(made())
    assert {name: str(value) for name, value in message.items()} == {
        "From": "Mail server <postmaster@home.example>",
        "To": "alice@home.example",
        "Subject": "Your message could not be delivered",
        "Date": "Sat, 07 Mar 2026 09:30:00 +0000",
        "Message-ID": "<1@mail.home.example>",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/report; report-type="delivery-status"; boundary="=_b"',
    }
    assert message.get_param("boundary") == "=_b"


def test_the_fields_of_a_failure_in_their_order() -> None:
    first, (row,) = fields(parsed(made()))
    assert list(first.items()) == [
        ("Reporting-MTA", "dns; mail.home.example"),
        ("Arrival-Date", "Mon, 02 Mar 2026 09:00:00 +0000"),
    ]
    assert list(row.items()) == [
        ("Final-Recipient", "rfc822;Carol@work.example"),
        ("Action", "failed"),
        ("Status", "5.1.1"),
        ("Remote-MTA", "dns; mail.work.example"),
        ("Diagnostic-Code", "smtp; 550 5.1.1 nobody here"),
        ("Last-Attempt-Date", "Sat, 07 Mar 2026 09:30:00 +0000"),
    ]


def test_what_the_sender_gave_comes_back_decoded() -> None:
    terms = Terms("alice@home.example", envid="QQ+2B314+3D159")
    first, (row,) = fields(parsed(made(told(original="rfc822;a+2Bb@work.example"), terms=terms)))
    assert next(iter(first.items())) == ("Original-Envelope-Id", "QQ+314=159")
    assert next(iter(row.items())) == ("Original-Recipient", "rfc822;a+b@work.example")
    # Whatever was encoded, a field is one line.
    first, _ = fields(parsed(made(terms=Terms("a@home.example", envid="a+0D+0AStatus:+202.0.0"))))
    assert first["Original-Envelope-Id"] == "a??Status: 2.0.0"


def test_a_reply_of_several_lines() -> None:
    octets = made(told(reply=Outcome(550, "5.1.1 no\n5.1.1 way")))
    _, (row,) = fields(parsed(octets))
    assert row["Diagnostic-Code"] == "smtp; 550-5.1.1 no 550 5.1.1 way"  # unfolded
    assert b"\r\nDiagnostic-Code: smtp; 550-5.1.1 no\r\n 550 5.1.1 way\r\n" in octets


def test_without_a_reply_no_other_server_is_named() -> None:
    gone = told(reply=Outcome(None, "no connection", "4.4.1"), remote=None)
    _, (row,) = fields(parsed(made(gone)))
    assert "Remote-MTA" not in row
    assert row["Diagnostic-Code"] == "X-Mail-Protocol-Lab; no connection"
    assert (row["Action"], row["Status"]) == ("failed", "4.4.1")


def test_a_delay_says_until_when() -> None:
    octets = made(told(until=NOW), action="delayed")
    _, (row,) = fields(parsed(octets))
    assert list(row)[-1] == "Will-Retry-Until"
    assert returned(octets)[0] == "text/rfc822-headers"


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_success_here_has_no_diagnostic(action: str) -> None:
    octets = made(told(reply=Outcome(250, "2.0.0 OK"), remote=None), action=action)
    _, (row,) = fields(parsed(octets))
    assert (row["Action"], row["Status"]) == (action, "2.0.0")
    assert "Diagnostic-Code" not in row
    assert returned(octets) == ("text/rfc822-headers", LETTER.partition(b"\r\n\r\n")[0] + b"\r\n")


def test_a_relayed_message_has_the_other_server_s_reply() -> None:
    # RFC 3461 section 6.3 (h) and (i): for DSNs resulting from attempts to relay.
    _, (row,) = fields(parsed(made(told(reply=Outcome(250, "2.0.0 OK")), action="relayed")))
    assert row["Remote-MTA"] == "dns; mail.work.example"
    assert row["Diagnostic-Code"] == "smtp; 250 2.0.0 OK"


def test_several_recipients_have_a_group_each() -> None:
    _, rows = fields(parsed(made(told(), told(recipient="dan@work.example"))))
    assert [row["Final-Recipient"] for row in rows] == [
        "rfc822;Carol@work.example",
        "rfc822;dan@work.example",
    ]


@pytest.mark.parametrize("ret", [None, "FULL"])
def test_a_failure_returns_the_whole_message(ret: Any) -> None:
    octets = made(terms=Terms("alice@home.example", ret=ret))
    assert returned(octets) == ("message/rfc822", LETTER)


def test_ret_hdrs_returns_the_header() -> None:
    octets = made(terms=Terms("alice@home.example", ret="HDRS"))
    assert returned(octets) == ("text/rfc822-headers", LETTER.partition(b"\r\n\r\n")[0] + b"\r\n")


def test_of_a_long_message_the_header_is_returned() -> None:
    octets = made(data=LETTER + b"x" * 70 * 20_000)
    assert returned(octets)[0] == "text/rfc822-headers"


def test_eight_bits_are_declared_and_kept() -> None:
    data = b"Subject: x\r\n\r\n\xc3\xa4\r\n"
    octets = made(data=data)
    assert returned(octets) == ("message/rfc822", data)
    assert parsed(octets)["Content-Transfer-Encoding"] == "8bit"
    assert list(parsed(octets).iter_parts())[2]["Content-Transfer-Encoding"] == "8bit"
    assert "Content-Transfer-Encoding" not in parsed(made())


NESTED = (
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Description: '
    + "käse".encode()
    + b"\r\n\r\nx \r\n--b--\r\n"
)


@pytest.mark.parametrize("data", ["Subject: käse\r\n\r\n=20 .\r\n.\r\n".encode(), NESTED])
def test_a_header_beyond_ascii_comes_back_encoded(data: bytes) -> None:
    # RFC 6532 sections 3.5 and 3.7, RFC 3462 section 2: else the report would need SMTPUTF8.
    octets = made(data=data, terms=Terms("alice@home.example", utf8=True))
    assert octets.isascii()
    header, _, body = octets.split(b"--=_b")[3].partition(b"\r\n\r\n")
    assert header.split(b"\r\n")[1:] == [
        b"Content-Type: message/global",
        b"Content-Transfer-Encoding: quoted-printable",
    ]
    assert quopri.decodestring(body[:-2]) == data


def test_so_does_such_a_header_alone() -> None:
    data = "Subject: käse\r\n\r\n.\r\n".encode()
    octets = made(data=data, terms=Terms("alice@home.example", ret="HDRS", utf8=True))
    assert octets.isascii()
    part = list(parsed(octets).iter_parts())[2]
    assert part["Content-Transfer-Encoding"] == "quoted-printable"
    assert part.get_content_type() == "text/rfc822-headers"
    assert part.get_payload(decode=True) == data[:-5]


def test_binary_content_stays_behind() -> None:
    octets = made(data=b"Subject: x\r\n\r\n\x00\n")
    assert returned(octets) == ("text/rfc822-headers", b"Subject: x\r\n")
    assert len(list(parsed(made(data=b"Subject: x\n\r\n\r\n")).iter_parts())) == 2


def test_the_boundary_is_in_no_part() -> None:
    octets = made(data=b"A: b\r\n\r\n--=_b\r\n--=_b_--\r\n")
    message = parsed(octets)
    assert message.get_param("boundary") == "=_b__"
    assert len(list(message.iter_parts())) == 3


def test_the_same_values_give_the_same_octets() -> None:
    assert made() == made()


def test_the_explanation_is_for_people() -> None:
    part = next(iter(parsed(made()).iter_parts()))
    text = part.get_content()
    assert "<Carol@work.example>: mail.work.example said: 550 5.1.1 nobody here" in text
    assert "could not" not in text
    assert "will not be tried again" in text


def test_an_address_beyond_ascii_is_written_in_ascii() -> None:
    _, (row,) = fields(parsed(made(told(recipient="käthe@work.example"))))
    assert row["Final-Recipient"] == r"rfc822;k\x{E4}the@work.example"


@pytest.mark.parametrize(
    "reply", ["x" * 500, "x" * 60_000, "\n".join(["y" * 400] * 5), "\n".join(["z z"] * 900)]
)
def test_lines_end_with_crlf_and_are_short_enough(reply: str) -> None:
    octets = made(told(reply=Outcome(550, reply)))
    assert octets.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(map(len, octets.split(b"\r\n"))) <= 998
