"""What becomes of a message that a server takes: mailboxes, the queue, and what is reported."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from labserver.protocol.session import Context
from labserver.smtp import notices, routing, trace
from labserver.smtp.envelope import Envelope, Recipient
from labserver.smtp.relay.outcome import Outcome
from labserver.smtp.relay.report import Action, Told
from labserver.smtp.site import Site
from labserver.store import HOSTS, Leaving, Post, Terms

__all__ = ["NOBODY", "TooManyHops", "Traced", "accept", "posts"]

NOBODY = Outcome(None, "there is nobody of that name here", "5.1.1")
"""Why mail fails for somebody unknown."""

_DELIVERED = Outcome(None, "delivered", "2.0.0")
_RECEIVED = re.compile(rb"(?:\A|\r\n)received[ \t]*:", re.IGNORECASE)


class Traced(NamedTuple):
    """A message as it came, and the lines that this server puts above it."""

    top: bytes
    body: bytes


class TooManyHops(Exception):
    """A message has been through so many servers that it must be going round."""


def accept(
    context: Context, envelope: Envelope, data: bytes, origin: trace.Origin, *, complete: bool
) -> str:
    """Take responsibility for a message, for all recipients or for none; return its queue id.

    Whoever it is for here has it, and what goes on waits in the queue, when this returns. With
    `complete` a missing Date and Message-ID are added. The moment in `Received:`, the internal
    date and the time of the events are the same. Raises OverQuota, TooManyHops, RoutesLoop.
    """
    if _hops(data) >= context.limits.hops:
        raise TooManyHops
    expansion = routing.expand(context, envelope)
    moment = context.clock.now()
    queue_id = context.ids.token("queue", context.device)
    received = trace.received(
        origin,
        host=context.host,
        queue_id=queue_id,
        recipient=_only(context, envelope),
        moment=moment,
    )
    top = [received]
    if complete:
        name = f"{context.ids.token('message-id', context.device)}@{context.host}"
        top.append(trace.completed(data, moment=moment, message_id=name))
    digest = hashlib.sha256(data).hexdigest()
    # Passed on it is the same message still; what a person sends is a new one, whatever it says.
    relayed = context.device in HOSTS.values()
    context.store.messages.post(
        posts(
            context,
            expansion,
            Traced(b"".join(top), data),
            terms=_terms(envelope),
            queue_id=queue_id,
            message=context.store.letters.known(digest) if relayed else None,
            forms=(digest,),
        ),
        connection=context.connection,
    )
    return queue_id


def posts(
    site: Site,
    expansion: routing.Expansion,
    traced: Traced,
    *,
    terms: Terms,
    queue_id: str,
    message: int | None,
    forms: tuple[str, ...] = (),
) -> list[Post]:
    """Return what becomes of a message that has come to all its destinations.

    Final delivery puts the return path above the trace (RFC 5321 section 4.4). Where a sender asked
    to be told (RFC 3461 section 5.2.3), that is in it too. A message may be large: none is joined
    that nobody gets.
    """
    moment = site.clock.now()
    bare = trace.without_return_path(traced.body)
    final: dict[str, bytes] = {}  # by the return path that is on it
    into, leaving = [], []
    told: dict[Action, list[Told]] = {"failed": [], "delivered": [], "expanded": []}
    for notice in expansion.notices:
        told[notice.action].append(_told(notice.recipient))
    for recipient in expansion.unknown:
        # It was known at RCPT: an alias went meanwhile.
        if recipient.notify is None or "FAILURE" in recipient.notify:
            told["failed"].append(_told(recipient, NOBODY))
    for each in expansion.destinations:
        if each.account is None:
            leaving.append(_leaving(each))
            continue
        inbox = site.store.mailboxes.get(each.account, "INBOX")
        sender = each.terms.sender
        if sender not in final:
            final[sender] = b"".join((trace.return_path(f"<{sender}>"), traced.top, bare))
        into.append((inbox, final[sender]))
        if each.recipient.notify is not None and "SUCCESS" in each.recipient.notify:
            told["delivered"].append(_told(each.recipient))
    whole = b"".join(traced) if leaving or any(told.values()) else b""
    made = []
    if into or leaving:
        made.append(
            Post(
                into=tuple(into),
                data=whole,
                leaving=tuple(leaving),
                host=site.host,
                queue_id=queue_id,
                moment=moment,
                message=message,
                forms=forms,
            )
        )
    for action, recipients in told.items():
        made += notices.report(site, action, recipients, terms=terms, arrival=moment, data=whole)
    return made


def _told(recipient: Recipient, reply: Outcome = _DELIVERED) -> Told:
    return Told(recipient=recipient.path.text, original=recipient.original, reply=reply)


def _leaving(destination: routing.Destination) -> Leaving:
    recipient = destination.recipient
    return Leaving(
        terms=destination.terms,
        recipient=recipient.path.text,
        domain=recipient.path.domain.lower(),
        notify=recipient.notify,
        original=recipient.original,
    )


def _terms(envelope: Envelope) -> Terms:
    return Terms(envelope.sender.text, envelope.ret, envelope.envid, envelope.body, envelope.utf8)


def _hops(data: bytes) -> int:
    """Count the servers that a message has been through (RFC 5321 section 6.3)."""
    if data.startswith(b"\r\n"):
        return 0  # An empty header.
    end = data.find(b"\r\n\r\n")
    return len(_RECEIVED.findall(data, 0, len(data) if end < 0 else end + 2))


def _only(site: Site, envelope: Envelope) -> str | None:
    """Return the path of the only recipient, or None if there are several."""
    if len({(each.path.local, each.path.domain.lower()) for each in envelope.recipients}) != 1:
        return None
    path = envelope.recipients[0].path
    if path.domain:
        return str(path)
    account = routing.resident(site, path)
    return None if account is None else f"<{account.address}>"
