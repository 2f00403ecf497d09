"""The lines that a server puts on top of a message (RFC 5321 section 4.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

__all__ = [
    "Origin",
    "completed",
    "date_time",
    "protocol",
    "received",
    "return_path",
    "tcp_info",
    "without_return_path",
]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# A field begins where a line does, and a line where CRLF is (RFC 5321 section 2.3.8).
_DATE = re.compile(rb"(?:\A|\r\n)date[ \t]*:", re.IGNORECASE)
_MESSAGE_ID = re.compile(rb"(?:\A|\r\n)message-id[ \t]*:", re.IGNORECASE)
_RETURN_PATH = re.compile(
    rb"(?:\A|(?<=\r\n))return-path[ \t]*:.*?\r\n(?![ \t])", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a message came from: what the client called itself, and what TCP knows of it.

    `protocol` is what `protocol` says.
    """

    hello: str
    info: str
    protocol: str


def date_time(moment: datetime) -> str:
    """Write a moment as RFC 5322 section 3.3 has it, in English whatever the locale."""
    return (
        f"{_DAYS[moment.weekday()]}, {moment.day:02} {_MONTHS[moment.month - 1]} {moment.year:04} "
        f"{moment:%H:%M:%S %z}"
    )


def tcp_info(address: str | None, name: str) -> str:
    """Return what stands in brackets after the client's name; `name` is empty if it has none."""
    if address is None:
        return ""
    literal = f"[IPv6:{address}]" if ":" in address else f"[{address}]"
    return f"({name} {literal})" if name else f"({literal})"


def protocol(*, extended: bool, utf8: bool, secure: bool, login: bool) -> str:
    """Return the word after `with`: S for TLS, A for a login (RFC 4954 s. 7, RFC 6531 s. 4.3).

    A client that has said HELO speaks SMTP whatever it speaks it through.
    """
    if not extended:
        return "SMTP"
    name = "UTF8SMTP" if utf8 else "ESMTP"
    return f"{name}{'S' if secure else ''}{'A' if login else ''}"


def return_path(sender: str) -> bytes:
    """Return the line of final delivery; `sender` is the reverse-path with its brackets."""
    return f"Return-Path: {sender}\r\n".encode()


def received(
    origin: Origin, *, host: str, queue_id: str, recipient: str | None, moment: datetime
) -> bytes:
    """Return the time stamp line.

    `recipient` is the only one's path, with its brackets: where there are several, naming one
    would tell it to the others (section 7.2).
    """
    client = f"{origin.hello} {origin.info}" if origin.info else origin.hello
    who = "" if recipient is None else f"\r\n\tfor {recipient}"
    return (
        f"Received: from {client}\r\n"
        f"\tby {host} with {origin.protocol} id {queue_id}{who};\r\n"
        f"\t{date_time(moment)}\r\n"
    ).encode()


def completed(data: bytes, *, moment: datetime, message_id: str) -> bytes:
    """Return the fields that a message lacks at its submission (RFC 5321 section 6.4)."""
    header = _header(data)
    lines = []
    if _DATE.search(header) is None:
        lines.append(f"Date: {date_time(moment)}\r\n")
    if _MESSAGE_ID.search(header) is None:
        lines.append(f"Message-ID: <{message_id}>\r\n")
    return "".join(lines).encode("ascii")


def without_return_path(data: bytes) -> bytes:
    """Return a message without a Return-Path of earlier (RFC 5321 section 4.4): one is right."""
    header = _header(data)
    left = _RETURN_PATH.sub(b"", header)
    return data if len(left) == len(header) else left + data[len(header) :]


def _header(data: bytes) -> bytes:
    """Return the header, with the line end of its last field."""
    if data.startswith(b"\r\n"):
        return b""  # It is empty: what follows the blank line is the body.
    end = data.find(b"\r\n\r\n")
    return data if end < 0 else data[: end + 2]
