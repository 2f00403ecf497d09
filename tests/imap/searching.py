"""What tests of the searching commands share."""

from __future__ import annotations

import re

from tests.imap.driver import Client, Server

__all__ = ["ask", "rev2", "senders"]

_TAG = re.compile(r'\(TAG "a\d+"\)')


def ask(client: Client, command: str) -> list[str]:
    """Give a command; return its reply with `(TAG)` where the tag of a command is named."""
    return [_TAG.sub("(TAG)", line) for line in client.do(command)]


def rev2(client: Client) -> Client:
    """Return the client, speaking IMAP4rev2 from now on, with INBOX selected."""
    client.do("UNSELECT")
    assert client.do("ENABLE IMAP4rev2")[-1] == "OK ENABLE completed"
    assert client.do("SELECT INBOX")[-1].startswith("OK")
    return client


def senders(server: Server, names: str) -> None:
    """Deliver a message from each of these, one letter a name."""
    for name in names:
        server.deliver(f"From: {name}@home.example\r\n\r\nText\r\n".encode())
