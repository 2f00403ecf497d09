"""The words of the pictures, in English."""

from __future__ import annotations

from labserver.snapshot import CellView, Connection, Device, Kept, Message, Row, State
from labserver.widgets.visible import visible

__all__ = [
    "ALIKE",
    "COLUMN_COPIES",
    "COLUMN_MESSAGE",
    "CONNECTIONS",
    "CONTROLS",
    "EMPTY",
    "LOST",
    "MIXED",
    "NO_CONNECTION",
    "NO_MESSAGE",
    "NO_SESSION",
    "PROTOCOLS",
    "SERVER",
    "STATES",
    "STUFFED",
    "TABLE",
    "TRANSCRIPT",
    "body",
    "byline",
    "cell_label",
    "cell_word",
    "command",
    "commands",
    "copies",
    "device_line",
    "ending",
    "fault",
    "folded",
    "how",
    "left_out",
    "marks",
    "messages",
    "missing",
    "more_connections",
    "more_lines",
    "octets",
    "place_of",
    "reads",
    "secret",
    "secured",
    "session",
    "session_number",
    "session_short",
    "showing",
    "size",
    "speakers",
    "state",
    "states_sentence",
    "states_title",
    "strangers",
    "title",
    "visits",
    "way",
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
NO_SESSION = "No connection was made."
STUFFED = "dot-stuffed: the line itself has one dot less"
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
_OWN = "mail.home.example"
_MAIL = "mail."
_SECRETS = {
    "authority": "acting for",
    "user": "user name",
    "password": "password",
    "text": "it says:",
    "bad": "no base64:",
}
STATES = {
    "session": "Session",
    "none": "no session",
    "newest": "the newest",
    "here": "here now",
    "over": "ended here",
    "closed": "the connection is closed",
    "over_lab": "The lab is closed.",
    "key": "In a box: commands that stay there. On an arrow: those that lead on, if they succeed.",
    "state": "state",
    "stays": "commands that stay here",
    "leads": "commands that lead on",
    "way": "The way it came",
    "table": TABLE,
}
"""The words of the state diagrams."""
CONTROLS = {
    "\u2400": "NUL",
    "\u2401": "SOH",
    "\u2402": "STX",
    "\u2403": "ETX",
    "\u2404": "EOT",
    "\u2405": "ENQ",
    "\u2406": "ACK",
    "\u2407": "BEL",
    "\u2408": "BS",
    "\u2409": "HT",
    "\u240a": "LF",
    "\u240b": "VT",
    "\u240c": "FF",
    "\u240d": "CR",
    "\u240e": "SO",
    "\u240f": "SI",
    "\u2410": "DLE",
    "\u2411": "DC1",
    "\u2412": "DC2",
    "\u2413": "DC3",
    "\u2414": "DC4",
    "\u2415": "NAK",
    "\u2416": "SYN",
    "\u2417": "ETB",
    "\u2418": "CAN",
    "\u2419": "EM",
    "\u241a": "SUB",
    "\u241b": "ESC",
    "\u241c": "FS",
    "\u241d": "GS",
    "\u241e": "RS",
    "\u241f": "US",
    "\u2420": "SP",
    "\u2421": "DEL",
}
"""What the pictures of control characters stand for."""
TRANSCRIPT = {
    "title": "Transcript",
    "look": "Show",
    "text": "text",
    "bytes": "bytes",
    "decoded": "decoded",
    "order": "Order",
    "connection": "by connection",
    "time": "in time",
    "protocol": "Protocol",
    "device": "Device",
    "which": "Connection",
    "all": "all",
    "earlier": "Earlier",
    "later": "Later",
    "newest": "Newest",
    "meaning": "What this line means",
    "hint": "Point at a line, or move to it with the arrow keys, to read what it means.",
    "nothing": "There is nothing to explain here: the lab says this, it crossed no connection.",
    "inside": "This is part of a message or of a long reply.",
    "state": "State",
    "more": "Show more",
    "unfold": "Unfold",
    "fold": "Fold",
    "client": "client",
    "server": "server",
    "lab": "lab",
    "closed": "the lab is closed",
    "saved": "Lines with a triangle explain themselves.",
}
"""The words of the transcript's own controls."""


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


def session(number: int, badge: str, port: int, speakers: str, ended: str) -> str:
    """Head a session in the transcript."""
    return f"Connection {number}: {badge}, port {port}, {speakers}, {ended}"


def session_short(number: int, badge: str, port: int, device: str) -> str:
    """Name a session in a sentence."""
    return f"Connection {number} ({badge}, port {port}, {device})"


def speakers(device: str, host: str) -> str:
    """Say who speaks: a device, to which server if it is not its own; or one server to another."""
    if device.startswith(_MAIL) and device != host:
        return f"server {device} to server {host}"
    return device if host == _OWN else f"{device} to {host}"


def secured(version: str) -> str:
    """Tell that TLS begins."""
    return f"{visible(version)} begins: from here on nobody between can read this"


def secret(kind: str, value: str) -> str:
    """Say what was written in base64."""
    named = _SECRETS[kind]
    return f"{named} {value}" if value else f"{named} (empty)"


def reads(text: str) -> str:
    """Say what the encoded words of a header field say."""
    return f"reads: {text}"


def showing(first: int, last: int, total: int) -> str:
    """Say which rows are shown."""
    return f"{first:,} to {last:,} of {total:,} rows"


def left_out(lines: int, bodies: int) -> str:
    """Count what is not shown, truly: lines, and messages and literals."""
    said = [folded(lines)[1:-1]] if lines else []
    if bodies:
        said.append("1 message or literal" if bodies == 1 else f"{bodies:,} messages or literals")
    return f"({' and '.join(said)} not shown here)"


def missing(first: int) -> str:
    """Say that the log begins later."""
    return f"The log begins at entry {first:,}; what was said before is not kept."


def body(n: int, lines: int) -> str:
    """Stand for a message body or literal."""
    return f"({octets(n)}, 1 line)" if lines == 1 else f"({octets(n)}, {lines:,} lines)"


def folded(lines: int) -> str:
    """Stand for lines that are folded away."""
    return "(1 line)" if lines == 1 else f"({lines:,} lines)"


def more_lines(n: int) -> str:
    """Count lines that are not shown."""
    return "… 1 more line" if n == 1 else f"… {n:,} more lines"


def fault(description: str) -> str:
    """Tell of a fault that the lab played."""
    return f"fault: {visible(description)}"


def states_title(name: str) -> str:
    """Head a state diagram."""
    return f"The states of {name}"


def states_sentence(title: str, state: str, activity: str, *, over: bool) -> str:
    """Say where a session is; `title` names it, or is empty if there is none."""
    if not title:
        return "No session yet. A session begins in the uppermost state."
    if not state:
        return f"{title}: it has not begun."
    busy = f", busy with {activity}" if activity else ""
    return f"{title}: it ended in {state}." if over else f"{title}: it is in {state}{busy}."


def command(name: str) -> str:
    """Name a command: the single dot alone would hardly be seen."""
    return '"."' if name == "." else name


def commands(names: tuple[str, ...]) -> str:
    """Name several commands."""
    return " ".join(map(command, names))


def visits(steps: tuple[int, ...]) -> str:
    """Say at which steps of its way a session was in a state; of many, the last."""
    shown = ", ".join(map(str, steps[-4:]))
    if len(steps) > 4:
        return f"steps … {shown}"
    return f"step {shown}" if len(steps) == 1 else f"steps {shown}"


def way(step: int, state: str, commands: str, *, by_table: bool) -> str:
    """Tell one step of a session's way."""
    if step == 1:
        return f"1 {state}"
    if not commands:
        return f"{step} {state} (the server's doing)"
    return f"{step} {state} by {commands}" if by_table else f"{step} {state} after {commands}"
