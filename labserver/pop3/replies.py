"""What a reply is made of: status, response code, text; and the errors that become replies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from labserver.errors import LabError
from labserver.pop3.languages import Language, Text
from labserver.pop3.text import stuffed
from labserver.protocol.session import Payload

__all__ = ["OK", "Chunks", "Farewell", "Refused", "Wrong", "challenge", "message", "multi_line"]

Chunks = Sequence[bytes]
"""A reply, in the pieces in which it is said."""

OK: Chunks = (b"+OK\r\n",)
"""The reply of which only the status matters."""

_END = b".\r\n"


class Refused(LabError):
    """What can't be done, though it may be asked; `code` is a response code (RFC 2449 section 8).

    The text is said in the session's language, filled in with `values`.
    """

    def __init__(self, text: Text, *, code: str = "", **values: object) -> None:
        super().__init__(text.name)
        self.text = text
        self.code = code
        self.values = values

    def said(self, language: Language) -> str:
        """Return the text in a language."""
        return language.texts[self.text].format(**self.values)


class Wrong(Refused):
    """A line that the protocol does not allow, at all or now; too many of them end a session."""


class Farewell(Refused):
    """What ends the session."""


def message(status: bytes, data: bytes) -> Chunks:
    """Return canonical octets of a message as a multi-line reply."""
    return (status, Payload(stuffed(data)), _END) if data else (status, _END)


def multi_line(lines: Iterable[str], status: str = "+OK") -> Chunks:
    """Return a multi-line reply. No line begins with a dot."""
    return ("\r\n".join((status, *lines, ".", "")).encode(),)


def challenge(base64: bytes) -> Chunks:
    """Return what asks for one more line of a SASL exchange (RFC 5034 section 4)."""
    return (b"+ %b\r\n" % base64,)
