"""Running the same notebook cell again closes the lab that it started before.

Nowhere else does one lab close another: two cells, two notebooks, a loop in one cell may all
have labs of their own.
"""

from __future__ import annotations

import sys
import weakref
from typing import Any, Protocol

__all__ = ["take_over"]


class _Closable(Protocol):
    def close(self) -> None:
        """End it."""


_held: dict[str, tuple[str, list[weakref.ref[_Closable]]]] = {}


def take_over(lab: _Closable) -> None:
    """Close the labs of an earlier run of the cell that runs now, and note `lab` as this run's."""
    running = _cell()
    if running is None:
        return
    cell, run = running
    earlier, labs = _held.get(cell, (run, []))
    if earlier != run:
        for reference in labs:
            old = reference()
            if old is not None:
                old.close()
        labs = []
    _held[cell] = (run, [*labs, weakref.ref(lab)])


def _cell() -> tuple[str, str] | None:
    """Return what names the running cell, and this run of it; None outside a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "get_parent"):
        return None
    request: dict[str, Any] = shell.get_parent()
    run = request.get("header", {}).get("msg_id")
    # Front ends that do not name the cell are known by what is in it.
    cell = request.get("metadata", {}).get("cellId") or request.get("content", {}).get("code")
    return (cell, run) if cell and run else None
