"""Reads the arguments of the quota commands (RFC 9208 section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from labserver.imap.errors import Malformed
from labserver.imap.parsing.cursor import Cursor

__all__ = ["Limiting", "read_quota_root", "read_setquota"]


@dataclass(frozen=True, slots=True)
class Limiting:
    """A quota root, and the limits it shall have, by the names of resources in capitals."""

    root: str
    limits: Mapping[str, int]


def read_quota_root(cursor: Cursor) -> str:
    """Read the name of a quota root: GETQUOTA."""
    cursor.space()
    return cursor.astring().decode("utf-8", "replace")


def read_setquota(cursor: Cursor) -> Limiting:
    """Read a quota root, and resources with their limits in parentheses: SETQUOTA."""
    root = read_quota_root(cursor)
    cursor.space()
    cursor.expect(b"(")
    limits: dict[str, int] = {}
    while not cursor.takes(b")"):
        if limits:
            cursor.space()
        resource = cursor.word()
        if resource in limits:
            raise Malformed(f"{resource[:40]} stands there twice")
        cursor.space()
        limits[resource] = cursor.number64()
    return Limiting(root, limits)
