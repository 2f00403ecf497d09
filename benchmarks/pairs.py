"""Several servers measured in turn, and what their figures say of each other."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import psutil

Figures = dict[str, list[float]]
"""By server: one figure a round."""


@dataclass(frozen=True, slots=True)
class Done:
    """How many units were done, and in how many seconds."""

    units: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """That `ours` reaches so many times the figure of `theirs`.

    `most`: no more than that, not no less.
    """

    ours: str
    theirs: str
    ratio: float
    most: bool = False


def in_turn(
    rounds: int, work: Mapping[str, Callable[[], Done]], pids: Mapping[str, int]
) -> tuple[Figures, Figures]:
    """Measure all servers in each round, so that what else the machine does hits all.

    Every other round goes the other way round. Returns the units a second, and the microseconds
    of processor time a unit.
    """
    rates: Figures = {name: [] for name in work}
    costs: Figures = {name: [] for name in work}
    for number in range(rounds):
        names = list(work)
        for name in names if number % 2 else reversed(names):
            before = processor_time(pids[name])
            done = work[name]()
            rates[name].append(done.units / done.seconds)
            costs[name].append((processor_time(pids[name]) - before) / done.units * 10**6)
    return rates, costs


def processor_time(pid: int) -> float:
    """Return the seconds that a process and all below it have had, those that ended included."""
    process = psutil.Process(pid)
    seconds = 0.0
    for member in (process, *process.children(recursive=True)):
        # A child may have ended meanwhile.
        with contextlib.suppress(psutil.Error):
            seconds += sum(member.cpu_times()[:4])
    return seconds


def ratio(figures: Figures, ours: str, theirs: str) -> float:
    """Return the median of the ratios of neighbouring rounds."""
    pairs = zip(figures[ours], figures[theirs], strict=True)
    return statistics.median(a / b for a, b in pairs)


def show(
    what: str,
    unit: str,
    figures: Figures,
    aims: Sequence[Aim] = (),
    costs: Figures | None = None,
) -> None:
    """Print the medians, then each aim with its ratio.

    `costs`: the processor time, which a busy machine distorts less than it does the rates; of that
    the least of all rounds is told, since what else the machine does only ever adds to it.
    """
    print(f"  {what}, {unit}")
    for name, values in figures.items():
        spread = f"({min(values):,.4g} to {max(values):,.4g})"
        cost = "" if costs is None else f"{min(costs[name]):12,.0f} us of a processor"
        print(f"    {name:<16}{statistics.median(values):12,.2f}   {spread:<24}{cost}")
    for aim in aims:
        if aim.ours in figures and aim.theirs in figures:
            reached = ratio(figures, aim.ours, aim.theirs)
            met = reached <= aim.ratio if aim.most else reached >= aim.ratio
            by_time = 0.0 if costs is None else min(costs[aim.theirs]) / min(costs[aim.ours])
            print(
                f"    {aim.ours} : {aim.theirs} = {reached:.2f}, aim {aim.ratio}: "
                f"{'met' if met else 'missed'}"
                + ("" if costs is None else f" (by processor time {by_time:.2f})")
            )


def bound(
    what: str, figures: Figures, name: str, *, most: float | None = None, least: float | None = None
) -> None:
    """Print whether a server's median is within a bound of its own."""
    median = statistics.median(figures[name])
    met = (most is None or median <= most) and (least is None or median >= least)
    aim = f"at most {most}" if least is None else f"at least {least}"
    print(f"    {name}: {what} {aim}: {'met' if met else 'missed'}")
