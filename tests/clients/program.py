"""Other people's programs, each run in a home of its own; without the program a test is skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from labserver import Lab
from labserver.events import Data, Delivered, Event, Expunged, FlagsChanged, Line

__all__ = ["SECONDS", "Program", "changes", "commands", "find", "lacks", "transcript"]

SECONDS = 120
"""How long a program may take before the test gives it up. Nothing waits as long as that."""


def find(program: str, package: str) -> str:
    """Return where a program is. Without it the test is skipped; under CI=true it fails."""
    found = shutil.which(program)
    if found is None:
        lacks(f"no {program} on PATH", package)
    return found


def lacks(what: str, package: str) -> NoReturn:
    """Skip the test for want of something; under CI=true it fails."""
    absent = f"{what}; on Debian: sudo apt install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true: this test must run, but there is {absent}")
    pytest.skip(absent)


@dataclass(frozen=True, slots=True)
class Program:
    """A program, the folder that it takes for its home, and the lab that it talks to."""

    path: str
    home: Path
    lab: Lab

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the machine's own: no proxy, no configuration, no other locale."""
        return {
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "PATH": os.defpath,
            "TERM": "xterm",
            "TMPDIR": str(self.home),
            "TZ": "UTC",
        }

    def write(self, name: str, text: str, mode: int = 0o600) -> Path:
        """Write a file of the home: a configuration that names a password is for its owner."""
        file = self.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        return file

    def run(
        self, *arguments: str | Path, status: int = 0, given: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run it to its end, and demand this exit status; otherwise show all that was said.

        `given` is its standard input.
        """
        try:
            done = subprocess.run(
                [self.path, *arguments],
                cwd=self.home,
                env=self.environment,
                input=given,
                capture_output=True,
                check=False,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired as expired:
            self.fail("does not come to an end", expired.stdout, expired.stderr)
        if done.returncode != status:
            self.fail(f"ended with {done.returncode}", done.stdout, done.stderr)
        return done

    def fail(self, what: str, *output: bytes | None) -> NoReturn:
        """Fail the test with what the program printed and what crossed its connections."""
        printed = "\n".join((some or b"").decode("utf-8", "replace") for some in output)
        pytest.fail(f"{self.path} {what}\n{printed}\n--- the lab's log\n{transcript(self.lab)}")


def transcript(lab: Lab) -> str:
    """Return what crossed the connections, line by line."""
    said = []
    for entry in lab.log:
        event = entry.event
        if isinstance(event, Line):
            said += [
                f"{event.connection} {event.direction}: {line.decode('utf-8', 'backslashreplace')}"
                for line in event.data.splitlines()
            ]
        elif isinstance(event, Data):
            said.append(f"{event.connection} {event.direction}: ({event.octets} octets)")
    return "\n".join(said)


def commands(lab: Lab, connection: int | None = None) -> list[str]:
    """Return the command lines that the lab heard, without their tags, oldest first."""
    lines = [
        entry.event.data.decode("utf-8", "replace").rstrip("\r\n")
        for entry in lab.log
        if isinstance(entry.event, Line)
        and entry.event.direction == "C"
        and connection in (None, entry.event.connection)
    ]
    return [line.partition(" ")[2] or line for line in lines]


def changes(lab: Lab) -> list[Event]:
    """Return what connections did to the mail on the server, oldest first."""
    return [
        entry.event
        for entry in lab.log
        if isinstance(entry.event, Delivered | FlagsChanged | Expunged)
        and entry.event.connection is not None
    ]
