"""run.py: what it says when something is in the way, and what it makes."""

from __future__ import annotations

import argparse
import ast
import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

import run
from labserver.course.notebooks.copies import KERNELS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(run.__file__).parent
BOTH = [True, True]


def fail_with(code: int) -> Callable[..., NoReturn]:
    """Return what stands in for a function and meets this trouble of the disk."""

    def failing(*_args: object, **_named: object) -> NoReturn:
        raise OSError(code, os.strerror(code), "somewhere")

    return failing


# -------------------------------------------------------------------------------- old Pythons


def test_old_pythons_can_read_it() -> None:
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_it_imports_only_what_python_brings() -> None:
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    names = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert names <= sys.stdlib_module_names


def test_too_old_names_the_newer_one_that_is_there() -> None:
    with pytest.raises(run.Failed) as caught:
        run.check_python((3, 9, 2), {"3.11": "/a place/python3.11", "3.12": "/b/python3.12"})
    assert "3.9.2 is too old" in caught.value.what
    assert '"/b/python3.12" run.py' in caught.value.cure


def test_too_old_says_where_a_newer_one_comes_from() -> None:
    with pytest.raises(run.Failed, match=r"3\.10\.13 is too old") as caught:
        run.check_python((3, 10, 13), {})
    assert "apt install python3" in caught.value.cure


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 14, 0)])
def test_new_enough_is_not_turned_away(version: tuple[int, ...]) -> None:
    run.check_python(version, {})


def test_an_old_python_is_turned_away_before_anything_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 0, "final", 0))
    monkeypatch.setattr(run, "find_pythons", dict)
    monkeypatch.setattr(run, "read_command", fail_with(errno.EIO))
    assert run.main([]) == 1
    assert "3.10.0 is too old" in capsys.readouterr().err


# -------------------------------------------------------------------- what a machine may lack


@pytest.mark.parametrize("has", [[False, True], [True, False], [False, False]])
def test_no_venv_names_the_package(has: list[bool]) -> None:
    with pytest.raises(run.Failed) as caught:
        run.check_venv((3, 11, 2), has)
    assert "sudo apt install python3-venv" in caught.value.cure
    assert "python3.11-venv" in caught.value.cure


def test_with_venv_nothing_is_said() -> None:
    run.check_venv((3, 11, 2), BOTH)


def test_a_python_without_ensurepip_is_noticed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setattr(run, "NEWEST_TRIED", sys.version_info[:2])
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: name != "ensurepip" or None)
    assert run.main(["test"]) == 1
    assert "python3-venv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "said", "cure"),
    [
        (errno.ENOSPC, "disk is full", "Free about 1 GB"),
        (errno.EROFS, "read-only", "Copy the project's folder"),
        (errno.EACCES, "May not write", "Copy the project's folder"),
    ],
)
def test_trouble_with_the_disk_is_said_with_its_cure(
    code: int,
    said: str,
    cure: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(run, "environment", fail_with(code))
    assert run.main(["test"]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "somewhere" in told
    assert cure in told


def test_other_trouble_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "environment", fail_with(errno.EIO))
    with pytest.raises(OSError, match="somewhere"):
        run.main(["test"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "full"),
        ("error: [Errno 30] Read-only file system: 'x'", "read-only"),
        ("PermissionError: [Errno 13] Permission denied: 'x'", "May not write"),
        ("NewConnectionError('...: Failed to establish a new connection')", "network"),
        ("Temporary failure in name resolution", "network"),
        ("ERROR: No matching distribution: x (from versions: none)", "network"),
        ("something nobody thought of", "something nobody thought of"),
    ],
)
def test_what_a_program_said_last_becomes_a_message(line: str, said: str) -> None:
    failure = run.output_trouble("Installing the packages", ["before", line])
    assert said in failure.what
    assert failure.cure


def test_no_network_says_that_a_second_run_goes_on() -> None:
    failure = run.output_trouble("Installing the packages", ["Network is unreachable"])
    assert "Installing the packages failed" in failure.what
    assert "Network is unreachable" in failure.what
    assert "goes on where it stopped" in failure.cure


# ------------------------------------------------------------------------------- showing work


def test_watch_shows_the_step_and_that_it_lives(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "QUIET_SECONDS", 0.0)
    code = "import time; print('step one', flush=True); time.sleep(1)"
    run.watch("Doing it", [sys.executable, "-c", code], dict(os.environ))
    told = capsys.readouterr().out
    assert told.startswith("-> Doing it\n")
    assert "s  step one" in told
    assert "done in" in told


def test_watch_raises_with_the_last_lines() -> None:
    code = "import sys; print('all went well until'); sys.exit('it did not')"
    with pytest.raises(run.Failed) as caught:
        run.watch("Doing it", [sys.executable, "-c", code], dict(os.environ))
    assert "Doing it failed" in caught.value.what
    assert "it did not" in caught.value.what


# ---------------------------------------------------------------------------- the environment


class Made:
    """An environment that is made by noting which programs would have been run."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.steps: list[str] = []
        self.version: str | None = None
        monkeypatch.setattr(run, "watch", self.watch)
        monkeypatch.setattr(run, "version_of", lambda _python: self.version)

    def watch(self, _doing: str, command: list[str], _env: dict[str, str]) -> None:
        self.steps.append(command[2])
        if command[2] == "venv":
            self.version = "3.12"
            run.program(self.folder).parent.mkdir(parents=True, exist_ok=True)
            run.program(self.folder).touch()

    def make(self, extra: str, version: str = "3.12") -> list[str]:
        """Return the steps that were taken."""
        self.steps.clear()
        assert run.make_environment(self.folder, "python", version, extra).exists()
        return list(self.steps)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    return Made(tmp_path / "with a space" / ".venv", monkeypatch)


def test_the_second_time_nothing_is_done(made: Made) -> None:
    assert made.make("lab") == ["venv", "pip"]
    assert made.make("lab") == []
    assert made.make("test") == ["pip"]
    assert made.make("test") == []
    assert made.make("lab") == []


def test_new_pins_are_installed(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.make("lab")
    monkeypatch.setattr(run, "digest", lambda: "another")
    assert made.make("lab") == ["pip"]


def test_half_an_environment_is_completed(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = made.watch

    def cut(doing: str, command: list[str], env: dict[str, str]) -> None:
        if command[2] == "pip":
            raise run.Failed("no network", "cure")
        whole(doing, command, env)

    with monkeypatch.context() as patch:
        patch.setattr(run, "watch", cut)
        with pytest.raises(run.Failed, match="no network"):
            made.make("lab")
    assert made.make("lab") == ["pip"]


def test_another_python_or_place_makes_ours_anew(made: Made) -> None:
    made.make("lab")
    made.version = "3.11"
    assert made.make("lab") == ["venv", "pip"]
    stamp = made.folder / run.STAMP
    moved = json.loads(stamp.read_text(encoding="utf-8")) | {"root": "where it was"}
    stamp.write_text(json.dumps(moved), encoding="utf-8")
    assert made.make("lab") == ["venv", "pip"]


def test_what_run_did_not_make_is_not_removed(made: Made) -> None:
    made.make("lab")
    (made.folder / run.STAMP).unlink()
    assert made.make("lab") == ["pip"]
    (made.folder / run.STAMP).unlink()
    with pytest.raises(run.Failed, match=r"not made by run\.py"):
        made.make("lab", version="3.13")
    assert run.program(made.folder).exists()


def test_pins_reach_what_builds_the_package_too() -> None:
    env = run.child_env()
    assert env["PIP_CONSTRAINT"] == env["PIP_BUILD_CONSTRAINT"] == "constraints.txt"


def test_conda_is_passed_by_when_it_lacks_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    assert run.conda_python("lab") is None
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path))
    assert run.conda_python("lab") is None


def conda_says(project: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run the check of a conda environment with the Python of these tests."""
    (tmp_path / "pyproject.toml").write_text(project, encoding="utf-8")
    command = [sys.executable, "-c", run.HOLDS, str(tmp_path), "test"]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ('dependencies = ["pytest<2"]', "wanted is pytest<2"),
        ('dependencies = ["no-such-thing-at-all"]', "lacks no-such-thing-at-all"),
        ('dependencies = ["pytest>=9"]', "labserver is not installed from this folder"),
    ],
)
def test_what_a_conda_environment_lacks_is_named(project: str, said: str, tmp_path: Path) -> None:
    text = f"[project]\n{project}\n[project.optional-dependencies]\n"
    answer = conda_says(text, tmp_path)
    assert answer.returncode == 1
    assert said in answer.stderr


# -------------------------------------------------------------------------------- other Pythons


def test_pythons_that_do_not_run_are_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setattr(run.shutil, "which", lambda name: f"shims/{name}")
    monkeypatch.setattr(
        run, "version_of", lambda path: "3.12" if path == "shims/python3.12" else None
    )
    assert run.find_pythons() == {"3.12": "shims/python3.12"}


def test_pythons_missing_or_not_made_ready_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(folder: Path, _python: str, version: str, _extra: str) -> Path:
        if version == "3.13":
            raise run.Failed("no network", "wait")
        return folder / "python"

    monkeypatch.setattr(run, "make_environment", make)
    monkeypatch.setattr(run, "find_pythons", lambda: {"3.12": "p", "3.13": "q"})
    assert run.other_pythons("3.12") == ["--missing=3.11", "--python=3.13="]
    monkeypatch.setattr(run, "find_pythons", lambda: {"3.11": "p", "3.12": "q"})
    told = run.other_pythons("3.11")
    assert told == [f"--python=3.12={ROOT / '.venv-3.12' / 'python'}", "--missing=3.13"]


# ------------------------------------------------------------------------------- the commands


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that run.py would have become."""
    commands: list[list[str]] = []
    monkeypatch.setattr(run, "environment", lambda extra: Path(extra) / "python")
    monkeypatch.setattr(run, "watch", lambda *_args: None)
    monkeypatch.setattr(run, "version_of", lambda _python: "3.12")

    def hand_over(command: Sequence[str], **more: str) -> int:
        commands.append([*command, *(f"{name}={value}" for name, value in more.items())])
        return 0

    monkeypatch.setattr(run, "hand_over", hand_over)
    return commands


def test_no_argument_opens_the_start_page(handed: list[list[str]]) -> None:
    assert run.main([]) == 0
    assert handed[0][:3] == [str(Path("lab/python")), "-m", "jupyterlab"]
    assert f"--LabApp.default_url=/lab/tree/{run.START_PAGE}" in handed[0]
    assert f"--ServerApp.root_dir={ROOT}" in handed[0]
    kernels = handed[0][-1].removeprefix("JUPYTER_PATH=").split(os.pathsep)[0]
    assert Path(kernels) == KERNELS
    assert (KERNELS / "kernels" / "python3" / "kernel.json").is_file()
    assert not {"--no-browser", "--port=9999"} & set(handed[0])


def test_what_is_asked_of_jupyter_is_passed_on(handed: list[list[str]]) -> None:
    assert run.main(["--no-browser", "--port", "9999"]) == 0
    assert {"--no-browser", "--port=9999"} <= set(handed[0])


@pytest.mark.parametrize(
    ("words", "extra", "command"),
    [
        ("test", "test", "tests.run_checks"),
        ("test --only lint", "test", "tests.run_checks --only=lint"),
        ("notebooks", "lab", "labserver.course.notebooks rebuild"),
        ("notebooks --check 00", "lab", "labserver.course.notebooks rebuild --check 00"),
        ("fresh 00", "lab", "labserver.course.notebooks fresh 00"),
    ],
)
def test_each_command_is_handed_to_its_module(
    handed: list[list[str]], words: str, extra: str, command: str
) -> None:
    assert run.main(words.split()) == 0
    assert handed == [[str(Path(extra) / "python"), "-m", *command.split()]]


def test_full_adds_the_other_pythons(
    handed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "other_pythons", lambda ours: [f"not {ours}"])
    assert run.test(argparse.Namespace(full=True, only=[])) == 0
    assert handed[0][-2:] == ["--full", "not 3.12"]


# ------------------------------------------------------------------------- is this machine ready


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that lacks nothing; the environment is that of these tests."""
    monkeypatch.setattr(run, "environment", lambda _extra: Path(sys.executable))
    monkeypatch.setattr(run.webbrowser, "get", lambda: None)


@pytest.mark.usefixtures("ready")
def test_a_ready_machine_is_called_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["check"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Ready: Python 3.")
    assert "a first message sent and fetched" in line


def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> NoReturn:
        raise run.webbrowser.Error("none")

    monkeypatch.setattr(run.webbrowser, "get", none)


def no_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.socket, "create_connection", fail_with(errno.ECONNREFUSED))


def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.shutil, "disk_usage", lambda _path: argparse.Namespace(free=10**6))


def no_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        run.subprocess,
        "run",
        lambda command, **_how: subprocess.CompletedProcess(command, 1, "one\nLabError: why\n"),
    )


def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_extra: str) -> NoReturn:
        raise run.Failed("No venv.\n  It is missing.", "Install it.")

    monkeypatch.setattr(run, "environment", none)


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("lack", "said", "cure"),
    [
        (no_browser, "No web browser", "--no-browser"),
        (no_loopback, "can't reach each other", "firewall"),
        (no_room, "nearly full: 1 MB", "MB and run this again"),
        (no_lab, "did not get through: LabError: why.", "Remove the folder .venv"),
        (no_environment, "No venv. It is missing.", "Install it."),
    ],
)
def test_what_a_machine_lacks_is_said_in_one_line_with_the_cure(
    lack: Callable[[pytest.MonkeyPatch], None],
    said: str,
    cure: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lack(monkeypatch)
    assert run.main(["check"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Not ready. ")
    assert said in line
    assert cure in line


@pytest.mark.parametrize(
    ("free", "made", "enough"),
    [(10**9, False, True), (10**9 - 1, False, False), (10**8, True, True), (10**7, True, False)],
)
def test_room_is_for_what_is_still_to_come(free: int, *, made: bool, enough: bool) -> None:
    if enough:
        assert run.check_disk(free, made=made).endswith(" free")
    else:
        with pytest.raises(run.Failed, match="nearly full"):
            run.check_disk(free, made=made)
