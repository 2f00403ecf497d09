"""The notebook around a lesson: its names, and what it says when something goes wrong.

Outside IPython all of this does nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

from labserver.errors import LabError

__all__ = [
    "after_each_cell",
    "install",
    "load_ipython_extension",
    "names_of_the_notebook",
    "running_cell",
    "set_names",
]


_OVER = ("ConnectionOver", "LabClosed")
"""What the lab says when cells are run after the end of what they need. By name: to import these
would make each kernel wait for the whole lab."""
_after: list[Callable[[bool], None]] = []


def _shell() -> Any:  # noqa: ANN401 - IPython has no types
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def names_of_the_notebook() -> dict[str, Any]:
    """Return the names that cells have made, and their values."""
    shell = _shell()
    return {} if shell is None else dict(shell.user_ns)


def set_names(names: dict[str, Any]) -> None:
    """Make names in the notebook, as if a cell had."""
    shell = _shell()
    if shell is not None:
        shell.push(names)


def running_cell() -> str:
    """Return the id of the cell that runs now; empty if the front end does not name it."""
    shell = _shell()
    request = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return str(request.get("metadata", {}).get("cellId") or "")


def after_each_cell(call: Callable[[bool], None]) -> bool:
    """Call `call(worked)` at the end of each cell; return whether anything tells of that here.

    The same call is registered once.
    """
    shell = _shell()
    if shell is None:
        return False
    if call not in _after:

        def ended(result: Any) -> None:  # noqa: ANN401 - IPython has no types
            call(result.success)

        shell.events.register("post_run_cell", ended)
        _after.append(call)
    return True


def install() -> None:
    """Have the notebook say what went wrong in a learner's words, without a traceback.

    That is for what the lab raises on purpose, for names that a cell not yet run would make, and
    for what becomes of a socket of the learner's own.
    """
    shell = _shell()
    if shell is not None:
        shell.set_custom_exc((LabError, NameError, ConnectionError, TimeoutError), _told)


def load_ipython_extension(_shell: object) -> None:
    """Be an IPython extension: a kernel that is started with it has this from its first cell on."""
    install()


def _begin_again(shell: Any) -> str:  # noqa: ANN401
    """Return how to come to the place of the running cell with all that it needs, if it has one."""
    from labserver.course.cells import begin_of, place_of

    place = place_of(running_cell())
    number, _, step = place.partition(".")
    if not step or step == "0":
        return ""
    if "course" not in shell.user_ns:
        return "Begin with the first code cell of this notebook."
    if step.isdecimal():
        return (
            f'To begin step {step} anew: put course.at("{number}.{step}") into a cell and run it. '
            "Then run the cells of the step again, from the first."
        )
    begin = begin_of(place)
    dials = begin is not None and ".dial(" in begin.source
    hint = "" if dials else " That one makes no connection: your lines must."
    return f"Run the first cell of exercise {step.removeprefix('E')} again, then the others.{hint}"


def _told(
    shell: Any,  # noqa: ANN401
    kind: type[BaseException],
    error: BaseException,
    _traceback: TracebackType | None,
    tb_offset: int | None = None,  # noqa: ARG001 - IPython gives it by this name
) -> list[str]:
    """Return the lines to show in place of a traceback; the cell counts as failed all the same."""
    text = str(error)
    if type(error) is NameError and error.name:
        cure = _begin_again(shell) or "Run the cells from the top of the notebook, in order."
        text = f"{error.name} is not there yet: a cell further up makes it. {cure}"
    elif kind.__name__ in _OVER:
        again = _begin_again(shell)
        if kind.__name__ == "ConnectionOver" and again.startswith("To"):
            again = f"If it ended as it should, go on with the next cell. {again}"
        text = ". ".join(filter(None, (text, again)))
    elif isinstance(error, ConnectionError):
        # The system's own text differs from machine to machine.
        text = "this connection has ended. Run the cell that connects, and those after it, again."
    elif isinstance(error, TimeoutError):
        text = "nothing came from the server in time. Perhaps it owed no answer."
    lines = [f"{kind.__name__}: {text}"]
    # A cell may be run without being shown, as a test does.
    shell._showtraceback(kind, error, lines)  # noqa: SLF001 - how IPython's own handlers show it
    return lines
