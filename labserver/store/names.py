"""Names of mailboxes: which there may be, and which are the same.

Names are Unicode text in Normalization Form C with `/` between levels; how a protocol spells them
(modified UTF-7 in IMAP4rev1, UTF-8 in IMAP4rev2) is that protocol's matter. INBOX is one name in
any case of its letters.
"""

from __future__ import annotations

import unicodedata

from labserver.store.errors import InvalidName

__all__ = ["OTHER_USERS", "SEPARATOR", "canonical", "check_name", "check_new_name", "superiors"]

SEPARATOR = "/"
OTHER_USERS = "Other Users"
"""The level below which one finds what others share (RFC 2342 section 5); nobody owns it."""

_MAX_NAME = 500


def canonical(name: str) -> str:
    """Return the name with INBOX, alone or as the first level, in capitals."""
    first, separator, rest = name.partition(SEPARATOR)
    # Some letters beyond ASCII are no others' capitals, but turn into them all the same.
    is_inbox = first.isascii() and first.upper() == "INBOX"
    return "INBOX" + separator + rest if is_inbox else name


def check_name(name: str) -> str:
    """Return the canonical name. Raises InvalidName for one that no mailbox can have."""
    name = canonical(name)
    if not name:
        msg = "a mailbox needs a name"
    elif len(name) > _MAX_NAME:
        msg = f"a mailbox name has at most {_MAX_NAME} characters"
    elif any(not level for level in name.split(SEPARATOR)):
        msg = f"a level of the name is empty: {name!r}"
    elif any(c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029" for c in name):
        # RFC 9051 section 5.1 lets servers refuse them.
        msg = "a mailbox name has no control characters"
    elif any("\ud800" <= c <= "\udfff" for c in name):
        msg = "a mailbox name is Unicode text"
    elif not unicodedata.is_normalized("NFC", name):
        # RFC 9051 section 5.1: none but Net-Unicode. To normalise it is for who may tell of it.
        msg = "a mailbox name is in Unicode Normalization Form C"
    elif "*" in name or "%" in name:
        msg = "a mailbox name has no * or %: LIST reads them as wildcards"
    else:
        return name
    raise InvalidName(msg)


def check_new_name(name: str) -> str:
    """Return the canonical name. Raises InvalidName as `check_name`, and for others' mailboxes."""
    name = check_name(name)
    if name == OTHER_USERS or name.startswith(OTHER_USERS + SEPARATOR):
        msg = f"what is called {OTHER_USERS!r} is for mailboxes that others share"
        raise InvalidName(msg)
    return name


def superiors(name: str) -> list[str]:
    """Return the names of the levels above a name, the highest first."""
    levels = name.split(SEPARATOR)
    return [SEPARATOR.join(levels[:n]) for n in range(1, len(levels))]
