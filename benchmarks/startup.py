"""How long a person waits before the lab is there. Every figure comes from fresh processes."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

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


def once() -> list[float]:
    """Return the milliseconds of each step in one fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return [seconds * 1000 for seconds in json.loads(done.stdout)]


def main() -> None:
    once()  # writes the bytecode, which an installed package has already
    runs = [once() for _ in range(TIMES)]
    imported, named, ready = zip(*runs, strict=True)
    # `Lab` is imported when it is first named, so that is part of what `Lab()` costs.
    both = [a + b for a, b in zip(named, ready, strict=True)]
    _line("import labserver", imported, AIM)
    _line("Lab(), until ready", both, AIM)
    _line("    importing the lab", named)
    _line("    starting it", ready)


def _line(what: str, times: tuple[float, ...] | list[float], aim: float | None = None) -> None:
    median = statistics.median(times)
    spread = f"{min(times):.0f} to {max(times):.0f}"
    verdict = ""
    if aim is not None:
        verdict = f"   aim {aim:.0f} ms: {'met' if median <= aim else 'missed'}"
    print(f"  {what:<24}{median:7.0f} ms   ({spread}){verdict}")
