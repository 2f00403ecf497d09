#!/usr/bin/env python3
"""Mail Protocol Lab: make the environment and start.

    python3 run.py              start JupyterLab at the start page
    python3 run.py test         run every check (--full: all counts, every Python)
    python3 run.py notebooks    run the committed lessons again and clean them (--check: look only)
    python3 run.py fresh 00     a new copy of a lesson to work in, beside the old one
    python3 run.py check        say whether this machine is ready

Needs Python 3.11 or newer and nothing else. This file keeps to what Python 3.6 can parse, so that
an old Python says what is wrong instead of showing a syntax error.
"""

import argparse
import collections
import errno
import hashlib
import importlib.util
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from typing import Deque, Dict, List, Optional, Sequence, TextIO, Tuple

ROOT = pathlib.Path(__file__).resolve().parent
OLDEST = (3, 11)
NEWEST_TRIED = (3, 13)
START_PAGE = "my-lessons/index.ipynb"
WINDOWS = os.name == "nt"
STAMP = "mail-protocol-lab.json"
QUIET_SECONDS = 10.0  # how long a piped run may say nothing
KEPT_LINES = 300  # of what a program prints, to find out why it failed
SHOWN_LINES = 12
ROOM = 1000 * 1000 * 1000  # octets that the environment and its making need at most
SPARE = 50 * 1000 * 1000  # octets that the lab itself needs

# Run by another Python (tomllib, packaging): says what that environment lacks, or nothing.
HOLDS = """
import sys, tomllib
from importlib import metadata, util
from pathlib import Path
root, extra = Path(sys.argv[1]), sys.argv[2]
try:
    from packaging.requirements import Requirement
    with open(root / "pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    wanted = project["dependencies"] + project["optional-dependencies"].get(extra, [])
    for requirement in map(Requirement, wanted):
        held = metadata.version(requirement.name)
        if not requirement.specifier.contains(held, prereleases=True):
            sys.exit(f"{requirement.name} is {held}, wanted is {requirement}")
    spec = util.find_spec("labserver")
    if spec is None or Path(spec.origin).resolve().parent.parent != root:
        sys.exit("labserver is not installed from this folder")
except (ImportError, metadata.PackageNotFoundError) as error:
    sys.exit(f"lacks {getattr(error, 'name', error)}")
"""


class Failed(Exception):
    """What went wrong and the cure: the two things a person needs."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what, cure)
        self.what = what
        self.cure = cure


# ------------------------------------------------------------------------- what can go wrong


def check_python(version: Sequence[int], newer: "Dict[str, str]") -> None:
    """Raise Failed when this Python is too old; `newer` are those found: version to program."""
    if tuple(version[:2]) >= OLDEST:
        return
    if newer:
        cure = f'This machine has a newer one. Run:  "{newer[max(newer, key=as_numbers)]}" run.py'
    else:
        cure = (
            "Install Python 3.13, from python.org or with your system's package manager "
            "(Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python), "
            "and run this again with it."
        )
    raise Failed(f"Python {dotted(version[:3])} is too old: the lab needs 3.11 or newer.", cure)


def check_venv(version: Sequence[int], has_module: "Sequence[bool]") -> None:
    """Raise Failed when `venv` or `ensurepip` is missing, as on Debian without python3-venv."""
    if all(has_module):
        return
    raise Failed(
        "This Python cannot make environments: its modules venv and ensurepip are missing.",
        "On Debian and Ubuntu:  sudo apt install python3-venv  "
        f"(or python{dotted(version[:2])}-venv), then run this again.",
    )


def os_trouble(error: OSError) -> Optional[Failed]:
    """Return what to say about a disk that is full or may not be written, or None."""
    place = error.filename or ROOT
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return Failed(
            f"The disk is full: could not write {place}.",
            "Free about 1 GB and run this again: it goes on where it stopped.",
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Failed(
            f"May not write {place}: the disk is read-only, or the folder belongs to someone else.",
            "Copy the project's folder to where you may write (your home folder) and run it there.",
        )
    return None


def output_trouble(doing: str, lines: Sequence[str]) -> Failed:
    """Return what to say about a program that failed, from the last lines it printed."""
    text = "\n".join(lines)
    end = "\n".join(lines[-SHOWN_LINES:])
    for code in (errno.ENOSPC, errno.EROFS, errno.EACCES):
        if os.strerror(code) in text or f"[Errno {code}]" in text:
            trouble = os_trouble(OSError(code, os.strerror(code)))
            if trouble is not None:
                return trouble
    no_network = (
        "NewConnectionError",
        "NameResolutionError",
        "ConnectTimeoutError",
        "ReadTimeoutError",
        "ProxyError",
        "name resolution",
        "Network is unreachable",
        "Connection refused",
        "Connection reset",
        "(from versions: none)",
    )
    telling = [line.strip() for line in lines if any(sign in line for sign in no_network)]
    if telling:
        return Failed(
            f"{doing} failed: the packages could not be fetched from the network.\n"
            f"  {telling[0][:200]}",
            "Check the network (and the proxy, if you need one), then run this again: "
            "what has been fetched is kept, so it goes on where it stopped.",
        )
    return Failed(
        f"{doing} failed:\n{end}",
        "Run this again. If it fails the same way, remove the folder .venv and run it once more.",
    )


# --------------------------------------------------------------------------------- showing it


def dotted(numbers: Sequence[int]) -> str:
    """Return 3.11 for (3, 11)."""
    return ".".join(str(number) for number in numbers)


def as_numbers(version: str) -> Tuple[int, ...]:
    """Return (3, 11) for 3.11."""
    return tuple(int(part) for part in version.split("."))


def say(text: str) -> None:
    """Print a line at once: a person is waiting."""
    print(text, flush=True)


def watch(doing: str, command: Sequence[str], env: "Dict[str, str]") -> None:
    """Run a program in the project's folder, showing that it lives; raise Failed when it fails."""
    say(f"-> {doing}")
    began = time.monotonic()
    last: Deque[str] = collections.deque(maxlen=KEPT_LINES)
    child = subprocess.Popen(
        list(command),
        cwd=str(ROOT),
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        errors="replace",
    )
    try:
        reader = threading.Thread(target=keep_lines, args=(child.stdout, last), daemon=True)
        reader.start()
        tick(reader, last, began)
        code = child.wait()
    except BaseException:
        child.terminate()
        raise
    if code:
        raise output_trouble(doing.partition(" (")[0], list(last))
    say(f"   done in {time.monotonic() - began:.0f} s")


def keep_lines(stream: TextIO, last: "Deque[str]") -> None:
    """Keep the last lines of a program's output, in a thread of their own."""
    with stream:
        for line in stream:
            if line.strip():
                last.append(line.rstrip())


def tick(reader: threading.Thread, last: "Deque[str]", began: float) -> None:
    """Show the seconds and the last line until the output ends."""
    live = sys.stdout.isatty()
    width = max(40, shutil.get_terminal_size().columns - 1)
    said = began
    while reader.is_alive():
        reader.join(0.3)
        now = time.monotonic()
        doing = last[-1].strip() if last else ""
        if live:
            line = f"   {now - began:3.0f} s  {doing}"[:width]
            print("\r" + line.ljust(width), end="", flush=True)
        elif now - said >= QUIET_SECONDS:
            said = now
            say(f"   {now - began:3.0f} s  {doing[:90]}")
    if live:
        print("\r" + " " * width + "\r", end="", flush=True)


# -------------------------------------------------------------------------- the environment


def program(folder: pathlib.Path, name: str = "python") -> pathlib.Path:
    """Return the path of a program of an environment, on any system."""
    return folder / "Scripts" / (name + ".exe") if WINDOWS else folder / "bin" / name


def child_env() -> "Dict[str, str]":
    """Return our environment without what would lead another Python astray."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
    # Packages are pinned, and so is what builds them; relative, since spaces would split a path.
    env.update(PIP_CONSTRAINT="constraints.txt", PIP_BUILD_CONSTRAINT="constraints.txt")
    env.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_USER="0", PYTHONUTF8="1")
    return env


def ask(command: Sequence[str], seconds: float = 60) -> Optional[str]:
    """Return what a program prints, or None when it does not run or fails."""
    try:
        return subprocess.run(
            list(command),
            cwd=str(pathlib.Path.home()),  # not ROOT: what is installed counts, not what lies here
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            universal_newlines=True,
            timeout=seconds,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


def version_of(python: str) -> Optional[str]:
    """Return `3.11` for a Python that runs and can make environments, or None."""
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    return ask([python, "-c", code])


def find_pythons() -> "Dict[str, str]":
    """Return the Pythons from 3.11 to 3.13 on this machine that work: version to program."""
    found: Dict[str, str] = {}
    pyenv = pathlib.Path(os.environ.get("PYENV_ROOT") or pathlib.Path.home() / ".pyenv")
    for minor in range(OLDEST[1], NEWEST_TRIED[1] + 1):
        wanted = f"3.{minor}"
        candidates: List[Optional[str]] = [shutil.which(f"python{wanted}")]
        candidates += [str(path) for path in pyenv.glob(f"versions/{wanted}.*/bin/python")]
        if WINDOWS:
            candidates.append(ask(["py", f"-{wanted}", "-c", "import sys; print(sys.executable)"]))
        if sys.version_info[:2] == (3, minor):
            candidates.insert(0, sys.executable)
        for candidate in candidates:
            # A pyenv shim is there even when the Python behind it is not: only a run tells.
            if candidate and version_of(candidate) == wanted:
                found[wanted] = candidate
                break
    return found


def digest() -> str:
    """Return what an environment depends on, as one value: the bounds and the pins."""
    hashed = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        hashed.update((ROOT / name).read_bytes())
    return hashed.hexdigest()


def read_stamp(folder: pathlib.Path) -> "Optional[Dict[str, str]]":
    """Return what was noted when the environment was made, or None when it is not ours."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def write_stamp(folder: pathlib.Path, extra: str) -> None:
    """Note that the environment holds the packages of `extra`."""
    text = json.dumps({"root": str(ROOT), "extra": extra, "digest": digest()})
    (folder / STAMP).write_text(text, encoding="utf-8")


def make_environment(folder: pathlib.Path, python: str, version: str, extra: str) -> pathlib.Path:
    """Make or complete an environment; return its Python. Seconds when nothing is to be done."""
    own = program(folder)
    stamp = read_stamp(folder)
    there = version_of(str(own)) if own.exists() else None
    moved = stamp is not None and stamp.get("root") != str(ROOT)
    fits = stamp is not None and stamp.get("digest") == digest() and not moved
    if stamp and fits and there == version and stamp.get("extra") in (extra, "test"):
        return own
    if stamp is not None and (there != version or moved):
        say(f"-> {folder.name} is of another Python or another folder: making it anew")
        shutil.rmtree(str(folder))
        there = None
    elif there not in (None, version):
        raise Failed(
            f"The folder {folder.name} holds Python {there} and was not made by run.py.",
            f"Rename or remove it, or run this with Python {there}.",
        )
    if there is None:
        watch(
            f"Making the environment {folder.name} (Python {version})",
            [python, "-m", "venv", str(folder)],
            child_env(),
        )
        write_stamp(folder, "unfinished")
    what = ".[test]" if extra == "test" else "."
    watch(
        f"Installing the packages into {folder.name} (the first time: a minute or less)",
        [str(own), "-m", "pip", "install", "--no-input", "--progress-bar", "off", "-e", what],
        child_env(),
    )
    write_stamp(folder, extra)
    return own


def conda_python(extra: str) -> Optional[pathlib.Path]:
    """Return the active conda environment's Python when it already holds the packages."""
    prefix = os.environ.get("CONDA_PREFIX")
    if not prefix:
        return None
    folder = pathlib.Path(prefix)
    python = folder / "python.exe" if WINDOWS else folder / "bin" / "python"
    try:
        check = subprocess.run(
            [str(python), "-c", HOLDS, str(ROOT), extra],
            cwd=str(pathlib.Path.home()),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            check=False,
        )
    except OSError:
        return None
    if check.returncode:
        lacking = (check.stdout.strip().splitlines() or ["it does not run"])[-1]
        say(f"   The conda environment {folder.name} is not used: {lacking}")
        return None
    say(f"   Using the conda environment {folder.name}")
    return python


def environment(extra: str) -> pathlib.Path:
    """Return the Python to use: conda's when it holds the packages, else that of .venv."""
    conda = conda_python(extra)
    if conda is not None:
        return conda
    version, python = dotted(sys.version_info[:2]), sys.executable
    if sys.version_info[:2] > NEWEST_TRIED:
        tried = find_pythons()
        if tried:
            version = max(tried, key=as_numbers)
            python = tried[version]
        else:
            say(f"   Note: the lab has been tried up to Python 3.13; this is {version}")
    else:
        modules = [importlib.util.find_spec(name) for name in ("venv", "ensurepip")]
        check_venv(sys.version_info[:3], [module is not None for module in modules])
    return make_environment(ROOT / ".venv", python, version, extra)


# ------------------------------------------------------------------------------ the commands


def start(options: argparse.Namespace) -> int:
    """Make the learner's copies and start JupyterLab at the start page."""
    python = environment("lab")
    watch("Looking after my-lessons", course(python, "copy"), child_env())
    command = [str(python), "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}"]
    command += [f"--LabApp.default_url=/lab/tree/{START_PAGE}"]  # so the printed address has it
    command += ["--ServerApp.contents_manager_class=labserver.course.jupyter.contents.Contents"]
    command += ["--LabApp.news_url=None"]  # no question about news first
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    if options.no_browser:
        command.append("--no-browser")
    if options.port is not None:
        command.append(f"--port={options.port}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    say(f"-> Starting JupyterLab at {START_PAGE} (Ctrl-C, twice, ends it)")
    # Our kernel says what went wrong in a learner's words, from the first cell on.
    kernels = [str(ROOT / "labserver" / "course" / "jupyter"), os.environ.get("JUPYTER_PATH", "")]
    return hand_over(command, JUPYTER_PATH=os.pathsep.join(filter(None, kernels)))


def course(python: pathlib.Path, *words: str) -> List[str]:
    """Return the command that looks after notebooks, with the environment's Python."""
    return [str(python), "-m", "labserver.course.notebooks", *words]


def hand_over(command: Sequence[str], **more: str) -> int:
    """Run a program in our place; return its exit code (on POSIX: never)."""
    os.chdir(str(ROOT))
    env = dict(child_env(), **more)
    for name in ("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "PIP_USER"):
        env.pop(name)  # a learner's own `pip install` in a cell is theirs
    sys.stdout.flush()
    if not WINDOWS:
        os.execve(command[0], list(command), env)  # noqa: S606  (no shell wanted)
    child = subprocess.Popen(list(command), env=env)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the child got it too, and decides
    return child.wait()


def test(options: argparse.Namespace) -> int:
    """Run every check, in this Python; with --full also in each other one that is found."""
    python = environment("test")
    command = [str(python), "-m", "tests.run_checks"]
    command += ["--only=" + name for name in options.only]
    if options.full:
        command += ["--full", *other_pythons(version_of(str(python)))]
    return hand_over(command)


def other_pythons(ours: Optional[str]) -> List[str]:
    """Make an environment for each other Python; return what tests.run_checks is told of them."""
    told: List[str] = []
    found = find_pythons()
    for minor in range(OLDEST[1], NEWEST_TRIED[1] + 1):
        version = f"3.{minor}"
        if version == ours:
            continue
        if version not in found:
            told.append(f"--missing={version}")
            continue
        folder = ROOT / (".venv-" + version)
        try:
            own = str(make_environment(folder, found[version], version, "test"))
        except Failed as failure:
            say(f"{failure.what}\n{failure.cure}")
            own = ""
        told.append(f"--python={version}={own}")
    return told


def notebooks(options: argparse.Namespace) -> int:
    """Run and clean the committed lessons, or only look at them."""
    words = ["rebuild"] + (["--check"] if options.check else []) + options.names
    return hand_over(course(environment("lab"), *words))


def fresh(options: argparse.Namespace) -> int:
    """Make a new copy of a lesson to work in."""
    return hand_over(course(environment("lab"), "fresh", options.lesson))


def check(_options: argparse.Namespace) -> int:
    """Say in one line whether this machine is ready, or what is missing and the cure."""
    try:
        found = [
            "Python " + dotted(sys.version_info[:3]),
            check_disk(shutil.disk_usage(str(ROOT)).free, made=program(ROOT / ".venv").exists()),
            check_browser(),
            check_loopback(),
            check_lab(environment("lab")),
        ]
    except Failed as failure:
        say(" ".join(f"Not ready. {failure.what} The cure: {failure.cure}".split()))
        return 1
    say(f"Ready: {', '.join(found)}.")
    return 0


def check_disk(free: int, *, made: bool) -> str:
    """Return how much room there is; raise Failed when it is too little for what is to come."""
    if free < (SPARE if made else ROOM):
        raise Failed(
            f"The disk is nearly full: {free // 10**6} MB are free.",
            f"Free about {(SPARE if made else ROOM) // 10**6} MB and run this again.",
        )
    return f"{free / 10**9:.0f} GB free" if free >= 10**9 else f"{free // 10**6} MB free"


def check_browser() -> str:
    """Return that there is a browser; raise Failed when none is found."""
    try:
        webbrowser.get()
    except webbrowser.Error:
        raise Failed(
            "No web browser was found.",
            "Install one (Firefox, for example). Or start with  python3 run.py --no-browser  "
            "and open the address that it prints in a browser yourself.",
        ) from None
    return "a browser"


def check_loopback() -> str:
    """Return that programs of this machine reach each other; raise Failed when they don't."""
    try:
        with socket.socket() as server:
            server.settimeout(5)
            server.bind(("127.0.0.1", 0))
            server.listen(1)
            with socket.create_connection(server.getsockname(), 5) as client:
                accepted, _ = server.accept()
                with accepted:
                    accepted.sendall(b"220")
                    client.recv(3)
    except OSError as error:
        raise Failed(
            f"Programs on this machine can't reach each other over 127.0.0.1 ({error}).",
            "Allow Python in your firewall, or ask who looks after this machine.",
        ) from None
    return "programs reach each other"


def check_lab(python: pathlib.Path) -> str:
    """Return that a first message was sent and fetched; raise Failed when that went wrong."""
    command = [str(python), "-m", "labserver.course.ready"]
    done = subprocess.run(
        command,
        cwd=str(ROOT),
        env=child_env(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        check=False,
    )
    if done.returncode:
        said = (done.stdout.strip().splitlines() or ["it says nothing"])[-1]
        raise Failed(
            f"The lab's first message did not get through: {said}.",
            "Remove the folder .venv and run this again.",
        )
    return "a first message sent and fetched"


def read_command(words: Optional[Sequence[str]]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser window")
    parser.add_argument("--port", type=int, help="the port of JupyterLab")
    parser.set_defaults(command=start)
    commands = parser.add_subparsers(metavar="test | notebooks | fresh | check")
    part = commands.add_parser("test", help="run every check")
    part.add_argument("--full", action="store_true", help="all counts, on every Python found")
    part.add_argument("--only", action="append", default=[], metavar="STAGE", help="one stage")
    part.set_defaults(command=test)
    part = commands.add_parser("notebooks", help="run the committed lessons again and clean them")
    part.add_argument("--check", action="store_true", help="look only; change nothing")
    part.add_argument("names", nargs="*", help="file names or numbers; none: all")
    part.set_defaults(command=notebooks)
    part = commands.add_parser("fresh", help="a new copy of a lesson, beside the old one")
    part.add_argument("lesson", help="its number, such as 00")
    part.set_defaults(command=fresh)
    part = commands.add_parser("check", help="say in one line whether this machine is ready")
    part.set_defaults(command=check)
    return parser.parse_args(words)


def main(words: Optional[Sequence[str]] = None) -> int:
    """Run one command; return the exit code."""
    try:
        if sys.version_info[:2] < OLDEST:
            check_python(sys.version_info[:3], find_pythons())
        options = read_command(words)
        return int(options.command(options))
    except Failed as failure:
        complain(failure)
    except OSError as error:
        trouble = os_trouble(error)
        if trouble is None:
            raise
        complain(trouble)
    except KeyboardInterrupt:
        say("\nStopped. Run it again: it goes on where it stopped.")
        return 128 + signal.SIGINT
    return 1


def complain(failure: Failed) -> None:
    """Say what is wrong and what to do, where errors are said."""
    print(f"\nIt did not work.\n  {failure.what}\n\nThe cure\n  {failure.cure}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
