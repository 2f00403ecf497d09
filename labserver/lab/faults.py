"""The faults of a lab as its owner sees them, from any thread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from labserver.faults import Fault, Struck
from labserver.lab.deeds import AddFault, ClearFaults, RemoveFault
from labserver.lab.server import Server

__all__ = ["LabFaults"]

F = TypeVar("F", bound=Fault)

_HEAD = ("fault", "which", "matched", "struck")


class LabFaults:
    """What shall go wrong: `lab.faults.add(Refuse(protocol="pop3"))`.

    Iterating gives each fault in the order in which they were added, with how often it was
    matched and has struck; written out, they are a table.
    """

    def __init__(self, server: Server) -> None:
        self._server = server

    def add(self, fault: F) -> F:
        """Have something go wrong from now on; returns the fault, for `remove`.

        Raises StoreError if it names an account that there is not.
        """
        self._server.do(AddFault(fault))
        return fault

    def remove(self, fault: Fault) -> None:
        """Take a fault back, for open connections too. Raises ValueError if it is not there."""
        self._server.do(RemoveFault(fault))

    def clear(self) -> None:
        """Take all faults back."""
        self._server.do(ClearFaults())

    def __iter__(self) -> Iterator[Struck]:
        return iter(self._server.background.call(lambda: list(self._server.faults)))

    def __len__(self) -> int:
        return self._server.background.call(lambda: len(self._server.faults))

    def __repr__(self) -> str:
        if self._server.background.stopped:
            return "the lab is closed"
        rows = [
            (str(each.fault), each.fault.which, str(each.matched), str(each.struck))
            for each in self
        ]
        if not rows:
            return "no faults"
        table = [_HEAD, *rows]
        widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD))]
        return "\n".join(
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        )
