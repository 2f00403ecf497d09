"""What a searching command shall tell of what it has found (RFC 4731 section 3.1, RFC 9394)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from labserver.imap.values.fetch import FetchItem

__all__ = ["ResultOption", "Returning", "Window"]

T = TypeVar("T")


class ResultOption(Enum):
    """A result option that is just a name; the value is the name on the wire."""

    MIN = "MIN"
    MAX = "MAX"
    ALL = "ALL"
    COUNT = "COUNT"
    SAVE = "SAVE"
    UPDATE = "UPDATE"


@dataclass(frozen=True, slots=True)
class Window:
    """PARTIAL's range as written (RFC 9394 section 3.1): places from 1 up, or -1 (the last) down.

    Both ends have the same sign; either may be the greater one.
    """

    start: int
    stop: int

    def of(self, found: Sequence[T]) -> Sequence[T]:
        """Return what is at those places, in the order of what was found."""
        near, far = sorted((abs(self.start), abs(self.stop)))
        if self.start > 0:
            return found[near - 1 : far]
        return found[max(0, len(found) - far) : max(0, len(found) - near + 1)]


@dataclass(frozen=True, slots=True)
class Returning:
    """The result options of one command, `ALL` if the client named none.

    `window` is that of PARTIAL, which never comes together with ALL. `attributes` are what UPDATE
    shall tell of new messages (RFC 5465 section 7).
    """

    options: frozenset[ResultOption] = frozenset({ResultOption.ALL})
    window: Window | None = None
    attributes: tuple[FetchItem, ...] = ()

    def __contains__(self, option: ResultOption) -> bool:
        return option in self.options

    @property
    def only_saves(self) -> bool:
        """Whether nothing is to be told: SAVE stands alone (RFC 5182 section 1)."""
        return self.options == {ResultOption.SAVE} and self.window is None
