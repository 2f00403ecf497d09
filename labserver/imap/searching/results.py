"""What is told of the messages that a searching command has found: SEARCH and ESEARCH."""

from __future__ import annotations

from collections.abc import Sequence

from labserver.imap.sets import format_set
from labserver.imap.values import ResultOption, Returning, Window

__all__ = ["esearch", "esearch_response", "listing", "singled_out"]


def listing(name: str, numbers: Sequence[int], modseq: int | None) -> bytes:
    """Return a response that lists numbers one by one: SEARCH (RFC 3501 section 7.2.5).

    `modseq`: the mod-sequence that is told with them, if one is (RFC 7162 section 3.1.6); it is 0
    if nothing is told.
    """
    words = [f"* {name}", *map(str, numbers)]
    if modseq:
        words.append(f"(MODSEQ {modseq})")
    return " ".join(words).encode("ascii") + b"\r\n"


def esearch(
    tag: str, returning: Returning, numbers: Sequence[int], modseq: int | None, *, uid: bool
) -> bytes:
    """Return the ESEARCH response to the command of that tag (RFC 4731 sections 3.1 and 3.2).

    `numbers` are what was found, in the order in which the command yields it; UIDs with `uid`.
    If nothing was found, only COUNT and an empty PARTIAL are told. `modseq` is as for `listing`.
    """
    data: list[bytes] = []
    if numbers:
        if ResultOption.MIN in returning:
            data.append(b"MIN %d" % numbers[0])
        if ResultOption.MAX in returning:
            data.append(b"MAX %d" % numbers[-1])
        if ResultOption.ALL in returning:
            data.append(b"ALL %b" % format_set(numbers))
    if returning.window is not None:
        data.append(_partial(returning.window, numbers))
    if ResultOption.COUNT in returning:
        data.append(b"COUNT %d" % len(numbers))
    if modseq:
        data.append(b"MODSEQ %d" % modseq)
    return esearch_response(tag, data, uid=uid)


def singled_out(returning: Returning, uids: Sequence[int]) -> list[int]:
    """Return those of what was found that the result options tell of.

    They are what MODSEQ is the highest of (RFC 4731 section 3.2) and what SAVE keeps (RFC 5182
    section 2.4, RFC 9394 section 3.2): MIN, MAX and PARTIAL mean what they tell, unless ALL or
    COUNT, or none of them, means all.
    """
    ends = returning.options & {ResultOption.MIN, ResultOption.MAX}
    whole = returning.options & {ResultOption.ALL, ResultOption.COUNT}
    if whole or not (ends or returning.window):
        return list(uids)
    first = uids[:1] if ResultOption.MIN in ends else ()
    last = uids[-1:] if ResultOption.MAX in ends else ()
    within = () if returning.window is None else returning.window.of(uids)
    return list(dict.fromkeys([*first, *within, *last]))


def _partial(window: Window, numbers: Sequence[int]) -> bytes:
    """Return PARTIAL's data: the range as it was asked for, and what is there, or NIL."""
    within = window.of(numbers)
    told = format_set(within) if within else b"NIL"
    return b"PARTIAL (%d:%d %b)" % (window.start, window.stop, told)


def esearch_response(tag: str, data: Sequence[bytes], *, uid: bool) -> bytes:
    """Return an ESEARCH response with that data (RFC 4466 section 2.6.2)."""
    head = b'* ESEARCH (TAG "%b")%b' % (tag.encode("ascii"), b" UID" if uid else b"")
    return b" ".join([head, *data]) + b"\r\n"
