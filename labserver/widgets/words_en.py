"""The words of the pictures, in English."""

from __future__ import annotations

from labserver.snapshot import CellView, Connection, Device, Kept, Message, Row, State
from labserver.widgets.visible import visible

__all__ = [
    "ALIKE",
    "COLUMN_COPIES",
    "COLUMN_MESSAGE",
    "CONNECTIONS",
    "EMPTY",
    "LOST",
    "MIXED",
    "NO_CONNECTION",
    "NO_MESSAGE",
    "PROTOCOLS",
    "SERVER",
    "TABLE",
    "byline",
    "cell_label",
    "cell_word",
    "copies",
    "device_line",
    "ending",
    "fault",
    "how",
    "marks",
    "messages",
    "more_connections",
    "octets",
    "place_of",
    "session_number",
    "size",
    "state",
    "strangers",
    "title",
]

SERVER = "SERVER"
EMPTY = "empty"
LOST = "LOST"
TABLE = "The same as a table"
COLUMN_MESSAGE = "message"
COLUMN_COPIES = "whole copies"
CONNECTIONS = "Connections"
NO_CONNECTION = "No connection is open."
NO_MESSAGE = "no messages"
ALIKE = "and {} more, all alike"
MIXED = "and {} more, not all alike"
PROTOCOLS = {
    "smtp": "SMTP",
    "submission": "SMTP",
    "submissions": "SMTP",
    "pop3": "POP3",
    "pop3s": "POP3",
    "imap": "IMAP",
    "imaps": "IMAP",
}
_ENDINGS = {
    "quit": "closed",
    "client": "closed without goodbye",
    "cut": "cut",
    "server": "closed by the server",
    "fault": "broken by a fault",
}


def title(account: str) -> str:
    """Head the picture."""
    return f"Where the mail of {account} is"


def octets(n: int) -> str:
    """Say a size exactly."""
    return f"{n:,} octet" if n == 1 else f"{n:,} octets"


def size(n: int) -> str:
    """Say a size shortly; KB and MB are powers of ten."""
    if n < 1000:
        return f"{n} octets"
    if n < 999_500:
        return f"{(n + 500) // 1000} KB"
    return f"{n / 1_000_000:.1f} MB"


def messages(n: int) -> str:
    """Count messages in a place."""
    return EMPTY if not n else "1 message" if n == 1 else f"{n:,} messages"


def strangers(n: int) -> str:
    """Count files that are no message the lab knows."""
    return f"+ {n} other file" if n == 1 else f"+ {n} other files"


def byline(message: Message, *, exact: bool = False) -> str:
    """Say who wrote a message and how big it is: shortly, or to the octet."""
    sender = visible(message.sender)
    much = octets(message.octets) if exact else size(message.octets)
    return f"{sender} · {much}" if sender else much


def cell_word(cell: CellView) -> str:
    """Return the word that stands beside the shape; nothing for a place it never was in."""
    if cell.state is State.NEVER:
        return ""
    count = len(cell.copies)
    return f"{cell.state.value} ×{count}" if count > 1 else cell.state.value


def session_number(copy: Kept, *, uids: bool) -> str:
    """Return the number that a session gives a message."""
    if copy.number is not None:
        return f"POP no. {copy.number}"
    return f"UID {copy.uid}" if uids and copy.uid is not None else ""


def marks(flags: tuple[str, ...]) -> str:
    """Say what the flags of a copy tell a person."""
    said = ["✓ read" if "\\Seen" in flags else "● new"]
    if "\\Flagged" in flags:
        said.append("★")
    if "\\Answered" in flags:
        said.append("↩")
    return " ".join(said)


def place_of(copy: Kept) -> str:
    """Say where in the place a copy is, if not in the INBOX."""
    return "" if copy.mailbox == "INBOX" else visible(copy.mailbox)


def cell_label(cell: CellView, details: list[str], *, lost: bool) -> str:
    """Say the whole of a cell in one phrase, for tables and for the ear."""
    words = [cell_word(cell) or State.NEVER.value]
    by_dele = any(
        copy.marked and not copy.expiring and "\\Deleted" not in copy.flags for copy in cell.copies
    )
    flagged = any("\\Deleted" in copy.flags for copy in cell.copies)
    marked = sum(copy.marked for copy in cell.copies)
    if marked and cell.state is not State.MARKED:
        words.append(f"{marked} of them marked")
    if by_dele:
        words.append("DELE")
    if any(copy.expiring for copy in cell.copies):
        words.append("RETR")
    if flagged:
        words.append("\\Deleted")
    words += details
    if any(copy.tied for copy in cell.copies):
        words.append("tied")
    if lost and cell.state is State.LOST:
        words.append("no copy left")
    return ", ".join(words)


def copies(row: Row) -> tuple[str, str]:
    """Return what the last column says: a number, and what it means if it is a worry."""
    if row.lost:
        return "0 · LOST", ""
    if row.only_on is not None:
        return "1", f"{visible(row.only_on.name)} only"
    return str(row.copies), "on server" if row.copies == 1 else ""


def state(connection: Connection) -> str:
    """Say the state of a connection by its name in the RFC, and how it ended."""
    name = visible(connection.state)
    if connection.how is None:
        return name
    ended = ending(connection)
    return f"{name}, then {ended}" if name else ended


def ending(connection: Connection) -> str:
    """Say how a connection ended; nothing while it is open."""
    return "" if connection.how is None else _ENDINGS.get(connection.how, connection.how)


def more_connections(n: int) -> str:
    """Count the connections that are not shown."""
    return f"and {n} more connection" if n == 1 else f"and {n} more connections"


def device_line(device: Device, count: int, unknown: int) -> str:
    """Say what a device holds."""
    if device.lost is not None:
        return LOST
    held = messages(count)
    if not unknown:
        return held
    return strangers(unknown).removeprefix("+ ") if not count else f"{held} {strangers(unknown)}"


def how(name: str | None) -> str:
    """Say how a connection ended, or that it has not."""
    return "open" if name is None else _ENDINGS.get(name, name)


def fault(description: str) -> str:
    """Tell of a fault that the lab played."""
    return f"fault: {visible(description)}"
