"""Every check, stage by stage: what `python3 run.py test` runs inside the environment.

A stage that fails does not keep the others from running. Times are printed, never asserted.
"""

from __future__ import annotations

import argparse
import codecs
import io
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.chromium import ABSENT, find_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
QUIET_SECONDS = 15.0
NBVAL = ("--nbval", "--nbval-current-env", "--nbval-cell-timeout=30")
NOTEBOOK_RUNS = 10  # with --full
WORKERS = "2"


class Outcome(Enum):
    """How a stage ended."""

    PASSED = "passed"
    FAILED = "FAILED"
    SKIPPED = "skipped"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A heading and the programs that must all end with 0; or the reason why it does not run."""

    name: str
    heading: str
    commands: tuple[tuple[str, ...], ...] = ()
    skipped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a stage."""

    heading: str
    outcome: Outcome
    seconds: float = 0.0
    note: str = ""


def static_stages(python: str) -> Iterator[Stage]:
    """Yield the stages that look at the text alone: the same on every Python."""
    ruff = (python, "-m", "ruff")
    yield Stage(
        name="lint",
        heading="lint (ruff)",
        commands=((*ruff, "check", "."), (*ruff, "format", "--check", ".")),
    )
    yield Stage(name="types", heading="types (mypy --strict)", commands=((python, "-m", "mypy"),))
    linter = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    yield Stage(name="layers", heading="layers (import-linter)", commands=((python, "-c", linter),))


def running_stages(python: str, *, full: bool, version: str = "") -> Iterator[Stage]:
    """Yield the stages that run the code, each with this Python."""
    where = f", Python {version}" if version else ""
    pytest = (python, "-m", "pytest", *(("--color=yes",) if sys.stdout.isatty() else ()))
    # The long repetitions outlast the limit of a test, more so on a machine that others use too.
    whole = ("--full", "--timeout=1800") if full else ()
    apart = ("--ignore=tests/notebooks", "--ignore=tests/browser")
    yield Stage(
        name="tests",
        heading="unit, wire, property, clients, project" + where,
        commands=((*pytest, "-n", WORKERS, *whole, *apart, "tests"),),
    )
    nbval = (*pytest, "-n", WORKERS, "--dist", "loadfile", *NBVAL, "notebooks")
    yield Stage(
        name="notebooks",
        heading=f"notebooks (nbval, strict{', ten times' if full else ''})" + where,
        commands=(
            (*pytest, "-n", WORKERS, "--dist", "loadgroup", *whole, "tests/notebooks"),
            *((nbval,) * (NOTEBOOK_RUNS if full else 1)),
        ),
    )
    must_run = os.environ.get("CI") == "true"
    yield Stage(
        name="browser",
        heading="browser" + where,
        commands=((*pytest, *whole, "tests/browser"),),
        skipped="" if find_chromium() or must_run else ABSENT,
    )


def run_stage(stage: Stage) -> Result:
    """Run a stage's programs, all of them; show what they print; return what came of it."""
    print(f"\n=== {stage.heading} ===", flush=True)
    if stage.skipped:
        print(f"skipped: {stage.skipped}", flush=True)
        return Result(heading=stage.heading, outcome=Outcome.SKIPPED, note=stage.skipped)
    began = time.monotonic()
    codes = [run_program(command) for command in stage.commands]
    seconds = time.monotonic() - began
    failed = sum(code != 0 for code in codes)
    note = f"{failed} of {len(codes)} runs failed" if failed and len(codes) > 1 else ""
    outcome = Outcome.FAILED if failed else Outcome.PASSED
    print(f"--- {stage.heading}: {outcome.value}, {seconds:.1f} s", flush=True)
    return Result(heading=stage.heading, outcome=outcome, seconds=seconds, note=note)


def run_program(command: Sequence[str]) -> int:
    """Run a program in the project's folder; pass its output on, and say that it lives."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
    )
    reader = threading.Thread(target=pass_on, args=(child, lines), daemon=True)
    reader.start()
    began = time.monotonic()
    text = codecs.getincrementaldecoder("utf-8")("replace")
    try:
        while True:
            try:
                data = lines.get(timeout=QUIET_SECONDS)
            except queue.Empty:
                print(f"\n    ... still running: {time.monotonic() - began:.0f} s", flush=True)
                continue
            if not data:
                return child.wait()
            print(text.decode(data), end="", flush=True)
    except KeyboardInterrupt:
        child.wait()
        raise


def pass_on(child: subprocess.Popen[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    """Put what the program prints into the queue, an empty piece at the end."""
    if child.stdout is not None:
        with child.stdout as stream:
            while data := stream.read(65536):
                lines.put(data)
    lines.put(b"")


def table(results: Sequence[Result]) -> str:
    """Return the results as a table, and a plain last line."""
    width = max(len(result.heading) for result in results)
    rows = [
        f"{result.heading:<{width}}  {result.outcome.value:<7}  {result.seconds:7.1f} s"
        f"  {result.note}".rstrip()
        for result in results
    ]
    counts = [
        f"{count} {outcome.value.lower()}"
        for outcome in Outcome
        if (count := sum(result.outcome is outcome for result in results))
        or outcome in (Outcome.PASSED, Outcome.FAILED)
    ]
    return "\n".join(["", "=== summary ===", *rows, "", "Stages: " + ", ".join(counts)])


def other_results(options: argparse.Namespace) -> Iterator[Result]:
    """Run the code with each other Python that was made ready; name those that are missing."""
    for told in options.python:
        version, _, python = told.partition("=")
        if not python:
            note = "its environment could not be made: see above"
            yield Result(heading=f"Python {version}", outcome=Outcome.FAILED, note=note)
            continue
        for stage in running_stages(python, full=options.full, version=version):
            if not options.only or stage.name in options.only:
                yield run_stage(stage)
    for version in options.missing:
        note = "not found on this machine: nothing was run with it"
        yield Result(heading=f"Python {version}", outcome=Outcome.MISSING, note=note)


def main(words: Sequence[str] | None = None) -> int:
    """Run the stages; return 0 when none failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.run_checks")
    parser.add_argument("--full", action="store_true", help="all counts")
    parser.add_argument("--only", action="append", default=[], metavar="STAGE")
    parser.add_argument("--python", action="append", default=[], metavar="VERSION=PROGRAM")
    parser.add_argument("--missing", action="append", default=[], metavar="VERSION")
    options = parser.parse_args(words)
    stages = [*static_stages(sys.executable), *running_stages(sys.executable, full=options.full)]
    unknown = set(options.only) - {stage.name for stage in stages}
    if unknown:
        parser.error(f"no such stage: {', '.join(sorted(unknown))}")
    print(f"Python {sys.version.split()[0]}, {sys.executable}", flush=True)
    results = [
        run_stage(stage) for stage in stages if not options.only or stage.name in options.only
    ]
    results.extend(other_results(options))
    print(table(results), flush=True)
    return int(any(result.outcome is Outcome.FAILED for result in results))


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    sys.exit(main())
