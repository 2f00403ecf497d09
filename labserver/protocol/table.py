"""State tables as data.

Each protocol room states its rules as one `StateTable`: which command is allowed in which state
and where it leads. The session asks the table before it does anything, and the state diagrams of
the lessons are drawn from the same table, so a diagram can't differ from the server.

Theory of operation: a session is in exactly one state. A command that the table does not name is
unknown; one that it names, but not for the present state, is out of order; both are answered
with the protocol's own error and change nothing. A command that is allowed is done; if it
succeeds, the session moves to the rule's `to` state. A state may have *activities* (IDLE): the
session stays in its state and says what it is busy with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

__all__ = ["Rule", "StateTable", "Verdict"]

S = TypeVar("S", bound=Enum)


class Verdict(Enum):
    """What the table says of a command in a state."""

    ALLOWED = "allowed"
    OUT_OF_ORDER = "out of order"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """One command: where it is allowed, where success leads, and who says so.

    `to` None: the session stays in its state. `source` cites RFC and section. In the states of
    `ends` success ends the session without leading anywhere (POP3's QUIT before the login). Pairs
    in `elsewhere` (from, to) go before `to` (SMTP's RSET ends a transaction, if there is one).
    """

    command: str
    states: frozenset[S]
    to: S | None
    source: str
    ends: frozenset[S] = frozenset()
    elsewhere: tuple[tuple[S, S], ...] = ()


class StateTable(Generic[S]):
    """The rules of one protocol, looked up by command name in capitals."""

    def __init__(self, name: str, initial: S, final: S, rules: tuple[Rule[S], ...]) -> None:
        self.name = name
        self.initial = initial
        self.final = final
        self.rules: Mapping[str, Rule[S]] = {rule.command: rule for rule in rules}
        if len(self.rules) != len(rules):
            msg = f"a command stands twice in the table of {name}"
            raise ValueError(msg)

    def ask(self, state: S, command: str) -> Verdict:
        """Say whether `command` may be given in `state`."""
        rule = self.rules.get(command)
        if rule is None:
            return Verdict.UNKNOWN
        return Verdict.ALLOWED if state in rule.states else Verdict.OUT_OF_ORDER

    def after(self, state: S, command: str) -> S:
        """Return the state that success of `command` in `state` leads to."""
        rule = self.rules[command]
        for start, to in rule.elsewhere:
            if start is state:
                return to
        return state if rule.to is None or state in rule.ends else rule.to

    def allowed(self, state: S) -> tuple[str, ...]:
        """Return the commands that may be given in `state`, in the table's order."""
        return tuple(rule.command for rule in self.rules.values() if state in rule.states)
