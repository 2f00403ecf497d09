"""What SORT and THREAD compare: a few facts of each message's header, found once and kept.

Strings are kept as the `collation` compares them, so that sorting is comparing octets.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from labserver.imap.opened import Bodies
from labserver.imap.searching.base_subject import base_subject
from labserver.imap.searching.collation import casemap
from labserver.message import (
    Address,
    decode_words,
    field_values,
    first_address,
    message_ids,
    outline,
    sent_moment,
)
from labserver.store import Row

__all__ = ["Facts", "Letter", "facts_of", "letters", "sent"]

_KIND = "imap sort"
_KEEP: Final = 50_000
"""Facts of so many messages stay in memory: a client that sorts once sorts again."""
_GROUP: Final = 64
"""So many messages are read from the store at once, if their facts are not there yet."""
_SHORT: Final = 256
"""Address lists of up to so many octets are read once: the same ones come again and again."""
_ONCE = frozenset({b"date", b"subject", b"from", b"message-id", b"references", b"in-reply-to"})
_JOINED = frozenset({b"to", b"cc"})


class Facts(NamedTuple):
    """What a header says; what it does not say is empty, or None.

    `sent`: seconds since 1970 (RFC 5256 section 2.2). `from_`, `to`, `cc`: addr-mailbox of the
    first address; `display_from`, `display_to`: as RFC 5957 section 3 has it. `subject` is the
    base subject. `references` are Message IDs as section 3 of RFC 5256 finds them, oldest first.
    """

    sent: int | None
    from_: bytes
    to: bytes
    cc: bytes
    display_from: bytes
    display_to: bytes
    subject: bytes
    is_reply: bool
    message_id: bytes
    references: tuple[bytes, ...]


class Letter(NamedTuple):
    """A message to be threaded. `sent` is its INTERNALDATE if its header has no date.

    `place` grows with the sequence number: the last criterion of every order.
    """

    place: int
    row: Row
    sent: int
    facts: Facts


_kept: WeakKeyDictionary[Bodies, dict[int, Facts]] = WeakKeyDictionary()


def letters(rows: Sequence[Row], bodies: Bodies) -> list[Letter]:
    """Return the letters of rows, which come in mailbox order; those that are gone are left out."""
    known = facts_of(bodies, [row.body for row in rows])
    found: list[Letter] = []
    for place, row in enumerate(rows):
        facts = known.get(row.body)
        if facts is not None:
            found.append(Letter(place, row, sent(row, facts), facts))
    return found


def sent(row: Row, facts: Facts) -> int:
    """Return when a message was sent: INTERNALDATE if its header does not say (section 2.2)."""
    return row.internaldate if facts.sent is None else facts.sent


def facts_of(bodies: Bodies, wanted: Collection[int]) -> Mapping[int, Facts]:
    """Return the facts of these bodies at least, by body; those that are gone are left out."""
    kept = _kept.setdefault(bodies, {})
    missing = [body for body in wanted if body not in kept]
    if missing:
        if len(kept) + len(missing) > _KEEP:
            kept.clear()
            missing = list(wanted)

        for start in range(0, len(missing), _GROUP):
            made = bodies.derived(
                missing[start : start + _GROUP], _KIND, lambda _, data: _packed(_read(data))
            )
            kept |= {body: _unpacked(packed) for body, packed in made.items()}
    return kept


def _read(data: bytes) -> Facts:
    values: dict[bytes, bytes] = {}
    lists: dict[bytes, list[bytes]] = {}
    for written, value in field_values(data, outline(data)):
        name = written.lower()
        if name in _ONCE:
            values.setdefault(name, value)
        elif name in _JOINED:
            lists.setdefault(name, []).append(value)
    moment = sent_moment(values.get(b"date", b""))
    # The first of each list as ENVELOPE would show it: several fields are one list.
    sender = _first(values.get(b"from", b""))
    to = _first(b", ".join(lists.get(b"to", ())))
    cc = _first(b", ".join(lists.get(b"cc", ())))
    subject = base_subject(decode_words(values.get(b"subject", b"")).replace("\0", ""))
    own = message_ids(values.get(b"message-id", b""))
    references = (
        message_ids(values.get(b"references", b""))
        or message_ids(values.get(b"in-reply-to", b""))[:1]
    )
    return Facts(
        sent=None if moment is None else int(moment.timestamp()),
        from_=_mailbox(sender),
        to=_mailbox(to),
        cc=_mailbox(cc),
        display_from=_display(sender),
        display_to=_display(to),
        subject=casemap(subject.text),
        is_reply=subject.is_reply,
        message_id=own[0] if own else b"",
        references=references,
    )


def _first(value: bytes) -> Address | None:
    return _first_of_short(value) if len(value) <= _SHORT else first_address(value)


_first_of_short = lru_cache(maxsize=4096)(first_address)


def _mailbox(address: Address | None) -> bytes:
    """Return the addr-mailbox; of a group it is the name (RFC 3501 section 7.4.2)."""
    if address is None or address.mailbox is None:
        return b""
    return casemap(decode_words(address.mailbox))


def _display(address: Address | None) -> bytes:
    """Return the DISPLAY sort value of an address (RFC 5957 section 3)."""
    if address is None:
        return b""
    name = casemap(decode_words(address.name or b""))
    if name or address.mailbox is None or address.host is None:
        return name or _mailbox(address)
    return casemap(decode_words(b"%b@%b" % (address.mailbox, address.host)))


def _packed(facts: Facts) -> bytes:
    """Write facts as fields parted by NUL, the Message IDs by LF; neither occurs in them."""
    *texts, is_reply, message_id, references = facts[1:]
    sent = b"" if facts.sent is None else b"%d" % facts.sent
    reply = b"1" if is_reply else b""
    ids = (each.translate(None, b"\0\n") for each in (message_id, *references))
    return b"\0".join([sent, *texts, reply, b"\n".join(ids)])


def _unpacked(packed: bytes) -> Facts:
    sent, from_, to, cc, display_from, display_to, subject, reply, ids = packed.split(b"\0")
    own, *references = ids.split(b"\n")
    return Facts(
        int(sent) if sent else None,
        *(from_, to, cc, display_from, display_to, subject),
        bool(reply),
        own,
        tuple(references),
    )
