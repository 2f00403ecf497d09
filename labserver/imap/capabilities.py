"""What the server offers: every capability as data, and what a session has left of them.

A capability can be switched off. Then it is not advertised, its commands are unknown, and what it
adds to other commands is not in their grammar: a server without it, for the client. What others
need of it goes with it: IMAP4rev2 without IDLE would promise too much (RFC 9051 section 6.3.13).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from labserver.imap.table import State
from labserver.protocol.switches import supported
from labserver.store import NEW_RIGHTS

__all__ = ["CAPABILITIES", "REMOVED", "Capability", "Moment", "Offer", "When"]


class When(Enum):
    """When a capability is advertised."""

    ALWAYS = "always"
    BEFORE_LOGIN = "before login"
    OUTSIDE_TLS = "before login, outside TLS"
    PASSWORDS = "before login, where a password may cross as it is"
    NO_PASSWORDS = "before login, where it may not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where a session is, as far as it matters for what is advertised.

    `secure`: inside TLS; `passwords`: a password may cross as it is.
    """

    state: State
    secure: bool = False
    passwords: bool = True

    def tells(self, when: When) -> bool:
        """Tell whether it is the time for what is advertised `when`."""
        if when is When.ALWAYS:
            return True
        if self.state is not State.NOT_AUTHENTICATED:
            return False
        match when:
            case When.OUTSIDE_TLS:
                return not self.secure
            case When.PASSWORDS:
                return self.passwords
            case When.NO_PASSWORDS:
                return not self.passwords
            case _:
                return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One capability.

    `name` is as it is advertised; `base` is the protocol itself, which can't be switched off.
    `needs` are the names of those without which it is not offered; `commands` are what exists with
    it only, or with another one that has them too. `told_by` names one that is more of the same:
    where that is offered, it alone is advertised. `enables` is what ENABLE of it switches on,
    itself first; empty: it needs no ENABLE.
    """

    name: str
    source: str
    needs: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    enables: tuple[str, ...] = ()
    when: When = When.ALWAYS
    told_by: str = ""
    base: bool = False


REV2_PARTS = (
    "ENABLE",
    "SASL-IR",
    "LITERAL-",
    "IDLE",
    "UIDPLUS",
    "BINARY",
    "ESEARCH",
    "SEARCHRES",
    "MOVE",
    "NAMESPACE",
    "UNSELECT",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "STATUS=SIZE",
)
"""What IMAP4rev2 took in, and is not whole without (RFC 9051 Appendix E, items 2 and 3).

CHILDREN and SPECIAL-USE are not among them: their attributes may be told, but need not be.
"""

REMOVED = frozenset({"CHECK", "LSUB"})
"""Commands of IMAP4rev1 that IMAP4rev2 has no more (RFC 9051 Appendix E, items 17 and 19)."""

CAPABILITIES: tuple[Capability, ...] = (
    Capability(name="IMAP4rev1", source="RFC 3501", base=True),
    Capability(name="IMAP4rev2", source="RFC 9051", needs=REV2_PARTS, enables=("IMAP4rev2",)),
    Capability(
        name="STARTTLS",
        source="RFC 3501 section 6.2.1",
        commands=("STARTTLS",),
        when=When.OUTSIDE_TLS,
    ),
    # What whoever runs the server has decided, and no switch takes away.
    Capability(
        name="LOGINDISABLED",
        source="RFC 3501 section 7.2.1",
        when=When.NO_PASSWORDS,
        base=True,
    ),
    Capability(name="ENABLE", source="RFC 5161", commands=("ENABLE",)),
    Capability(name="UTF8=ACCEPT", source="RFC 6855", needs=("ENABLE",), enables=("UTF8=ACCEPT",)),
    Capability(name="SASL-IR", source="RFC 4959", when=When.BEFORE_LOGIN),
    Capability(name="AUTH=PLAIN", source="RFC 4616", when=When.PASSWORDS),
    Capability(name="AUTH=LOGIN", source="common use", when=When.PASSWORDS),
    Capability(name="AUTH=CRAM-MD5", source="RFC 2195", when=When.BEFORE_LOGIN),
    Capability(name="AUTH=SCRAM-SHA-256", source="RFC 7677", when=When.BEFORE_LOGIN),
    Capability(name="ID", source="RFC 2971", commands=("ID",)),
    # One of the two is advertised (RFC 7888 section 5).
    Capability(name="LITERAL+", source="RFC 7888", needs=("LITERAL-",)),
    Capability(name="LITERAL-", source="RFC 7888 section 5", told_by="LITERAL+"),
    Capability(name="IDLE", source="RFC 2177", commands=("IDLE",)),
    Capability(name="UIDPLUS", source="RFC 4315", commands=("UID EXPUNGE",)),
    Capability(name="MULTIAPPEND", source="RFC 3502"),
    Capability(name="BINARY", source="RFC 3516"),
    Capability(name="CATENATE", source="RFC 4469"),
    Capability(name="UNAUTHENTICATE", source="RFC 8437", commands=("UNAUTHENTICATE",)),
    Capability(name="APPENDLIMIT", source="RFC 7889"),
    Capability(name="REPLACE", source="RFC 8508", commands=("REPLACE", "UID REPLACE")),
    Capability(name="ESEARCH", source="RFC 4731"),
    Capability(name="SEARCHRES", source="RFC 5182", needs=("ESEARCH",)),
    Capability(name="PARTIAL", source="RFC 9394", needs=("ESEARCH",)),
    Capability(name="WITHIN", source="RFC 5032"),
    Capability(name="SORT", source="RFC 5256", commands=("SORT", "UID SORT")),
    Capability(name="SORT=DISPLAY", source="RFC 5957", needs=("SORT",)),
    Capability(name="ESORT", source="RFC 5267 section 3", needs=("SORT", "ESEARCH")),
    Capability(
        name="CONTEXT=SEARCH",
        source="RFC 5267 section 4",
        needs=("ESEARCH",),
        commands=("CANCELUPDATE",),
    ),
    Capability(
        name="CONTEXT=SORT",
        source="RFC 5267 section 4",
        needs=("ESORT",),
        commands=("CANCELUPDATE",),
    ),
    Capability(name="THREAD=ORDEREDSUBJECT", source="RFC 5256", commands=("THREAD", "UID THREAD")),
    Capability(name="THREAD=REFERENCES", source="RFC 5256", commands=("THREAD", "UID THREAD")),
    Capability(name="MOVE", source="RFC 6851", commands=("MOVE", "UID MOVE")),
    Capability(name="COMPRESS=DEFLATE", source="RFC 4978", commands=("COMPRESS",)),
    Capability(name="CONDSTORE", source="RFC 7162 section 3.1", enables=("CONDSTORE",)),
    Capability(
        name="QRESYNC",
        source="RFC 7162 section 3.2",
        needs=("CONDSTORE", "ENABLE"),
        enables=("QRESYNC", "CONDSTORE"),
    ),
    Capability(name="QUOTA", source="RFC 9208", commands=("GETQUOTA", "GETQUOTAROOT")),
    Capability(
        name="QUOTASET", source="RFC 9208 section 4.1.3", needs=("QUOTA",), commands=("SETQUOTA",)
    ),
    Capability(name="QUOTA=RES-STORAGE", source="RFC 9208 section 5.1", needs=("QUOTA",)),
    Capability(name="QUOTA=RES-MESSAGE", source="RFC 9208 section 5.2", needs=("QUOTA",)),
    Capability(name="QUOTA=RES-MAILBOX", source="RFC 9208 section 5.3", needs=("QUOTA",)),
    Capability(name="OBJECTID", source="RFC 8474"),
    Capability(name="SAVEDATE", source="RFC 8514"),
    Capability(name="PREVIEW", source="RFC 8970"),
    Capability(
        name="ACL",
        source="RFC 4314",
        needs=(f"RIGHTS={NEW_RIGHTS}",),
        commands=("SETACL", "DELETEACL", "GETACL", "LISTRIGHTS", "MYRIGHTS"),
    ),
    Capability(name=f"RIGHTS={NEW_RIGHTS}", source="RFC 4314 section 2.2", needs=("ACL",)),
    Capability(name="NAMESPACE", source="RFC 2342", commands=("NAMESPACE",)),
    Capability(name="UNSELECT", source="RFC 3691", commands=("UNSELECT",)),
    Capability(name="CHILDREN", source="RFC 3348"),
    Capability(name="LIST-EXTENDED", source="RFC 5258"),
    Capability(name="LIST-STATUS", source="RFC 5819", needs=("LIST-EXTENDED",)),
    Capability(name="LIST-MYRIGHTS", source="RFC 8440", needs=("ACL", "LIST-EXTENDED")),
    Capability(name="STATUS=SIZE", source="RFC 8438"),
    # One of the two is advertised (RFC 5464 section 1); with the second the server alone has some.
    Capability(
        name="METADATA", source="RFC 5464", needs=("METADATA-SERVER",), enables=("METADATA",)
    ),
    Capability(
        name="METADATA-SERVER",
        source="RFC 5464",
        commands=("GETMETADATA", "SETMETADATA"),
        enables=("METADATA-SERVER",),
        told_by="METADATA",
    ),
    Capability(name="NOTIFY", source="RFC 5465", commands=("NOTIFY",)),
    Capability(name="SPECIAL-USE", source="RFC 6154 section 2", needs=("LIST-EXTENDED",)),
    Capability(name="CREATE-SPECIAL-USE", source="RFC 6154 section 3", needs=("SPECIAL-USE",)),
)
"""Every capability, in the order in which they are advertised."""

_BY_NAME = {each.name: each for each in CAPABILITIES}

_OF_COMMAND = {
    command: frozenset(each.name for each in CAPABILITIES if command in each.commands)
    for command in {command for each in CAPABILITIES for command in each.commands}
}


class Offer:
    """The capabilities of one session: all of them, but for those that are switched off."""

    def __init__(self, without: Iterable[str] = ()) -> None:
        self._left = _left(frozenset(name.upper() for name in without))

    def __contains__(self, name: str) -> bool:
        """Tell whether a capability is offered; `name` as it is advertised."""
        return name in self._left

    def knows(self, command: str) -> bool:
        """Tell whether a command of the state table exists in this session."""
        bringing = _OF_COMMAND.get(command)
        return bringing is None or not bringing.isdisjoint(self._left)

    def tells(self, name: str, moment: Moment) -> bool:
        """Tell whether a capability is advertised at that moment."""
        return name in self._left and moment.tells(_BY_NAME[name].when)

    def data(self, moment: Moment, values: Mapping[str, int]) -> str:
        """Return capability-data: what is advertised at that moment (RFC 3501 section 7.2.1).

        `values` are of those that are advertised with a number, as NAME=NUMBER.
        """
        told = [
            f"{each.name}={values[each.name]}" if each.name in values else each.name
            for each in CAPABILITIES
            if each.name in self._left
            and each.told_by not in self._left
            and moment.tells(each.when)
        ]
        return " ".join(["CAPABILITY", *told])


@cache
def _left(without: frozenset[str]) -> frozenset[str]:
    left = (each.name for each in CAPABILITIES if each.name.upper() not in without)
    return supported(CAPABILITIES, left)
