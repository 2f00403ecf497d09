"""What FETCH replies need of the store, read for many messages at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from labserver.imap.fetching.sections import has_content
from labserver.imap.fetching.structure import body_structure, envelope_structure
from labserver.imap.opened import Bodies, Gone, Opened, open_body
from labserver.imap.syntax import string
from labserver.imap.values import FetchItem, Item, Preview
from labserver.message import Part, preview
from labserver.store import Row

__all__ = ["COMPUTED", "Ahead"]

_Compute: TypeAlias = Callable[[Opened], bytes]


def _of_root(compute: Callable[[bytes, Part], bytes]) -> _Compute:
    return lambda message: compute(message.data, message.root)


def _preview(data: bytes, root: Part) -> bytes:
    return string(preview(data, root).encode("utf-8", "replace"))


_PREVIEW, _LAZY = Preview(), Preview(lazy=True)

COMPUTED: dict[FetchItem, tuple[str, _Compute]] = {
    Item.ENVELOPE: (
        "imap envelope",
        lambda message: envelope_structure(message.data, message.outline),
    ),
    Item.BODY: ("imap body", _of_root(partial(body_structure, extensible=False))),
    Item.BODYSTRUCTURE: (
        "imap bodystructure",
        _of_root(partial(body_structure, extensible=True)),
    ),
    _PREVIEW: ("imap preview", _of_root(_preview)),
}
"""What is computed from a message once, and by which name the store keeps it."""

_COMPUTED_REV2: dict[FetchItem, tuple[str, _Compute]] = {
    **COMPUTED,
    Item.BODY: (
        "imap4rev2 body",
        _of_root(partial(body_structure, extensible=False, rev2=True)),
    ),
    Item.BODYSTRUCTURE: (
        "imap4rev2 bodystructure",
        _of_root(partial(body_structure, extensible=True, rev2=True)),
    ),
}
"""The same for a client of IMAP4rev2."""


class Ahead:
    """What the replies for some messages need of the store, read for all of them at once.

    `rev2`: the client speaks IMAP4rev2. Raises Gone where a message is asked for that is not there
    any more.
    """

    __slots__ = ("_computed", "_messages", "_opened", "_previews")

    def __init__(
        self,
        items: tuple[FetchItem, ...],
        rows: Sequence[Row],
        messages: Bodies,
        *,
        rev2: bool = False,
    ) -> None:
        bodies = [row.body for row in rows]
        self._messages = messages
        # A single message may be open still: it is fetched piece by piece.
        several = len(bodies) > 1
        datas = messages.datas(bodies) if several and has_content(items) else {}
        self._opened = {body: Opened(data) for body, data in datas.items()}

        def made(compute: _Compute, body: int, data: bytes) -> bytes:
            if several:
                opened = self._opened.get(body) or self._opened.setdefault(body, Opened(data))
            else:
                opened = open_body(messages, body, data)
            return compute(opened)

        self._computed: Mapping[FetchItem, Mapping[int, bytes]] = {
            item: messages.derived(bodies, kind, partial(made, compute))
            for item, (kind, compute) in (_COMPUTED_REV2 if rev2 else COMPUTED).items()
            if item in items
        }
        kind, _ = COMPUTED[_PREVIEW]
        self._previews = messages.known(bodies, kind) if _LAZY in items else {}

    def open(self, body: int) -> Opened:
        """Return a message's octets and structure."""
        return self._opened.get(body) or open_body(self._messages, body)

    def lazy_preview(self, body: int) -> bytes:
        """Return the preview if it has been computed, else NIL (RFC 8970 section 4.1)."""
        return self._previews.get(body, b"NIL")

    def computed(self, item: FetchItem, body: int) -> bytes:
        """Return what one of the items that are computed once is."""
        value = self._computed[item].get(body)
        if value is None:
            raise Gone
        return value
