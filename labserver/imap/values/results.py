"""What a searching command shall tell of what it has found (RFC 4731 section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["ResultOption", "Returning"]


class ResultOption(Enum):
    """A result option that is just a name; the value is the name on the wire."""

    MIN = "MIN"
    MAX = "MAX"
    ALL = "ALL"
    COUNT = "COUNT"
    SAVE = "SAVE"


@dataclass(frozen=True, slots=True)
class Returning:
    """The result options of one command, `ALL` if the client named none."""

    options: frozenset[ResultOption] = frozenset({ResultOption.ALL})

    def __contains__(self, option: ResultOption) -> bool:
        return option in self.options

    @property
    def only_saves(self) -> bool:
        """Whether nothing is to be told: SAVE stands alone (RFC 5182 section 1)."""
        return self.options == {ResultOption.SAVE}
