"""Reads the arguments of commands on mailboxes as wholes."""

from __future__ import annotations

from dataclasses import dataclass

from labserver.imap.dialect import Dialect
from labserver.imap.errors import Malformed
from labserver.imap.naming.names import BadName, Name
from labserver.imap.parsing.cursor import Cursor
from labserver.imap.parsing.parameters import Parameter, read_parameters
from labserver.imap.parsing.resync import read_resync
from labserver.imap.parsing.words import read_mailbox, read_name
from labserver.imap.values import Resync, StatusItem
from labserver.store import SPECIAL_USES

__all__ = [
    "Creating",
    "Renaming",
    "Selection",
    "StatusAsked",
    "read_create",
    "read_mailbox_name",
    "read_rename",
    "read_selection",
    "read_status",
    "read_status_items",
]


_STATUS_ITEMS = {item.value: item for item in StatusItem}
# Which capability brings an item; the others belong to the protocol itself.
_STATUS_NEEDS = {
    StatusItem.SIZE: "STATUS=SIZE",
    StatusItem.HIGHESTMODSEQ: "CONDSTORE",
    StatusItem.APPENDLIMIT: "APPENDLIMIT",
    StatusItem.MAILBOXID: "OBJECTID",
    StatusItem.DELETED_STORAGE: "QUOTA=RES-STORAGE",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """A mailbox to open, None for a name that none can have.

    `condstore`: the client wants to hear of mod-sequences (RFC 7162 section 3.1.8); `resync`: and
    of what it has missed (section 3.2.5).
    """

    name: Name | None
    condstore: bool = False
    resync: Resync | None = None


@dataclass(frozen=True, slots=True)
class Creating:
    """A mailbox's name, and the special-use attributes it shall have."""

    name: Name
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Renaming:
    """A mailbox's name, and the one it shall have."""

    name: Name
    to: Name


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """A mailbox, and what is asked of it."""

    name: str
    items: tuple[StatusItem, ...]


def read_mailbox_name(cursor: Cursor) -> Name:
    """Read one mailbox name: DELETE, SUBSCRIBE, UNSUBSCRIBE."""
    cursor.space()
    return read_name(cursor)


_USES = {use.lower(): use for use in SPECIAL_USES}


def _read_uses(cursor: Cursor) -> tuple[str, ...]:
    cursor.space()
    cursor.expect(b"(")
    uses: list[str] = []
    while not cursor.takes(b")"):
        if uses:
            cursor.space()
        cursor.expect(b"\\")
        use = "\\" + cursor.atom()
        uses.append(_USES.get(use.lower(), use))
    return tuple(uses)


_CREATE_PARAMETERS = {"USE": Parameter("CREATE-SPECIAL-USE", _read_uses)}
_SELECT_PARAMETERS = {
    "CONDSTORE": Parameter("CONDSTORE", lambda _: True),
    "QRESYNC": Parameter("QRESYNC", read_resync),
}


def read_create(cursor: Cursor) -> Creating:
    """Read a mailbox name, and the parameter USE if it is there (RFC 6154 section 6)."""
    name = read_mailbox_name(cursor)
    if not cursor.takes(b" "):
        return Creating(name)
    given = read_parameters(cursor, _CREATE_PARAMETERS, "CREATE")
    return Creating(name, uses=given["USE"])


def read_selection(cursor: Cursor) -> Selection:
    """Read the mailbox of SELECT or EXAMINE, and parameters if there are any.

    To refuse a name that none can have is the command's: a SELECT that fails has its effect (RFC
    3501 section 6.3.1).
    """
    cursor.space()
    name = _read_name_or_nothing(cursor)
    if not cursor.takes(b" "):
        return Selection(name)
    given = read_parameters(cursor, _SELECT_PARAMETERS, "SELECT")
    return Selection(name, condstore="CONDSTORE" in given, resync=given.get("QRESYNC"))


def _read_name_or_nothing(cursor: Cursor) -> Name | None:
    try:
        return read_name(cursor)
    except BadName:
        return None


def read_rename(cursor: Cursor) -> Renaming:
    """Read the names of RENAME."""
    cursor.space()
    name = read_name(cursor)
    cursor.space()
    return Renaming(name, read_name(cursor))


def read_status(cursor: Cursor) -> StatusAsked:
    """Read a mailbox name, and at least one item in parentheses."""
    cursor.space()
    name = read_mailbox(cursor)
    cursor.space()
    return StatusAsked(name, read_status_items(cursor))


def read_status_items(cursor: Cursor) -> tuple[StatusItem, ...]:
    """Read items in parentheses, at least one: STATUS, and LIST with its return option STATUS."""
    cursor.expect(b"(")
    return cursor.rest_of_list(_read_status_item)


def _read_status_item(cursor: Cursor) -> StatusItem:
    name = cursor.word()
    item = _STATUS_ITEMS.get(name)
    if item is None or not _is_offered(item, cursor.dialect):
        raise Malformed(f"There is no STATUS item {name[:40]}")
    return item


def _is_offered(item: StatusItem, dialect: Dialect) -> bool:
    # RFC 9051 Appendix E, items 3 and 12; RFC 9208 section 4.1.4.
    if item is StatusItem.RECENT:
        return not dialect.rev2
    if item is StatusItem.DELETED:
        return dialect.rev2 or dialect.offers("QUOTA=RES-MESSAGE")
    return dialect.has(_STATUS_NEEDS.get(item))
