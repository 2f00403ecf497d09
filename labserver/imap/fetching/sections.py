"""What BODY[section] names, and how the reply repeats its name (RFC 3501 section 6.4.5)."""

from __future__ import annotations

from labserver.imap.opened import Opened
from labserver.imap.syntax import astring
from labserver.imap.values import (
    BinarySection,
    BodySection,
    FetchItem,
    Item,
    Section,
    SectionText,
)
from labserver.message import Outline, Part, find, header, mime_header, select_fields

__all__ = ["SECTIONS", "extract", "has_content", "section_name"]

SECTIONS = {
    Item.RFC822: Section(),
    Item.RFC822_HEADER: Section(text=SectionText.HEADER),
    Item.RFC822_TEXT: Section(text=SectionText.TEXT),
}
"""The items that are a section by another name."""


def has_content(items: tuple[FetchItem, ...]) -> bool:
    """Tell whether any item is content of a message, which is sent as a string."""
    return any(isinstance(item, BodySection | BinarySection) or item in SECTIONS for item in items)


def section_name(section: Section) -> bytes:
    """Return the section with its brackets, as the reply names it.

    Field names come back as the client wrote them, without needless quotes.
    """
    words = [str(number) for number in section.path]
    if section.text is not None:
        words.append(section.text.value)
    name = ".".join(words).encode("ascii")
    if section.names:
        name += b" (%b)" % b" ".join(map(astring, section.names))
    return b"[%b]" % name


def extract(message: Opened, section: Section) -> bytes | None:
    """Return the octets that a section names, or None if there is no such thing in the message.

    None is for a part number that leads nowhere, and for HEADER or TEXT of a part that is no
    message. RFC 3501 has no word on them; section 4.5 makes NIL, as distinct from "", what does
    not exist.
    """
    data = message.data
    if not section.path and section.text is None:
        return data
    if not section.path:
        return _of_message(data, message.outline, section)
    part = find(message.root, section.path)
    if part is None:
        return None
    if section.text is SectionText.MIME:
        return mime_header(data, part)
    if section.text is None:
        return data[part.body : part.end]
    return _of_message(data, part.children[0], section) if part.is_message else None


def _of_message(data: bytes, root: Part | Outline, section: Section) -> bytes:
    """Return what HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT or TEXT names in a message."""
    if section.text is SectionText.HEADER:
        return header(data, root)
    if section.text is SectionText.TEXT:
        return data[root.body : root.end]
    exclude = section.text is SectionText.FIELDS_NOT
    return select_fields(data, root, section.names, exclude=exclude)
