"""Following a connection line by line, whichever protocol it speaks."""

from __future__ import annotations

from labserver.explain import imap, pop3, smtp
from labserver.explain.book import book
from labserver.explain.moment import Moment, Note, Protocol, Role
from labserver.explain.reading import Reader

__all__ = ["Reader", "notes", "reader"]

_READERS: dict[Protocol, type[Reader]] = {
    "smtp": smtp.SmtpReader,
    "pop3": pop3.Pop3Reader,
    "imap": imap.ImapReader,
}
_NOTES = {"smtp": smtp.notes, "pop3": pop3.notes, "imap": imap.notes}


def reader(protocol: Protocol, *, host: str = "", device: str = "") -> Reader:
    """Return what follows one connection of a protocol: smtp, pop3 or imap."""
    return _READERS[protocol](protocol, host=host, device=device)


def notes(moment: Moment, line: bytes) -> tuple[Note, ...]:
    """Explain a line, without its line end. For a body, `line` is not looked at."""
    if moment.role is Role.BODY:
        term = "literal" if moment.protocol == "imap" else "message"
        return tuple(book(moment.protocol).note("line", ("body",), moment, term=term))
    if moment.role is Role.LITERAL:
        return ()
    return tuple(_NOTES[moment.protocol](moment, line.decode("utf-8", "backslashreplace")))
