"""What lies in Bob's mailbox when an IMAP lesson or exercise begins."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from labserver.course.content.letters import letter
from labserver.lab import Lab

if TYPE_CHECKING:
    from labserver.devices import Device

__all__ = ["KEY", "LUNCH", "OFFER", "PICTURES", "PLANS", "holding", "said_before"]

LUNCH = letter("Lunch on Friday?", "Shall we meet at noon?")
PICTURES = letter("Holiday pictures", "Here they are.", octets=48220)
KEY = letter("The key", "It lies under the mat.")
PLANS = letter("Holiday plans", "North or south?")
OFFER = letter("Offer of the week", "Today only!", sender="Shop <shop@work.example>")


def holding(*messages: bytes) -> Lab:
    """Return a new lab: these letters in Bob's INBOX, an empty laptop, an empty phone."""
    lab = Lab()
    for message in messages:
        lab.load(message)
    for name in ("laptop", "phone"):
        lab.device(name)
    return lab


def said_before(device: Device, *lines: str) -> None:
    """Have a device say these lines in an IMAP session of their own, unseen by the learner."""
    with redirect_stdout(io.StringIO()):
        dialogue = device.dial("imap", keep=False)
        for line in lines:
            dialogue.send(line)
