"""A lab that is started, killed and started again, without importing it anew each time.

    python -m tests.kept.forking STORE

forks a server, as `serve` runs it, for each line of its input; the fork says its process id and
then what `serve` says. Once the fork has ended, by whatever, a line with its exit status follows.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labserver.cli import main
from tests.kept.serving import ROOT, arguments

__all__ = ["Restarting", "restarting"]


class Restarting:
    """A server that may be killed."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._pid: int | None = None

    def start(self) -> dict[str, int]:
        """Start it; return its ports."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        self._pid = self._told()
        ports: dict[str, int] = self._told()["ports"]
        return ports

    def kill(self) -> None:
        """End it with no chance to do anything more; returns at once."""
        assert self._pid is not None
        os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> None:
        """Return once it is gone."""
        status = self._told()
        self._pid = None
        assert status == -signal.SIGKILL, f"it ended by itself, with {status}"

    def close(self) -> None:
        """Leave nothing behind."""
        if self._pid is not None:
            self.kill()

    def _told(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the server ended, and nobody had killed it"
        return json.loads(line)


@contextmanager
def restarting(store: Path) -> Iterator[Restarting]:
    """Run what forks servers for the time of a `with`."""
    with subprocess.Popen(
        (sys.executable, "-m", "tests.kept.forking", str(store)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        server = Restarting(process)
        try:
            yield server
        finally:
            server.close()


def _run(store: str) -> None:
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            print(os.getpid(), flush=True)
            main(arguments(Path(store)))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    _run(*sys.argv[1:])
