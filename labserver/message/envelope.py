"""The ENVELOPE of a message (RFC 3501 §7.4.2, RFC 9051 §7.5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labserver.message.addresses import Address, addresses
from labserver.message.fields import raw_fields, unfold

if TYPE_CHECKING:
    from labserver.message.parts import Outline, Part

__all__ = ["Envelope", "envelope"]

_ONCE = frozenset(
    {b"date", b"subject", b"from", b"sender", b"reply-to", b"in-reply-to", b"message-id"}
)
# Only destination fields are joined if there are several (RFC 5322 §4.5.3).
_JOINED = frozenset({b"to", b"cc", b"bcc"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The fields of an ENVELOPE.

    Text fields are unfolded and otherwise as received: None where the field is absent, b"" where
    it is empty. Address lists are empty where ENVELOPE says NIL.
    """

    date: bytes | None
    subject: bytes | None
    from_: tuple[Address, ...]
    sender: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    in_reply_to: bytes | None
    message_id: bytes | None


def envelope(data: bytes, part: Part | Outline) -> Envelope:
    """Read the envelope of the message whose root is `part`.

    Sender and Reply-To, if absent or empty, are as From. The first of several fields of one name
    counts; several To, Cc or Bcc fields are one list.
    """
    values: dict[bytes, bytes] = {}
    lists: dict[bytes, list[bytes]] = {}
    for written, value in raw_fields(data, part):
        name = written.lower()
        if name in _ONCE:
            if name not in values:
                values[name] = unfold(value)
        elif name in _JOINED:
            lists.setdefault(name, []).append(unfold(value))
    from_ = addresses(values.get(b"from", b""))
    return Envelope(
        date=values.get(b"date"),
        subject=values.get(b"subject"),
        from_=from_,
        sender=addresses(values.get(b"sender", b"")) or from_,
        reply_to=addresses(values.get(b"reply-to", b"")) or from_,
        to=addresses(b", ".join(lists.get(b"to", ()))),
        cc=addresses(b", ".join(lists.get(b"cc", ()))),
        bcc=addresses(b", ".join(lists.get(b"bcc", ()))),
        in_reply_to=values.get(b"in-reply-to"),
        message_id=values.get(b"message-id"),
    )
