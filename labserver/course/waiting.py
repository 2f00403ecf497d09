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
    ran: Callable[[], None]
    given_up: Callable[[], None]
    asked_in: str
    armed: bool


_waits: dict[str, _Wait] = {}


def wait(
    key: str,
    ran: Callable[[], None],
    given_up: Callable[[], None],
    *,
    asked_in: str | None = None,
) -> str:
    """Call `ran()` once after the next cell of the step has run; return the asking cell's id.

    That is the running cell, or with `asked_in` one that has ended. Where the front end names no
    cells, or the asking one is none of the lesson's, the next cell counts, whichever it is; never
    one that asks itself. Of two that wait for the same step the older is told `given_up()`.
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
        if _shows(each, cell, worked=worked):
            del _waits[each.key]
            each.ran()


def _shows(each: _Wait, cell: str, *, worked: bool) -> bool:
    following = proving(each.key, each.asked_in) if each.asked_in else {}
    if not following:
        return worked
    found = following.get(cell)
    return found is not None and (worked or "raises-exception" in found.tags)
