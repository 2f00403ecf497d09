"""What a server did with its files and its connections, in order, as strace saw it.

A write counts from its beginning, a sync only at its end, and so does what is heard; what is said
counts from its beginning: in doubt, it looks worse for the server.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

__all__ = ["ABSENT", "Deed", "Exchange", "Step", "can_trace", "exchanges", "steps", "tracer"]

ABSENT = "strace cannot run here; on Debian: sudo apt install strace"

_SYSCALLS = (
    *("write", "pwrite64", "writev", "pwritev", "pwritev2", "ftruncate"),
    *("fsync", "fdatasync", "sync_file_range", "msync"),
    *("recvfrom", "recvmsg", "read", "sendto", "sendmsg"),
)
_BEGUN = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>")
_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)")
_WHOLE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)")
_FILE = re.compile(r"\d+<(/[^>]*)>")
_SOCKET = re.compile(r"\d+<(TCP[^>]*->[^>]*\])>")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Deed(Enum):
    """What can be done with a file, and with a connection."""

    WROTE = "wrote"
    SYNCED = "synced"
    HEARD = "heard"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Step:
    """One deed; `what` is the file, or the connection."""

    deed: Deed
    what: str
    octets: bytes = b""


@dataclass(slots=True, kw_only=True)
class Exchange:
    """What a client sent in one go, and the beginning of what the server said to that.

    `wrote` are the database's files that were written meanwhile; `unsynced` those that held, when
    it was said, something that had not been synced.
    """

    heard: bytes
    said: bytes = b""
    wrote: set[str] = field(default_factory=set)
    unsynced: frozenset[str] = frozenset()


def can_trace() -> bool:
    """Tell whether strace is here, and allowed to do its work."""
    if sys.platform != "linux" or shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return tried.returncode == 0


def tracer(output: Path) -> tuple[str, ...]:
    """Return what to put before a command, so that what it does is written to `output`."""
    wanted = ("-e", f"trace={','.join(_SYSCALLS)}", "-e", "signal=none", "-s", "200")
    return ("strace", "-f", "-yy", *wanted, "-o", str(output))


def steps(lines: Iterable[str]) -> Iterator[Step]:
    """Read strace's lines; files are those whose name is given, and the database's beside it."""
    begun: dict[tuple[str, str], str] = {}
    for line in lines:
        if found := _BEGUN.match(line):
            thread, name, given = found.groups()
            begun[thread, name] = given
            step = _begins(name, given)
        elif found := _RESUMED.match(line):
            thread, name, rest = found.groups()
            whole = _WHOLE.match(f"{thread} {name}({begun.pop((thread, name))}{rest}")
            step = whole and _ends(name, whole[3], int(whole[4]))
        elif found := _WHOLE.match(line):
            _, name, given, answer = found.groups()
            step = _begins(name, given) or _ends(name, given, int(answer))
        else:
            continue
        if step:
            yield step


def _begins(name: str, given: str) -> Step | None:
    if name in {"sendto", "sendmsg", "write", "writev"} and (found := _SOCKET.match(given)):
        return Step(Deed.SAID, found[1], _octets(given))
    if name in {"write", "pwrite64", "writev", "pwritev", "pwritev2", "ftruncate"} and (
        found := _FILE.match(given)
    ):
        return Step(Deed.WROTE, found[1])
    return None


def _ends(name: str, given: str, answer: int) -> Step | None:
    if name in {"fsync", "fdatasync"} and answer == 0 and (found := _FILE.match(given)):
        return Step(Deed.SYNCED, found[1])
    if name in {"recvfrom", "recvmsg", "read"} and answer > 0 and (found := _SOCKET.match(given)):
        return Step(Deed.HEARD, found[1], _octets(given))
    return None


def _octets(given: str) -> bytes:
    found = _TEXT.search(given)
    return b"" if found is None else found[1].encode("ascii").decode("unicode_escape").encode("l1")


def exchanges(told: Iterable[Step], database: Path) -> list[Exchange]:
    """Return what was asked and answered, in the order of the answers."""
    # The index of the log is rebuilt from the log itself: nothing depends on its being synced.
    files = {str(database), f"{database}-wal"}
    dirty: set[str] = set()
    open_: dict[str, Exchange] = {}
    done = []
    for step in told:
        match step.deed:
            case Deed.WROTE if step.what in files:
                dirty.add(step.what)
                for exchange in open_.values():
                    exchange.wrote.add(step.what)
            case Deed.SYNCED:
                dirty.discard(step.what)
            case Deed.HEARD:
                open_.setdefault(step.what, Exchange(heard=b"")).heard += step.octets
            case Deed.SAID if step.what in open_:
                exchange = open_.pop(step.what)
                exchange.said = step.octets
                exchange.unsynced = frozenset(dirty)
                done.append(exchange)
            case _:
                pass
    return done
