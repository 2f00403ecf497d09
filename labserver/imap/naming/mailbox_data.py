"""Untagged responses about mailboxes (RFC 9051 section 7.3.1: LIST; RFC 4314: MYRIGHTS)."""

from __future__ import annotations

from collections.abc import Iterable

from labserver.imap.dialect import Dialect
from labserver.imap.naming.names import encode, encode_name
from labserver.imap.syntax import string
from labserver.imap.values import ReturnOption
from labserver.store import SEPARATOR, Rights, rights_text

__all__ = ["list_line", "myrights_line", "old_name", "unasked"]


def list_line(
    dialect: Dialect,
    name: str,
    attributes: Iterable[str],
    *,
    extended: bytes = b"",
    command: str = "LIST",
) -> bytes:
    """Return a LIST response, or with another `command` an LSUB response.

    `extended` is an extended data item; only for clients that have shown that they know of such.
    """
    start = f'* {command} ({" ".join(attributes)}) "{SEPARATOR}" '.encode("ascii")
    end = b" (%b)" % extended if extended else b""
    return start + encode(name, utf8=dialect.utf8) + end + b"\r\n"


def old_name(dialect: Dialect, name: str) -> bytes:
    """Return the extended data item that tells what a name was (RFC 5465 section 5.4)."""
    written = name.encode("utf-8") if dialect.utf8 else encode_name(name)
    return b'"OLDNAME" (%b)' % string(written, utf8=dialect.utf8)


def myrights_line(dialect: Dialect, name: str, rights: Rights) -> bytes:
    """Return a MYRIGHTS response (RFC 4314 section 3.8)."""
    told = rights_text(rights).encode("ascii")
    return b"* MYRIGHTS %b %b\r\n" % (encode(name, utf8=dialect.utf8), told)


def unasked(dialect: Dialect, *, extended: bool = False) -> frozenset[ReturnOption]:
    """Return what LIST tells without being asked for it.

    CHILDREN has attributes in any LIST response (RFC 3348 section 3), but in the `extended`
    syntax a client asks for them if it wants them. SPECIAL-USE has its own in either (RFC 6154
    section 2).
    """
    shown = set()
    if dialect.offers("CHILDREN") and not extended:
        shown.add(ReturnOption.CHILDREN)
    if dialect.offers("SPECIAL-USE"):
        shown.add(ReturnOption.SPECIAL_USE)
    return frozenset(shown)
