"""Raw SMTP and IMAP from devices to the real servers."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from hashlib import md5

import pytest

from labserver.devices import ProgramFailed
from labserver.events import Closed, Connected, Delivered
from labserver.faults import Answer, NewUidls
from tests.devices.support import House

MESSAGE = "From: alice@home.example\nTo: bob@home.example\nSubject: hi\n\nHello\n.dot\n"


def test_a_message_by_hand_from_sender_to_reader(house: House) -> None:
    smtp = house.device("desktop").dial("smtp")
    smtp.send("EHLO desktop.home.example")
    smtp.send("MAIL FROM:<alice@home.example>")
    smtp.send("RCPT TO:<bob@home.example>")
    smtp.send("DATA")
    smtp.data(MESSAGE)
    assert smtp.last is not None
    assert smtp.last.text.startswith("250")
    smtp.send("QUIT")
    assert house.log[-1].event == Closed(connection=1, how="quit")
    phone = house.device("phone")
    imap = phone.dial("imap")
    imap.send("a1 LOGIN bob tulip")
    imap.send("a2 SELECT INBOX")
    imap.send("a3 FETCH 1 (UID FLAGS BODY[])")
    (file,) = phone.files()
    assert file.read().endswith(b"\r\n\r\nHello\r\n.dot\r\n")
    assert file.flags == ("\\Seen",)
    assert (file.origin.account, file.origin.mailbox) == ("bob@home.example", "INBOX")
    imap.send("a4 STORE 1 +FLAGS (\\Deleted)")
    assert phone.files()[0].flags == ("\\Deleted", "\\Seen")
    imap.send("a5 EXPUNGE")
    assert phone.files() == ()
    imap.send("a6 LOGOUT")
    assert house.log[-1].event == Closed(connection=2, how="quit")
    assert [e.device for e in house.events(Connected)] == ["desktop", "phone"]


def test_idle_hears_of_new_mail(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    imap = house.device("phone").dial("imap")
    imap.send("a1 LOGIN bob tulip")
    imap.send("a2 SELECT INBOX")
    imap.send("a3 IDLE")
    house.deliver(b"Subject: new\r\n\r\n")
    capsys.readouterr()
    imap.listen()
    assert capsys.readouterr().out == "S: * 1 EXISTS\n"
    imap.send("DONE")
    assert imap.last is not None
    assert imap.last.text.startswith("a3 OK")


def test_append_by_hand(house: House) -> None:
    imap = house.device("phone").dial("imap")
    imap.send("a1 LOGIN bob tulip")
    imap.send("a2 APPEND INBOX (\\Seen) {6}")
    imap.literal("a: b\r\n")
    assert imap.last is not None
    assert imap.last.text.startswith("a2 OK")
    assert house.inbox() == [1]
    imap.cut()
    assert house.log[-1].event == Closed(connection=1, how="cut")


def test_the_sending_program(house: House) -> None:
    program = house.device("laptop").smtp_program("bob", "tulip")
    sent = program.send("bob@home.example", MESSAGE)
    assert str(sent) == "accepted for bob@home.example"
    assert house.log[-1].event == Closed(connection=1, how="quit")
    (delivered,) = house.events(Delivered)
    assert delivered.account == "bob@home.example"
    laptop = house.device("phone")
    laptop.pop3_program("bob", "tulip").check()
    assert laptop.files()[0].read().endswith(b"\r\n\r\nHello\r\n.dot\r\n")


def test_a_recipient_that_is_refused_is_named(house: House) -> None:
    program = house.device("laptop").smtp_program("bob", "tulip")
    sent = program.send(["bob@home.example", "nobody@home.example"], MESSAGE)
    assert sent.accepted == ("bob@home.example",)
    assert [who for who, _ in sent.refused] == ["nobody@home.example"]
    with pytest.raises(ProgramFailed, match=r"^SMTP: nobody@home\.example: 5"):
        program.send("nobody@home.example", MESSAGE)


def test_a_wrong_password_and_a_struck_command(house: House) -> None:
    laptop = house.device("laptop")
    with pytest.raises(ProgramFailed, match=r"^SMTP: 535 "):
        laptop.smtp_program("bob", "rose").send("bob@home.example", MESSAGE)
    house.run(
        house.faults.add,
        Answer(protocol="submission", command="MAIL", reply="451 4.3.0 Try again later"),
    )
    with pytest.raises(ProgramFailed, match=r"451 4\.3\.0 Try again later"):
        laptop.smtp_program("bob", "tulip").send("bob@home.example", MESSAGE)
    assert house.inbox() == []


def test_logins_of_all_kinds_by_pop3(house: House) -> None:
    house.deliver(b"Subject: A\r\n\r\n")
    laptop = house.device("laptop")
    pop = laptop.dial("pop3")
    stamp = pop.last.text.rpartition(" ")[2]
    digest = md5(f"{stamp}tulip".encode(), usedforsecurity=False).hexdigest()
    pop.send(f"APOP bob {digest}", "RETR 1", "QUIT")
    pop = laptop.dial("pop3")
    pop.send("AUTH CRAM-MD5")
    challenge = b64decode(pop.last.text.removeprefix("+ "))
    answer = hmac.digest(b"tulip", challenge, "md5").hex()
    pop.send(b64encode(f"bob {answer}".encode()).decode())
    assert pop.last.text.startswith("+OK")
    pop.send("RETR 1", "QUIT")
    pop = laptop.dial("pop3")
    pop.send("AUTH PLAIN AGJvYgB0dWxpcA==", "RETR 1", "QUIT")
    accounts = [file.origin.account for file in laptop.files()]
    assert accounts == ["bob@home.example"] * 3


def test_languages_and_capabilities_by_pop3(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    pop = house.device("laptop").dial("pop3")
    pop.send("LANG")
    assert pop.last.lines[-1] == "."
    pop.send("LANG de")
    pop.send("UTF8")
    pop.send("USER bob", "PASS tulip", "CAPA", "LANG", "NOOP")
    assert pop.last.text.startswith("+OK")
    assert capsys.readouterr().out.count("S: .\n") == 3


def test_changed_unique_ids_bring_everything_again(house: House) -> None:
    house.deliver(b"Subject: A\r\n\r\n", b"Subject: B\r\n\r\n")
    laptop = house.device("laptop")
    program = laptop.pop3_program("bob", "tulip")
    assert (program.check().fetched, program.check().fetched) == (2, 0)
    house.run(house.faults.add, NewUidls(account="bob@home.example"))
    assert (program.check().fetched, program.check().fetched) == (2, 0)
    digests = [file.sha256 for file in laptop.files()]
    assert digests[:2] == digests[2:], "each twice, as the program can't know better"
    assert len(laptop.known_ids) == 4


def test_a_message_in_chunks(house: House) -> None:
    smtp = house.device("desktop").dial("smtp")
    smtp.send("EHLO desktop")
    smtp.send("MAIL FROM:<eve@away.example> BODY=BINARYMIME", "RCPT TO:<bob@home.example>")
    smtp.chunk("Subject: hi\n\n", last=False)
    smtp.chunk(b"bare\nline")
    assert smtp.last.text.startswith("250")
    laptop = house.device("laptop")
    laptop.imap_program("bob", "tulip").sync()
    assert laptop.files()[0].read().endswith(b"Subject: hi\r\n\r\nbare\nline")
