"""Several servers measured in turn, and what their figures say of each other."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Figures = dict[str, list[float]]
"""By server: one figure a round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """That `ours` reaches so many times the figure of `theirs`.

    `most`: no more than that, not no less.
    """

    ours: str
    theirs: str
    ratio: float
    most: bool = False


def in_turn(rounds: int, work: Mapping[str, Callable[[], float]]) -> Figures:
    """Measure all servers in each round, so that what else the machine does hits all.

    Every other round goes the other way round.
    """
    figures: Figures = {name: [] for name in work}
    for number in range(rounds):
        names = list(work)
        for name in names if number % 2 else reversed(names):
            figures[name].append(work[name]())
    return figures


def ratio(figures: Figures, ours: str, theirs: str) -> float:
    """Return the median of the ratios of neighbouring rounds."""
    pairs = zip(figures[ours], figures[theirs], strict=True)
    return statistics.median(a / b for a, b in pairs)


def show(what: str, unit: str, figures: Figures, aims: Sequence[Aim] = ()) -> None:
    """Print the medians, then each aim with its ratio."""
    print(f"  {what}, {unit}")
    for name, values in figures.items():
        spread = f"({min(values):,.4g} to {max(values):,.4g})"
        print(f"    {name:<16}{statistics.median(values):12,.2f}   {spread}")
    for aim in aims:
        if aim.ours in figures and aim.theirs in figures:
            reached = ratio(figures, aim.ours, aim.theirs)
            met = reached <= aim.ratio if aim.most else reached >= aim.ratio
            print(
                f"    {aim.ours} : {aim.theirs} = {reached:.2f}, aim {aim.ratio}: "
                f"{'met' if met else 'missed'}"
            )


def bound(
    what: str, figures: Figures, name: str, *, most: float | None = None, least: float | None = None
) -> None:
    """Print whether a server's median is within a bound of its own."""
    median = statistics.median(figures[name])
    met = (most is None or median <= most) and (least is None or median >= least)
    aim = f"at most {most}" if least is None else f"at least {least}"
    print(f"    {name}: {what} {aim}: {'met' if met else 'missed'}")
