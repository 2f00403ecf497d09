"""What a session may do in the mailbox it has selected, and what its client knows of that.

Rights are asked for anew each time (RFC 4314 section 5.1.1), so that what is granted or withdrawn
takes effect at once, and the client is told of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from labserver.imap.reply import ok
from labserver.store import SYSTEM_FLAGS, Rights, permitted

__all__ = ["Permission"]

_CHANGING: Final = frozenset("iestw")
"""Whoever has one of these has the mailbox to read and write: all flags are shared (s. 5.2)."""


class Permission:
    """The rights of a session's user in the selected mailbox.

    `rights` gives what they are now; `examined`: the mailbox was opened to read only.
    """

    def __init__(self, rights: Callable[[], Rights], *, examined: bool) -> None:
        self._rights = rights
        self._told = rights()
        self.examined = examined
        self.changed = False
        """Whether the access list has changed since the client was told what it may do."""

    @property
    def rights(self) -> Rights:
        """What the user may do now."""
        return self._rights()

    @property
    def read_only(self) -> bool:
        """Whether nothing in the mailbox can be changed (RFC 4314 section 5.2)."""
        return self.examined or self.rights.isdisjoint(_CHANGING)

    def flags_data(self, keywords: Iterable[str]) -> list[bytes]:
        """Return FLAGS, and PERMANENTFLAGS: what of them the client can change for good."""
        flags = (*SYSTEM_FLAGS, *keywords)
        permanent = () if self.examined else permitted((*flags, "\\*"), self.rights)
        text = "These flags can be changed" if permanent else "No flags can be changed"
        return [
            f"* FLAGS ({' '.join(flags)})\r\n".encode("ascii"),
            ok(text, code=f"PERMANENTFLAGS ({' '.join(permanent)})").line(),
        ]

    def news(self, keywords: Iterable[str]) -> list[bytes]:
        """Return what a change of rights changes for the client, and note it is told."""
        self.changed = False
        was, self._told = self._told & _CHANGING, self.rights
        now = self._told & _CHANGING
        if was == now:
            return []
        lines = self.flags_data(keywords)
        if not self.examined and bool(was) != bool(now):
            code = "READ-WRITE" if now else "READ-ONLY"
            lines.append(ok("Your rights have changed", code=code).line())
        return lines
