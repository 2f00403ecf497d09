"""What the server offers: every extension as data, and what a session has of them.

An extension can be switched off. Then it is not advertised, its commands are unknown and its
parameters are not recognised: a server without it, for the client. What needs it goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from labserver.protocol.switches import supported

__all__ = ["EXTENSIONS", "MECHANISM", "Extension", "Offer", "When", "names"]

MECHANISM = "AUTH="
"""What the name of a SASL mechanism begins with here; the keyword AUTH tells of them."""


class When(Enum):
    """What must hold for an extension to be offered."""

    ALWAYS = "always"
    SUBMISSION = "users log in here"
    PASSWORDS = "passwords may be shown: inside TLS, or the lab allows it"
    CLEAR = "TLS is to be had and not active (RFC 3207 section 4.2)"
    VERIFY = "the lab lets the server tell who is there (RFC 5321 section 7.3)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One extension.

    `name` is its EHLO keyword, or `AUTH=` and a mechanism. `needs` are those without which it is
    not offered; `commands` are what exists with it only, `parameters` what it adds to MAIL, RCPT,
    VRFY and EXPN. RFC 5321 has VRFY everywhere: its keyword says that it tells something.
    """

    name: str
    source: str
    when: When = When.ALWAYS
    needs: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


EXTENSIONS: tuple[Extension, ...] = (
    Extension(name="PIPELINING", source="RFC 2920"),
    Extension(name="SIZE", source="RFC 1870", parameters=("MAIL SIZE",)),
    Extension(name="8BITMIME", source="RFC 3030 section 3", parameters=("MAIL BODY",)),
    Extension(
        name="SMTPUTF8",
        source="RFC 6531",
        needs=("8BITMIME",),
        parameters=("MAIL SMTPUTF8", "VRFY SMTPUTF8", "EXPN SMTPUTF8"),
    ),
    Extension(name="CHUNKING", source="RFC 3030 section 2", commands=("BDAT",)),
    Extension(name="BINARYMIME", source="RFC 3030 section 3", needs=("CHUNKING", "8BITMIME")),
    Extension(
        name="DSN",
        source="RFC 3461",
        parameters=("MAIL RET", "MAIL ENVID", "RCPT NOTIFY", "RCPT ORCPT"),
    ),
    Extension(name="ENHANCEDSTATUSCODES", source="RFC 2034"),
    Extension(name="STARTTLS", source="RFC 3207", when=When.CLEAR, commands=("STARTTLS",)),
    Extension(
        name="AUTH",
        source="RFC 4954",
        when=When.SUBMISSION,
        commands=("AUTH",),
        parameters=("MAIL AUTH",),
    ),
    Extension(name="AUTH=PLAIN", source="RFC 4616", when=When.PASSWORDS, needs=("AUTH",)),
    Extension(name="AUTH=LOGIN", source="common use", when=When.PASSWORDS, needs=("AUTH",)),
    Extension(name="AUTH=CRAM-MD5", source="RFC 2195", needs=("AUTH",)),
    Extension(name="AUTH=SCRAM-SHA-256", source="RFC 7677", needs=("AUTH",)),
    Extension(name="VRFY", source="RFC 5321 section 3.5.2", when=When.VERIFY),
    Extension(name="EXPN", source="RFC 5321 section 3.5.2", when=When.VERIFY, commands=("EXPN",)),
    Extension(name="HELP", source="RFC 5321 section 4.1.1.8", commands=("HELP",)),
)
"""Every extension, in the order in which EHLO tells them."""

_OF_COMMAND = {command: each.name for each in EXTENSIONS for command in each.commands}
_OF_PARAMETER = {name: each.name for each in EXTENSIONS for name in each.parameters}


def names(*, submission: bool) -> frozenset[str]:
    """Return what can be switched off, in capitals: without submission there is no login."""
    return frozenset(
        each.name
        for each in EXTENSIONS
        if submission or not (each.when is When.SUBMISSION or "AUTH" in each.needs)
    )


class Offer:
    """The extensions of one session in its present circumstances."""

    def __init__(self, without: Iterable[str], holds: Iterable[When]) -> None:
        """`without` are switched off, `holds` is what holds besides ALWAYS."""
        off = frozenset(name.upper() for name in without)
        met = {When.ALWAYS, *holds}
        there = {each.name for each in EXTENSIONS if each.name not in off and each.when in met}
        left = supported(EXTENSIONS, there)
        if not any(name.startswith(MECHANISM) for name in left):
            # AUTH with no mechanism could only fail.
            left = supported(EXTENSIONS, left - {"AUTH"})
        self._left = left

    def __contains__(self, name: str) -> bool:
        """Tell whether an extension is offered."""
        return name in self._left

    def knows(self, command: str) -> bool:
        """Tell whether a command of the state table exists in this session."""
        return _OF_COMMAND.get(command, command) in self._left or command not in _OF_COMMAND

    def takes(self, command: str, parameter: str) -> bool:
        """Tell whether a command has a parameter of that name (in capitals)."""
        return _OF_PARAMETER.get(f"{command} {parameter}") in self._left

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The SASL mechanisms, in order."""
        names = (each.name for each in EXTENSIONS if each.name in self._left)
        return tuple(name[len(MECHANISM) :] for name in names if name.startswith(MECHANISM))

    def keywords(self, values: Mapping[str, str]) -> list[str]:
        """Return what EHLO tells, `values` being what stands after some of the keywords."""
        told = {**values, "AUTH": " ".join(self.mechanisms)}
        return [
            f"{each.name} {told[each.name]}" if each.name in told else each.name
            for each in EXTENSIONS
            if each.name in self._left and not each.name.startswith(MECHANISM)
        ]
