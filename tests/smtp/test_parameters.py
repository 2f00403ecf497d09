"""The parameters of MAIL and RCPT, and what of them goes into the envelope."""

from __future__ import annotations

import pytest

from labserver.smtp import delivery
from labserver.smtp.envelope import Envelope
from labserver.smtp.grammar import BadArgument
from labserver.smtp.parameters import split
from tests.smtp.house import LETTER, TO_BOB, House, build, codes

UE = "ü".encode()
MAIL = b"MAIL FROM:<alice@home.example>"
RCPT = b"RCPT TO:<bob@home.example>"


@pytest.fixture
def envelopes(monkeypatch: pytest.MonkeyPatch) -> list[Envelope]:
    """The envelopes of what is accepted."""
    seen: list[Envelope] = []
    accept = delivery.accept

    def spy(context: object, envelope: Envelope, *rest: object, **more: object) -> str:
        seen.append(envelope)
        return accept(context, envelope, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(delivery, "accept", spy)
    return seen


def send(house: House, mail: bytes, rcpt: bytes) -> None:
    connection = house.greeted()
    said = connection.send(mail + b"\r\n" + rcpt + b"\r\nBDAT %d LAST\r\n" % len(LETTER) + LETTER)
    assert codes(said) == [250, 250, 250]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        # RFC 3461 section 4.3.
        (b"RET=FULL", 250),
        (b"ret=hdrs", 250),
        (b"RET", 501),
        (b"RET=", 501),
        (b"RET=ALL", 501),
        (b"RET=FULL RET=FULL", 501),
        (b"RET=FULL ret=HDRS", 501),
        # Section 4.4.
        (b"ENVID=QQ314159", 250),
        (b"ENVID=a+20b+2B+3D", 250),
        (b"ENVID=" + b"x" * 100, 250),
        (b"ENVID=" + b"x" * 101, 501),
        (b"ENVID=" + b"+41" * 34, 501),
        (b"ENVID", 501),
        (b"ENVID=", 501),
        (b"ENVID=a=b", 501),
        (b"ENVID=a+b", 501),
        (b"ENVID=a+2b", 501),
        (b"ENVID=a+2", 501),
        (b"ENVID=+00", 501),
        (b"ENVID=+0D+0A", 501),
        (b"ENVID=+E9", 501),
        (b"ENVID=x ENVID=x", 501),
        (b"SMTPUTF8 ENVID=" + UE, 501),
        # RFC 1870 section 3 and 6.
        (b"SIZE=0", 250),
        (b"SIZE=00000000000000000001", 250),
        (b"SIZE=67108864", 250),
        (b"SIZE=67108865", 552),
        (b"SIZE=99999999999999999999", 552),
        (b"SIZE=000000000000000000001", 501),
        (b"SIZE=-1", 501),
        (b"SIZE=1 SIZE=1", 501),
        # RFC 3030 section 3.
        (b"BODY=7BIT", 250),
        (b"body=8bitmime", 250),
        (b"BODY=BinaryMIME", 250),
        (b"BODY=8BIT", 501),
        (b"BODY=", 501),
        # RFC 6531 section 3.4.
        (b"SMTPUTF8", 250),
        (b"smtputf8 BODY=8BITMIME", 250),
        (b"SMTPUTF8=1", 501),
        (b"SMTPUTF8=", 501),
        # RFC 5321 section 4.1.2.
        (b"SIZE=1  BODY=7BIT", 250),
        (b"=1", 501),
        (b"-SIZE=1", 501),
        (b"SI_ZE=1", 501),
        (b"SIZE =1", 501),
        (b"XDATA", 555),
        (b"NOTIFY=NEVER", 555),
        (b"SIZE=x XDATA=1", 555),
    ],
)
def test_of_mail(house: House, parameters: bytes, code: int) -> None:
    assert codes(house.greeted().send(MAIL + b" " + parameters + b"\r\n")) == [code]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        # RFC 3461 section 4.1.
        (b"NOTIFY=NEVER", 250),
        (b"notify=success,Failure,DELAY", 250),
        (b"NOTIFY=DELAY", 250),
        (b"NOTIFY=NEVER,DELAY", 501),
        (b"NOTIFY=DELAY,NEVER", 501),
        (b"NOTIFY=", 501),
        (b"NOTIFY", 501),
        (b"NOTIFY=DELAY,", 501),
        (b"NOTIFY=ALWAYS", 501),
        (b"NOTIFY=DELAY NOTIFY=DELAY", 501),
        # Section 4.2.
        (b"ORCPT=rfc822;Bob@home.example", 250),
        (b"ORCPT=x400;+2FS+3Dx+20y", 250),
        (b"ORCPT=rfc822;" + b"x" * 493, 250),
        (b"ORCPT=rfc822;" + b"x" * 494, 501),
        (b"ORCPT=rfc822", 501),
        (b"ORCPT=rfc822;", 501),
        (b"ORCPT=;bob@home.example", 501),
        (b"ORCPT=rfc(822);x", 501),
        (b"ORCPT=rfc822;a+b@home.example", 501),
        (b"ORCPT=rfc822;a+0Ab", 501),
        (b"ORCPT=rfc822;a+FCb", 501),
        (b"ORCPT=rfc822;a ORCPT=rfc822;a", 501),
        (b"ORCPT=utf-8;" + UE, 501),
        (b"SIZE=1", 555),
        (b"RET=FULL", 555),
    ],
)
def test_of_rcpt(house: House, parameters: bytes, code: int) -> None:
    connection = house.greeted()
    connection.send(MAIL + b"\r\n")
    assert codes(connection.send(RCPT + b" " + parameters + b"\r\n")) == [code]


def test_what_the_envelope_holds(house: House, envelopes: list[Envelope]) -> None:
    send(house, MAIL, RCPT)
    send(
        house,
        MAIL + b" RET=hdrs ENVID=a+20b BODY=BinaryMime SMTPUTF8",
        RCPT + b" NOTIFY=success,delay ORCPT=rfc822;Bob+2B@x",
    )
    plain, full = envelopes
    assert (plain.ret, plain.envid, plain.body, plain.utf8) == (None, None, "7BIT", False)
    assert [(each.notify, each.original) for each in plain.recipients] == [(None, None)]
    # As they were given: a relay passes them on so (RFC 3461 section 5.2.1).
    assert (full.ret, full.envid, full.body, full.utf8) == ("HDRS", "a+20b", "BINARYMIME", True)
    (bob,) = full.recipients
    assert (bob.notify, bob.original) == ({"SUCCESS", "DELAY"}, "rfc822;Bob+2B@x")


def test_parameters_are_forgotten_with_the_transaction(
    house: House, envelopes: list[Envelope]
) -> None:
    connection = house.greeted()
    connection.send(MAIL + b" RET=FULL ENVID=1 SMTPUTF8 BODY=BINARYMIME\r\nRSET\r\n")
    connection.send(TO_BOB + b"DATA\r\n")
    assert codes(connection.send(LETTER + b".\r\n")) == [250]
    assert envelopes[0].ret is envelopes[0].envid is None
    assert not envelopes[0].utf8


# RFC 6531


@pytest.mark.parametrize(
    "path",
    [
        "ü@home.example",
        "jörg.müller@home.example",
        '"ü ö"@home.example',
        "用户@例子.example",
        "x@bücher.example",
        "x@пример.испытание",
        "x@xn--bcher-kva.example",
    ],
)
def test_addresses_outside_ascii_need_smtputf8(house: House, path: str) -> None:
    connection = house.greeted()
    mail = f"MAIL FROM:<{path}>".encode()
    without = codes(connection.send(mail + b"\r\nRSET\r\n"))[0]
    assert without == (250 if path.isascii() else 550)
    assert codes(connection.send(mail + b" SMTPUTF8\r\n")) == [250]
    assert codes(connection.send(f"RCPT TO:<{path}>\r\n".encode())) == [550]


@pytest.mark.parametrize(
    "path",
    [
        "x@bü_cher.example",
        "x@-bücher.example",
        "x@bücher-.example",
        "x@BÜCHER.example",
        "x@bu\u0308cher.example",
        "x@☃.example",
        "x@\u0300a.example",
        "ü" * 33 + "@home.example",
        "x@" + "ü" * 128 + ".example",
    ],
)
def test_what_is_no_address_even_then(house: House, path: str) -> None:
    # Section 3.3: labels are U-labels, and section 4.5.3.1 of RFC 5321 counts octets.
    connection = house.greeted()
    assert codes(connection.send(f"MAIL FROM:<{path}> SMTPUTF8\r\n".encode())) == [501]


def test_codes_of_addresses_that_must_be_ascii(house: House) -> None:
    # Section 3.5.
    connection = house.greeted()
    said = connection.send(b"MAIL FROM:<" + UE + b"@home.example>\r\n")
    assert said.startswith(b"550 5.6.7 ")
    connection.send(MAIL + b"\r\n")
    said = connection.send(b"RCPT TO:<" + UE + b"@home.example>\r\n")
    assert said.startswith(b"553 5.6.7 ")
    assert codes(connection.send(RCPT + b"\r\n")) == [250]


@pytest.mark.parametrize(
    "line",
    [b"EHLO " + UE, b"HELO " + UE, b"NOOP " + UE, b"HELP " + UE, b"BDAT " + UE, b"\xc3\xbcber"],
)
def test_nothing_else_may_be_outside_ascii(house: House, line: bytes) -> None:
    connection = house.greeted()
    assert codes(connection.send(line + b"\r\n")) in ([500], [501])


@pytest.mark.parametrize(
    "octets", [b"\xff", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
)
def test_octets_that_are_no_utf_8(house: House, octets: bytes) -> None:
    connection = house.greeted()
    said = connection.send(b"MAIL FROM:<" + octets + b"@home.example> SMTPUTF8\r\n")
    assert said == b"501 5.5.2 Arguments are UTF-8\r\n"


def test_the_trace_of_an_internationalised_message(house: House) -> None:
    # Sections 3.7.3 and 4.3.
    connection = house.greeted()
    connection.send("MAIL FROM:<ü@bücher.example> SMTPUTF8\r\n".encode() + RCPT + b"\r\nDATA\r\n")
    assert codes(connection.send("Subject: ü\r\n\r\n.\r\n".encode())) == [250]
    (letter,) = house.inbox("bob")
    assert letter.startswith("Return-Path: <ü@bücher.example>\r\n".encode())
    assert b" with UTF8SMTP id " in letter
    assert letter.endswith("Subject: ü\r\n\r\n".encode())


def test_an_original_recipient_outside_ascii(house: House, envelopes: list[Envelope]) -> None:
    send(house, MAIL + b" SMTPUTF8", RCPT + b" ORCPT=utf-8;" + UE + b"@home.example")
    assert envelopes[0].recipients[0].original == "utf-8;ü@home.example"


def test_without_smtputf8_letters_outside_ascii_are_a_syntax_error() -> None:
    # RFC 5321 section 4.1.2.
    house = build()
    house.switches.switch_off("smtp", ["SMTPUTF8"])
    connection = house.greeted()
    said = connection.send(b"MAIL FROM:<" + UE + b"@home.example>\r\n")
    assert said.startswith(b"501 5.5.2 ")
    assert codes(connection.send(MAIL + b" SMTPUTF8\r\n")) == [555]


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u0085", "\u3000"])
def test_nothing_but_a_space_parts_parameters(space: str) -> None:
    # RFC 5321 section 4.1.2; RFC 6531 section 3.3 lets such characters stand in a value.
    with pytest.raises(BadArgument):
        split(f"SMTPUTF8{space}BODY=8BITMIME")
    assert split(f"ORCPT=utf-8;a{space}b") == {"ORCPT": f"utf-8;a{space}b"}
