"""How long a person waits before the lab is there. Every figure comes from fresh processes."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile

from served import environment

TIMES = 9
AIM = 100.0

_PROGRAM = """
import json, time
begun = time.perf_counter()
import labserver
imported = time.perf_counter()
from labserver import Lab
named = time.perf_counter()
lab = Lab()
ready = time.perf_counter()
lab.close()
print(json.dumps([imported - begun, named - imported, ready - named]))
"""


def once(bytecode: str) -> list[float]:
    """Return the milliseconds of each step in one fresh process, with bytecode from a folder."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        # Set but empty, it means no: bytecode is written, whatever the caller's habit.
        env=environment(PYTHONDONTWRITEBYTECODE="", PYTHONPYCACHEPREFIX=bytecode),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return [seconds * 1000 for seconds in json.loads(done.stdout)]


def main() -> None:
    with tempfile.TemporaryDirectory() as bytecode:
        once(bytecode)  # writes what an installed package has already
        runs = [once(bytecode) for _ in range(TIMES)]
    imported, named, ready = zip(*runs, strict=True)
    _line("import labserver", imported, AIM)
    # The package imports the lab when `Lab` is first named: what the first cell also waits for.
    _line("from labserver import Lab", named)
    _line("Lab(), until ready", ready, AIM)
    _line("all three", [sum(run) for run in runs])


def _line(what: str, times: tuple[float, ...] | list[float], aim: float | None = None) -> None:
    median = statistics.median(times)
    spread = f"{min(times):.0f} to {max(times):.0f}"
    verdict = ""
    if aim is not None:
        verdict = f"   aim {aim:.0f} ms: {'met' if median <= aim else 'missed'}"
    print(f"  {what:<27}{median:7.0f} ms   ({spread}){verdict}")
