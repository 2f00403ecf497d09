"""The words of the replay, in English."""

from __future__ import annotations

__all__ = [
    "REPLAY",
    "UNKNOWN",
    "UNMARKED",
    "access",
    "account",
    "arranged",
    "at",
    "closed",
    "connected",
    "created",
    "deferred",
    "deleted",
    "delivered",
    "dequeued",
    "device",
    "earlier",
    "expiring",
    "fault",
    "flags",
    "gone",
    "line",
    "lost",
    "mailbox",
    "marked",
    "more",
    "new",
    "numbered",
    "queued",
    "quota",
    "rejected",
    "removed",
    "renamed",
    "renumbered",
    "rewound",
    "saved",
    "secured",
    "state",
]

REPLAY = {
    "title": "Replay",
    "first": "First step",
    "back": "Back to the change before",
    "on": "On to the next change",
    "live": "Live",
    "slider": "Step",
    "nothing": "Nothing changed here.",
    "beginning": "Nothing has happened yet.",
    "what": "What changed here",
    "step": "step",
    "newest": "Live: the newest step.",
}
UNKNOWN = "a message"
UNMARKED = "All marks of the session are gone."
_CAUSES = {
    "smtp": "is delivered to",
    "load": "is laid into",
    "append": "is appended to",
    "copy": "is copied to",
    "move": "is moved to",
}
_ENDS = {
    "quit": "is closed",
    "client": "is closed without goodbye",
    "cut": "is cut",
    "server": "is closed by the server",
    "fault": "is broken by a fault",
}
_LEAVES = {
    "relayed": "has been passed on",
    "delivered": "has been delivered",
    "bounced": "is reported to its sender",
    "dropped": "is given up, and nobody is told",
}


def at(step: int, newest: int) -> str:
    """Say which step is shown."""
    return f"Step {step} of {newest}"


def gone(first: int) -> str:
    """Say that the log does not go back so far any more."""
    return f"The log keeps its last part only: it begins after step {first}."


def earlier(n: int) -> str:
    """Stand for changes that are left out."""
    return f"{n} earlier change{'' if n == 1 else 's'} left out"


def more(n: int) -> str:
    """Stand for what is not told one by one."""
    return f"And {n} more like these."


def line(who: str, text: str) -> str:
    """Say which line it was that did it."""
    return f"{who}: {text}" if who else text


def mailbox(name: str, account_: str) -> str:
    """Name a mailbox."""
    return f"{name} of {account_}"


def account(address: str) -> str:
    """Tell of a new account."""
    return f"{address} has an account."


def created(box: str) -> str:
    """Tell of a new mailbox."""
    return f"There is a mailbox {box}."


def deleted(box: str) -> str:
    """Tell of a mailbox that is no more."""
    return f"The mailbox {box} is deleted."


def renamed(box: str, to: str) -> str:
    """Tell of a mailbox's new name."""
    return f"The mailbox {box} is called {to} now."


def renumbered(box: str) -> str:
    """Tell of a new UIDVALIDITY."""
    return f"{box} has a new UIDVALIDITY: its messages have other UIDs."


def access(box: str) -> str:
    """Tell of other rights."""
    return f"Others have other rights in {box} now."


def quota(address: str) -> str:
    """Tell of another quota."""
    return f"The quota of {address} is another one."


def new(letter: str, subject: str) -> str:
    """Tell of a message that got its letter."""
    return f"{letter} is a new message: {subject}" if subject else f"{letter} is a new message."


def delivered(letter: str, box: str, cause: str) -> str:
    """Tell of a message that lies in a mailbox."""
    return f"{letter} {_CAUSES.get(cause, cause)} {box}."


def flags(letter: str, where: str, shown: str) -> str:
    """Tell of other flags."""
    return f"{letter} in {where} has {f'the flags {shown}' if shown else 'no flags'} now."


def removed(letter: str, where: str) -> str:
    """Tell of a message that is gone from somewhere."""
    return f"{letter} is removed from {where}."


def rejected(address: str) -> str:
    """Tell of a message that was refused at the door."""
    return f"A message for {address} is refused at the door."


def queued(letter: str, host: str, recipient: str) -> str:
    """Tell of a message that waits."""
    return f"{letter} waits at {host} for {recipient}."


def deferred(letter: str, recipient: str) -> str:
    """Tell of a try that failed."""
    return f"{letter} could not go on to {recipient} yet."


def dequeued(letter: str, recipient: str, how: str) -> str:
    """Tell of a message that waits no more."""
    return f"{letter} for {recipient} {_LEAVES.get(how, how)}."


def connected(number: int, device_: str, host: str, port: int) -> str:
    """Tell of a new connection."""
    return f"{device_} connects to {host}, port {port}: connection {number}."


def closed(number: int, how: str) -> str:
    """Tell of the end of a connection."""
    return f"Connection {number} {_ENDS.get(how, how)}."


def secured(number: int, version: str) -> str:
    """Tell of the beginning of TLS."""
    return f"Connection {number} is inside {version} from here on."


def state(number: int, name: str) -> str:
    """Tell of a session's new state."""
    return f"Connection {number} is in {name}."


def numbered(count: int) -> str:
    """Tell that a session has given its numbers."""
    return f"The session numbers {count} message{'' if count == 1 else 's'}."


def marked(letter: str) -> str:
    """Tell of a mark."""
    return f"{letter} is marked, and goes when the session says QUIT."


def expiring(letter: str) -> str:
    """Tell of what goes because it was retrieved."""
    return f"{letter} was retrieved, and goes when the session says QUIT."


def fault(description: str) -> str:
    """Tell of a fault."""
    return f"A fault strikes: {description}."


def device(name: str) -> str:
    """Tell of a new device."""
    return f"{name} is there."


def saved(letter: str, name: str, copied: str) -> str:
    """Tell of a file on a device."""
    what = letter if copied == "whole" else f"the header of {letter}"
    return f"{name} saves {what}."


def lost(name: str) -> str:
    """Tell of a device that is gone."""
    return f"{name} is lost."


def arranged(what: str) -> str:
    """Tell of what was done to the lab."""
    return f"Arranged: {what}."


def rewound(step: int) -> str:
    """Tell that the lab was taken back."""
    return f"The lab is rewound to step {step}."
