"""The server seen over a second connection, in the clear, by Python's own clients."""

from __future__ import annotations

import imaplib
import poplib
import re
from dataclasses import dataclass
from typing import Self

from labserver import Lab
from labserver.lab.lab import ACCOUNTS

__all__ = ["Arrived", "arrived", "inbox", "maildrop"]

TRACE = re.compile(
    rb"Received: from (?P<hello>\S+) \(\S+ \[127\.0\.0\.1\]\)\r\n"
    rb"\tby (?P<host>\S+) with (?P<protocol>[A-Z0-9]+) id \w+"
    rb"(?:\r\n\tfor <(?P<recipient>[^>]+)>)?;\r\n"
    rb"\t[^\r\n]+\r\n"
)
RETURN_PATH = re.compile(rb"Return-Path: <(.*)>\r\n")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A delivered message: its sender, the protocol of each hop, last first, and what was sent."""

    sender: str
    protocols: tuple[str, ...]
    octets: bytes

    @classmethod
    def read(cls, octets: bytes) -> Self:
        path = RETURN_PATH.match(octets)
        assert path is not None, octets
        at = path.end()
        protocols = []
        while (hop := TRACE.match(octets, at)) is not None:
            protocols.append(hop["protocol"].decode())
            at = hop.end()
        return cls(path[1].decode(), tuple(protocols), octets[at:])


def inbox(
    lab: Lab, account: str = "bob", password: str = "", *, listener: str = "imap"
) -> list[tuple[bytes, set[str]]]:
    r"""Return octets and flags of each message in INBOX, as IMAP tells them, without \Recent."""
    with imaplib.IMAP4("127.0.0.1", lab.ports[listener], timeout=60) as client:
        client.login(account, password or ACCOUNTS[account])
        (count,) = client.select("INBOX", readonly=True)[1]
        found: list[tuple[bytes, set[str]]] = []
        for number in range(1, int(count) + 1):
            told, end = client.fetch(str(number), "(FLAGS BODY.PEEK[])")[1]
            flags = imaplib.ParseFlags(told[0] + end)
            found.append((told[1], {flag.decode() for flag in flags} - {r"\Recent"}))
        return found


def arrived(
    lab: Lab, account: str = "bob", password: str = "", *, listener: str = "imap"
) -> list[Arrived]:
    """Return what SMTP has brought into INBOX."""
    seen = inbox(lab, account, password, listener=listener)
    return [Arrived.read(octets) for octets, _ in seen]


def maildrop(lab: Lab) -> list[tuple[str, bytes]]:
    """Return unique-id and octets of each message in Bob's maildrop, as POP3 tells them."""
    client = poplib.POP3("127.0.0.1", lab.ports["pop3"], timeout=60)
    try:
        client.user("bob")
        client.pass_(ACCOUNTS["bob"])
        ids = [line.decode().split()[1] for line in client.uidl()[1]]
        return [
            (unique, b"".join(line + b"\r\n" for line in client.retr(number)[1]))
            for number, unique in enumerate(ids, start=1)
        ]
    finally:
        client.quit()
