"""The tree of parts that a message is made of, and IMAP's numbering of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

__all__ = ["Disposition", "Outline", "Parameters", "Part", "find"]

#: Parameters of a field in the order written: names as written, values without their quotes.
Parameters: TypeAlias = tuple[tuple[str, bytes], ...]
#: A disposition type as written, and its parameters (RFC 2183 §2).
Disposition: TypeAlias = tuple[bytes, Parameters]


class Outline(NamedTuple):
    """Where a message lies in its bytes: the first three things that its root `Part` says."""

    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a message: where it lies in the message's bytes, and what its header says.

    Offsets count octets from the start of the whole message, at every depth.

    A multipart always has at least one child; a message/rfc822 or message/global part has
    exactly one, the root of the embedded message. What claims to be such a part and cannot be
    opened as one is described as something else (see `scanner`), so that every tree can be
    written as a BODYSTRUCTURE.
    """

    #: The first octet of the header.
    start: int
    #: The first octet of the body, after the blank line.
    body: int
    #: Past the last octet of the body. The line end before a delimiter belongs to the
    #: delimiter (RFC 2046 §5.1.1).
    end: int
    #: Line ends in the body (CRLF or bare LF); a last line without one is not counted.
    lines: int
    #: Media type and subtype in the case they were written in (RFC 2045 §5.1).
    type: str
    subtype: str
    #: As written: RFC 2231 continuations are not joined (`join_continuations`,
    #: `decode_parameter`).
    #: Octets outside ASCII in a name stand as latin-1.
    params: Parameters = ()
    #: Content-ID, Content-Description, Content-Transfer-Encoding, Content-MD5 and
    #: Content-Location, unfolded; None if the field is not there.
    id: bytes | None = None
    description: bytes | None = None
    encoding: bytes | None = None
    md5: bytes | None = None
    location: bytes | None = None
    #: Content-Language's tags.
    language: tuple[bytes, ...] = ()
    disposition: Disposition | None = None
    children: tuple[Part, ...] = ()

    @property
    def octets(self) -> int:
        """The size of the body in octets, in its transfer encoding."""
        return self.end - self.body

    @property
    def is_multipart(self) -> bool:
        """Whether the body is divided into parts."""
        return bool(self.children) and self.type.lower() == "multipart"

    @property
    def is_message(self) -> bool:
        """Whether the body is an embedded message, the only child."""
        return bool(self.children) and self.type.lower() == "message"


def find(root: Part, path: tuple[int, ...]) -> Part | None:
    """Return the part that an IMAP part number names, or None if there is none.

    `root` is a message's root part, `path` the number's components; `()` is the root itself.
    Part 1 of a message that is no multipart is the root again, now meant as a body. Below a
    part of type message the numbers are those of the embedded message. RFC 3501 §6.4.5,
    RFC 9051 §6.4.5.1.
    """
    part = root
    scope: Part | None = root
    for number in path:
        if scope is None:
            return None
        if scope.is_multipart:
            if not 1 <= number <= len(scope.children):
                return None
            part = scope.children[number - 1]
        elif number == 1:
            part = scope
        else:
            return None
        if part.is_multipart:
            scope = part
        elif part.is_message:
            scope = part.children[0]
        else:
            scope = None
    return part
