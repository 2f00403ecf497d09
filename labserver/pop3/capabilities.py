"""What the server offers: every capability as data, and what a session has left of them.

A capability can be switched off. Then CAPA does not tell it, its commands are unknown and its
response codes are not sent: a server without it, for the client. What others need of it goes with
it. Two rows have no line in CAPA: APOP, which the greeting tells (RFC 2449 section 6), and CAPA
itself; the mechanisms are arguments of SASL.

APOP and USER stand beside one another for the same account, though RFC 1939 section 13 would have
only one of them: a learner is to see both. Whoever wants one switches the other off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

from labserver.pop3.states import State
from labserver.protocol.policy import Policy
from labserver.protocol.switches import supported

__all__ = ["CAPABILITIES", "Capability", "Moment", "Offer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What CAPA's lines depend on.

    `secure`: inside TLS; `tls`: TLS could begin; `offered`: the names that are not switched off.
    """

    state: State = State.AUTHORIZATION
    secure: bool = False
    tls: bool = False
    utf8: bool = False
    policy: Policy = field(default_factory=Policy)
    offered: frozenset[str] = frozenset()

    @property
    def cleartext(self) -> bool:
        """Whether a password may cross the connection as it is (RFC 2595 section 2.3)."""
        return self.secure or self.policy.cleartext_auth

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The SASL mechanisms that may be used now."""
        return tuple(
            each.name
            for each in CAPABILITIES
            if each.mechanism
            and each.name in self.offered
            and (self.cleartext or not each.cleartext)
        )


Told = Callable[[Moment], str | None]
"""Gives the arguments of a capability's line, or None while it is not told."""


def _always(now: Moment) -> str:  # noqa: ARG001 - asked like the others
    return ""


def _never(now: Moment) -> None:  # noqa: ARG001 - asked like the others
    return None


def _where_cleartext(now: Moment) -> str | None:
    return "" if now.cleartext else None


def _sasl(now: Moment) -> str | None:
    # Told after the login too, though no AUTH may follow (RFC 5034 section 3).
    return " ".join(now.mechanisms) or None


def _stls(now: Moment) -> str | None:
    # "Present and permitted in the current state" (RFC 2595 section 4).
    permitted = now.tls and not now.secure and not now.utf8
    return "" if permitted and now.state is State.AUTHORIZATION else None


def _login_delay(now: Moment) -> str | None:
    return str(now.policy.pop3_login_delay) if now.policy.pop3_login_delay else None


def _expire(now: Moment) -> str:
    return "0" if now.policy.pop3_delete_after_retr else "NEVER"


def _utf8(now: Moment) -> str:
    # USER: what takes names and passwords takes them as UTF-8 (RFC 6856 section 2.2).
    return "USER" if now.offered & {"USER", "APOP"} else ""


def _implementation(now: Moment) -> str:  # noqa: ARG001 - asked like the others
    return "Mail-Protocol-Lab"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One capability.

    `needs` are the names of those without which it is not offered; `commands` and `codes` are the
    commands and response codes that exist with it only. `mechanism`: it is an argument of SASL;
    `cleartext`: one that sends the password as it is.
    """

    name: str
    source: str
    told: Told = _always
    needs: tuple[str, ...] = ("CAPA",)
    commands: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    mechanism: bool = False
    cleartext: bool = False


def _mechanism(name: str, source: str, *, cleartext: bool = False) -> Capability:
    return Capability(
        name=name,
        source=source,
        told=_never,
        needs=("SASL",),
        mechanism=True,
        cleartext=cleartext,
    )


CAPABILITIES: tuple[Capability, ...] = (
    Capability(name="CAPA", source="RFC 2449 section 5", told=_never, needs=(), commands=("CAPA",)),
    Capability(name="TOP", source="RFC 1939 section 7", needs=(), commands=("TOP",)),
    Capability(
        name="USER",
        source="RFC 1939 section 7",
        told=_where_cleartext,
        needs=(),
        commands=("USER", "PASS"),
    ),
    Capability(name="APOP", source="RFC 1939 section 7", told=_never, needs=(), commands=("APOP",)),
    Capability(name="SASL", source="RFC 5034 section 3", told=_sasl, commands=("AUTH",)),
    _mechanism("PLAIN", "RFC 4616", cleartext=True),
    _mechanism("LOGIN", "common use", cleartext=True),
    _mechanism("CRAM-MD5", "RFC 2195"),
    _mechanism("SCRAM-SHA-256", "RFC 7677"),
    Capability(
        name="STLS",
        source="RFC 2595 section 4",
        told=_stls,
        commands=("STLS",),
    ),
    Capability(name="RESP-CODES", source="RFC 2449 section 6.4", codes=("IN-USE",)),
    Capability(
        name="AUTH-RESP-CODE",
        source="RFC 3206",
        needs=("CAPA", "RESP-CODES"),
        codes=("AUTH", "SYS/TEMP", "SYS/PERM"),
    ),
    Capability(
        name="LOGIN-DELAY",
        source="RFC 2449 section 6.5",
        told=_login_delay,
        codes=("LOGIN-DELAY",),
    ),
    Capability(name="PIPELINING", source="RFC 2449 section 6.6"),
    Capability(name="EXPIRE", source="RFC 2449 section 6.7", told=_expire),
    Capability(name="UIDL", source="RFC 1939 section 7", needs=(), commands=("UIDL",)),
    Capability(
        name="UTF8",
        source="RFC 6856 section 2",
        told=_utf8,
        commands=("UTF8",),
        codes=("UTF8",),
    ),
    Capability(name="LANG", source="RFC 6856 section 3", commands=("LANG",)),
    Capability(name="IMPLEMENTATION", source="RFC 2449 section 6.9", told=_implementation),
)


class Offer:
    """The capabilities of one session: all but those switched off and what needs them."""

    def __init__(self, without: Iterable[str] = ()) -> None:
        self.names = _left(frozenset(name.upper() for name in without))
        gone = [each for each in CAPABILITIES if each.name not in self.names]
        self.unknown = frozenset(command for each in gone for command in each.commands)
        """Commands that do not exist for the client."""
        left = [each for each in CAPABILITIES if each.name in self.names]
        # RESP-CODES promises what a text in brackets is: without it there is none.
        known = [code for each in left for code in each.codes]
        self.codes = frozenset(known if "RESP-CODES" in self.names else ())
        """The response codes that may be sent."""

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def lines(self, now: Moment) -> list[str]:
        """Return what CAPA lists."""
        found = [(each.name, each.told(now)) for each in CAPABILITIES if each.name in self.names]
        return [f"{name} {told}".rstrip() for name, told in found if told is not None]


@cache
def _left(without: frozenset[str]) -> frozenset[str]:
    left = {each.name for each in CAPABILITIES if each.name not in without}
    if not any(each.mechanism and each.name in left for each in CAPABILITIES):
        left.discard("SASL")
    return supported(CAPABILITIES, left)
