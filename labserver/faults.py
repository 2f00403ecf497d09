"""What shall go wrong: exact, countable rules as values.

A fault names which (whose connection, which command, which account), which occurrence, and what
happens. None is a chance, so a retry can be taught. The rules are asked at three points: the
connection (`wire`), the command (the sessions), the delivery (`store`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = [
    "Answer",
    "Cut",
    "Delay",
    "Fault",
    "Faults",
    "MailboxFull",
    "Refuse",
    "Struck",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Base of all faults.

    It strikes from its `occurrence`-th match on (1 is the first), `times` times; None is for
    ever. A None selector matches everything.
    """

    occurrence: int = 1
    times: int | None = 1

    def __post_init__(self) -> None:
        """Raise ValueError for a rule that could never strike."""
        if self.occurrence < 1:
            msg = f"occurrence counts from 1, not {self.occurrence}"
            raise ValueError(msg)
        if self.times is not None and self.times < 1:
            msg = f"times is at least 1 or None, not {self.times}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFault(Fault):
    """Base of faults that are asked when a connection opens."""

    protocol: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(ConnectionFault):
    """The connection is reset before the greeting, as if nothing listened."""

    def __str__(self) -> str:
        return "the connection is refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(ConnectionFault):
    """Each reply of the connection waits `seconds` of real time."""

    seconds: float = 1.0

    def __str__(self) -> str:
        return f"each reply is {self.seconds:g} s late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(ConnectionFault):
    """The connection is reset once the server has sent `after` octets, in mid-line if so."""

    after: int = 0

    def __str__(self) -> str:
        return f"the connection is cut after {self.after} octets from the server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Fault):
    """A command gets `reply` instead of being done.

    `command` is the RFC's name in capitals (RCPT, RETR, UID FETCH). `reply` is in the protocol's
    own form without tag and CRLF: `451 4.3.0 Try again later`, `-ERR [SYS/TEMP] Try again`,
    `NO [UNAVAILABLE] Try again`.
    """

    protocol: str
    command: str
    reply: str
    device: str | None = None

    def __str__(self) -> str:
        return f"{self.command} is answered {self.reply!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxFull(Fault):
    """A delivery to `account` (an address) fails as if its quota were used up."""

    account: str

    def __str__(self) -> str:
        return f"the mailbox of {self.account} is full"


@dataclass(slots=True)
class _Rule:
    fault: Fault
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


@dataclass(frozen=True, slots=True)
class Struck:
    """How often a rule has been matched and how often it has struck."""

    fault: Fault
    matched: int
    struck: int


@dataclass(slots=True)
class Faults:
    """The rules of one lab. Asked and changed on the lab's own thread only."""

    _rules: list[_Rule] = field(default_factory=list)

    def add(self, fault: Fault) -> Fault:
        """Add a rule; its count starts now. Returns it, for `remove`."""
        self._rules.append(_Rule(fault))
        return fault

    def remove(self, fault: Fault) -> None:
        """Take a rule away. Raises ValueError if it is not there."""
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

    def connection(self, protocol: str, device: str) -> tuple[ConnectionFault, ...]:
        """Return the faults that strike a connection opening now."""
        return tuple(
            rule.fault
            for rule in self._rules
            if isinstance(rule.fault, ConnectionFault)
            and rule.fault.protocol in {None, protocol}
            and rule.fault.device in {None, device}
            and rule.meet()
        )

    def command(self, protocol: str, device: str, command: str) -> Answer | None:
        """Return the fault that strikes this command, or None."""
        # All rules count the match, one strikes: what a rule counts is not the others' matter.
        strikes: Answer | None = None
        for rule in self._rules:
            fault = rule.fault
            if (
                isinstance(fault, Answer)
                and fault.protocol == protocol
                and fault.command == command
                and fault.device in {None, device}
                and rule.meet(taken=strikes is not None)
            ):
                strikes = fault
        return strikes

    def delivery(self, account: str) -> MailboxFull | None:
        """Return the fault that strikes a delivery to `account`, or None."""
        strikes: MailboxFull | None = None
        for rule in self._rules:
            fault = rule.fault
            if (
                isinstance(fault, MailboxFull)
                and fault.account == account
                and rule.meet(taken=strikes is not None)
            ):
                strikes = fault
        return strikes
