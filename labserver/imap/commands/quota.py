"""GETQUOTA, GETQUOTAROOT and SETQUOTA (RFC 9208 section 4.1).

The mailboxes of an account have one quota root, named as the account's address, while it has
limits; without any they have none. An account's owner may set its limits, having every right on
its mailboxes (section 6).
"""

from __future__ import annotations

from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.core import Core
from labserver.imap.errors import Refused
from labserver.imap.names import Name, encode
from labserver.imap.parsing.mailboxes import read_mailbox_name
from labserver.imap.parsing.quota import Limiting, read_quota_root, read_setquota
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.syntax import astring
from labserver.store import Quota, Resource

__all__ = ["COMMANDS"]


def get_quota(core: Core, root: str) -> Outcome:
    """Tell usage and limits of a quota root."""
    limits = _shown(core)
    if root != core.account.address or not limits:
        raise Refused("No such quota root", code="NONEXISTENT")
    return Reply(ok("GETQUOTA completed"), [_line(core, limits)])


def get_quota_root(core: Core, name: Name) -> Outcome:
    """Tell which quota root a mailbox has or, before it exists, would have."""
    limits = _shown(core)
    words = [b"* QUOTAROOT", encode(name.text, utf8=core.dialect.utf8)]
    lines: list[bytes] = []
    if limits:
        words.append(_root(core))
        lines.append(_line(core, limits))
    return Reply(ok("GETQUOTAROOT completed"), [b" ".join(words) + b"\r\n", *lines])


def set_quota(core: Core, given: Limiting) -> Outcome:
    """Put new limits in place of all that were."""
    if given.root != core.account.address:
        raise Refused("That quota root is not yours", code="NOPERM")
    known = {each.value: each for each in Resource if _offered(core, each)}
    for name in given.limits:
        if name not in known:
            raise Refused(f"{name[:40]} can't be limited here", code="CANNOT")
    core.store.quotas.set(
        core.account, {known[name]: limit for name, limit in given.limits.items()}
    )
    limits = _shown(core)
    return Reply(ok("SETQUOTA completed"), [_line(core, limits)] if limits else [])


def _offered(core: Core, resource: Resource) -> bool:
    return core.dialect.offers(f"QUOTA=RES-{resource.value}")


def _shown(core: Core) -> list[Quota]:
    return [each for each in core.store.quotas.of(core.account) if _offered(core, each.resource)]


def _root(core: Core) -> bytes:
    return astring(core.account.address.encode("ascii"))


def _line(core: Core, limits: list[Quota]) -> bytes:
    told = " ".join(f"{each.resource.value} {each.usage} {each.limit}" for each in limits)
    return b"* QUOTA %b (%b)\r\n" % (_root(core), told.encode("ascii"))


COMMANDS: tuple[Command[Any], ...] = (
    Command("GETQUOTA", read_quota_root, get_quota),
    Command("GETQUOTAROOT", read_mailbox_name, get_quota_root),
    Command("SETQUOTA", read_setquota, set_quota),
)
