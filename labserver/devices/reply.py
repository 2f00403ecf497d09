"""What a server answered, and how lines of the wire are shown to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Piece", "Reply", "readable", "shown"]

_CONTROLS = {n: f"\\x{n:02x}" for n in (*range(9), *range(10, 32), 127)}


class Piece(NamedTuple):
    """Octets of a reply; `content`: they are of a message, not of the protocol."""

    octets: bytes
    content: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole reply.

    `text` is the line that gives the verdict, `ok` the verdict, `content` the message or literal
    in it as it crossed the wire (several: one after the other).
    """

    pieces: tuple[Piece, ...]
    text: str
    ok: bool

    @property
    def octets(self) -> bytes:
        """All octets of it."""
        return b"".join(piece.octets for piece in self.pieces)

    @property
    def content(self) -> bytes:
        """The octets of messages in it, with dot-stuffing if the protocol has it."""
        return b"".join(piece.octets for piece in self.pieces if piece.content)

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines of it, readable."""
        return tuple(readable(line) for line in _lines(self.octets))

    def __repr__(self) -> str:
        return f"<Reply {self.text!r}>"


def readable(line: bytes) -> str:
    r"""Return a line without its line end; octets that are no text are shown as \xNN."""
    text = line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "backslashreplace")
    return text.translate(_CONTROLS)


def shown(pieces: Iterable[Piece], prefix: str, limit: int) -> list[str]:
    """Return the lines as people see them, each with `prefix`; long messages are cut short.

    Of a piece of content at most `limit` lines are shown, then how many more there are: a line
    without prefix, as it did not cross the wire.
    """
    out: list[str] = []
    begun = b""
    for piece in pieces:
        lines = _lines(begun + piece.octets)
        begun = b""
        if lines and not lines[-1].endswith(b"\n"):
            begun = lines.pop()
        if piece.content and len(lines) > limit:
            more = len(lines) - limit
            out += [prefix + readable(line) for line in lines[:limit]]
            out.append(f"   ... ({more} more {'line' if more == 1 else 'lines'})")
        else:
            out += [prefix + readable(line) for line in lines]
    if begun:
        out.append(prefix + readable(begun))
    return out


def _lines(octets: bytes) -> list[bytes]:
    lines = octets.split(b"\n")
    last = lines.pop()
    whole = [line + b"\n" for line in lines]
    return [*whole, last] if last else whole
