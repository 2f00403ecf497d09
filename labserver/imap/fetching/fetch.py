"""FETCH replies: from items and a row to chunks of octets (RFC 3501 sections 6.4.5 and 7.4.2)."""

from __future__ import annotations

from collections.abc import Iterable

from labserver.imap.fetching.ahead import Ahead
from labserver.imap.fetching.items import Kind, Message, Plan, plan_of
from labserver.imap.opened import Bodies, Gone
from labserver.imap.values import BinarySection, BodySection, FetchItem, Item
from labserver.protocol.session import Payload
from labserver.store import Row

__all__ = ["render", "sets_seen"]


def render(
    items: tuple[FetchItem, ...],
    row: Row,
    seq: int,
    flags: tuple[str, ...],
    messages: Bodies,
    ahead: Ahead | None = None,
) -> list[bytes] | None:
    r"""Return one untagged `FETCH` reply, or None if the message's octets are gone.

    `seq` is the message sequence number; `flags` are what FLAGS shows, `\Recent` included.
    `ahead`: what has been read for this message and others, for these items at least.
    Together the chunks are the whole reply with its line end. The content of each section is a
    `Payload`, a chunk of its own; if it is empty it is "" and no chunk. Content is sent exactly
    as it arrived, but for NUL, which only BINARY can send. What is expunged meanwhile is left to
    the caller to refuse (RFC 2180 section 4.1.2); a reply that needs no octets is always made.
    Raises UnknownEncoding.
    """
    plan = plan_of(items)
    message = Message(row, flags, ahead or Ahead(items, [row], messages))
    try:
        if not plan.has_content:
            return [plan.template % (seq, *[value(message) for _, value, _ in plan.items])]
        return _with_content(plan, seq, message)
    except Gone:
        return None


def _with_content(plan: Plan, seq: int, message: Message) -> list[bytes]:
    chunks: list[bytes] = []
    text = b"* %d FETCH (" % seq
    gap = b""
    for name, value, kind in plan.items:
        found = value(message)
        text += b"%b%b " % (gap, name)
        gap = b" "
        if found is None:
            text += b"NIL"
        elif kind is Kind.PLAIN:
            text += found
        elif not found:
            text += b'""'
        else:
            tilde = b""
            if b"\0" in found:
                # Only a literal8 holds NUL (RFC 3501 section 9, note 3, CHAR8). Elsewhere another
                # octet stands in its place, so that sizes and offsets stay true.
                tilde = b"~" if kind is Kind.BINARY else b""
                found = found if tilde else found.replace(b"\0", b"\x80")
            chunks += (text + b"%b{%d}\r\n" % (tilde, len(found)), Payload(found))
            text = b""
    chunks.append(text + b")\r\n")
    return chunks


def sets_seen(items: Iterable[FetchItem]) -> bool:
    r"""Say whether fetching these sets `\Seen` (RFC 3501 section 6.4.5).

    BODY[...] and BINARY[...] do, with .PEEK they do not; RFC822 is as BODY[], RFC822.TEXT as
    BODY[TEXT], but RFC822.HEADER is as BODY.PEEK[HEADER].
    """
    return any(
        not item.peek
        if isinstance(item, BodySection | BinarySection)
        else item in (Item.RFC822, Item.RFC822_TEXT)
        for item in items
    )
