"""Parameters of Content-Type and Content-Disposition.

Sources: RFC 2045 §5.1, RFC 2183 §2, RFC 2231 §3 and §4. Reading is lenient: a missing semicolon,
a value with unquoted spaces, a quote that is never closed all give the likely meaning.
"""

from __future__ import annotations

import re
from itertools import count, takewhile
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, unquote_to_bytes

from labserver.message.charsets import to_text
from labserver.message.lexis import QUOTED_TEXT, strip_comments, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labserver.message.parts import Disposition, Parameters

__all__ = [
    "decode_parameter",
    "join_continuations",
    "parameter",
    "parse_disposition",
    "parse_media_type",
]

_TOKEN = rb"[!#$%&'*+\-.^_`{|}~0-9A-Za-z]+"
_MEDIA_TYPE = re.compile(rb"\s*(" + _TOKEN + rb")\s*/\s*(" + _TOKEN + rb")")
_DISPOSITION = re.compile(rb'\s*([^\s;="]+)')
# Words after the first belong to an unquoted value unless an equals sign makes them a name.
_GAP = re.compile(rb"[\s;]*")
_PARAMETER = re.compile(
    rb'([^\s;="]+)\s*=\s*'
    rb'(?:"(' + QUOTED_TEXT + rb')\\?"?|([^\s;"][^\s;]*(?:\s+[^\s;="]+(?=[\s;]|\Z))*)?)',
    re.DOTALL,
)
_SECTION = re.compile(r"\*(0|[1-9][0-9]{0,8})(\*?)\Z|(\*)\Z")
# What an extended value may hold besides letters, digits and `%XX` (RFC 2231 §7, attribute-char).
_UNQUOTED = "!#$&+-.^_`{|}~"


def parse_media_type(value: bytes) -> tuple[str, str, Parameters] | None:
    """Read type, subtype and parameters of a Content-Type value; None if it names no type."""
    value = strip_comments(value)
    found = _MEDIA_TYPE.match(value)
    if found is None:
        return None
    return found[1].decode("ascii"), found[2].decode("ascii"), _parameters(value, found.end())


def parse_disposition(value: bytes) -> Disposition | None:
    """Read disposition type and parameters of a Content-Disposition value; None if it is empty."""
    value = strip_comments(value)
    found = _DISPOSITION.match(value)
    if found is None:
        return None
    return found[1], _parameters(value, found.end())


def _parameters(value: bytes, position: int) -> Parameters:
    read: list[tuple[str, bytes]] = []
    while gap := _GAP.match(value, position):
        position = gap.end()
        found = _PARAMETER.match(value, position)
        if found is None:
            # Something else than `name=value`, or the end: go on behind the next semicolon.
            position = value.find(b";", position)
            if position < 0:
                break
            continue
        name, quoted, plain = found.groups()
        if quoted is not None:
            read.append((name.decode("latin-1"), unescape(quoted)))
        else:
            read.append((name.decode("latin-1"), plain or b""))
        position = found.end()
    return tuple(read)


def parameter(params: Parameters, name: str) -> bytes | None:
    """Return the first parameter of exactly that name, case apart, or None."""
    for key, value in params:
        if key.lower() == name:
            return value
    return None


def decode_parameter(params: Parameters, name: str) -> str | None:
    """Return parameter `name` as text, or None if it is not there (RFC 2231 §3, §4).

    Continuations are joined up to the first gap, percent encoding and character set undone. If
    a plain form stands beside an extended one, for old readers, the extended one counts.
    """
    name = name.lower()
    plain: bytes | None = None
    whole: bytes | None = None
    sections: dict[int, tuple[bytes, bool]] = {}
    for key, value in params:
        lowered = key.lower()
        if lowered == name:
            plain = value if plain is None else plain
        elif lowered.startswith(name) and (found := _SECTION.match(lowered, len(name))):
            if found[3]:
                whole = value if whole is None else whole
            else:
                sections.setdefault(int(found[1]), (value, bool(found[2])))
    if whole is not None:
        charset, content = _extended(whole)
        return to_text(unquote_to_bytes(content), charset)
    if 0 in sections:
        return _joined(sections)
    return None if plain is None else to_text(plain, None)


def join_continuations(params: Parameters) -> Parameters:
    """Return `params` with each value that was sent in sections put together (RFC 2231 §3).

    `name*0`, `name*1`, ... become `name`; if one of them is extended, `name*`, still in its
    character set and percent encoding (§4.1), so that the value means the same to any reader.
    The joined one stands where section 0 stood. Sections after a gap stay as they are, and so do
    all of them if two have one number, or beside a parameter that has the name already.
    """
    sections: dict[str, dict[int, tuple[int, bool]]] = {}
    taken = set()
    for index, (key, _) in enumerate(params):
        lowered = key.lower()
        base, star, _ = lowered.partition("*")
        found = _SECTION.match(lowered, len(base)) if base and star else None
        if found is None or found[1] is None:
            taken.add(lowered)
            continue
        numbered = sections.setdefault(base, {})
        if int(found[1]) in numbered:
            taken |= {base, base + "*"}  # two of one number: nobody knows which is meant
        numbered[int(found[1])] = (index, bool(found[2]))
    joined: dict[int, tuple[str, bytes]] = {}
    gone: set[int] = set()
    for base, numbered in sections.items():
        run = [numbered[number] for number in takewhile(numbered.__contains__, count())]
        extended = any(encoded for _, encoded in run)
        if not run or base + "*" * extended in taken:
            continue
        first = run[0][0]
        name = params[first][0].partition("*")[0] + "*" * extended
        joined[first] = name, b"".join(_section(params, run, extended=extended))
        gone.update(index for index, _ in run)
    return tuple(
        joined.get(index, one)
        for index, one in enumerate(params)
        if index in joined or index not in gone
    )


def _section(params: Parameters, run: list[tuple[int, bool]], *, extended: bool) -> Iterator[bytes]:
    """Yield the values of the sections as they stand in the whole one."""
    if extended and not run[0][1]:
        yield b"''"  # section 0 names the character set, or nobody does
    for index, encoded in run:
        value = params[index][1]
        plain = extended and not encoded
        yield quote_from_bytes(value, safe=_UNQUOTED).encode("ascii") if plain else value


def _extended(value: bytes) -> tuple[str | None, bytes]:
    """Return the character set and the rest of `charset'language'rest`."""
    pieces = value.split(b"'", 2)
    if len(pieces) < 3:
        return None, value
    return pieces[0].decode("latin-1") or None, pieces[2]


def _joined(sections: dict[int, tuple[bytes, bool]]) -> str:
    charset: str | None = None
    content = bytearray()
    for number in range(len(sections)):
        if number not in sections:
            break
        value, encoded = sections[number]
        if encoded:
            if number == 0:
                charset, value = _extended(value)
            value = unquote_to_bytes(value)
        content += value
    return to_text(bytes(content), charset)
