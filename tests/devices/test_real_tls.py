"""Devices and the lab's own servers with TLS between them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from labserver.devices import Device, ProgramFailed, TlsFailed
from labserver.events import Closed, Connected, Delivered, Event, Line, Secured
from labserver.faults import Cut
from tests.devices.support import House

MESSAGE = "From: bob@home.example\nTo: bob@home.example\nSubject: hi\n\nHello\n"
START = {
    "smtp": ("EHLO phone", "STARTTLS"),
    "submission": ("EHLO phone", "STARTTLS"),
    "pop3": ("STLS",),
    "imap": ("a1 STARTTLS",),
}
GOODBYE = {"pop3": "QUIT", "imap": "a9 LOGOUT"}
INSIDE = ["submissions", "pop3s", "imaps"]


@pytest.fixture
def phone(house: House) -> Device:
    return house.device("phone")


def opened(device: Device, protocol: Any) -> Any:
    """A dialogue that is inside TLS."""
    dialogue = device.dial(protocol)
    for line in START.get(protocol, ()):
        dialogue.send(line)
    if protocol in START:
        dialogue.secure()
    return dialogue


def kinds(house: House) -> list[type[Event]]:
    return [type(event) for event in house.events(Connected, Secured, Line, Closed)]


@pytest.mark.parametrize("protocol", [*START, *INSIDE])
def test_it_begins_and_the_log_has_it_at_once(house: House, phone: Device, protocol: str) -> None:
    dialogue = opened(phone, protocol)
    assert house.events(Secured) == [Secured(connection=1, version="TLSv1.3")]
    if protocol in START:
        assert kinds(house)[-1] is Secured
    dialogue.send(GOODBYE.get(protocol.removesuffix("s"), "QUIT"))
    assert house.log[-1].event == Closed(connection=1, how="quit")


@pytest.mark.parametrize("protocol", [*START, *INSIDE])
@pytest.mark.parametrize(("how", "logged"), [("hang_up", "client"), ("cut", "cut")])
def test_ends_of_all_kinds(
    house: House, phone: Device, protocol: str, how: str, logged: str
) -> None:
    dialogue = opened(phone, protocol)
    dialogue._channel.sendall(b"NOOP\r\n" * 20)  # replies that nobody reads
    getattr(dialogue, how)()
    assert house.log[-1].event == Closed(connection=1, how=logged)


@pytest.mark.parametrize("protocol", [*START, *INSIDE])
def test_a_device_that_does_not_trust_the_lab(house: House, phone: Device, protocol: str) -> None:
    phone.trusts_lab = False
    for _ in range(5):
        with pytest.raises(TlsFailed, match="no authority that this device trusts"):
            opened(phone, protocol)
    assert [event.how for event in house.events(Closed)] == ["client"] * 5
    assert house.events(Secured) == []


def test_commands_in_one_packet_with_starttls_are_not_obeyed(
    house: House, phone: Device, capsys: pytest.CaptureFixture[str]
) -> None:
    pop = phone.dial("pop3")
    pop.send("STLS", "USER bob", "PASS tulip")
    pop.secure()
    capsys.readouterr()
    pop.send("STAT")
    assert capsys.readouterr().out.startswith("C: STAT\nS: -ERR"), "nobody is logged in"


def test_the_same_octets_inside_as_outside(house: House, phone: Device) -> None:
    house.deliver(b"Subject: long\r\n\r\n" + b"line\r\n" * 50_000)
    saved = []
    for protocol in ("pop3", "pop3s"):
        pop = phone.dial(protocol)
        pop.send("USER bob", "PASS tulip", "RETR 1", "QUIT")
        saved.append(phone.files()[-1].sha256)
    assert saved[0] == saved[1]


def test_a_cut_inside_is_no_end_in_good_order(house: House, phone: Device) -> None:
    house.run(house.faults.add, Cut(after=60, listener="imaps"))
    imap = phone.dial("imaps")
    imap.send("a1 CAPABILITY")
    assert not imap.open
    assert house.log[-1].event == Closed(connection=1, how="fault")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_programs(house: House, phone: Device, security: Any) -> None:
    phone.smtp_program("bob", "tulip", security=security).send("bob@home.example", MESSAGE)
    assert [event.account for event in house.events(Delivered)] == ["bob@home.example"]
    assert phone.pop3_program("bob", "tulip", security=security).check().fetched == 1
    assert phone.imap_program("bob", "tulip", security=security).sync().fetched == 1
    assert [event.how for event in house.events(Closed)] == ["quit"] * 3
    assert len(house.events(Secured)) == 3


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_programs_that_do_not_trust_the_lab(house: House, phone: Device, security: Any) -> None:
    phone.trusts_lab = False
    for work in (
        phone.pop3_program("bob", "tulip", security=security).check,
        phone.imap_program("bob", "tulip", security=security).sync,
        lambda: phone.smtp_program("bob", "tulip", security=security).send("bob", MESSAGE),
    ):
        with pytest.raises(ProgramFailed, match="no authority that this device trusts"):
            work()
    assert [event.how for event in house.events(Closed)] == ["client"] * 3
    lines = b"".join(event.data for event in house.events(Line))
    assert b"tulip" not in lines


def test_waiting_for_tls_where_there_is_none_to_come(house: House, phone: Device) -> None:
    pop = phone.dial("pop3")
    house.run(house.wire.secured, pop.number)
    pop.send("STLS")
    waiting = asyncio.run_coroutine_threadsafe(house.wire.secured(pop.number), house.loop)
    house.run(asyncio.sleep, 0)
    assert not waiting.done()
    pop.cut()
    waiting.result(10)
    house.run(house.wire.secured, pop.number)
