"""ENVELOPE, BODY and BODYSTRUCTURE of a message (RFC 3501 sections 7.4.2 and 9)."""

from __future__ import annotations

from collections.abc import Sequence

from labserver.imap.syntax import nstring, string
from labserver.message import (
    Address,
    Disposition,
    Outline,
    Parameters,
    Part,
    envelope,
    join_continuations,
)

__all__ = ["body_structure", "envelope_structure"]


def envelope_structure(data: bytes, root: Part | Outline) -> bytes:
    """Return the envelope of the message whose root part is `root`.

    A field that is absent is NIL, one that is there and empty is "" (section 7.4.2).
    """
    fields = envelope(data, root)
    from_ = _addresses(fields.from_)
    return b"(%b)" % b" ".join(
        (
            nstring(fields.date),
            nstring(fields.subject),
            from_,
            # They default to From: most often they are that very list.
            from_ if fields.sender is fields.from_ else _addresses(fields.sender),
            from_ if fields.reply_to is fields.from_ else _addresses(fields.reply_to),
            _addresses(fields.to),
            _addresses(fields.cc),
            _addresses(fields.bcc),
            nstring(fields.in_reply_to),
            nstring(fields.message_id),
        )
    )


def _addresses(addresses: Sequence[Address]) -> bytes:
    # Section 9, env-from and its like: no space between addresses.
    if not addresses:
        return b"NIL"
    return b"(%b)" % b"".join(
        b"(%b %b %b %b)"
        % (nstring(one.name), nstring(one.route), nstring(one.mailbox), nstring(one.host))
        for one in addresses
    )


def body_structure(data: bytes, part: Part, *, extensible: bool, rev2: bool = False) -> bytes:
    """Return the structure of `part` and all that is in it: BODYSTRUCTURE if `extensible`, or BODY.

    Names and values are spelt as in the message, but that values in sections are put together, as
    RFC 9051 section 7.5.2 wants; their character set stays (RFC 2231 section 4). Extension
    data is always given whole, so that NIL says that a field is absent. A message/global shows the
    message in it to a client of IMAP4rev2 only.
    """
    if part.is_multipart:
        return _multipart(data, part, extensible=extensible, rev2=rev2)
    pieces = [
        string(part.type.encode("latin-1")),
        string(part.subtype.encode("latin-1")),
        _parameters(part.params),
        nstring(part.id),
        nstring(part.description),
        # RFC 2045 section 6.1: 7BIT is the default; the grammar has no NIL here.
        string(part.encoding or b"7BIT"),
        b"%d" % part.octets,
    ]
    if part.type.lower() == "text":
        pieces.append(b"%d" % part.lines)
    elif part.is_message and (rev2 or part.subtype.lower() == "rfc822"):
        # Section 9, media-message: RFC822; RFC 9051 section 9: or GLOBAL. Others are basic types.
        inner = part.children[0]
        pieces += (
            envelope_structure(data, inner),
            body_structure(data, inner, extensible=extensible, rev2=rev2),
            b"%d" % part.lines,
        )
    if extensible:
        pieces += (nstring(part.md5), *_extension(part))
    return b"(%b)" % b" ".join(pieces)


def _multipart(data: bytes, part: Part, *, extensible: bool, rev2: bool) -> bytes:
    # Section 9, body-type-mpart: no space between the parts.
    inside = b"".join(
        body_structure(data, one, extensible=extensible, rev2=rev2) for one in part.children
    )
    pieces = [inside, string(part.subtype.encode("latin-1"))]
    if extensible:
        pieces += (_parameters(part.params), *_extension(part))
    return b"(%b)" % b" ".join(pieces)


def _extension(part: Part) -> tuple[bytes, bytes, bytes]:
    """Return what multiparts and other parts have in common: disposition, language, location."""
    return _disposition(part.disposition), _language(part.language), nstring(part.location)


def _parameters(parameters: Parameters) -> bytes:
    if not parameters:
        return b"NIL"
    if any("*" in name for name, _ in parameters):
        parameters = join_continuations(parameters)
    return b"(%b)" % b" ".join(
        string(text) for name, value in parameters for text in (name.encode("latin-1"), value)
    )


def _disposition(disposition: Disposition | None) -> bytes:
    if disposition is None:
        return b"NIL"
    kind, parameters = disposition
    return b"(%b %b)" % (string(kind), _parameters(parameters))


def _language(tags: Sequence[bytes]) -> bytes:
    if not tags:
        return b"NIL"
    if len(tags) == 1:
        return string(tags[0])
    return b"(%b)" % b" ".join(map(string, tags))
