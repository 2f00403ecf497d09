"""Delivery status notifications: what a sender is told (RFC 3464; its wrapping: RFC 3462). Pure.

A report is made of values alone, its boundary and Message-ID among them: the same values give the
same octets.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from typing import Literal, NamedTuple

from labserver.smtp.relay.needs import has_wide_header
from labserver.smtp.relay.outcome import Outcome
from labserver.smtp.trace import date_time
from labserver.store import Terms

__all__ = ["Action", "Report", "Told", "compose"]

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]
"""RFC 3464 section 2.3.3."""

_MOST = 1024 * 1024
"""Octets of a message that are returned whole; of a longer one the header (RFC 3461 s. 6.2)."""

_LONGEST = 998
"""Characters of a line (RFC 5322 section 2.1.1)."""

_HEX = re.compile(r"\+([0-9A-F]{2})")
_UNPRINTABLE = re.compile(r"[^ -~]")
_BINARY = re.compile(rb"\r(?!\n)|(?<!\r)\n|\x00")

_SUBJECTS: dict[Action, str] = {
    "failed": "Your message could not be delivered",
    "delayed": "Your message is delayed",
    "delivered": "Your message was delivered",
    "relayed": "Your message was passed on",
    "expanded": "Your message went on to several addresses",
}
_TEXTS: dict[Action, str] = {
    "failed": "Your message has not reached these addresses, and will not be tried again:",
    "delayed": "Your message has not reached these addresses yet. There is nothing for you to do:"
    "\r\nit will be tried again, and you will hear if that fails for good.",
    "delivered": "Your message has been delivered to these addresses:",
    "relayed": "Your message has been passed on to a server that will not tell whether it arrives,"
    "\r\nfor these addresses:",
    "expanded": "Your message has been delivered to these addresses, and from there sent on to"
    "\r\nseveral others:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of one recipient.

    `remote` is the server that gave the reply, None if it is our own. `until`: the moment of the
    last try of a delayed one. `tried`: when this was.
    """

    recipient: str
    original: str | None
    reply: Outcome
    remote: str | None = None
    until: datetime | None = None
    tried: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report on one message, as received by `host` at the moment `arrival` with these terms.

    `seven`: it is to be ASCII, for it goes where other octets may not pass.
    """

    action: Action
    host: str
    domain: str
    terms: Terms
    arrival: datetime
    now: datetime
    told: tuple[Told, ...]
    message_id: str
    boundary: str
    seven: bool = False


def compose(report: Report, data: bytes) -> bytes:
    """Return the report as a message; `data` is the message that it is about."""
    returned = _returned(report, data)
    eight = returned is not None and not returned.body.isascii()
    boundary = report.boundary
    while returned is not None and b"--" + boundary.encode() in returned.body:
        boundary += "_"  # RFC 2046 section 5.1.1: in no part
    parts = [
        _Part("text/plain; charset=us-ascii", _explained(report).encode()),
        _Part("message/delivery-status", _fields(report).encode()),
        *([returned] if returned is not None else []),
    ]
    head = (
        f"From: Mail server <postmaster@{report.domain}>\r\n"
        f"To: <{report.terms.sender}>\r\n"
        f"Subject: {_SUBJECTS[report.action]}\r\n"
        f"Date: {date_time(report.now)}\r\n"
        f"Message-ID: <{report.message_id}>\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status;\r\n"
        f'\tboundary="{boundary}"\r\n'
        + ("Content-Transfer-Encoding: 8bit\r\n" if eight else "")
        + "\r\n"
    )
    octets = [head.encode()]
    for part in parts:
        octets.append(f"--{boundary}\r\nContent-Type: {part.kind}\r\n".encode())
        encoding = part.encoding if part.body.isascii() else "8bit"
        if encoding:
            octets.append(f"Content-Transfer-Encoding: {encoding}\r\n".encode())
        octets += [b"\r\n", part.body, b"\r\n"]
    octets.append(f"--{boundary}--\r\n".encode())
    return b"".join(octets)


class _Part(NamedTuple):
    """A part of the report; `encoding` is empty where there is none."""

    kind: str
    body: bytes
    encoding: str = ""


def _returned(report: Report, data: bytes) -> _Part | None:
    """Return what of the message goes back; None if nothing can.

    A header beyond ASCII is encoded, so that the report is no message that needs SMTPUTF8 of the
    servers on its own way (RFC 6532 section 3.7).
    """
    end = data.find(b"\r\n\r\n")
    header = data if end < 0 else data[: end + 2]
    # RFC 3461 section 6.2: whole with a failure only. RET not said: we choose whole.
    whole = report.action == "failed" and report.terms.ret != "HDRS" and len(data) <= _MOST
    if whole and _BINARY.search(data) is None:
        if report.terms.utf8 and has_wide_header(data):
            return _quoted("message/global", data)
        if data.isascii() or not report.seven:  # It can't be encoded (RFC 2045 section 6.4).
            return _Part("message/rfc822", data)
    if _BINARY.search(header):
        return None
    kind = "text/rfc822-headers"
    # RFC 3462 section 2.
    return _Part(kind, header) if header.isascii() else _quoted(kind, header)


def _quoted(kind: str, body: bytes) -> _Part:
    return _Part(kind, binascii.b2a_qp(body), "quoted-printable")


def _explained(report: Report) -> str:
    lines = [f"This is the mail server {report.host}.", "", _TEXTS[report.action], ""]
    for told in report.told:
        said = f"{told.remote} said: " if told.remote else ""
        line = f"    <{_ascii(told.recipient)}>: {said}{told.reply}"
        lines += (
            [line] if len(line) <= _LONGEST else wrap(line, _LONGEST, subsequent_indent=" " * 8)
        )
        if told.until is not None:
            lines.append(f"        (the last try will be on {date_time(told.until)})")
    return "\r\n".join([*lines, ""])


def _fields(report: Report) -> str:
    groups = [
        [
            *(
                [f"Original-Envelope-Id: {_unxtext(report.terms.envid)}"]
                if report.terms.envid
                else []
            ),
            f"Reporting-MTA: dns; {report.host}",
            f"Arrival-Date: {date_time(report.arrival)}",
        ]
    ]
    groups += [_recipient(report.action, told) for told in report.told]
    return "\r\n\r\n".join("\r\n".join(group) for group in groups) + "\r\n"


def _recipient(action: Action, told: Told) -> list[str]:
    """Return the fields of one recipient in the order of RFC 3464 section 2.3."""
    fields = []
    if told.original:
        kind, _, address = told.original.partition(";")
        fields.append(f"Original-Recipient: {kind};{_unxtext(address)}")
    fields.append(f"Final-Recipient: rfc822;{_ascii(told.recipient)}")
    fields.append(f"Action: {action}")
    fields.append(f"Status: {told.reply.status}")
    if told.remote:
        fields.append(f"Remote-MTA: dns; {told.remote}")
    if action in {"failed", "delayed"} or told.remote:
        # RFC 3461 section 6.3 (i): wherever another server was asked.
        fields.append(f"Diagnostic-Code: {_diagnostic(told.reply)}")
    if told.tried is not None:
        fields.append(f"Last-Attempt-Date: {date_time(told.tried)}")
    if told.until is not None:
        fields.append(f"Will-Retry-Until: {date_time(told.until)}")
    return fields


def _diagnostic(reply: Outcome) -> str:
    """Write a reply down (RFC 3461 section 9.2); what is no reply has a type of our own."""
    if reply.code is None:
        return f"X-Mail-Protocol-Lab; {reply}"
    *before, last = reply.lines
    lines = [*(f"{reply.code}-{line}" for line in before), f"{reply.code} {last}"]
    return "smtp; " + "\r\n ".join(lines)


def _unxtext(text: str) -> str:
    """Decode xtext (RFC 3461 section 4); a field is printable ASCII, whatever was encoded."""
    return _UNPRINTABLE.sub("?", _HEX.sub(lambda found: chr(int(found[1], 16)), text))


def _ascii(address: str) -> str:
    r"""Write an address in ASCII: other characters as \x{263A}."""
    return _UNPRINTABLE.sub(lambda found: rf"\x{{{ord(found[0]):X}}}", address)
