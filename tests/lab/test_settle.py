"""Mail between the servers of a real lab: over real connections, in lab time and in real time."""

from __future__ import annotations

import asyncio
import smtplib
import threading
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from labserver import Lab
from labserver.clock import LAB_START
from labserver.errors import LabError
from labserver.events import Closed, Connected, Deferred, Dequeued, Entry, NewMessage, Queued
from labserver.faults import Answer, Cut, Delay, MailboxFull, Refuse
from labserver.protocol.limits import Limits
from labserver.protocol.schedule import Schedule
from labserver.snapshot import sentence

PEOPLE = {"alice": "orchid", "bob": "tulip", "bob@work.example": "rose", "carol@work.example": "c"}
LETTER = b"From: alice@home.example\r\nSubject: Lunch?\r\n\r\n.At noon.\r\n"
WORK = "mail.work.example"


def lab(**more: object) -> Lab:
    return Lab(**{"accounts": PEOPLE, **more})  # type: ignore[arg-type]


def submit(at: Lab, *to: str, data: bytes = LETTER) -> None:
    """Send as alice."""
    port = at.ports["submission"]
    with smtplib.SMTP("127.0.0.1", port, local_hostname="laptop", timeout=30) as server:
        server.login("alice", "orchid")
        assert server.sendmail("alice@home.example", to, data) == {}


def bring(at: Lab, to: str, data: bytes = LETTER, sender: str = "x@elsewhere.example") -> None:
    """Bring mail from outside to the server of the recipient."""
    key = "smtp" if to.endswith("@home.example") else "smtp@work.example"
    with smtplib.SMTP("127.0.0.1", at.ports[key], local_hostname="outside", timeout=30) as server:
        assert server.sendmail(sender, [to], data) == {}


def events(at: Lab, *kinds: type) -> list[object]:
    return [entry.event for entry in at.log if isinstance(entry.event, kinds)]


def relaying(at: Lab) -> threading.Event:
    """What is set once a server of the lab calls the other."""
    begun = threading.Event()

    def hear(entry: Entry) -> None:
        event = entry.event
        if isinstance(event, Connected) and event.device == "mail.home.example":
            begun.set()

    at.log.listen(hear)
    return begun


def report(octets: bytes) -> Message:
    """The fields of the first recipient of a report."""
    parsed = message_from_bytes(octets)
    assert parsed.get_content_type() == "multipart/report"
    status = parsed.get_payload(1)
    assert isinstance(status, Message)
    block = status.get_payload(1)
    assert isinstance(block, Message)
    return block


def test_a_letter_to_the_other_domain() -> None:
    with lab() as at:
        submit(at, "carol@work.example", "bob@home.example")
        assert at.messages("carol@work.example") == []
        assert at.now() == LAB_START + timedelta(minutes=1)
        settled = at.settle()
        assert [each.how for each in settled.handled] == ["relayed"]
        # One minute at each server that accepts it.
        assert settled.now == at.now() == LAB_START + timedelta(minutes=2)
        (carol,) = at.messages("carol@work.example")
        (bob,) = at.messages("bob")
        assert (carol.letter, bob.letter) == ("A", "A")
        first, _, rest = carol.octets.partition(b"\r\n")
        assert first == b"Return-Path: <alice@home.example>"
        assert rest.startswith(
            b"Received: from mail.home.example (mail.home.example [127.0.0.1])\r\n"
            b"\tby mail.work.example with ESMTP"
        )
        assert rest.count(b"Received: ") == 2
        assert rest.endswith(bob.octets.partition(b"\r\nReceived: ")[2])
        (new,) = events(at, NewMessage)
        assert isinstance(new, NewMessage)
        connected = events(at, Connected)[-1]
        assert connected == Connected(
            connection=2, protocol="smtp", port=25, device="mail.home.example", host=WORK
        )
        assert events(at, Closed)[-1] == Closed(connection=2, how="quit")


def test_nobody_there() -> None:
    with lab() as at:
        submit(at, "nobody@work.example")
        settled = at.settle()
        assert [each.how for each in settled.handled] == ["bounced", "delivered"]
        (bounce,) = at.messages("alice")
        assert bounce.letter == "B"
        block = report(bounce.octets)
        assert (block["Final-Recipient"], block["Action"]) == (
            "rfc822;nobody@work.example",
            "failed",
        )
        assert block["Status"].startswith("5.")
        assert LETTER in bounce.octets


def test_a_report_goes_from_server_to_server() -> None:
    with lab() as at:
        at.alias("team@work.example", "carol@work.example", "gone@home.example")
        submit(at, "team@work.example")
        settled = at.settle()
        assert [(each.host, each.recipient, each.how) for each in settled.handled] == [
            ("mail.home.example", "team@work.example", "relayed"),
            (WORK, "gone@home.example", "bounced"),
            (WORK, "alice@home.example", "relayed"),
        ]
        assert report(at.messages("alice")[0].octets)["Remote-MTA"] == "dns; mail.home.example"
        assert len(at.messages("carol@work.example")) == 1


def test_outsiders_can_not_relay() -> None:
    with (
        lab() as at,
        smtplib.SMTP("127.0.0.1", at.ports["smtp"], local_hostname="x") as server,
        pytest.raises(smtplib.SMTPRecipientsRefused),
    ):
        server.sendmail("x@elsewhere.example", ["carol@work.example"], LETTER)


def test_a_server_that_is_down_and_comes_back() -> None:
    with lab() as at:
        at.faults.add(Refuse(protocol="smtp", device="mail.home.example", times=2))
        submit(at, "carol@work.example")
        settled = at.settle()
        assert settled.handled[0].how == "relayed"
        # It came at 9:00, which took a minute; tried at 9:01, 9:31, 10:31; taken, which takes one.
        assert at.now() == LAB_START + timedelta(minutes=92)


@pytest.mark.parametrize("after", range(0, 700, 40))
def test_a_connection_that_is_cut_anywhere_loses_nothing(after: int) -> None:
    with lab() as at:
        at.faults.add(Cut(protocol="smtp", device="mail.home.example", after=after))
        submit(at, "carol@work.example")
        settled = at.settle()
        assert [each.how for each in settled.handled] == ["relayed"]
        letters = {each.letter for each in at.messages("carol@work.example")}
        assert letters == {"A"}
        assert len(at.messages("carol@work.example")) in {1, 2}


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("reply", ["451 4.3.0 Not now", "554 5.7.1 Never"])
def test_a_refusal_at_each_command(command: str, reply: str) -> None:
    with lab() as at:
        fault = Answer(protocol="smtp", command=command, reply=reply, device="mail.home.example")
        at.faults.add(fault)
        submit(at, "carol@work.example")
        settled = at.settle()
        if reply.startswith("4") or command == "EHLO":  # HELO follows an EHLO that is refused
            assert [each.how for each in settled.handled] == ["relayed"]
            assert len(at.messages("carol@work.example")) == 1
        else:
            assert [each.how for each in settled.handled] == ["bounced", "delivered"]
            assert report(at.messages("alice")[0].octets)["Status"] == "5.7.1"


def test_a_full_mailbox_there() -> None:
    with lab() as at:
        at.faults.add(MailboxFull(account="carol@work.example"))
        submit(at, "carol@work.example", "bob@work.example")
        at.settle()
        # One message, one reply at its end: neither got it, or both.
        got = [len(at.messages(who)) for who in ("carol@work.example", "bob@work.example")]
        assert got in ([0, 0], [1, 1])


def test_mail_that_goes_round_comes_to_an_end() -> None:
    with lab(limits=Limits(hops=6)) as at:
        at.forward("bob", to="bob@work.example", keep=False)
        at.forward("bob@work.example", to="bob", keep=False)
        submit(at, "bob@home.example")
        settled = at.settle()
        assert [each.how for each in settled.handled] == ["relayed"] * 5 + ["bounced"] + (
            ["delivered"] if settled.handled[5].host == "mail.home.example" else ["relayed"]
        )
        (bounce,) = at.messages("alice")
        assert "5.4.6" in report(bounce.octets)["Diagnostic-Code"]
        assert at.messages("bob") == at.messages("bob@work.example") == []
        assert settled.waiting == ()
        # It stayed the same message all the way.
        assert {e.message for e in events(at, Queued) if e.sender} == {1}  # type: ignore[attr-defined]


def test_a_hundred_servers_are_too_many() -> None:
    many = b"Received: from a\r\n" * 100 + LETTER
    with lab() as at:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            submit(at, "bob@home.example", data=many)
        assert refused.value.smtp_code == 554
        submit(at, "bob@home.example", data=many.replace(b"Received: from a\r\n", b"", 1))
        submit(at, "bob@home.example", data=LETTER + b"Received: from a\r\n" * 200)
        assert len(at.messages("bob")) == 2


def test_lists_that_hold_one_another_are_stopped() -> None:
    """Each server's lists have the other's as members: mail doubles at every second hop."""
    with lab() as at:
        there = [f"{name}@work.example" for name in ("one", "two")]
        for name, other in zip(("one", "two"), there, strict=True):
            at.mailing_list(name, other, owner="alice" if name == "one" else "bob")
        for other in there:
            at.mailing_list(other, "one", "two", owner="carol@work.example")
        submit(at, "one@home.example")
        settled = at.settle()
        assert settled.cut_short
        assert 1000 <= len(settled.handled) < 4000
        assert settled.waiting
        assert "stopped, for mail seems to multiply" in repr(settled)


@pytest.mark.parametrize("keep", [True, False])
def test_forwarding_keeps_the_message_and_changes_the_envelope(keep: bool) -> None:  # noqa: FBT001
    with lab() as at:
        at.forward("bob", to="carol@work.example", keep=keep)
        bring(at, "bob@home.example")
        at.settle()
        assert len(at.messages("bob")) == keep
        (got,) = at.messages("carol@work.example")
        assert got.letter == "A"
        assert got.octets.startswith(b"Return-Path: <x@elsewhere.example>\r\n")
        assert got.octets.endswith(LETTER)
        at.stop_forwarding("bob")
        bring(at, "bob@home.example")
        at.settle()
        assert len(at.messages("carol@work.example")) == 1
        with pytest.raises(LabError):
            at.stop_forwarding("bob")


def test_forwarding_with_a_sender_of_its_own() -> None:
    with lab() as at:
        at.forward("bob@work.example", to="nobody@home.example", keep=False, rewrite_sender=True)
        submit(at, "bob@work.example")
        settled = at.settle()
        senders = [e.sender for e in events(at, Queued)]  # type: ignore[attr-defined]
        assert senders[0] == "alice@home.example"
        assert senders[1].startswith("SRS0=")
        assert senders[1].endswith("@work.example")
        # The report went to the packed address at work.example, and from there to alice.
        assert settled.handled[-1].recipient == "alice@home.example"
        assert len(at.messages("alice")) == 1


def test_a_list_and_its_owner() -> None:
    with lab() as at:
        address = at.mailing_list("team", "bob", "carol@work.example", "gone@work.example")
        assert address == "team@home.example"
        submit(at, address)
        at.settle()
        (carol,) = at.messages("carol@work.example")
        assert carol.octets.startswith(b"Return-Path: <bob@home.example>\r\n")
        own, bounce = at.messages("bob")
        assert own.octets.startswith(b"Return-Path: <bob@home.example>\r\n")
        assert report(bounce.octets)["Final-Recipient"] == "rfc822;gone@work.example"
        assert at.messages("alice") == []
        at.remove_alias("team")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            submit(at, address)


def test_expn_and_vrfy_know_aliases_and_lists() -> None:
    with lab(verify=True) as at:
        at.alias("info", "alice", "carol@work.example")
        at.forward("bob", to="carol@work.example")
        with smtplib.SMTP("127.0.0.1", at.ports["smtp"], local_hostname="x") as server:
            server.ehlo()
            said = [server.docmd(f"EXPN {name}") for name in ("info", "bob", "gone")]
            assert said == [
                (250, b"2.1.5 <alice@home.example>\n2.1.5 <carol@work.example>"),
                (250, b"2.1.5 <bob@home.example>"),
                (550, b"5.1.1 No such user here"),
            ]
            assert server.verify("info") == (250, b"2.1.5 <info@home.example>")


def test_wishes_of_a_sender_go_over_both_servers() -> None:
    with lab() as at:
        port = at.ports["submission"]
        with smtplib.SMTP("127.0.0.1", port, local_hostname="laptop", timeout=30) as server:
            server.ehlo()
            server.login("alice", "orchid")
            server.sendmail(
                "alice@home.example",
                ["carol@work.example"],
                LETTER,
                ["RET=HDRS", "ENVID=a+2Bb"],
                ["NOTIFY=SUCCESS", "ORCPT=rfc822;c+2Bd@work.example"],
            )
        assert [each.how for each in at.settle().handled] == ["relayed", "relayed"]
        (told,) = at.messages("alice")
        assert b"\r\nOriginal-Envelope-Id: a+b\r\n" in told.octets
        block = report(told.octets)
        assert (block["Action"], block["Original-Recipient"]) == (
            "delivered",
            "rfc822;c+d@work.example",
        )


def test_a_restart_finds_what_waits(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with lab(store=store) as at:
        at.forward("bob", to="carol@work.example")
        at.faults.add(Refuse(protocol="smtp", device="mail.home.example", times=None))
        submit(at, "carol@work.example")
        at.settle(timedelta(minutes=10))
        waiting = at.snapshot().queues
        assert len(waiting["mail.home.example"]) == 1
    with lab(store=store) as at:
        assert at.snapshot().queues == waiting
        waits = "Message A waits at mail.home.example for carol@work.example."
        assert sentence(at.snapshot(), "alice@home.example").endswith(waits)
        assert waits in at.look("alice")._repr_mimebundle_()[0]["text/html"]
        settled = at.settle()
        assert [each.letter for each in settled.relayed] == ["A"]
        assert [each.letter for each in at.messages("carol@work.example")] == ["A"]
        bring(at, "bob@home.example")
        at.settle()
        # A restart may skip letters, and gives none twice.
        first, second = (each.letter for each in at.messages("carol@work.example"))
        assert first == "A" < second
        assert at.snapshot().queues == type(waiting)()


def test_in_real_time_the_queue_runs_by_itself() -> None:
    arrived = threading.Event()
    with lab(clock="system") as at:
        at.log.listen(lambda e: arrived.set() if isinstance(e.event, Dequeued) else None)
        submit(at, "carol@work.example")
        assert arrived.wait(60)
        assert len(at.messages("carol@work.example")) == 1
        assert at.settle().waiting == ()


def test_in_real_time_tries_follow_by_timer_and_a_restart_goes_on(tmp_path: Path) -> None:
    store = tmp_path / "store"
    quick = Schedule(pause=timedelta(seconds=1), give_up=timedelta(days=4))
    refused = threading.Event()
    with lab(clock="system", store=store, schedule=quick) as at:
        at.log.listen(lambda e: refused.set() if isinstance(e.event, Deferred) else None)
        down = Refuse(protocol="smtp", device="mail.home.example", times=None)
        at.faults.add(down)
        submit(at, "carol@work.example")
        assert refused.wait(60)
    arrived = threading.Event()
    with lab(clock="system", store=store, schedule=quick) as at:
        at.log.listen(lambda e: arrived.set() if isinstance(e.event, Dequeued) else None)
        at.settle()
        assert arrived.wait(60)
        assert len(at.messages("carol@work.example")) == 1


def test_closing_in_the_midst_of_a_try_ends_cleanly(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with lab(clock="system", store=store) as at:
        begun = relaying(at)
        at.faults.add(Delay(protocol="smtp", device="mail.home.example", seconds=3600))
        submit(at, "carol@work.example")
        assert begun.wait(60)
    with lab(clock="system", store=store) as at:
        settled = at.settle()
        assert settled.waiting == ()
        assert len(at.messages("carol@work.example")) == 1


def test_an_interrupted_settle_leaves_the_lab_usable() -> None:
    with lab() as at:
        fault = at.faults.add(Delay(protocol="smtp", device="mail.home.example", seconds=3600))
        submit(at, "carol@work.example")
        begun = relaying(at)
        loop = at._background._loop
        future = asyncio.run_coroutine_threadsafe(at._server.relay.settle(), loop)
        assert begun.wait(60)
        future.cancel()
        at.faults.remove(fault)
        assert [each.how for each in at.settle().handled] == ["relayed"]


def test_a_closed_lab_settles_nothing() -> None:
    at = lab()
    at.close()
    with pytest.raises(LabError):
        at.settle()


def test_a_report_comes_back_where_eight_bits_may_not() -> None:
    # RFC 3461 section 5.2.6: it must be issued, so it must be able to arrive.
    with lab() as at:
        at.forward("bob@work.example", to="nobody@home.example")
        at.switch_off("smtp", "8BITMIME", device=WORK)
        submit(at, "bob@work.example", data="Subject: x\r\n\r\ngrüße\r\n".encode())
        done = at.settle()
        assert [each.letter for each in done.relayed] == ["A", "B"]
        assert not done.dropped
        (bounce,) = at.messages("alice")
        assert bounce.octets.isascii()
        assert report(bounce.octets)["Status"] == "5.6.3"
