"""METADATA responses, and what others have changed of annotations (RFC 5464 section 4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from labserver.events import AnnotationsChanged, Event
from labserver.imap.access import Access
from labserver.imap.dialect import Dialect
from labserver.imap.naming.names import encode
from labserver.imap.naming.patterns import in_order
from labserver.imap.syntax import astring, string
from labserver.protocol.session import Context
from labserver.store import SPECIAL_USE, Mailbox

__all__ = ["AnnotationNews", "ChangedAnnotations", "values_line"]

_MOST: Final = 1000
"""Changes that are held for a client until it may be told of them."""


def values_line(dialect: Dialect, mailbox: str, values: Mapping[str, bytes | None]) -> bytes:
    """Return a METADATA response with entries and values; `mailbox` empty: of the server."""
    told = b" ".join(b"%b %b" % (_entry(entry), _value(value)) for entry, value in values.items())
    return b"* METADATA %b (%b)\r\n" % (encode(mailbox, utf8=dialect.utf8), told)


def names_line(dialect: Dialect, mailbox: str, entries: Iterable[str]) -> bytes:
    """Return a METADATA response that says which entries have changed."""
    told = b" ".join(map(_entry, entries))
    return b"* METADATA %b %b\r\n" % (encode(mailbox, utf8=dialect.utf8), told)


def _entry(entry: str) -> bytes:
    return astring(entry.encode("ascii"))


def _value(value: bytes | None) -> bytes:
    if value is None:
        return b"NIL"
    if b"\0" in value:
        return b"~{%d}\r\n%b" % (len(value), value)
    return string(value)


class ChangedAnnotations:
    """Which annotations have changed since the client was told."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        # By the id of the mailbox, which may be renamed meanwhile; None: the server's.
        self._changed: dict[int | None, dict[str, None]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._changed.values()))

    def note(self, mailbox: int | None, entries: Iterable[str]) -> bool:
        """Note entries as far as the dialect has them; tell whether it has any."""
        special_use = self._dialect.offers("SPECIAL-USE")
        known = {entry: None for entry in entries if entry != SPECIAL_USE or special_use}
        if known:
            self._changed.setdefault(mailbox, {}).update(known)
        return bool(known)

    def clear(self) -> None:
        """Forget them."""
        self._changed.clear()

    def lines(self, mailboxes: Mapping[str, Mailbox]) -> list[bytes]:
        """Return a METADATA response for the server and each mailbox, and forget them."""
        changed = {
            name: self._changed[each.id]
            for name, each in mailboxes.items()
            if each.id in self._changed
        }
        lines = []
        if None in self._changed:
            lines.append(names_line(self._dialect, "", self._changed[None]))
        lines += [names_line(self._dialect, name, changed[name]) for name in in_order(changed)]
        self._changed.clear()
        return lines


class AnnotationNews:
    """What others have changed, for a client that has asked for it with ENABLE.

    What is held is bounded: of a client that lets more come together, `overflowed` is true from
    then on, and it can't be told any more.
    """

    def __init__(self, context: Context, access: Access, dialect: Dialect) -> None:
        self._context = context
        self._access = access
        self._dialect = dialect
        self._changed = ChangedAnnotations(dialect)
        self.overflowed = False
        self._end = context.store.observe(self._note)

    def close(self) -> None:
        """Note nothing any more. May be called twice."""
        self._end()

    def _note(self, event: Event, mailbox: int | None) -> None:
        if (
            not isinstance(event, AnnotationsChanged)
            or self.overflowed
            or event.connection == self._context.connection
            or event.private not in {None, self._access.account.address}
            or (mailbox is not None and not self._sees(mailbox))
        ):
            return
        if self._changed.note(mailbox, event.entries):
            if len(self._changed) > _MOST:
                self.overflowed = True
                self._changed.clear()
            self._context.wake()

    def _sees(self, mailbox: int) -> bool:
        """Tell whether annotations of a mailbox (its row id) are for this client."""
        return self._dialect.offers("METADATA") and any(
            each.id == mailbox for each in self._access.annotated().values()
        )

    def news(self) -> list[bytes]:
        """Return what is to be told, and note it is."""
        if not self._changed:
            return []
        return self._changed.lines(self._access.annotated())
