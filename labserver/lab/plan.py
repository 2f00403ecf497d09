"""What a lab is to be like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from labserver.clock import Clock
from labserver.protocol.limits import Limits
from labserver.protocol.policy import Policy
from labserver.protocol.switches import Switches
from labserver.store import Store

__all__ = ["Plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a server is to be like; the fields are as `Lab` takes them."""

    clock: Clock
    seed: int
    accounts: Mapping[str, str]
    store: str | Path = ":memory:"
    host: str = "127.0.0.1"
    ports: Mapping[str, int] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    policy: Policy = field(default_factory=Policy)
    without: Mapping[str, list[str]] = field(default_factory=dict)
    keep: int | None = None

    def switches(self) -> Switches:
        """Return what is not offered from the beginning."""
        switches = Switches()
        for listener, names in self.without.items():
            switches.switch_off(listener, names)
        return switches

    def populate(self, store: Store) -> None:
        """Add the accounts that the store does not have yet."""
        for login, password in self.accounts.items():
            if store.accounts.find(login) is None:
                store.accounts.add(login, password)
