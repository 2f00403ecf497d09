"""Reads parameters in parentheses: of SELECT, and the modifiers of FETCH and STORE (RFC 4466)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from labserver.imap.errors import Malformed
from labserver.imap.parsing.cursor import Cursor

__all__ = ["Parameter", "read_parameters"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: the capability that it belongs to, and how its value is read.

    `read` takes the value from the space before it on.
    """

    capability: str
    read: Callable[[Cursor], Any]


def read_parameters(
    cursor: Cursor, known: Mapping[str, Parameter], command: str
) -> Mapping[str, Any]:
    """Read a list of parameters, from its parenthesis on; return the values by name.

    What belongs to a capability that is not offered is unknown; nothing may stand there twice.
    """
    values: dict[str, Any] = {}
    cursor.expect(b"(")
    while True:
        name = cursor.name()
        parameter = known.get(name)
        if parameter is None or not cursor.dialect.offers(parameter.capability):
            raise Malformed(f"{command} has no parameter {name[:40]}")
        if name in values:
            raise Malformed(f"{name} stands there twice")
        values[name] = parameter.read(cursor)
        if cursor.takes(b")"):
            return values
        cursor.space()
