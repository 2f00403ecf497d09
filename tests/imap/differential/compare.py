"""What two answers to one FETCH differ in, each difference once and at its root."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.imap.differential.neutral import Fields, Node

__all__ = ["MISSING", "Difference", "agreed", "differences"]

MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One point on which the servers do not say the same.

    `point` is the item or field: `RFC822.SIZE`, `envelope from`, `BODYSTRUCTURE params`, ...;
    `path` and `kind` are the part and its media type, if it is about one.
    """

    point: str
    path: str
    ours: object
    theirs: object
    message: bytes
    kind: bytes = b""

    def __str__(self) -> str:
        place = f" of part {self.path}" if self.path else ""
        return (
            f"{self.point}{place}\n  lab      {self.ours!r}\n  dovecot  {self.theirs!r}\n"
            f"  message  {self.message!r}"
        )


_SECTION = re.compile(r"BODY\[([0-9.]*[0-9])")


def differences(
    ours: Fields, theirs: Fields, message: bytes, kinds: Mapping[str, bytes] | None = None
) -> Iterator[Difference]:
    """Compare what one message's FETCH responses say; `kinds` are media types by part number."""
    for name in dict.fromkeys((*ours, *theirs)):
        mine, other = ours.get(name, MISSING), theirs.get(name, MISSING)
        if isinstance(mine, Node) and isinstance(other, Node):
            yield from _nodes(name, mine, other, message)
        elif mine != other:
            part = _SECTION.match(name)
            kind = b"" if part is None or kinds is None else kinds.get(part[1], b"")
            yield Difference(
                point=name, path="", ours=mine, theirs=other, message=message, kind=kind
            )


def _nodes(point: str, ours: Node, theirs: Node, message: bytes) -> Iterator[Difference]:
    shapes = [(one.fields["type"], len(one.below)) for one in (ours, theirs)]
    if shapes[0] != shapes[1]:
        # What follows from it is no difference of its own.
        yield Difference(
            point=f"{point} shape",
            path=ours.path,
            ours=shapes[0],
            theirs=shapes[1],
            message=message,
        )
        return
    kind = ours.fields["type"]
    assert isinstance(kind, bytes)
    for name in dict.fromkeys((*ours.fields, *theirs.fields)):
        mine, other = ours.fields.get(name, MISSING), theirs.fields.get(name, MISSING)
        if mine != other:
            yield Difference(
                point=f"{point} {name}",
                path=ours.path,
                ours=mine,
                theirs=other,
                message=message,
                kind=kind,
            )
    for mine, other in zip(ours.below, theirs.below, strict=True):
        yield from _nodes(point, mine, other, message)


def agreed(ours: Node, theirs: Node) -> Iterator[Node]:
    """Yield the parts, the root first, that both servers see."""
    if (ours.fields["type"], len(ours.below)) != (theirs.fields["type"], len(theirs.below)):
        return
    yield ours
    for mine, other in zip(ours.below, theirs.below, strict=True):
        yield from agreed(mine, other)
