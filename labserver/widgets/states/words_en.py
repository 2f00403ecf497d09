"""The words of the state diagrams, in English."""

from __future__ import annotations

from labserver.widgets.words_en import TABLE

__all__ = [
    "STATES",
    "command",
    "commands",
    "session_short",
    "states_sentence",
    "states_title",
    "visits",
    "way",
]

STATES = {
    "session": "Session",
    "none": "no session",
    "newest": "the newest",
    "here": "here now",
    "over": "ended here",
    "closed": "the connection is closed",
    "over_lab": "The lab is closed.",
    "key": "In a box: commands that stay there. On an arrow: those that lead on, if they succeed.",
    "state": "state",
    "stays": "commands that stay here",
    "leads": "commands that lead on",
    "way": "The way it came",
    "table": TABLE,
}
"""The words of the state diagrams."""


def session_short(number: int, badge: str, port: int, device: str) -> str:
    """Name a session in a sentence."""
    return f"Connection {number} ({badge}, port {port}, {device})"


def states_title(name: str) -> str:
    """Head a state diagram."""
    return f"The states of {name}"


def states_sentence(title: str, state: str, activity: str, *, over: bool) -> str:
    """Say where a session is; `title` names it, or is empty if there is none."""
    if not title:
        return "No session yet. A session begins in the uppermost state."
    if not state:
        return f"{title}: it has not begun."
    busy = f", busy with {activity}" if activity else ""
    return f"{title}: it ended in {state}." if over else f"{title}: it is in {state}{busy}."


def command(name: str) -> str:
    """Name a command: the single dot alone would hardly be seen."""
    return '"."' if name == "." else name


def commands(names: tuple[str, ...]) -> str:
    """Name several commands."""
    return " ".join(map(command, names))


def visits(steps: tuple[int, ...]) -> str:
    """Say at which steps of its way a session was in a state; of many, the last."""
    shown = ", ".join(map(str, steps[-4:]))
    if len(steps) > 4:
        return f"steps … {shown}"
    return f"step {shown}" if len(steps) == 1 else f"steps {shown}"


def way(step: int, state: str, commands: str, *, by_table: bool) -> str:
    """Tell one step of a session's way."""
    if step == 1:
        return f"1 {state}"
    if not commands:
        return f"{step} {state} (the server's doing)"
    return f"{step} {state} by {commands}" if by_table else f"{step} {state} after {commands}"
