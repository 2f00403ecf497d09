"""Waiting for the cell that shows whether a prediction was right.

IPython tells of the end of each cell; outside it, nothing is waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labserver.course.cells import proving
from labserver.course.kernel import after_each_cell, running_cell

__all__ = ["wait"]


@dataclass(slots=True)
class _Wait:
    """`asked_in` is the id of the asking cell; `armed` once that has ended itself."""

    key: str
    ran: Callable[[bool], bool]
    given_up: Callable[[], None]
    asked_in: str
    armed: bool


_waits: dict[str, _Wait] = {}


def wait(
    key: str,
    ran: Callable[[bool], bool],
    given_up: Callable[[], None],
    *,
    asked_in: str | None = None,
) -> str:
    """Call `ran(whole)` after each cell that does the step, until it returns True.

    `whole` tells whether that was the last of them: what follows only looks at what came of it.
    Where the front end names no cells, or the asking one is none of the lesson's, the next cell
    is the step, whichever it is; never one that asks itself. Of two that wait for the same step
    the older is told `given_up()`.

    Returns the id of the asking cell: the running one, or with `asked_in` one that has ended.
    """
    older = _waits.pop(key, None)
    if older is not None:
        older.given_up()
    if not after_each_cell(_ended):
        return ""
    _waits[key] = _Wait(
        key=key,
        ran=ran,
        given_up=given_up,
        asked_in=running_cell() if asked_in is None else asked_in,
        armed=asked_in is not None,
    )
    return _waits[key].asked_in


def _ended(worked: bool) -> None:  # noqa: FBT001 - the kernel tells it
    asks = [each for each in _waits.values() if not each.armed]
    for each in asks:
        each.armed = True
    if asks:
        return
    cell = running_cell()
    for each in list(_waits.values()):
        does, whole = _does(each, cell, worked=worked)
        if does and each.ran(whole):
            del _waits[each.key]


def _does(each: _Wait, cell: str, *, worked: bool) -> tuple[bool, bool]:
    """Return whether a cell does what is waited for, and whether that is the whole of it."""
    following = proving(each.key, each.asked_in) if each.asked_in else {}
    if not following:
        return worked, True
    found = following.get(cell)
    does = found is not None and (worked or "raises-exception" in found.tags)
    return does, cell == list(following)[-1]
