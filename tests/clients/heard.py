"""What the lab's log tells of SMTP and POP3: commands, refusals, logins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labserver import Lab
from labserver.events import Connected, FaultStruck, Line, Secured

__all__ = ["heard", "logins", "refusals"]

REFUSAL = re.compile(rb"^(?:[45]\d\d[ -]|-ERR)", re.MULTILINE)
LOGINS = {
    "imap": (b"LOGIN", b"AUTHENTICATE"),
    "pop3": (b"USER", b"APOP", b"AUTH"),
    "submission": (b"AUTH",),
}
"""The commands that begin a login; IMAP's come after a tag."""


def lines(lab: Lab, direction: str) -> Iterator[tuple[str, bool, bytes]]:
    """Yield listener, whether inside TLS, and octets of what one side has said, oldest first."""
    listeners: dict[int, str] = {}
    secured: set[int] = set()
    for entry in lab.log:
        event = entry.event
        if isinstance(event, Connected):
            listeners[event.connection] = event.protocol
        elif isinstance(event, Secured):
            secured.add(event.connection)
        elif isinstance(event, Line) and event.direction == direction:
            yield listeners[event.connection], event.connection in secured, event.data


def heard(lab: Lab, *listeners: str) -> list[str]:
    """Return what clients have said to these listeners, line by line."""
    return [
        data.decode().rstrip("\r\n")
        for listener, _, data in lines(lab, "C")
        if listener in listeners
    ]


def refusals(lab: Lab) -> list[str]:
    """Return what SMTP and POP3 have refused, and the faults that struck."""
    refused = [
        data.decode()
        for listener, _, data in lines(lab, "S")
        if not listener.startswith("imap") and REFUSAL.search(data)
    ]
    return refused + [e.event.fault for e in lab.log if isinstance(e.event, FaultStruck)]


def logins(lab: Lab, listener: str) -> list[bool]:
    """Tell of each login by a listener's protocol whether it was there, and inside TLS."""
    found: list[bool] = []
    for came, secure, data in lines(lab, "C"):
        protocol = came.removesuffix("s")
        if protocol != listener.removesuffix("s"):
            continue
        command = data.upper().split()[protocol == "imap" :][:1]
        if command and command[0] in LOGINS[protocol]:
            found.append(secure and came == listener)
    return found
