"""Who gets a message, and putting it into their mailboxes."""

from __future__ import annotations

import hashlib

from labserver.protocol.session import Context
from labserver.smtp import trace
from labserver.smtp.envelope import Envelope
from labserver.smtp.grammar import Path
from labserver.store import Account, Arrival

__all__ = ["POSTMASTER", "accept", "recipient"]

POSTMASTER = "postmaster"


def recipient(context: Context, path: Path) -> Account | None:
    """Return the account that a path at a domain of the lab means, or None.

    Mail for the postmaster must be taken at every domain and without one (RFC 5321 section
    4.5.1): where no account has that name, the lab's first account gets it.
    """
    accounts = context.store.accounts
    account = accounts.find(f"{path.local}@{path.domain or context.domain}")
    if account is None and path.local.lower() == POSTMASTER:
        return next(iter(accounts.all()), None)
    return account


def accept(
    context: Context, envelope: Envelope, data: bytes, origin: trace.Origin, *, complete: bool
) -> str:
    """Deliver a message to all recipients, or to none, and return its queue id.

    With `complete` a missing Date and Message-ID are added. The moment in `Received:`, the
    internal date and the time of the events are the same. Raises OverQuota.
    """
    accounts: dict[Account, Path] = {}  # several paths may mean one account
    for each in envelope.recipients:
        account = recipient(context, each.path)
        if account is not None:
            accounts.setdefault(account, each.path)
    moment = context.clock.now()
    queue_id = context.ids.token("queue", context.device)
    top = [
        trace.return_path(str(envelope.sender)),
        trace.received(
            origin,
            host=context.host,
            queue_id=queue_id,
            recipient=_only(accounts),
            moment=moment,
        ),
    ]
    if complete:
        name = f"{context.ids.token('message-id', context.device)}@{context.host}"
        top.append(trace.completed(data, moment=moment, message_id=name))
    inboxes = [context.store.mailboxes.get(account, "INBOX") for account in accounts]
    context.store.messages.deliver(
        inboxes,
        Arrival(
            data=b"".join((*top, trace.without_return_path(data))),
            internaldate=moment,
            forms=(hashlib.sha256(data).hexdigest(),),
        ),
        cause="smtp",
        connection=context.connection,
    )
    return queue_id


def _only(accounts: dict[Account, Path]) -> str | None:
    """Return the path of the only recipient, or None if there are several."""
    if len(accounts) != 1:
        return None
    ((account, path),) = accounts.items()
    return str(path) if path.domain else f"<{account.address}>"
