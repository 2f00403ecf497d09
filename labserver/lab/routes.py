"""Where mail goes besides the mailbox it is for: a forward, an alias, a list, as the store has it.

Names are NAME, at the first domain, or NAME@DOMAIN.
"""

from __future__ import annotations

from collections.abc import Sequence

from labserver.store import DOMAINS, Route

__all__ = ["alias", "forward", "full", "mailing_list"]


def full(name: str) -> str:
    """Return a name with its domain."""
    return name if "@" in name else f"{name}@{DOMAINS[0]}"


def forward(account: str, to: str, *, keep: bool, rewrite_sender: bool) -> Route:
    """Return the wish to have an account's mail sent on; see `Lab.forward`."""
    return Route(
        address=full(account),
        kind="forward",
        targets=(full(to),),
        keep=keep,
        rewrite=rewrite_sender,
    )


def alias(name: str, targets: Sequence[str]) -> Route:
    """Return a name whose mail goes to all targets (RFC 5321 section 3.9.1)."""
    return Route(address=full(name), kind="alias", targets=tuple(map(full, targets)))


def mailing_list(name: str, members: Sequence[str], owner: str | None) -> Route:
    """Return a list (RFC 5321 section 3.9.2); `owner` None: its first member."""
    targets = tuple(map(full, members))
    return Route(
        address=full(name),
        kind="list",
        targets=targets,
        owner=next(iter(targets), None) if owner is None else full(owner),
    )
