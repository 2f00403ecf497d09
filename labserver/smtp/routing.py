"""Where a recipient's mail goes from a server: to people here, and on to other servers.

Aliases, lists and forwarding are followed among the addresses of the server's own domain (RFC
5321 section 3.9); what they do to the wishes of a sender is in RFC 3461 section 5.2.7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal

from labserver.smtp.envelope import Envelope, Recipient
from labserver.smtp.grammar import Path, read_mailbox
from labserver.smtp.rewriting import restored, rewritten
from labserver.smtp.site import Site
from labserver.store import DOMAINS, Account, Route, Terms

__all__ = [
    "NOBODY",
    "POSTMASTER",
    "Destination",
    "Expansion",
    "Fate",
    "Notice",
    "RoutesLoop",
    "expand",
    "fate",
    "is_here",
    "mailbox_of",
    "members",
    "owners",
    "resident",
]

NOBODY = Path("", "", "")
"""The null reverse-path."""

POSTMASTER = "postmaster"


class RoutesLoop(Exception):
    """Aliases or forwarding of one server lead back to where they began."""


class Fate(Enum):
    """What a server can do for a recipient."""

    HERE = "here"
    """The address is of this server."""
    ON = "on"
    """Another server of the lab has it."""
    UNKNOWN = "unknown"
    """It would be of this server, but there is nobody of that name."""
    LOOP = "loop"
    """Its aliases lead back to it."""
    FOREIGN = "foreign"
    """No server of the lab has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One end of the way: an account here, or (`account` None) an address elsewhere."""

    account: Account | None
    recipient: Recipient
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the sender asked to be told: `recipient` was delivered to, or expanded."""

    action: Literal["delivered", "expanded"]
    recipient: Recipient


@dataclass(slots=True)
class Expansion:
    """All destinations of a message, each once, and what is to be told of its recipients.

    `unknown` are the recipients that lead to nobody.
    """

    destinations: list[Destination] = field(default_factory=list)
    unknown: list[Recipient] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def is_here(site: Site, path: Path) -> bool:
    """Tell whether a path is at this server's domain, or `<Postmaster>` without any."""
    return not path.domain or path.domain.lower() == site.domain


def resident(site: Site, path: Path) -> Account | None:
    """Return the account that a path at this server means, or None.

    Mail for the postmaster must be taken (RFC 5321 section 4.5.1): where no account has that
    name, the first of the domain gets it; of a domain without people, the lab's first.
    """
    if not is_here(site, path):
        return None
    account = site.accounts.find(f"{path.local}@{site.domain}")
    if account is None and path.local.lower() == POSTMASTER:
        return next(iter((*site.accounts.all(), *site.store.accounts.all())), None)
    return account


def mailbox_of(site: Site, path: Path) -> Account | None:
    """Return the account whose own mailbox gets mail for a path, or None: it all goes on."""
    route = _route(site, path)
    return resident(site, path) if route is None or route.keep else None


def fate(site: Site, path: Path) -> Fate:
    """Say what can be done for a recipient."""
    if not is_here(site, path):
        return Fate.ON if path.domain.lower() in DOMAINS else Fate.FOREIGN
    try:
        found = list(_follow(site, Recipient(path=path), Terms(""), Expansion(), ()))
    except RoutesLoop:
        return Fate.LOOP
    return Fate.HERE if found else Fate.UNKNOWN


def expand(site: Site, envelope: Envelope) -> Expansion:
    """Follow the routes of all recipients. Who is reached by two of them gets one copy.

    What a sender wants to hear is kept for each all the same (RFC 3461 section 5.2). Raises
    RoutesLoop.
    """
    terms = Terms(envelope.sender.text, envelope.ret, envelope.envid, envelope.body, envelope.utf8)
    expansion = Expansion()
    reached: dict[object, list[Destination]] = {}
    for recipient in envelope.recipients:
        found = list(_follow(site, recipient, terms, expansion, ()))
        if not found:
            expansion.unknown.append(recipient)
        for each in found:
            path = each.recipient.path
            key = each.account or (path.local, path.domain.lower())
            _reach(expansion, each, reached.setdefault(key, []), own=terms)
    return expansion


def _reach(
    expansion: Expansion, destination: Destination, before: list[Destination], *, own: Terms
) -> None:
    """Add a destination; `before` are those that have led there too, and `own` the sender's terms.

    An address elsewhere is named once for each of its sender's wishes, in one transaction, and its
    server makes one copy of them. What a list sends gives way to what the sender does.
    """
    recipient = destination.recipient
    if not before:
        expansion.destinations.append(destination)
    elif destination.terms != before[0].terms:
        if destination.terms != own:
            return
        expansion.destinations[expansion.destinations.index(before[0])] = destination
        before.clear()
    elif any(
        (recipient.notify, recipient.original) == (each.recipient.notify, each.recipient.original)
        for each in before
    ):
        return
    elif destination.account is None:
        expansion.destinations.append(destination)
    elif recipient.notify is not None and "SUCCESS" in recipient.notify:
        expansion.notices.append(Notice(action="delivered", recipient=recipient))
    before.append(destination)


def members(site: Site, path: Path) -> list[str] | None:
    """Return the addresses that an alias or a list of this server stands for, or None.

    What EXPN tells (RFC 5321 section 3.5.1), and one step only: members that are aliases or
    lists themselves are named as they are. Where an account's mail is forwarded to is nobody's
    business.
    """
    route = _route(site, path)
    return None if route is None or route.kind == "forward" else list(route.targets)


def owners(site: Site, path: Path, way: tuple[str, ...] = ()) -> set[Account]:
    """Return whose address a path at this server is: an account's, or everybody's at an alias.

    A list has an owner for what it sends, and members do not send as the list. `way` are the
    aliases that have led here.
    """
    account = resident(site, path)
    route = _route(site, path)
    if account is not None or route is None or route.kind != "alias" or route.address in way:
        return set() if account is None else {account}
    targets = map(read_mailbox, route.targets)
    return {
        owner
        for target in targets
        if target is not None
        for owner in owners(site, target, (*way, route.address))
    }


def _route(site: Site, path: Path) -> Route | None:
    if not is_here(site, path) or not path.local.isascii():
        return None
    return site.store.routes.find(f"{path.local}@{site.domain}")


def _follow(
    site: Site, recipient: Recipient, terms: Terms, expansion: Expansion, way: tuple[str, ...]
) -> Iterator[Destination]:
    """Yield the destinations of one recipient; `way` are the routes that have led to it."""
    path = recipient.path
    if not is_here(site, path):
        yield Destination(account=None, recipient=recipient, terms=terms)
        return
    route = _route(site, path)
    if route is None:
        account = resident(site, path)
        if account is not None:
            yield Destination(account=account, recipient=recipient, terms=terms)
            return
        sender = restored(site, path)
        if sender is not None:
            # It is another server's, or somebody's here: the hops of the message bound this.
            onward = replace(recipient, path=sender)
            yield from _follow(site, onward, terms, expansion, (*way, path.local))
        return
    if route.address.lower() in way:
        raise RoutesLoop(route.address)
    account = resident(site, path)
    keeps = route.keep and account is not None
    onward, onward_terms = _wishes(site, route, recipient, terms, expansion, keeps=keeps)
    if keeps:
        yield Destination(account=account, recipient=replace(onward, path=path), terms=terms)
    for target in route.targets:
        to = read_mailbox(target)
        if to is not None:
            further = (*way, route.address.lower())
            yield from _follow(site, replace(onward, path=to), onward_terms, expansion, further)


def _wishes(
    site: Site,
    route: Route,
    recipient: Recipient,
    terms: Terms,
    expansion: Expansion,
    *,
    keeps: bool,
) -> tuple[Recipient, Terms]:
    """Return what of a sender's wishes goes on along a route; note what is to be told now."""
    asked = recipient.notify is not None and "SUCCESS" in recipient.notify
    if route.kind == "list" or route.rewrite:
        # For the sender it ends here (RFC 3461 sections 5.2.7.1 and 5.2.7.4).
        if asked:
            expansion.notices.append(Notice(action="delivered", recipient=recipient))
        return Recipient(path=recipient.path), _resent(site, route, terms)
    if len(route.targets) + keeps > 1:
        # RFC 3461 section 5.2.7.3 (c).
        if asked:
            expansion.notices.append(Notice(action="expanded", recipient=recipient))
        return _without_success(recipient), terms
    return recipient, terms


def _resent(site: Site, route: Route, terms: Terms) -> Terms:
    """Return the terms of what a list or a forwarder sends on: its own, not the sender's.

    Who sends as nobody stays nobody, lest reports go round (RFC 5321 section 4.5.5).
    """
    sender = terms.sender
    if sender and route.kind == "list":
        sender = route.owner or sender
    elif sender:
        path = read_mailbox(sender)
        sender = route.address if path is None else rewritten(site, path, route.address).text
    return Terms(sender, content=terms.content, utf8=terms.utf8)


def _without_success(recipient: Recipient) -> Recipient:
    if recipient.notify is None or "SUCCESS" not in recipient.notify:
        return recipient
    # Who wanted to hear of success alone has not asked to hear of failure.
    return replace(recipient, notify=recipient.notify - {"SUCCESS"} or frozenset({"NEVER"}))
