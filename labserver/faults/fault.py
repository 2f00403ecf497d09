"""What every fault has: which of its matches it strikes at."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fault"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Base of all faults.

    It strikes from its `occurrence`-th match on (1 is the first), `times` times; None is for
    ever. A selector that is None matches everything. Making one raises ValueError if it could
    never strike.
    """

    occurrence: int = 1
    times: int | None = 1

    def __post_init__(self) -> None:
        """Check the values."""
        if self.occurrence < 1:
            raise ValueError(f"occurrence counts from 1, not {self.occurrence}")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times is at least 1 or None, not {self.times}")

    @property
    def which(self) -> str:
        """What it is asked for and how often it strikes, in words."""
        return ", ".join([*self.selectors(), *_counted(self.occurrence, self.times)])

    def selectors(self) -> list[str]:
        """Return what it is asked for, in words."""
        return []


def _counted(occurrence: int, times: int | None) -> list[str]:
    """Say which matches strike."""
    if times is None:
        return ["always"] if occurrence == 1 else [f"from match {occurrence} on"]
    if times == 1:
        return ["once"] if occurrence == 1 else [f"at match {occurrence}"]
    last = occurrence + times - 1
    return [f"at matches {occurrence} to {last}"]
