"""What is told of the messages that a searching command has found: SEARCH and ESEARCH."""

from __future__ import annotations

from collections.abc import Sequence

from labserver.imap.sets import format_set
from labserver.imap.values import ResultOption, Returning

__all__ = ["esearch", "esearch_response", "listing", "singled_out"]


def listing(name: str, numbers: Sequence[int], modseq: int | None) -> bytes:
    """Return a response that lists numbers one by one: SEARCH (RFC 3501 section 7.2.5).

    `modseq`: the mod-sequence that is told with them, if one is (RFC 7162 section 3.1.6).
    """
    words = [f"* {name}", *map(str, numbers)]
    if numbers and modseq is not None:
        words.append(f"(MODSEQ {modseq})")
    return " ".join(words).encode("ascii") + b"\r\n"


def esearch(
    tag: str, returning: Returning, numbers: Sequence[int], modseq: int | None, *, uid: bool
) -> bytes:
    """Return the ESEARCH response to the command of that tag (RFC 4731 sections 3.1 and 3.2).

    `numbers` are what was found, in the order in which the command yields it; UIDs with `uid`.
    If nothing was found, only COUNT is told. `modseq` is as for `listing`.
    """
    data: list[bytes] = []
    if numbers:
        if ResultOption.MIN in returning:
            data.append(b"MIN %d" % numbers[0])
        if ResultOption.MAX in returning:
            data.append(b"MAX %d" % numbers[-1])
        if ResultOption.ALL in returning:
            data.append(b"ALL %b" % format_set(numbers))
    if ResultOption.COUNT in returning:
        data.append(b"COUNT %d" % len(numbers))
    if numbers and modseq is not None:
        data.append(b"MODSEQ %d" % modseq)
    return esearch_response(tag, data, uid=uid)


def singled_out(returning: Returning, uids: Sequence[int]) -> list[int]:
    """Return those of what was found that the result options tell of.

    They are what MODSEQ is the highest of (RFC 4731 section 3.2) and what SAVE keeps (RFC 5182
    section 2.4): MIN and MAX mean what they tell, unless ALL or COUNT, or none of them, means all.
    """
    ends = returning.options & {ResultOption.MIN, ResultOption.MAX}
    if not ends or returning.options & {ResultOption.ALL, ResultOption.COUNT}:
        return list(uids)
    kept = uids[:1] if ResultOption.MIN in ends else uids[:0]
    return [*kept, *(uids[-1:] if ResultOption.MAX in ends else ())]


def esearch_response(tag: str, data: Sequence[bytes], *, uid: bool) -> bytes:
    """Return an ESEARCH response with that data (RFC 4466 section 2.6.2)."""
    head = b'* ESEARCH (TAG "%b")%b' % (tag.encode("ascii"), b" UID" if uid else b"")
    return b" ".join([head, *data]) + b"\r\n"
