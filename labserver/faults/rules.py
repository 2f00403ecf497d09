"""The rules of one lab, asked where things happen, and their counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from labserver.faults.commands import CommandFault
from labserver.faults.connections import (
    PROTOCOLS,
    Cut,
    CutInMessage,
    CutInUpload,
    Delay,
    MessageFault,
    Refuse,
)
from labserver.faults.fault import Fault
from labserver.faults.mailboxes import (
    MailboxFull,
    NewUidls,
    NewUidValidity,
    OpeningFault,
    WrongPassword,
)

__all__ = ["Caller", "Faults", "Struck"]

F = TypeVar("F", bound=Fault)


class Caller(NamedTuple):
    """Whose connection something happens on, and with what: as `Connected` says it."""

    listener: str
    device: str
    host: str


@dataclass(slots=True)
class _Rule:
    """A fault with its counts; `account` is the address that it names, if it names one.

    `place` tells it from those that were added before and after it.
    """

    fault: Fault
    account: str | None
    place: int
    matched: int = 0
    struck: int = 0

    def meet(self, *, taken: bool = False) -> bool:
        """Count one match; tell whether the fault strikes now. It does not where `taken`."""
        self.matched += 1
        fault = self.fault
        if taken or self.matched < fault.occurrence:
            return False
        if fault.times is not None and self.struck >= fault.times:
            return False
        self.struck += 1
        return True

    def is_for(self, account: str) -> bool:
        """Tell whether it is for that account, an address."""
        return self.account is None or self.account.lower() == account.lower()


@dataclass(frozen=True, slots=True)
class Struck:
    """How often a rule has been matched and how often it has struck."""

    fault: Fault
    matched: int
    struck: int


@dataclass(slots=True)
class Faults:
    """The rules of one lab. Asked and changed on the lab's own thread only.

    All rules count a match, one strikes: what a rule counts is not the others' matter. Only a
    connection that opens meets every rule that strikes.
    """

    _rules: list[_Rule] = field(default_factory=list)
    added: int = 0
    """How many rules have ever been added."""

    def add(self, fault: F, *, account: str | None = None) -> F:
        """Add a rule; its count starts now. Returns it, for `remove`.

        `account` is the address that is meant by `fault.account`, if that is not one itself.
        """
        self.added += 1
        account = account or getattr(fault, "account", None)
        self._rules.append(_Rule(fault, account, self.added))
        return fault

    def remove(self, fault: Fault) -> None:
        """Take a rule away, with what it does to open connections. Raises ValueError."""
        for index, rule in enumerate(self._rules):
            if rule.fault is fault:
                del self._rules[index]
                return
        msg = f"this fault is not in the list: {fault}"
        raise ValueError(msg)

    def clear(self) -> None:
        """Take all rules away."""
        self._rules.clear()

    def __iter__(self) -> Iterator[Struck]:
        return iter([Struck(rule.fault, rule.matched, rule.struck) for rule in self._rules])

    def __len__(self) -> int:
        return len(self._rules)

    def holds(self, fault: Fault) -> bool:
        """Tell whether a rule has not been taken away."""
        return any(rule.fault is fault for rule in self._rules)

    # What is asked

    def connection(self, caller: Caller) -> tuple[Refuse | Delay | Cut, ...]:
        """Return the faults that strike a connection opening now."""
        return tuple(
            rule.fault
            for rule in self._rules
            if isinstance(rule.fault, Refuse | Delay | Cut)
            and rule.fault.fits(*caller)
            and rule.meet()
        )

    def message(self, caller: Caller, octets: int) -> MessageFault | None:
        """Return the fault that strikes a message of so many octets from the server, or None."""
        return self._first(CutInMessage, lambda each: each.fits(*caller) and each.after < octets)

    def upload(self, caller: Caller, had: int, has: int, began: int) -> MessageFault | None:
        """Return the fault that strikes a message to the server of which more has crossed, or None.

        `had` octets of it had crossed when this was asked last, now `has`. `began` is what `added`
        was when the command was taken that announced it: later rules are not for this message.
        """
        return self._first(
            CutInUpload, lambda each: each.fits(*caller) and had <= each.after < has, began=began
        )

    def farthest(self, caller: Caller, began: int) -> int:
        """Return how much of a message from this caller may have to be waited for; -1: nothing."""
        return max(
            (
                rule.fault.after
                for rule in self._rules
                if isinstance(rule.fault, CutInUpload)
                and rule.fault.fits(*caller)
                and rule.place <= began
            ),
            default=-1,
        )

    def command(self, caller: Caller, command: str) -> CommandFault | None:
        """Return the fault that strikes this command (in capitals), or None."""
        return self._first(
            CommandFault, lambda each: each.fits(*caller) and each.command.upper() == command
        )

    def login(self, caller: Caller, account: str) -> WrongPassword | None:
        """Return the fault that strikes the right login to an account (an address), or None."""
        return self._first(WrongPassword, lambda each: each.fits(*caller), account)

    def opening(self, caller: Caller, account: str, mailbox: str) -> OpeningFault | None:
        """Return the fault that strikes the mailbox that a session opens, or None."""
        kind: type[OpeningFault] = NewUidls
        if PROTOCOLS[caller.listener] == "imap":
            kind = NewUidValidity
        return self._first(
            kind, lambda each: each.fits(*caller) and each.mailbox == mailbox, account
        )

    def delivery(self, account: str) -> MailboxFull | None:
        """Return the fault that strikes a delivery to `account` (an address), or None."""
        return self._first(MailboxFull, lambda _: True, account)

    def _first(
        self,
        kind: type[F],
        fits: Callable[[F], bool],
        account: str = "",
        began: int | None = None,
    ) -> F | None:
        strikes: F | None = None
        for rule in self._rules:
            fault = rule.fault
            if not isinstance(fault, kind) or not fits(fault):
                continue
            if began is not None and rule.place > began:
                continue
            if (not account or rule.is_for(account)) and rule.meet(taken=strikes is not None):
                strikes = fault
        return strikes
