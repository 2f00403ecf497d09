"""A lab in a process of its own, with its store in a file, as `serve` runs it.

    python -m tests.kept.serving STORE [FULL|NORMAL|OFF]

PRAGMA synchronous is as the store has it, unless one is named: the store itself offers no such
choice, and with NORMAL or OFF the checks of this folder have to find the difference.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labserver.cli import main
from labserver.store.database import Database

__all__ = ["ACCOUNTS", "PASSWORD", "ROOT", "arguments", "serving"]

PASSWORD = "tulip"
ACCOUNTS = ("alice", "bob")
ROOT = Path(__file__).resolve().parents[2]


def arguments(store: Path) -> list[str]:
    """Return what the command line says after the program's name."""
    people = [word for name in ACCOUNTS for word in ("--account", f"{name}:{PASSWORD}")]
    return ["serve", "--store", str(store), *people]


@contextmanager
def serving(
    store: Path, *, under: tuple[str, ...] = (), synchronous: str = ""
) -> Iterator[dict[str, int]]:
    """Run the server for the time of a `with`, below the program `under`; gives its ports."""
    command = (*under, sys.executable, "-m", "tests.kept.serving", str(store), synchronous)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["ports"]
            process.communicate(timeout=60)
            assert process.returncode == 0
        finally:
            process.kill()


def _run(store: str, synchronous: str) -> None:
    if synchronous:
        prepared = Database._prepare

        def careless(self: Database) -> None:
            prepared(self)
            self.sql.execute(f"PRAGMA synchronous = {synchronous}")

        Database._prepare = careless  # type: ignore[method-assign]
    threading.Thread(target=_end, daemon=True).start()
    main(arguments(Path(store)))


def _end() -> None:
    """End at the end of the input: a program that this one runs below passes no signal on."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    _run(*sys.argv[1:])
