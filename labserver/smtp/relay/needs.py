"""What a message needs of the next server, and how MAIL and RCPT say so: pure.

A relay alters nothing (RFC 5321 section 3.6.3): what the next server can't take as it is goes back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from labserver import message
from labserver.smtp.relay.outcome import Outcome
from labserver.store import Leaving, Terms

__all__ = ["CONVERSION", "Needs", "has_wide_header", "mail", "needs", "obstacle", "rcpt"]

# A CR or LF of its own, or a NUL: neither 7BIT nor 8BITMIME (RFC 2045 sections 2.7 and 2.8).
_BINARY = re.compile(rb"\r(?!\n)|(?<!\r)\n|\x00")

CONVERSION = "5.6.3"
"""The status of content that would have to be converted (RFC 3463)."""

Offers = Mapping[str, str]
"""What EHLO was answered: keywords in small letters, with their parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What only an extension carries: octets above 127, binary content, UTF-8 addresses or fields.

    `chunks`: DATA could not carry the message as it is.
    """

    eight: bool
    binary: bool
    utf8: bool
    chunks: bool
    octets: int


def needs(terms: Terms, leaving: Sequence[Leaving], data: bytes) -> Needs:
    """Look what a message needs."""
    binary = terms.content == "BINARYMIME" or _BINARY.search(data) is not None
    addresses = chain([terms.sender], (each.recipient for each in leaving))
    wide = not all(address.isascii() for address in addresses)
    return Needs(
        eight=not data.isascii(),
        binary=binary,
        # RFC 6531 section 3.4: not supplied where nothing requires it.
        utf8=wide or (terms.utf8 and has_wide_header(data)),
        # DATA ends the last line if nothing else does (RFC 5321 section 4.1.1.4).
        chunks=binary or not data.endswith(b"\r\n"),
        octets=len(data),
    )


def has_wide_header(data: bytes) -> bool:
    """Tell whether a header is not ASCII, at any level of the structure (RFC 6531 section 3.2)."""
    if data.isascii():
        return False
    parts = [message.scan(data)]
    while parts:
        part = parts.pop()
        if not message.header(data, part).isascii():
            return True
        parts += part.children
    return False


def obstacle(need: Needs, offers: Offers) -> Outcome | None:
    """Return why a message can't go to a server that offers this, or None."""
    if need.utf8 and "smtputf8" not in offers:
        return Outcome(None, "the next server does not offer SMTPUTF8", "5.6.7")
    if need.binary and not {"binarymime", "chunking"} <= offers.keys():
        return Outcome(None, "the next server does not offer BINARYMIME", CONVERSION)
    if need.eight and not need.binary and "8bitmime" not in offers:
        return Outcome(None, "the next server does not offer 8BITMIME", CONVERSION)
    if need.chunks and "chunking" not in offers:
        return Outcome(None, "the next server does not offer CHUNKING", CONVERSION)
    most = offers.get("size", "").strip()
    if most.isdigit() and 0 < int(most) < need.octets:
        # RFC 1870 section 3: the greatest size it takes; 0 is no limit.
        return Outcome(None, f"the next server takes at most {int(most)} octets", "5.3.4")
    return None


def mail(terms: Terms, need: Needs, offers: Offers) -> bytes:
    """Return the MAIL command."""
    words = [f"MAIL FROM:<{terms.sender}>"]
    if "size" in offers:
        words.append(f"SIZE={need.octets}")
    if need.binary:
        words.append("BODY=BINARYMIME")
    elif need.eight:
        words.append("BODY=8BITMIME")
    if need.utf8:
        words.append("SMTPUTF8")
    if "dsn" in offers:
        # RFC 3461 section 5.2.1: as they came, or not at all.
        words += [f"RET={terms.ret}"] if terms.ret else []
        words += [f"ENVID={terms.envid}"] if terms.envid else []
    return " ".join(words).encode()


def rcpt(leaving: Leaving, offers: Offers) -> bytes:
    """Return a RCPT command."""
    words = [f"RCPT TO:<{leaving.recipient}>"]
    if "dsn" in offers:
        words += [f"NOTIFY={','.join(sorted(leaving.notify))}"] if leaving.notify else []
        words += [f"ORCPT={leaving.original}"] if leaving.original else []
    return " ".join(words).encode()
