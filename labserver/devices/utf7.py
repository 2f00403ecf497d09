"""Mailbox names in modified UTF-7, as IMAP4rev1 spells them (RFC 3501 section 5.1.3)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

__all__ = ["decode_name", "encode_name"]

_FOREIGN = re.compile(r"[^ -~]+")
_SHIFTED = re.compile(r"&([^-]*)-")


def encode_name(name: str) -> str:
    """Return the spelling of a mailbox name on the wire, without quotes."""

    def shift(match: re.Match[str]) -> str:
        encoded = b64encode(match[0].encode("utf-16-be", "surrogatepass")).decode("ascii")
        return "&" + encoded.rstrip("=").replace("/", ",") + "-"

    return _FOREIGN.sub(shift, name.replace("&", "&-"))


def decode_name(name: str) -> str:
    """Return the mailbox name that is spelled so; what is not in order stays as it is."""

    def unshift(match: re.Match[str]) -> str:
        inner = match[1].replace(",", "/")
        if not inner:
            return "&"
        try:
            octets = b64decode(inner + "=" * (-len(inner) % 4), validate=True)
            return octets.decode("utf-16-be")
        except ValueError:
            return match[0]

    return _SHIFTED.sub(unshift, name)
