"""The words of the pictures, in English."""

from __future__ import annotations

from labserver.snapshot import CellView, Connection, Device, Kept, Message, Refusal, Row, State
from labserver.widgets.visible import clip, visible

__all__ = [
    "ALIKE",
    "BLANK",
    "EMPTY",
    "FULL",
    "KEY",
    "KEY_MARKS",
    "LOST",
    "MAP",
    "MIXED",
    "NEVER_CROSSED",
    "PROTOCOLS",
    "SERVER",
    "TABLE",
    "also",
    "byline",
    "cell_label",
    "cell_word",
    "copies",
    "device_line",
    "ending",
    "fault",
    "filled",
    "held",
    "how",
    "inside",
    "mailbox",
    "marks",
    "messages",
    "more_connections",
    "news",
    "news_of",
    "octets",
    "past",
    "path",
    "place",
    "refused",
    "session_number",
    "size",
    "state",
    "storage",
    "strangers",
    "title",
    "waits",
]

SERVER = "SERVER"
EMPTY = "empty"
LOST = "LOST"
TABLE = "The same as a table"
NEVER_CROSSED = "(only announced)"
FULL = "FULL"
BLANK = "Fill in where each message is: draw the marks of the key."
MAP = {
    "table": TABLE,
    "table_button": "Table",
    "key_button": "Key",
    "tools": "Views of the map",
    "grid": "Messages and places",
    "message": "message",
    "copies": "whole copies",
    "connections": "Connections",
    "none": "No connection is open.",
    "empty": "no messages",
    "key": "Key",
    "shape": "Shape: what is here",
    "colour": "Colour: who carried it",
    "door": "at the door",
    "sender": "back to the sender",
    "tied": "tied",
    "over": "The lab is closed.",
    "no_line": "No line did this.",
}
"""The words of the map's own controls and headings."""
KEY = {
    "whole": ("whole", "copy"),
    "headers": ("headers", "only"),
    "marked": ("marked", "still here"),
    "removed": ("removed", "was here"),
    "gone": ("gone", "device lost, whole elsewhere"),
    "never": ("never here", ""),
    "lost": ("lost", "no copy left"),
    "refused": ("refused", "never got in"),
}
"""What each shape means: its word, and what to say beside it."""
KEY_MARKS = {
    "changed": "changed now, and the line that did it",
    "tied": "tied: follows the server's copy",
    "open": "connection open",
    "closed": "connection closed",
    "tls": "inside TLS",
    "only": "the only copy is on a device",
}
"""What the other marks mean."""
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


def cell_label(
    cell: CellView, details: list[str], *, lost: bool, refusal: Refusal | None = None
) -> str:
    """Say the whole of a cell in one phrase, for tables and for the ear."""
    words = [cell_word(cell) or State.NEVER.value]
    if refusal is not None:
        words.append(visible(clip(refusal.reply, 80)))
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
    if row.refusal is not None:
        return "0", "sender told" if row.refusal.told else "nobody told"
    if row.shared and row.copies < 2:
        return str(row.copies), "+ shared"
    return str(row.copies), "on server" if row.copies == 1 else ""


def refused(refusal: Refusal) -> str:
    """Say with which codes something was refused."""
    code, _, rest = refusal.reply.partition(" ")
    status = rest.partition(" ")[0]
    return visible(f"{code} {status}" if status.count(".") == 2 else code)[:16]


def news_of(row: Row, cell: CellView) -> str:
    """Say what has become of a message in one place."""
    where = "server" if cell.place.kind == "server" else visible(cell.place.name)
    return f"{row.letter or 'a message'} on {where}: {cell_word(cell) or State.NEVER.value}"


def news(changes: list[str]) -> str:
    """Tell what has changed in one sentence; nothing if nothing has."""
    if not changes:
        return ""
    more = f"; and {len(changes) - 4} more" if len(changes) > 4 else ""
    return f"Changed: {'; '.join(changes[:4])}{more}."


def storage(used: int, limit: int) -> str:
    """Say how much of a limit of units of 1024 octets is used."""
    return f"{used:,} of {limit:,} KiB"


def held(count: int, limit: int) -> str:
    """Say how many messages of so many there may be."""
    return f"{count:,} of {limit:,} messages"


def filled(text: str, *, full: bool) -> str:
    """Say whether that is all."""
    return f"{text}: {FULL}" if full else f"{text} used"


def waits(names: list[str]) -> str:
    """Say which messages wait at a server."""
    if not names:
        return ""
    if len(names) > 4:
        return f"{len(names):,} messages wait"
    return f"{' and '.join(names)} {'waits' if len(names) == 1 else 'wait'}"


def path(start: str, badge: str, host: str, waits: str, onward: str) -> str:
    """Tell the way of a message to the server in a sentence."""
    said = [f"{start} speaks {badge} to {host}" if start else ""]
    if waits:
        goal = f" for {onward}" if onward else ""
        said.append(f"{waits} at {host}{goal}")
    return f"{'; '.join(filter(None, said))}."


def inside(version: str) -> str:
    """Say that a connection is inside TLS; nothing if it is not."""
    return f"inside {version}" if version else ""


def also(names: list[str]) -> str:
    """Name what lies in a mailbox and has its row elsewhere."""
    return f"also {', '.join(names)}" if len(names) < 4 else f"also {len(names)} of these"


def mailbox(name: str) -> str:
    """Name a mailbox."""
    return visible(name) or "(no name)"


def place(name: str, line: str, foot: str) -> str:
    """Head a column of the table."""
    said = f"{name}: {line}" if line else name
    return f"{said}, {foot}" if foot else said


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
    if device.kind == "webmail" and not count:
        return "keeps nothing"
    held = messages(count)
    if not unknown:
        return held
    return strangers(unknown).removeprefix("+ ") if not count else f"{held} {strangers(unknown)}"


def how(name: str | None) -> str:
    """Say how a connection ended, or that it has not."""
    return "open" if name is None else _ENDINGS.get(name, name)


def past(step: int) -> str:
    """Say that a live picture shows the past, while somebody goes through the log."""
    return f"Replay: step {step}"


def fault(description: str) -> str:
    """Tell of a fault that the lab played."""
    return f"fault: {visible(description)}"
