"""What a state table says, as a graph: which commands stay, and which lead where."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from labserver.protocol.table import StateTable

__all__ = ["CLOSED", "Edge", "Graph", "graph"]

CLOSED = ""
"""Where a command leads that ends the session without leading to a state."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Commands that lead from each of some states to one other."""

    sources: tuple[str, ...]
    to: str
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """The states in the order in which they are drawn, what stays in each, and what leads on.

    The last of `states` is `CLOSED` if some command ends the session without leading anywhere.
    """

    name: str
    states: tuple[str, ...]
    stays: dict[str, tuple[str, ...]]
    edges: tuple[Edge, ...]

    def named(self, start: str, to: str, said: str) -> str | None:
        """Return the table's name of the command `said` that led from one state to another.

        None: no row of the table leads there by it. BDAT is named BDAT LAST where only that leads
        on; the end that is not a command of anybody (`CLOSED`) has no name.
        """
        known = [
            command
            for edge in self.edges
            if start in edge.sources and edge.to == to
            for command in edge.commands
        ]
        if to == CLOSED:
            return next((command for command in known if command in {said, CLOSED}), None)
        exact = [command for command in known if command == said]
        longer = [command for command in known if command.partition(" ")[0] == said]
        return next(iter(exact + longer), None)


def graph(table: StateTable[Any]) -> Graph:
    """Read a table.

    The states stand in the order of their distance from the first one; the final one, and
    `CLOSED`, stand last. Commands that lead from the same states to the same one are one edge.
    """
    named = [state.value for state in type(table.initial)]
    leads: dict[tuple[str, str], list[str]] = {}
    stays: dict[str, list[str]] = {}
    for rule in table.rules.values():
        for state in type(table.initial):
            if state not in rule.states:
                continue
            to = table.after(state, rule.command).value
            if state in rule.ends:
                to = CLOSED
            if to == state.value:
                stays.setdefault(to, []).append(rule.command)
            else:
                leads.setdefault((rule.command, to), []).append(state.value)
    final = table.final.value
    ends = any(to == CLOSED for _, to in leads)
    if ends:
        leads.setdefault((CLOSED, CLOSED), []).append(final)
    used = {table.initial.value, final, *stays}
    used |= {state for (_, to), sources in leads.items() for state in (to, *sources)}
    order = _by_distance(table.initial.value, final, named, leads)
    states = (*(state for state in order if state in used), *((CLOSED,) if ends else ()))
    merged: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (command, to), sources in leads.items():
        merged.setdefault((to, tuple(sources)), []).append(command)
    return Graph(
        name=table.name,
        states=states,
        stays={state: tuple(commands) for state, commands in stays.items()},
        edges=tuple(Edge(sources, to, tuple(told)) for (to, sources), told in merged.items()),
    )


def _by_distance(
    initial: str, final: str, named: list[str], leads: dict[tuple[str, str], list[str]]
) -> list[str]:
    distance = {initial: 0}
    queue = deque([initial])
    while queue:
        state = queue.popleft()
        for (_, to), sources in leads.items():
            if state in sources and to not in distance and to != CLOSED:
                distance[to] = distance[state] + 1
                queue.append(to)
    far = len(named)
    return sorted(
        named,
        key=lambda state: (state == final, distance.get(state, far), named.index(state)),
    )
