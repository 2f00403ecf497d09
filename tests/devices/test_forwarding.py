"""A person's Forward: a new message around one that stays as it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.clock import LAB_START
from labserver.devices import Device, ProgramFailed
from labserver.devices.programs.forwarding import Cover, forwarded, international
from labserver.events import Delivered, NewMessage, Synced, letters
from labserver.faults import Answer
from labserver.message import decode_words, field_values, outline, scan, text
from tests.devices.support import House, Script, Scripted

A = (
    b"From: alice@home.example\r\nSubject: Tea at five\r\nMessage-ID: <a@desk>\r\n\r\n"
    b"Come!\r\n.\r\n..dots\r\n"
)


def cover(**more: str) -> Cover:
    tokens = iter(["first", "second", "third"])
    return Cover(
        sender="bob@home.example",
        to=("eve@work.example", "alice@home.example"),
        moment=datetime(2026, 3, 2, 9, 5, tzinfo=UTC),
        message_id="m1@phone",
        boundary=lambda: next(tokens),
        text=more.get("text", ""),
    )


def fields(message: bytes) -> dict[bytes, bytes]:
    return dict(field_values(message, outline(message)))


def inside(message: bytes) -> bytes:
    """The octets of the attached message."""
    part = scan(message).children[1]
    assert part.is_message
    return message[part.body : part.end]


def test_the_whole_of_it() -> None:
    assert forwarded(A, cover(text="Look!\nBob")) == (
        b"Date: Mon, 02 Mar 2026 09:05:00 +0000\r\n"
        b"From: bob@home.example\r\n"
        b"To: eve@work.example, alice@home.example\r\n"
        b"Subject: Fwd: Tea at five\r\n"
        b"Message-ID: <m1@phone>\r\n"
        b"References: <a@desk>\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="first"\r\n'
        b"\r\n--first\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"\r\nLook!\r\nBob\r\n--first\r\n"
        b"Content-Type: message/rfc822\r\n"
        b"Content-Disposition: attachment\r\n\r\n" + A + b"\r\n--first--\r\n"
    )


def test_a_boundary_that_is_in_the_message_is_passed_over() -> None:
    assert b'boundary="third"' in forwarded(b"a: first\r\n\r\n", cover(text="second"))


def test_without_subject_and_name() -> None:
    made = fields(forwarded(b"\r\nhello", cover()))
    assert made[b"Subject"] == b"Fwd:"
    assert b"References" not in made


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (b"=?utf-8?q?Caf=C3=A9?=", "Fwd: Caf\u00e9"),
        ("Caf\u00e9 ".encode() * 40, "Fwd: " + ("Caf\u00e9 " * 40).strip()),
        (b"\xff", "Fwd: \ufffd"),
        (b"word " * 60, "Fwd: " + ("word " * 60).strip()),
    ],
)
def test_subjects(subject: bytes, told: str) -> None:
    message = forwarded(b"Subject: " + subject + b"\r\n\r\n", cover())
    value = fields(message)[b"Subject"]
    assert value.isascii()
    assert decode_words(value) == told
    assert max(map(len, message.split(b"\r\n--")[0].split(b"\r\n"))) < 100


def test_eight_bits_are_declared_where_they_are() -> None:
    body = forwarded(b"a: b\r\n\r\n\xe9\r\n", cover())
    assert fields(body)[b"Content-Transfer-Encoding"] == b"8bit"
    first, second = scan(body).children
    assert (first.encoding, second.encoding) == (None, b"8bit")
    mine = forwarded(b"a: b\r\n\r\n", cover(text="caf\u00e9"))
    first, second = scan(mine).children
    assert text(mine, first) == "caf\u00e9"
    assert (first.encoding, second.encoding) == (b"8bit", None)


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (b"Subject: x\r\n\r\n\xc3\xa9\r\n", False),
        (b"Subject: \xc3\xa9\r\n\r\n", True),
        (
            b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nx: \xc3\xa9\r\n\r\n--x--\r\n",
            True,
        ),
        (b"Content-Type: message/rfc822\r\n\r\nSubject: \xc3\xa9\r\n\r\n", True),
    ],
)
def test_headers_that_are_not_ascii(message: bytes, *, found: bool) -> None:
    assert international(message) is found
    kind = b"global" if found else b"rfc822"
    assert b"Content-Type: message/" + kind + b"\r\n" in forwarded(message, cover())


@given(st.binary(max_size=200) | st.builds(lambda n: A[:n], st.integers(0, len(A))))
def test_what_is_inside_is_what_was_there(original: bytes) -> None:
    assert inside(forwarded(original, cover())) == original


# With the lab


@pytest.fixture
def phone(house: House) -> Device:
    house.run(house.store.accounts.add, "eve", "rose")
    house.deliver(A)
    return house.device("phone")


def test_a_forward_is_a_new_message(house: House, phone: Device) -> None:
    phone.pop3_program("bob", "tulip").check()
    (file,) = phone.files()
    sent = phone.smtp_program("bob", "tulip").forward(file, "eve@home.example", text="Look!")
    assert str(sent) == "accepted for eve@home.example"
    delivered = house.events(Delivered)[-1]
    assert delivered.account == "eve@home.example"
    assert letters(delivered.message) == "B", "a letter of its own"
    assert house.events(NewMessage)[-1].subject == "Fwd: Tea at five"
    laptop = house.device("laptop")
    laptop.imap_program("eve", "rose").sync()
    received = laptop.files()[0].read()
    assert inside(received) == A
    made = fields(received)
    assert made[b"From"] == b"bob@home.example"
    assert made[b"Date"].startswith(f"{LAB_START:%a, %d %b %Y %H:%M:%S}".encode())
    assert made[b"Message-ID"].endswith(b"@phone.home.example>")


def test_the_same_ids_in_each_run_and_no_id_twice(house: House, phone: Device) -> None:
    program = phone.smtp_program("bob", "tulip")
    program.forward(A, "eve@home.example")
    program.forward(A, ["eve@home.example", "bob@home.example"])
    laptop = house.device("laptop")
    laptop.pop3_program("eve", "rose").check()
    first, second = (fields(file.read()) for file in laptop.files())
    assert first[b"Message-ID"] == b"<56514855530a@phone.home.example>"
    assert second[b"Message-ID"] == b"<6c189af89e8d@phone.home.example>"
    assert first[b"Content-Type"] != second[b"Content-Type"]
    assert second[b"To"] == b"eve@home.example, bob@home.example"


def test_a_forward_by_imap_marks_the_original(house: House, phone: Device) -> None:
    imap, smtp = phone.imap_program("bob", "tulip"), phone.smtp_program("bob", "tulip")
    imap.sync(bodies=False)
    assert str(imap.forward(1, "eve@home.example", smtp)) == "accepted for eve@home.example"
    (file,) = phone.files()
    assert file.read() == A, "it was fetched whole"
    assert file.flags == ("$Forwarded",)
    assert house.events(Synced)[-1].flags == ("$Forwarded",)
    laptop = house.device("laptop")
    laptop.imap_program("bob", "tulip").sync()
    assert laptop.files()[0].flags == ("$Forwarded",), "the server knows it too"
    assert inside(eves(house)) == A


def eves(house: House) -> bytes:
    """The one message that Eve got, as her program fetches it."""
    tablet = house.device("tablet")
    tablet.imap_program("eve", "rose").sync()
    (file,) = tablet.files()
    return file.read()


def test_what_was_sent_to_nobody_is_not_marked(house: House, phone: Device) -> None:
    imap, smtp = phone.imap_program("bob", "tulip"), phone.smtp_program("bob", "tulip")
    with pytest.raises(ProgramFailed, match=r"^SMTP: nobody@home\.example: 5"):
        imap.forward(1, "nobody@home.example", smtp)
    assert phone.files()[0].flags == ()
    with pytest.raises(ProgramFailed, match=r"^IMAP: there is no message 9 in INBOX$"):
        imap.forward(9, "eve@home.example", smtp)


def test_headers_in_utf8_go_to_servers_that_take_them(house: House, phone: Device) -> None:
    original = "Subject: caf\u00e9\r\n\r\nHello\r\n".encode()
    program = phone.smtp_program("bob", "tulip")
    program.forward(original, "eve@home.example")
    assert b"Content-Type: message/global\r\n" in eves(house)


def test_headers_in_utf8_do_not_go_to_others(script: Script) -> None:
    server = Scripted(
        [
            (b"", b"220 ready\r\n"),
            (b"ehlo phone.home.example\r\n", b"250-mail\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n"),
            (b"AUTH PLAIN AGJvYgB0dWxpcA==\r\n", b"235 In\r\n"),
            (b"quit\r\n", b"221 Bye\r\n"),
        ]
    )
    program = script.device(server).smtp_program("bob", "tulip")
    with pytest.raises(ProgramFailed, match=r"^SMTP: the server does not offer SMTPUTF8$"):
        program.forward("Subject: caf\u00e9\r\n\r\n".encode(), "eve@home.example")


def test_a_refusal_is_told(house: House, phone: Device) -> None:
    house.run(
        house.faults.add, Answer(protocol="submission", command="MAIL", reply="451 4.3.0 Later")
    )
    with pytest.raises(ProgramFailed, match=r"451 4\.3\.0 Later"):
        phone.smtp_program("bob", "tulip").forward(A, "eve@home.example")
