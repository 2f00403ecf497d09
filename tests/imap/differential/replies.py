"""What a command's answer means, without what may differ: texts, times of news, UIDVALIDITY."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.imap.differential.neutral import fetch_fields
from tests.imap.differential.talk import Answer
from tests.imap.replies import read_all

__all__ = ["meaning"]

# Codes that tell a client what to do next. UIDVALIDITY is each server's own.
_CODE = re.compile(r"(TRYCREATE|READ-ONLY|READ-WRITE|COPYUID|APPENDUID)(?: [0-9]+(.*))?")
_STATED = re.compile(rb"OK \[((?:UNSEEN|UIDNEXT|COPYUID) .*?)\]")


def meaning(answer: Answer) -> tuple[str, object, list[tuple[object, ...]]]:
    """Return status, code, and what the untagged responses say, in a fixed order."""
    found = _CODE.fullmatch(answer.code or "")
    code = found and (found[1], found[2])
    said = [one for response in answer.untagged for one in _said(response)]
    return answer.status, code, sorted(said, key=repr)


def _said(response: bytes) -> Iterator[tuple[object, ...]]:
    name, _, rest = response.partition(b" ")
    if name in (b"LIST", b"LSUB"):
        attributes, delimiter, mailbox = read_all(rest)
        assert isinstance(attributes, list)
        # The others belong to extensions (RFC 3348, RFC 5258).
        closed = {str(one).lower() for one in attributes} & {"\\noselect", "\\nonexistent"}
        yield name, bool(closed), delimiter, _text(mailbox)
    elif name == b"STATUS":
        mailbox, items = read_all(rest)
        yield name, _text(mailbox), tuple(map(str, items or ()))
    elif name == b"SEARCH":
        yield name, *sorted(rest.split(), key=int)
    elif found := _STATED.match(response):
        words = found[1].split()
        yield tuple(words[:1] + words[2:] if words[0] == b"COPYUID" else words)
    elif rest.startswith(b"FETCH "):
        # With a UID it has been asked for, or has been changed by this command.
        _, fields = fetch_fields(response)
        if "UID" in fields:
            flags = fields.get("FLAGS")
            if isinstance(flags, frozenset):
                # Which session is the first is up to the server (RFC 3501 section 2.3.2).
                fields["FLAGS"] = sorted(flags - {"\\recent"})
            yield tuple(sorted(fields.items(), key=repr))


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
