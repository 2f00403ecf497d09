"""What goes wrong in an IMAP command, as the reply that tells it (RFC 3501 section 7.1).

Internal code raises; the session turns it into one tagged or untagged response. The texts are
part of the lessons: short, plain, and the same each time.
"""

from __future__ import annotations

from labserver.errors import LabError
from labserver.store import (
    VALUE_LIMIT,
    AnnotationTooLarge,
    BadCredentials,
    HasInferiors,
    InvalidName,
    InvalidUse,
    MailboxExists,
    NoSuchMailbox,
    OverQuota,
    OwnersRights,
    ReadOnlyAnnotation,
    StoreError,
    TooManyAnnotations,
    TooManyMailboxes,
)

__all__ = ["Farewell", "ImapError", "Malformed", "Refused", "Unsaved", "refusal"]


class ImapError(LabError):
    """Base of what an IMAP session answers with other than OK.

    `code` is the response code without its brackets, or None; the message is the text.
    """

    def __init__(self, text: str, *, code: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class Malformed(ImapError):
    """The client broke the protocol: the command is answered BAD and changes nothing."""


class Refused(ImapError):
    """The command was right and can't be done: it is answered NO."""


class Unsaved(Refused):
    """A SEARCH that was to save its result is refused before it is done.

    Nothing is saved then: the search result variable becomes empty (RFC 5182 section 2.1).
    """


class Farewell(ImapError):
    """The session can't go on: BYE, and the connection is closed (RFC 3501 section 3.4)."""


# Response codes: RFC 5530 section 3; TRYCREATE: RFC 3501 section 7.1; HASCHILDREN: RFC 9051
# section 7.1 (a code may always be sent, whatever the client has enabled: its section 6.3.1);
# METADATA: RFC 5464 section 4.3.
_REFUSALS: tuple[tuple[type[StoreError], str, str], ...] = (
    (NoSuchMailbox, "NONEXISTENT", "No such mailbox"),
    (MailboxExists, "ALREADYEXISTS", "There is a mailbox of this name already"),
    (HasInferiors, "HASCHILDREN", "Delete the mailboxes below it first"),
    (OverQuota, "OVERQUOTA", "The mailbox is full"),
    (TooManyMailboxes, "OVERQUOTA", "There may be no more mailboxes"),
    (AnnotationTooLarge, f"METADATA MAXSIZE {VALUE_LIMIT}", "The value is too large"),
    (TooManyAnnotations, "METADATA TOOMANY", "There is no room for more annotations"),
    (ReadOnlyAnnotation, "CANNOT", "Only the server sets that entry"),
    (OwnersRights, "CANNOT", "The owner of a mailbox has all rights in it"),
    (BadCredentials, "AUTHENTICATIONFAILED", "User name or password is wrong"),
)


def refusal(error: StoreError, *, target: bool = False) -> Refused:
    """Return what the client is told of `error`.

    `target`: the mailbox that is missing is where APPEND, COPY or MOVE would put a message: the
    client may create it and try again (RFC 3501 sections 6.3.11 and 6.4.7).
    """
    if isinstance(error, InvalidName | InvalidUse):
        # The store says in one plain sentence what a name or a use (RFC 6154) may not be.
        text = str(error)
        code = "CANNOT" if isinstance(error, InvalidName) else "USEATTR"
        return Refused(text[:1].upper() + text[1:], code=code)
    for kind, code, text in _REFUSALS:
        if isinstance(error, kind):
            trycreate = target and kind is NoSuchMailbox
            return Refused(text, code="TRYCREATE" if trycreate else code)
    return Refused("The store refused it")
