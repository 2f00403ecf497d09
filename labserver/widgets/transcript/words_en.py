"""The words of the transcript, in English."""

from __future__ import annotations

from labserver.widgets.visible import visible
from labserver.widgets.words_en import octets

__all__ = [
    "CONTROLS",
    "NO_SESSION",
    "STUFFED",
    "TRANSCRIPT",
    "arranged",
    "body",
    "folded",
    "left_out",
    "missing",
    "more_lines",
    "reads",
    "rewound",
    "secret",
    "secured",
    "session",
    "showing",
    "speakers",
]

NO_SESSION = "No connection was made."
STUFFED = "dot-stuffed: the line itself has one dot less"
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
_OWN = "mail.home.example"
_MAIL = "mail."
_SECRETS = {
    "authority": "acting for",
    "user": "user name",
    "password": "password",
    "text": "it says:",
    "bad": "no base64:",
}


def session(number: int, badge: str, port: int, speakers: str, ended: str) -> str:
    """Head a session in the transcript."""
    return f"Connection {number}: {badge}, port {port}, {speakers}, {ended}"


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


def arranged(what: str) -> str:
    """Tell of something that was done to the lab, over no connection."""
    return f"lab: {visible(what)}"


def rewound(step: int) -> str:
    """Tell that the lab was taken back."""
    return f"rewound to step {step}"
