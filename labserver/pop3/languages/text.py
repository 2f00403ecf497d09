"""What the server can say to people: one name for each text, whatever the language."""

from __future__ import annotations

from enum import Enum, auto

__all__ = ["Text"]


class Text(Enum):
    """A text behind +OK or -ERR. What it is filled in with stands in braces in its languages."""

    READY = auto()
    ONE_MESSAGE = auto()
    MESSAGES = auto()
    OCTETS = auto()
    MARKED = auto()
    BYE = auto()
    BYE_ONE_LEFT = auto()
    BYE_LEFT = auto()
    BEGIN_TLS = auto()
    UTF8 = auto()
    LANGUAGE = auto()

    NOT_ASCII = auto()
    NOT_UTF8 = auto()
    BARE_LF = auto()
    LONG_LINE = auto()
    UNKNOWN = auto()
    USAGE = auto()
    LOG_IN_FIRST = auto()
    LOGGED_IN = auto()
    USER_FIRST = auto()
    TLS_ACTIVE = auto()
    STLS_FIRST = auto()
    NEEDS_TLS = auto()
    NO_MECHANISM = auto()
    BAD_RESPONSE = auto()
    CANCELLED = auto()
    WRONG_LOGIN = auto()
    NOT_YOURSELF = auto()
    IN_USE = auto()
    TOO_SOON = auto()
    NO_LANGUAGE = auto()
    NO_MESSAGE = auto()
    EMPTY = auto()
    IS_MARKED = auto()
    IS_GONE = auto()
    NEEDS_UTF8 = auto()
    NOT_REMOVED = auto()
    FAILED = auto()
    TOO_MANY_ERRORS = auto()
    TOO_MANY_LOGINS = auto()
