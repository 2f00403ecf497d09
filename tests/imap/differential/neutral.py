"""Untagged responses in a form that both servers' words for one thing share.

Read strictly, by `tests.imap.replies`. What RFC 3501 lets differ is made equal here: the case of
media types, parameter names and encodings (RFC 2045 sections 2.4 and 6.1), of field names in a
section, and the order of flags.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.imap.replies import Atom, Value, fetched

__all__ = ["Fields", "Node", "envelope", "fetch_fields", "structure"]

Fields = dict[str, object]
"""What is said, by a name for each point of it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part in a BODY or BODYSTRUCTURE; `path` is its part number, as a section names it."""

    path: str
    fields: Fields
    below: tuple[Node, ...] = ()


_ENVELOPE = (
    "date",
    "subject",
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "in-reply-to",
    "message-id",
)
_EXTENSION = ("disposition", "language", "location")


def fetch_fields(response: bytes) -> tuple[int, Fields]:
    """Return the sequence number of a FETCH response, and each point of what it says.

    BODY and BODYSTRUCTURE are a `Node` each.
    """
    number, items = fetched(b"* " + response + b"\r\n")
    found: Fields = {}
    for item, value in items.items():
        name = item.upper()
        if name == "FLAGS":
            assert isinstance(value, list)
            found[name] = frozenset(str(flag).lower() for flag in value)
        elif name == "ENVELOPE":
            found |= envelope(value)
        elif name in ("BODY", "BODYSTRUCTURE"):
            found[name] = structure(value, extensible=name == "BODYSTRUCTURE")
        elif name.startswith("BODY["):
            found[_section(name)] = value
        else:
            found[name] = value
    return number, found


def _section(name: str) -> str:
    # Whether a field name is quoted is the server's choice: astring (RFC 3501 section 9).
    return re.sub(r'"([^"\\ ]*)"', r"\1", name)


def envelope(value: Value) -> Fields:
    """Return the fields of an ENVELOPE, each under its name."""
    assert isinstance(value, list)
    assert len(value) == len(_ENVELOPE)
    found: Fields = {}
    for name, one in zip(_ENVELOPE, value, strict=True):
        if name in ("date", "subject", "in-reply-to", "message-id"):
            assert one is None or _is_string(one)
            found[f"envelope {name}"] = one
        else:
            found[f"envelope {name}"] = _addresses(one)
    return found


def _addresses(value: Value) -> tuple[tuple[bytes | None, ...], ...] | None:
    if value is None:
        return None
    assert isinstance(value, list)
    assert value, "an address list in parentheses has a member (RFC 3501 section 9, env-from)"
    for one in value:
        assert isinstance(one, list)
        assert len(one) == 4
        assert all(field is None or _is_string(field) for field in one)
    return tuple(tuple(one) for one in value)  # type: ignore[arg-type, misc]


def _is_string(value: Value) -> bool:
    return isinstance(value, bytes)


def structure(value: Value, path: str = "", *, extensible: bool) -> Node:
    """Return a BODY or BODYSTRUCTURE as a tree; `path` is the part number of its root."""
    assert isinstance(value, list)
    if isinstance(value[0], list):
        count = next(i for i, one in enumerate(value) if not isinstance(one, list))
        below = tuple(
            structure(one, f"{path}.{number}".lstrip("."), extensible=extensible)
            for number, one in enumerate(value[:count], 1)
        )
        fields: Fields = {"type": b"multipart/" + _lower(value[count])}
        rest = value[count + 1 :]
        names = ("params", *_EXTENSION) if extensible else ()
    else:
        below, fields, rest = _single(value, path, extensible=extensible)
        names = ("md5", *_EXTENSION) if extensible else ()
    for name, one in zip(names, rest, strict=True):
        fields[name] = _extension(name, one)
    return Node(path, fields, below)


def _single(
    value: list[Value], path: str, *, extensible: bool
) -> tuple[tuple[Node, ...], Fields, list[Value]]:
    kind = _lower(value[0]) + b"/" + _lower(value[1])
    fields: Fields = {"type": kind, "params": _extension("params", value[2])}
    for name, one in zip(("id", "description"), value[3:5], strict=True):
        assert one is None or _is_string(one)
        fields[name] = one
    fields["encoding"] = _lower(value[5])
    fields["octets"] = _number(value[6])
    if kind == b"message/rfc822":
        fields |= envelope(value[7])
        # What is embedded is part 1 of its message unless it is a multipart, whose parts count.
        inner = value[8]
        assert isinstance(inner, list)
        number = path or "1"
        below = structure(
            inner, number if isinstance(inner[0], list) else f"{number}.1", extensible=extensible
        )
        fields["lines"] = _number(value[9])
        return (below,), fields, value[10:]
    if kind.startswith(b"text/"):
        fields["lines"] = _number(value[7])
        return (), fields, value[8:]
    return (), fields, value[7:]


def _lower(value: Value) -> bytes:
    assert isinstance(value, bytes)
    return value.lower()


def _number(value: Value) -> int:
    assert isinstance(value, Atom)
    return int(value)


def _extension(name: str, value: Value) -> object:
    if name == "params":
        return _parameters(value)
    if name == "disposition" and value is not None:
        assert isinstance(value, list)
        kind, parameters = value
        return _lower(kind), _parameters(parameters)
    if name == "language" and isinstance(value, list):
        assert all(map(_is_string, value))
        return tuple(value)
    assert value is None or _is_string(value)
    # One language may stand alone (RFC 3501 section 9, body-fld-lang).
    return (value,) if name == "language" and value is not None else value


def _parameters(value: Value) -> object:
    if value is None:
        return None
    assert isinstance(value, list)
    assert value
    assert len(value) % 2 == 0
    assert all(map(_is_string, value))
    return tuple((_lower(name), one) for name, one in zip(value[::2], value[1::2], strict=True))
