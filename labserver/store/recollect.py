"""What a store that was opened from a file holds, told as events.

A log starts empty, a store file may not: folding these events gives the snapshot that the log
goes on from. They are what would have happened had everything arrived just now; they belong to
no log.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from labserver.events import (
    AccessChanged,
    AccountAdded,
    Deferred,
    Delivered,
    Event,
    MailboxCreated,
    Queued,
)
from labserver.store.flags import flag_tuple
from labserver.store.letters import describe, header_digest
from labserver.store.rights import rights_text

if TYPE_CHECKING:
    from labserver.store.store import Store

__all__ = ["recollect"]


def recollect(store: Store) -> Iterator[Event]:
    """Yield what `store` holds as events: accounts with all that is theirs, then the queues."""
    introduced: set[int] = set()
    for account in store.accounts.all():
        yield AccountAdded(account=account.address)
        if store.quotas.of(account):
            yield store.quotas.changed(account)
        for mailbox in store.mailboxes.all(account):
            if not mailbox.selectable:
                continue
            yield MailboxCreated(
                account=account.address,
                mailbox=mailbox.name,
                uidvalidity=mailbox.uidvalidity,
                connection=None,
            )
            for identifier, rights in store.access.entries(mailbox.id).items():
                yield AccessChanged(
                    account=account.address,
                    mailbox=mailbox.name,
                    identifier=identifier,
                    rights=rights_text(rights),
                    connection=None,
                )
            for row in store.messages.rows(mailbox):
                digest, data = store.messages.body(row.body)
                if row.message not in introduced:
                    introduced.add(row.message)
                    yield describe(row.message, digest, data)
                yield Delivered(
                    account=account.address,
                    mailbox=mailbox.name,
                    uidvalidity=mailbox.uidvalidity,
                    uid=row.uid,
                    message=row.message,
                    octets=row.octets,
                    sha256=digest,
                    flags=flag_tuple(row.flags),
                    cause="load",
                    connection=None,
                    header_sha256=header_digest(data),
                )
    for waiting in store.queue.all():
        if waiting.message not in introduced:
            introduced.add(waiting.message)
            yield describe(waiting.message, *store.messages.body(waiting.body))
        recipient = waiting.leaving.recipient
        yield Queued(
            host=waiting.host,
            queue_id=waiting.queue_id,
            message=waiting.message,
            sender=waiting.leaving.terms.sender,
            recipient=recipient,
            connection=None,
        )
        if waiting.tries:
            yield Deferred(
                host=waiting.host,
                queue_id=waiting.queue_id,
                message=waiting.message,
                recipient=recipient,
                reply=waiting.reply,
                due=waiting.due,
            )
