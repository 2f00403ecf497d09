"""What is done to a lab that crosses no connection: values, each of which can be done again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from labserver.clock import Clock, LabClock
from labserver.errors import LabError
from labserver.events import Arranged, Event, Log
from labserver.faults import Fault, Faults
from labserver.lab.mail import load
from labserver.protocol.switches import Switches
from labserver.store import Resource, Route, Store

__all__ = [
    "AddAccount",
    "AddFault",
    "Advance",
    "ClearFaults",
    "Deed",
    "DrawToken",
    "House",
    "Load",
    "PutRoute",
    "RemoveFault",
    "RemoveRoute",
    "SetQuota",
    "Settle",
    "Switch",
    "told",
]


class House(Protocol):
    """What deeds are done to: what a lab has one of each of."""

    @property
    def store(self) -> Store:
        """What stays on the server."""

    @property
    def clock(self) -> Clock:
        """Lab time."""

    @property
    def faults(self) -> Faults:
        """What shall go wrong."""

    @property
    def switches(self) -> Switches:
        """What is not offered."""


class Deed(Protocol):
    """Something done on the lab's own thread; as text, a clause that says what."""

    def do(self, house: House) -> object:
        """Do it."""


def told(deed: Deed, log: Log, after: int) -> Iterator[Event]:
    """Give the event of a deed, begun after that entry, that no event tells of."""
    if log.last == after and not isinstance(deed, DrawToken):
        yield Arranged(what=str(deed))


@dataclass(frozen=True, slots=True)
class AddAccount:
    """Add an account; gives its address."""

    login: str
    password: str

    def __str__(self) -> str:
        return f"{self.login} gets an account"

    def do(self, house: House) -> str:
        """Do it. Raises StoreError."""
        return house.store.accounts.add(self.login, self.password).address


@dataclass(frozen=True, slots=True)
class Load:
    """Put messages into a mailbox as if they had come long ago; gives their letters."""

    account: str
    mailbox: str
    messages: tuple[bytes, ...]

    def __str__(self) -> str:
        return f"mail is laid into {self.mailbox} of {self.account}"

    def do(self, house: House) -> list[str]:
        """Do it. Raises StoreError; nothing is loaded then."""
        return load(house.store, self.messages, self.account, self.mailbox)


@dataclass(frozen=True, slots=True)
class SetQuota:
    """Limit what an account may hold."""

    account: str
    limits: Mapping[Resource, int]

    def __str__(self) -> str:
        return f"the quota of {self.account} is {_limits(self.limits)}"

    def do(self, house: House) -> None:
        """Do it. Raises StoreError."""
        house.store.quotas.set(house.store.accounts.get(self.account), self.limits)


@dataclass(frozen=True, slots=True)
class PutRoute:
    """Have mail for an address go elsewhere."""

    route: Route

    def __str__(self) -> str:
        return f"mail for {self.route.address} goes to {', '.join(self.route.targets)}"

    def do(self, house: House) -> None:
        """Do it. Raises StoreError."""
        house.store.routes.put(self.route)


@dataclass(frozen=True, slots=True)
class RemoveRoute:
    """Have mail for an address go its usual way again."""

    address: str
    kinds: tuple[str, ...]

    def __str__(self) -> str:
        return f"mail for {self.address} goes nowhere else any more"

    def do(self, house: House) -> None:
        """Do it. Raises StoreError."""
        house.store.routes.remove(self.address, *self.kinds)


@dataclass(frozen=True, slots=True)
class Advance:
    """Move lab time on; gives the new time."""

    by: timedelta

    def __str__(self) -> str:
        return f"lab time moves on by {self.by}"

    def do(self, house: House) -> datetime:
        """Do it. Raises LabError on real time, ValueError if backwards."""
        if not isinstance(house.clock, LabClock):
            raise LabError("this lab is on real time, which cannot be moved")
        return house.clock.advance(self.by)


@dataclass(frozen=True, slots=True)
class Settle:
    """Have the servers pass on what waits: who can do so does it, and `do` nothing."""

    within: timedelta | None

    def __str__(self) -> str:
        return "the servers pass on what waits"

    def do(self, house: House) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Offer capabilities no more, or (`on`) again."""

    on: bool
    listener: str
    names: tuple[str, ...]
    device: str | None

    def __str__(self) -> str:
        return f"{self.listener} offers {', '.join(self.names)} {self._how()}"

    def _how(self) -> str:
        whom = "" if self.device is None else f" to {self.device}"
        return f"again{whom}" if self.on else f"no more{whom}"

    def do(self, house: House) -> None:
        """Do it."""
        turn = house.switches.switch_on if self.on else house.switches.switch_off
        turn(self.listener, self.names, self.device)


@dataclass(frozen=True, slots=True)
class AddFault:
    """Have something go wrong from now on."""

    fault: Fault

    def __str__(self) -> str:
        return f"from now on: {self.fault}"

    def do(self, house: House) -> None:
        """Do it. Raises StoreError if it names an account that there is not."""
        login: str | None = getattr(self.fault, "account", None)
        account = None if login is None else house.store.accounts.get(login).address
        house.faults.add(self.fault, account=account)


@dataclass(frozen=True, slots=True)
class RemoveFault:
    """Take a fault back."""

    fault: Fault

    def __str__(self) -> str:
        return f"no more: {self.fault}"

    def do(self, house: House) -> None:
        """Do it. Raises ValueError if it is not there."""
        house.faults.remove(self.fault)


@dataclass(frozen=True, slots=True)
class ClearFaults:
    """Take all faults back."""

    def __str__(self) -> str:
        return "no more faults"

    def do(self, house: House) -> None:
        """Do it."""
        house.faults.clear()


@dataclass(frozen=True, slots=True)
class DrawToken:
    """Draw an id for something that is no connection: a mail program's."""

    kind: str
    owner: str

    def __str__(self) -> str:
        return f"an id for {self.owner}"

    def do(self, house: House) -> str:
        """Do it; gives the id."""
        return house.store.ids.token(self.kind, self.owner)


def _limits(limits: Mapping[Resource, int]) -> str:
    return ", ".join(f"{each.value} {limit}" for each, limit in limits.items()) or "without limit"
