"""Reports on their way: a report, and the row of the queue that takes it to the sender."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from labserver.smtp.grammar import read_mailbox
from labserver.smtp.relay.needs import CONVERSION
from labserver.smtp.relay.report import Action, Report, Told, compose
from labserver.smtp.site import Site
from labserver.store import Leaving, Post, Terms

__all__ = ["report"]


def report(
    site: Site,
    action: Action,
    told: Sequence[Told],
    *,
    terms: Terms,
    arrival: datetime,
    data: bytes,
) -> list[Post]:
    """Return the report to the sender of `data` as it begins its own way, at this server.

    Nothing is told to nobody: the null reverse-path gets no report (RFC 5321 section 6.1). Not to
    be called in a transaction: it draws names.
    """
    sender = read_mailbox(terms.sender)
    if sender is None or not told:
        return []
    now = site.clock.now()
    queue_id = site.ids.token("queue", site.host)
    octets = compose(
        Report(
            action=action,
            host=site.host,
            domain=site.domain,
            terms=terms,
            arrival=arrival,
            now=now,
            told=tuple(told),
            message_id=f"{site.ids.token('message-id', site.host)}@{site.host}",
            boundary=f"=_{site.ids.token('boundary', site.host)}",
            # Where 8BITMIME was missing on the way, it may be on the way back.
            seven=sender.domain.lower() != site.domain
            and any(each.reply.status == CONVERSION for each in told),
        ),
        data,
    )
    leaving = Leaving(
        terms=Terms("", content="7BIT" if octets.isascii() else "8BITMIME", utf8=terms.utf8),
        recipient=terms.sender,
        domain=sender.domain.lower(),
        # RFC 3461 section 6.1.
        notify=frozenset({"NEVER"}),
    )
    return [Post(data=octets, leaving=(leaving,), host=site.host, queue_id=queue_id, moment=now)]
