"""How a program gets inside TLS."""

from __future__ import annotations

from dataclasses import dataclass

from labserver import Lab
from tests.clients.heard import logins

__all__ = ["Way"]


@dataclass(frozen=True, slots=True)
class Way:
    """By STARTTLS or STLS to the listener of a protocol, or to its sister inside TLS."""

    lab: Lab
    listener: str

    @property
    def port(self) -> int:
        return self.lab.ports[self.listener]

    @property
    def upgrades(self) -> bool:
        return not self.listener.endswith("s")

    def logins(self) -> list[bool]:
        """Tell of each login whether it was inside TLS, at this listener."""
        return logins(self.lab, self.listener)
