"""Reads the words of a command: the terminals of RFC 3501 section 9, one method each.

A `Cursor` stands in a command that may still lack a literal: it raises `Wanting` where the
octets that the client has announced would come, so that the session can tell, before it invites
them, whether a literal belongs there at all (section 7.5). What is not in the grammar raises
`Malformed`. Lines are 7-bit text; only literals may hold other octets, and never NUL (section
4.3.1), unless the dialect has UTF-8 in quoted strings (RFC 9051 section 4.3).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from labserver.imap.dialect import Dialect
from labserver.imap.errors import Malformed
from labserver.imap.parsing.pieces import Bound, Piece, Wanting
from labserver.imap.values import MAX_RANGES, STAR, SequenceSet

__all__ = ["Cursor"]

T = TypeVar("T")

# Section 9: ATOM-CHAR, ASTRING-CHAR, list-char; a tag has no "+".
_ATOM = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")
_ASTRING = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]+")
_LIST = re.compile(rb"[!#$%&'*+,\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]+")
_TAG = re.compile(rb"[!#$&',\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]+")
_QUOTED = re.compile(rb'"((?:[\x01-\x09\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f]|\\["\\])*)"')
_QUOTED_UTF8 = re.compile(
    rb'"((?:[\x01-\x09\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f\x80-\xff]|\\["\\])*)"'
)
_NAME = re.compile(rb"[A-Za-z0-9.]+")
_NUMBER = re.compile(rb"[0-9]+")
_WORDS = re.compile(rb"\([A-Za-z]")
_SEQUENCE = re.compile(rb"[0-9*:,]+")
_ESCAPED = re.compile(rb'\\(["\\])')

_LARGEST: Final = 2**32 - 1
_LARGEST_64: Final = 2**63 - 1


class Cursor:
    """A place in a command; `dialect` says what may be in it."""

    def __init__(self, pieces: Sequence[Piece], dialect: Dialect) -> None:
        self.dialect = dialect
        self._pieces = pieces
        self._piece = 0
        self._text = pieces[0].text
        self._at = 0

    # Places

    def sees(self, octet: bytes) -> bool:
        """Tell whether the next octet is `octet`."""
        return self._text.startswith(octet, self._at)

    def after(self, octet: bytes) -> bool:
        """Tell whether the octet before this place is `octet`."""
        return self._text.endswith(octet, 0, self._at)

    def at_end(self) -> bool:
        """Tell whether nothing is left."""
        return self._at >= len(self._text)

    def takes(self, octet: bytes) -> bool:
        """Go past `octet` if it is next; tell whether it was."""
        if self.sees(octet):
            self._at += len(octet)
            return True
        return False

    def expect(self, octet: bytes) -> None:
        """Go past `octet`. Raises Malformed if something else is next."""
        if not self.takes(octet):
            raise Malformed(f"Expected {_named(octet)} {self.where()}")

    def space(self) -> None:
        """Go past the one space between two arguments (section 9, note 2)."""
        if not self.takes(b" "):
            missing = self._at >= len(self._text) and not self.at_literal()
            raise Malformed("An argument is missing" if missing else f"Expected SP {self.where()}")
        if self.sees(b" "):
            raise Malformed("Arguments are parted by one space only")

    def end(self) -> None:
        """Make sure that the command ends here."""
        if self._at < len(self._text) or self.at_literal():
            raise Malformed("Too many arguments")

    def where(self) -> str:
        """Return words for the present place, for an error text."""
        rest = self._text[self._at : self._at + 12]
        if not rest:
            return "at the literal" if self.at_literal() else "at the end"
        shown = "".join(chr(octet) if 32 <= octet < 127 else "?" for octet in rest)
        return f"at {shown!r}"

    def at_words(self) -> bool:
        """Tell whether a list of the protocol's own words begins here, as in `(DEPTH 1)`."""
        return _WORDS.match(self._text, self._at) is not None

    def at_literal(self) -> bool:
        """Tell whether a literal is next."""
        if self._at < len(self._text):
            return False
        piece = self._pieces[self._piece]
        return piece.literal is not None or piece.announced is not None

    def _match(self, pattern: re.Pattern[bytes], what: str) -> bytes:
        found = pattern.match(self._text, self._at)
        if found is None:
            if self._at >= len(self._text) and not self.at_literal():
                raise Malformed("An argument is missing")
            raise Malformed(f"Expected {what} {self.where()}")
        self._at = found.end()
        return found[0]

    # Words

    def tag(self) -> bytes:
        """Read a tag."""
        return self._match(_TAG, "a tag")

    def atom(self) -> str:
        """Read an atom, as it was written."""
        return self._match(_ATOM, "a word").decode("ascii")

    def word(self) -> str:
        """Read an atom that the protocol defines: the same in any case, returned in capitals."""
        return self.atom().upper()

    def name(self) -> str:
        """Read the name of a FETCH item, a section or a SEARCH key, returned in capitals."""
        return self._match(_NAME, "a name").decode("ascii").upper()

    def takes_name(self, name: str) -> bool:
        """Go past `name`, in any case, if that is the next name; tell whether it was."""
        found = _NAME.match(self._text, self._at)
        if found is None or found[0].decode("ascii").upper() != name:
            return False
        self._at = found.end()
        return True

    def takes_words(self, before: bytes, word: str) -> bool:
        """Go past `before` and, in any case, the atom `word`, if both are next; tell whether."""
        found = _ATOM.match(self._text, self._at + len(before)) if self.sees(before) else None
        if found is None or found[0].decode("ascii").upper() != word:
            return False
        self._at = found.end()
        return True

    def number(self) -> int:
        """Read a number of 32 bits."""
        return self._number(_LARGEST)

    def _number(self, largest: int) -> int:
        digits = self._match(_NUMBER, "a number").lstrip(b"0")
        # So many digits are too many, whatever they are: never turned into an int.
        if len(digits) > len(str(largest)) or int(digits or b"0") > largest:
            raise Malformed("The number is too large")
        return int(digits or b"0")

    def number64(self) -> int:
        """Read a number of 63 bits (RFC 9051 section 9: number64)."""
        return self._number(_LARGEST_64)

    def mod_sequence(self, *, zero: bool = False) -> int:
        """Read a mod-sequence, a number of 63 bits; 0 only with `zero` (RFC 7162 section 7)."""
        value = self.number64()
        if not value and not zero:
            raise Malformed("A mod-sequence is 1 or more")
        return value

    def size(self) -> int:
        """Read a number of octets: 32 bits, and 63 in IMAP4rev2 (RFC 9051 section 9: number64)."""
        return self._number(_LARGEST_64 if self.dialect.rev2 else _LARGEST)

    def nz_number(self) -> int:
        """Read a number of 32 bits that is not 0 (and does not begin with a 0)."""
        self._not_zero()
        return self.number()

    def nz_size(self) -> int:
        """Read a `size` that is not 0 (and does not begin with a 0)."""
        self._not_zero()
        return self.size()

    def _not_zero(self) -> None:
        if self.sees(b"0"):
            raise Malformed(f"Expected a number from 1 up {self.where()}")

    def quoted(self) -> bytes:
        """Read a quoted string; what is not 7-bit text in it is UTF-8."""
        pattern = _QUOTED_UTF8 if self.dialect.utf8 else _QUOTED
        found = pattern.match(self._text, self._at)
        if found is None or not _is_utf8(found[1]):
            raise Malformed(f"The quoted string is wrong {self.where()}")
        self._at = found.end()
        inner = found[1]
        return _ESCAPED.sub(rb"\1", inner) if b"\\" in inner else inner

    def literal(
        self, *, message: bool = False, binary: bool = False, bound: Bound | None = None
    ) -> bytes:
        """Read a literal, with `binary` also a literal8, in which NUL may stand (RFC 3516).

        Raises Wanting if it is announced and has not arrived.
        """
        nul = binary and self.takes(b"~")
        if not self.at_literal():
            raise Malformed(f"Expected a literal {self.where()}")
        octets = self._pieces[self._piece].literal
        if octets is None:
            raise Wanting(message=message, bound=bound)
        if b"\0" in octets and not nul:
            raise Malformed("A literal has no NUL octets")
        self._piece += 1
        self._text = self._pieces[self._piece].text
        self._at = 0
        return octets

    def string(self) -> bytes:
        """Read a string: quoted, or a literal."""
        if self.sees(b'"'):
            return self.quoted()
        if self.at_literal():
            return self.literal()
        raise Malformed(f"Expected a string {self.where()}")

    def nstring(self) -> bytes | None:
        """Read a string, or NIL, which is None."""
        if self.sees(b'"') or self.at_literal():
            return self.string()
        if self._match(_ATOM, "a string or NIL").upper() != b"NIL":
            raise Malformed("A string stands in quotes, or is NIL")
        return None

    def astring(self) -> bytes:
        """Read an astring: a string, or an atom in which `]` is allowed."""
        if self.sees(b'"') or self.at_literal():
            return self.string()
        return self._match(_ASTRING, "a string")

    def list_mailbox(self) -> bytes:
        """Read a mailbox pattern, in which the wildcards need no quotes."""
        if self.sees(b'"') or self.at_literal():
            return self.string()
        return self._match(_LIST, "a mailbox pattern")

    # Lists

    def rest_of_list(self, read: Callable[[Cursor], T]) -> tuple[T, ...]:
        """Read one or more of something, parted by spaces, up to a closing parenthesis."""
        found = [read(self)]
        while not self.takes(b")"):
            self.space()
            found.append(read(self))
        return tuple(found)

    # Sets

    def at_sequence_set(self) -> bool:
        """Tell whether a sequence set begins here."""
        octet = self._text[self._at : self._at + 1]
        return octet.isdigit() or octet == b"*" or self._at_saved()

    def _at_saved(self) -> bool:
        return self.sees(b"$") and self.dialect.offers("SEARCHRES")

    def sequence_set(self) -> SequenceSet:
        """Read a set of message numbers or UIDs, or `$` (RFC 5182 section 3)."""
        if self._at_saved():
            self._at += 1
            return SequenceSet((), saved=True)
        written = self._match(_SEQUENCE, "a set of messages").decode("ascii")
        ranges = []
        for part in written.split(","):
            first, colon, last = part.partition(":")
            start = _sequence_number(first)
            ranges.append((start, _sequence_number(last) if colon else start))
        if len(ranges) > MAX_RANGES:
            raise Malformed("The set of messages has too many parts")
        return SequenceSet(tuple(ranges))


def _sequence_number(written: str) -> int:
    if written == "*":
        return STAR
    if not written.isdigit() or written[0] == "0" or len(written) > 10 or int(written) > _LARGEST:
        raise Malformed("The set of messages is wrong")
    return int(written)


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _named(octet: bytes) -> str:
    return "SP" if octet == b" " else octet.decode("ascii")
