"""GETQUOTA, GETQUOTAROOT and SETQUOTA (RFC 9208 section 4.1).

The mailboxes of an account have one quota root, named as the account's address, while it has
limits; without any they have none. An account's owner may set its limits, having every right on
its mailboxes; of others', who may read a mailbox there may hear of its root (section 6).
"""

from __future__ import annotations

from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.core import Core
from labserver.imap.errors import Refused
from labserver.imap.naming.names import Name, encode
from labserver.imap.parsing.mailboxes import read_mailbox_name
from labserver.imap.parsing.quota import Limiting, read_quota_root, read_setquota
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.syntax import astring
from labserver.store import Account, Quota, Resource

__all__ = ["COMMANDS"]


def get_quota(core: Core, root: str) -> Outcome:
    """Tell usage and limits of a quota root."""
    owner = _owner(core, root)
    limits = [] if owner is None else _shown(core, owner)
    if owner is None or not limits:
        raise Refused("No such quota root", code="NONEXISTENT")
    return Reply(ok("GETQUOTA completed"), [_line(owner, limits)])


def get_quota_root(core: Core, name: Name) -> Outcome:
    """Tell which quota root a mailbox has or, before it exists, would have."""
    owner = core.access.place(name.text).owner
    if owner.id != core.account.id:
        core.access.get(name.text, "r")
    limits = _shown(core, owner)
    words = [b"* QUOTAROOT", encode(name.text, utf8=core.dialect.utf8)]
    lines: list[bytes] = []
    if limits:
        words.append(_root(owner))
        lines.append(_line(owner, limits))
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
        core.account,
        {known[name]: limit for name, limit in given.limits.items()},
        connection=core.context.connection,
    )
    limits = _shown(core, core.account)
    return Reply(ok("SETQUOTA completed"), [_line(core.account, limits)] if limits else [])


def _owner(core: Core, root: str) -> Account | None:
    """Return whose root that is, if it is the account's or that of a mailbox it may read."""
    if root == core.account.address:
        return core.account
    read = any(
        mailbox.address == root and "r" in core.access.rights(mailbox)
        for mailbox in core.access.shared()
    )
    return core.store.accounts.find(root) if read else None


def _offered(core: Core, resource: Resource) -> bool:
    return core.dialect.offers(f"QUOTA=RES-{resource.value}")


def _shown(core: Core, owner: Account) -> list[Quota]:
    return [each for each in core.store.quotas.of(owner) if _offered(core, each.resource)]


def _root(owner: Account) -> bytes:
    return astring(owner.address.encode("ascii"))


def _line(owner: Account, limits: list[Quota]) -> bytes:
    told = " ".join(f"{each.resource.value} {each.usage} {each.limit}" for each in limits)
    return b"* QUOTA %b (%b)\r\n" % (_root(owner), told.encode("ascii"))


COMMANDS: tuple[Command[Any], ...] = (
    Command("GETQUOTA", read_quota_root, get_quota),
    Command("GETQUOTAROOT", read_mailbox_name, get_quota_root),
    Command("SETQUOTA", read_setquota, set_quota),
)
