"""What each line of a session means: explanations as data, and what finds the right one.

A `Reader` follows one connection and says of each line where in the session it stands (a
`Moment`); `notes` then explains the line, and `decoded` reads what is written in base64. The
texts are in `en/`, one file a protocol.
"""

from labserver.explain.book import Book, Entry, book
from labserver.explain.decode import Secret, decoded
from labserver.explain.following import Reader, notes, reader
from labserver.explain.moment import Moment, Note, Role

__all__ = [
    "Book",
    "Entry",
    "Moment",
    "Note",
    "Reader",
    "Role",
    "Secret",
    "book",
    "decoded",
    "notes",
    "reader",
]
