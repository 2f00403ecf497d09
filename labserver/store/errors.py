"""What the store can refuse."""

from labserver.errors import LabError

__all__ = [
    "AnnotationTooLarge",
    "BadCredentials",
    "HasInferiors",
    "InvalidName",
    "InvalidUse",
    "MailboxExists",
    "NoSuchMailbox",
    "OverQuota",
    "OwnersRights",
    "ReadOnlyAnnotation",
    "StoreError",
    "TooManyAnnotations",
    "TooManyMailboxes",
]


class StoreError(LabError):
    """Base of what the store refuses; nothing was changed."""


class BadCredentials(StoreError):
    """No account has this name and password."""


class NoSuchMailbox(StoreError):
    """The account has no mailbox of this name."""


class MailboxExists(StoreError):
    """The account has a mailbox of this name already."""


class InvalidName(StoreError):
    """A mailbox can't have this name, or may not be deleted or renamed."""


class InvalidUse(StoreError):
    """A mailbox can't have this special use: there is none such, or another mailbox has it."""


class HasInferiors(StoreError):
    """What is only a name above other mailboxes can't be deleted before them."""


class OwnersRights(StoreError):
    """The owner of a mailbox always has all rights in it."""


class OverQuota(StoreError):
    """The mailbox has no room for the message. `account` is its address."""

    def __init__(self, account: str) -> None:
        super().__init__(f"the mailbox of {account} is full")
        self.account = account


class TooManyMailboxes(StoreError):
    """The account may have no more mailboxes. `account` is its address."""

    def __init__(self, account: str) -> None:
        super().__init__(f"{account} may have no more mailboxes")
        self.account = account


class AnnotationTooLarge(StoreError):
    """The value of an annotation has more octets than there may be."""


class TooManyAnnotations(StoreError):
    """A mailbox, or the server, has as many annotations as it may have."""


class ReadOnlyAnnotation(StoreError):
    """An annotation that only the server sets."""
