"""All words of the pictures, in English.

What a person reads stands here and nowhere else in the widgets: a file like this one with the same
names is all that another language needs. Explanations of the protocols' lines have files of their
own in `labserver.explain`.
"""

from __future__ import annotations

from collections.abc import Sequence

from labserver.snapshot import CellView, Connection, Device, Kept, Message, Refusal, Row, State
from labserver.widgets.visible import clip, visible

# ---- What several pictures say

LAB_CLOSED = "The lab is closed."
TABLE = "The same as a table"
STEPS = {
    "back": "Back to the change before",
    "on": "On to the next change",
    "live": "Live",
}
"""The words of the buttons that go through the log."""
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


def ended(name: str | None) -> str:
    """Say how a connection ended, or that it has not."""
    return "open" if name is None else _ENDINGS.get(name, name)


def octets(n: int) -> str:
    """Say a size exactly."""
    return f"{n:,} octet" if n == 1 else f"{n:,} octets"


def more_connections(n: int) -> str:
    """Count the connections that are not shown."""
    return f"and {n} more connection" if n == 1 else f"and {n} more connections"


def mailbox(name: str) -> str:
    """Name a mailbox."""
    return visible(name) or "(no name)"


def in_state(state: str, activity: str) -> str:
    """Say in which state a session is, and what keeps it busy there, if anything."""
    return f"{state}, {activity}" if activity else state


def fault(description: str) -> str:
    """Tell of a fault that the lab played."""
    return f"fault: {visible(description)}"


# ---- The map

SERVER = "SERVER"
EMPTY = "empty"
LOST = "LOST"
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
    "marks": "Marks and lines",
    "door": "at the door",
    "sender": "back to the sender",
    "tied": "tied",
    "over": LAB_CLOSED,
    "no_line": "No line did this.",
    "steps": "Moments",
    **STEPS,
}
"""The words of the map's own controls and headings."""
KEY = {
    "whole": ("whole", "copy; ×2: two"),
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
    "changed": "changed now, and the line that did it or told of it",
    "tied": "tied: follows the server's copy",
    "open": "connection open",
    "closed": "connection closed",
    "tls": "connection inside TLS",
    "only": "the only copy, and not on the server",
    "new": "new: not read here; neither read nor new: not noted",
    "starred": "starred by the reader",
    "said": "said by the device; S: by the server",
}
"""What the other marks mean."""
TEXT_KEY = {
    "▶": "changed now, and the line that did it or told of it",
    "C:": "said by the device",
    "S:": "said by the server",
    "tied": "follows the server's copy",
    "★": "starred",
}
"""What the marks of the plain text mean."""
ALIKE = "and {} more, all alike"
MIXED = "and {} more, not all alike"


def map_title(account: str) -> str:
    """Head the picture."""
    return f"Where the mail of {account} is"


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


def _shape(state: State) -> str:
    return KEY[state.name.lower()][0]


def cell_word(cell: CellView) -> str:
    """Return the word that stands beside the shape; nothing for a place it never was in."""
    if cell.state is State.NEVER:
        return ""
    count, word = len(cell.copies), _shape(cell.state)
    return f"{word} ×{count}" if count > 1 else word


def session_number(copy: Kept, *, uids: bool) -> str:
    """Return the number that a session gives a message."""
    if copy.number is not None:
        return f"POP no. {copy.number}"
    return f"UID {copy.uid}" if uids and copy.uid is not None else ""


def flag_marks(flags: tuple[str, ...]) -> str:
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
    words = [cell_word(cell) or _shape(State.NEVER)]
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


def whole_copies(row: Row) -> tuple[str, str]:
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
    return f"{row.letter or 'a message'} on {where}: {cell_word(cell) or _shape(State.NEVER)}"


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


def filled(text: str, *, full: bool, unfit: str = "") -> str:
    """Say whether that is all, and what did not fit in."""
    said = f"{text}: {FULL}" if full else f"{text} used"
    return f"{said}; {unfit}" if unfit else said


def unfit(n: int) -> str:
    """Tell of a message of so many octets, or of unknown size (0), that there was no room for.

    In units of 1024 octets, as the limit beside it.
    """
    much = f"{max(n / 1024, 0.1):,.1f} KiB"
    return f"a message of {much} did not fit" if n else "a message did not fit"


def waits(names: list[str]) -> str:
    """Say which messages wait at a server."""
    if not names:
        return ""
    if len(names) > 4:
        return f"{len(names):,} messages wait"
    return f"{' and '.join(names)} {'waits' if len(names) == 1 else 'wait'}"


def path_sentence(start: str, badge: str, host: str, waits: str, onward: str) -> str:
    """Tell the way of a message to the server in a sentence."""
    says = "You speak" if start == "you" else f"{start} speaks"
    said = [f"{says} {badge} to {host}" if start else ""]
    if waits:
        goal = f" for {onward}" if onward else ""
        said.append(f"{waits} at {host}{goal}")
    return f"{'; '.join(filter(None, said))}."


def inside(version: str) -> str:
    """Say inside which TLS a connection is; nothing if it is in none."""
    return visible(version)


def also(names: list[str]) -> str:
    """Name what lies in a mailbox and has its row elsewhere."""
    return f"also {', '.join(names)}" if len(names) < 4 else f"also {len(names)} of these"


def who(port: int, device: str) -> str:
    """Say at which port who speaks."""
    return f"port {port}: {device}"


def rows_left(n: int) -> str:
    """Count rows that only the picture has."""
    return f"({n:,} more rows in the picture)"


def place_head(name: str, line: str, foot: str) -> str:
    """Head a column of the table."""
    said = f"{name}: {line}" if line else name
    return f"{said}, {foot}" if foot else said


def connection_state(connection: Connection) -> str:
    """Say the state of a connection by its name in the RFC, and how it ended."""
    name = in_state(visible(connection.state), visible(connection.activity))
    if connection.how is None:
        return name
    ended = ending(connection)
    return f"{name}, then {ended}" if name else ended


def ending(connection: Connection) -> str:
    """Say how a connection ended; nothing while it is open."""
    return "" if connection.how is None else _ENDINGS.get(connection.how, connection.how)


def device_line(device: Device, count: int, headers: int, unknown: int) -> str:
    """Say what a device holds: so many messages, of so many only the headers."""
    if device.lost is not None:
        return LOST
    if device.kind == "webmail" and not count:
        return "keeps nothing"
    held = (
        f"{count - headers:,} whole, headers\u00a0of\u00a0{headers:,}"
        if headers
        else messages(count)
    )
    if not unknown:
        return held
    return strangers(unknown).removeprefix("+ ") if not count else f"{held} {strangers(unknown)}"


def step(number: int, newest: int) -> str:
    """Name the moment that is shown: it is one after an entry of the log."""
    return f"moment {number} of {newest}"


def past(step: int) -> str:
    """Say that a live picture shows the past, while somebody goes through the log."""
    return f"Replay: moment {step}"


# ---- The replay

REPLAY = {
    "title": "Replay",
    "first": "First moment",
    **STEPS,
    "slider": "Moment",
    "nothing": "Nothing changed here.",
    "beginning": "Nothing has happened yet.",
    "what": "What changed here",
    "step": "moment",
    "line": "line",
    "newest": "Live: the newest moment.",
}
SOME_MESSAGE = "a message"
TOLD_UNMARKED = "All marks of the session are gone."
_CAUSES = {
    "smtp": "is delivered to",
    "load": "is laid into",
    "append": "is appended to",
    "copy": "is copied to",
    "move": "is moved to",
}
_LEAVES = {
    "relayed": "has been passed on",
    "delivered": "has been delivered",
    "bounced": "is reported to its sender",
    "dropped": "is given up, and nobody is told",
}


def replay_at(step: int, newest: int) -> str:
    """Say which moment is shown."""
    return f"Moment {step} of {newest}"


def replay_from(first: int) -> str:
    """Say that the log does not go back so far any more."""
    return f"The log keeps its last part only: it begins after moment {first}."


def earlier_changes(n: int) -> str:
    """Stand for changes that are left out."""
    return f"{n} earlier change{'' if n == 1 else 's'} left out"


def told_more(n: int) -> str:
    """Stand for what is not told one by one."""
    return f"And {n} more like these."


def told_line(who: str, text: str) -> str:
    """Say which line it was that did it."""
    return f"{who}: {text}" if who else text


def told_mailbox(name: str, account_: str) -> str:
    """Name a mailbox."""
    return f"{name} of {account_}"


def told_account(address: str) -> str:
    """Tell of a new account."""
    return f"{address} has an account."


def told_created(box: str) -> str:
    """Tell of a new mailbox."""
    return f"There is a mailbox {box}."


def told_deleted(box: str) -> str:
    """Tell of a mailbox that is no more."""
    return f"The mailbox {box} is deleted."


def told_renamed(box: str, to: str) -> str:
    """Tell of a mailbox's new name."""
    return f"The mailbox {box} is called {to} now."


def told_renumbered(box: str) -> str:
    """Tell of a new UIDVALIDITY."""
    return f"{box} has a new UIDVALIDITY: its messages have other UIDs."


def told_access(box: str) -> str:
    """Tell of other rights."""
    return f"Others have other rights in {box} now."


def told_quota(address: str) -> str:
    """Tell of another quota."""
    return f"The quota of {address} is another one."


def told_new(letter: str, subject: str) -> str:
    """Tell of a message that got its letter."""
    return f"{letter} is a new message: {subject}" if subject else f"{letter} is a new message."


def told_delivered(letter: str, box: str, cause: str) -> str:
    """Tell of a message that lies in a mailbox."""
    return f"{letter} {_CAUSES.get(cause, cause)} {box}."


def told_flags(letter: str, where: str, shown: str) -> str:
    """Tell of other flags."""
    return f"{letter} in {where} has {f'the flags {shown}' if shown else 'no flags'} now."


def told_removed(letter: str, where: str) -> str:
    """Tell of a message that is gone from somewhere."""
    return f"{letter} is removed from {where}."


def told_rejected(address: str) -> str:
    """Tell of a message that was refused at the door."""
    return f"A message for {address} is refused at the door."


def told_queued(letter: str, host: str, recipient: str) -> str:
    """Tell of a message that waits."""
    return f"{letter} waits at {host} for {recipient}."


def told_deferred(letter: str, recipient: str) -> str:
    """Tell of a try that failed."""
    return f"{letter} could not go on to {recipient} yet."


def told_dequeued(letter: str, recipient: str, how: str) -> str:
    """Tell of a message that waits no more."""
    return f"{letter} for {recipient} {_LEAVES.get(how, how)}."


def told_connected(number: int, device_: str, host: str, port: int) -> str:
    """Tell of a new connection."""
    return f"{device_} connects to {host}, port {port}: connection {number}."


def told_closed(number: int, how: str) -> str:
    """Tell of the end of a connection."""
    return f"Connection {number} is {_ENDINGS.get(how, how)}."


def told_secured(number: int, version: str) -> str:
    """Tell of the beginning of TLS."""
    return f"Connection {number} is inside {version} from here on."


def told_state(number: int, state: str) -> str:
    """Tell of a session's new state."""
    return f"Connection {number} is in {state}."


def told_numbered(count: int) -> str:
    """Tell that a session has given its numbers."""
    return f"The session numbers {count} message{'' if count == 1 else 's'}."


def told_marked(letter: str) -> str:
    """Tell of a mark."""
    return f"{letter} is marked, and goes when the session says QUIT."


def told_expiring(letter: str) -> str:
    """Tell of what goes because it was retrieved."""
    return f"{letter} was retrieved, and goes when the session says QUIT."


def told_fault(description: str) -> str:
    """Tell of a fault."""
    return f"A fault strikes: {description}."


def told_device(name: str) -> str:
    """Tell of a new device."""
    return f"{name} is there."


def told_saved(letter: str, name: str, copied: str) -> str:
    """Tell of a file on a device."""
    what = letter if copied == "whole" else f"the header of {letter}"
    return f"{name} saves {what}."


def told_lost(name: str) -> str:
    """Tell of a device that is gone."""
    return f"{name} is lost."


def told_arranged(what: str) -> str:
    """Tell of what was done to the lab."""
    return f"Arranged: {what}."


def told_rewound(step: int) -> str:
    """Tell that the lab was taken back."""
    return f"The lab is rewound to moment {step}."


# ---- The state diagrams

STATES = {
    "session": "Session",
    "none": "no session",
    "newest": "the newest",
    "here": "here now",
    "over": "ended here",
    "closed": "the connection is closed",
    "over_lab": LAB_CLOSED,
    "key": "In a box: commands that stay there. On an arrow: those that lead on, if they succeed.",
    "state": "state",
    "stays": "commands that stay here",
    "leads": "commands that lead on",
    "way": "The way it came",
    "table": TABLE,
}
"""The words of the state diagrams."""


def session_short(number: int, badge: str, port: int, device: str) -> str:
    """Name a session in a sentence."""
    return f"Connection {number} ({badge}, port {port}, {device})"


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


def command_name(name: str) -> str:
    """Name a command: the single dot alone would hardly be seen."""
    return '"."' if name == "." else name


def command_names(names: tuple[str, ...]) -> str:
    """Name several commands."""
    return " ".join(map(command_name, names))


def state_visits(steps: tuple[int, ...]) -> str:
    """Give the numbers that a state has on a session's way; of many, the last."""
    shown = ", ".join(map(str, steps[-4:]))
    return f"way: … {shown}" if len(steps) > 4 else f"way: {shown}"


def way_step(step: int, state: str, commands: str, *, by_table: bool) -> str:
    """Tell one step of a session's way."""
    if step == 1:
        return f"1 {state}"
    if not commands:
        return f"{step} {state} (the server's doing)"
    return f"{step} {state} by {commands}" if by_table else f"{step} {state} after {commands}"


# ---- The transcript


def no_session(protocol: str, device: str, connection: int, devices: Sequence[str]) -> str:
    """Say that no session is shown: of what is asked for, and which `devices` have some."""
    asked = [protocol.upper(), device, f"connection {connection}" if connection else ""]
    if not devices:
        return "No connection was made."
    fits = ", ".join(filter(None, asked)) or "that number"
    return f"No connection of {fits}. There are some of {', '.join(devices)}."


STUFFED = "dot-stuffed: the line itself has one dot less"
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


def session_head(number: int, badge: str, port: int, speakers: str, ended: str) -> str:
    """Head a session in the transcript."""
    return f"Connection {number}: {badge}, port {port}, {speakers}, {ended}"


def speakers(device: str, host: str) -> str:
    """Say who speaks: a device, to which server if it is not its own; or one server to another."""
    if device.startswith(_MAIL) and device != host:
        return f"server {device} to server {host}"
    return device if host == _OWN else f"{device} to {host}"


def tls_begins(version: str) -> str:
    """Tell that TLS begins."""
    return f"{visible(version)} begins: from here on nobody between can read this"


def decoded_secret(kind: str, value: str) -> str:
    """Say what was written in base64."""
    named = _SECRETS[kind]
    return f"{named} {value}" if value else f"{named} (empty)"


def reads(text: str) -> str:
    """Say what the encoded words of a header field say."""
    return f"reads: {text}"


def rows_shown(first: int, last: int, total: int) -> str:
    """Say which rows are shown."""
    return f"{first:,} to {last:,} of {total:,} rows"


def left_out(lines: int, bodies: int) -> str:
    """Count what is not shown, truly: lines, and messages and literals."""
    said = [folded_lines(lines)[1:-1]] if lines else []
    if bodies:
        said.append("1 message or literal" if bodies == 1 else f"{bodies:,} messages or literals")
    return f"({' and '.join(said)} not shown here)"


def log_from(first: int) -> str:
    """Say that the log begins later."""
    return f"The log begins at entry {first:,}; what was said before is not kept."


def body_size(n: int, lines: int) -> str:
    """Stand for a message body or literal."""
    return f"({octets(n)}, 1 line)" if lines == 1 else f"({octets(n)}, {lines:,} lines)"


def folded_lines(lines: int) -> str:
    """Stand for lines that are folded away."""
    return "(1 line)" if lines == 1 else f"({lines:,} lines)"


def more_lines(n: int) -> str:
    """Count lines that are not shown."""
    return "… 1 more line" if n == 1 else f"… {n:,} more lines"


def lab_arranged(what: str) -> str:
    """Tell of something that was done to the lab, over no connection."""
    return f"lab: {visible(what)}"


def lab_rewound(step: int) -> str:
    """Tell that the lab was taken back."""
    return f"rewound to moment {step}"


# ---- Questions

QUESTIONS = {
    "choose": "Choose one of the options first.",
    "committed": "Committed",
    "yours": "your choice",
    "right": "this one",
}


def question_of(n: int, total: int) -> str:
    """Head one of several questions."""
    return f"{n} of {total}"


def no_option(text: str, letters: list[str]) -> str:
    """Say that there is no such option."""
    return f"“{text}” is none of the options. Type one of: {', '.join(letters)}."


def no_question(number: str, total: int) -> str:
    """Say that there is no such question."""
    if not total:
        return "There are no questions here."
    return f"There is no question {number}: they are numbered from 1 to {total}."


# ---- The outcome of an exercise

OUTCOME = {
    "done": "Done.",
    "missing": "Not yet.",
    "line": "Where",
    "state": "State",
    "rule": "Rule",
    "next": "Try now",
    "hints": "Hints",
    "solution": "The solution",
    "show": "Show the solution",
    "all": "That was all",
}


def hint_of(n: int, total: int) -> str:
    """Name one of the hints."""
    return f"Hint {n} of {total}"


def of_hints(typed: str) -> str:
    """Say how to get a hint by typing."""
    return f"For a hint, type `{typed}` in a cell of its own."
