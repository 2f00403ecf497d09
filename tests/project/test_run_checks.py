"""The stages of `run.py test`: all run, each is counted, and what is missing is named."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests import run_checks
from tests.run_checks import Outcome, Result, Stage, run_stage, running_stages, table

if TYPE_CHECKING:
    from collections.abc import Iterator


def program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def stage(*codes: str, name: str = "one", skipped: str = "") -> Stage:
    commands = tuple(map(program, codes))
    return Stage(name=name, heading=f"stage {name}", commands=commands, skipped=skipped)


def test_every_program_of_a_stage_runs_and_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_stage(stage("print('first'); raise SystemExit(1)", "print('second ✓')"))
    assert result.outcome is Outcome.FAILED
    assert result.note == "1 of 2 runs failed"
    told = capsys.readouterr().out
    assert "=== stage one ===" in told
    assert "first" in told
    assert "second" in told


def test_a_quiet_program_is_said_to_live(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_checks, "QUIET_SECONDS", 0.2)
    assert run_stage(stage("import time; time.sleep(1)")).outcome is Outcome.PASSED
    assert "still running" in capsys.readouterr().out


def test_a_stage_with_a_reason_is_skipped_and_says_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = run_stage(stage("raise SystemExit(1)", skipped="no such thing"))
    assert result.outcome is Outcome.SKIPPED
    assert "skipped: no such thing" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "ci", "skipped"),
    [("chromium", "", False), (None, "", True), (None, "true", False), (None, "false", True)],
)
def test_without_chromium_the_browser_is_skipped_but_not_under_ci(
    monkeypatch: pytest.MonkeyPatch, found: str | None, ci: str, *, skipped: bool
) -> None:
    monkeypatch.setattr(run_checks, "find_chromium", lambda: found)
    monkeypatch.setenv("CI", ci)
    browser = next(each for each in running_stages("python", full=False) if each.name == "browser")
    assert bool(browser.skipped) is skipped
    assert ("sudo apt install chromium" in browser.skipped) is skipped


def test_full_runs_the_notebooks_ten_times_strictly() -> None:
    stages = {each.name: each for each in running_stages("python", full=True)}
    runs = [command for command in stages["notebooks"].commands if "--nbval" in command]
    assert len(runs) == 10
    assert all("--full" in stages[name].commands[0] for name in ("tests", "notebooks", "browser"))
    assert not any("lax" in word or "sanitize" in word for command in runs for word in command)
    once = {each.name: each for each in running_stages("python", full=False)}["notebooks"]
    assert sum("--nbval" in command for command in once.commands) == 1


def planted(outcomes: list[str]) -> Iterator[Stage]:
    for number, code in enumerate(outcomes):
        yield stage(code, name=str(number))


def test_a_failure_keeps_no_other_stage_from_running(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = ["raise SystemExit(3)", "print('still ran')"]
    monkeypatch.setattr(run_checks, "static_stages", lambda _python: planted(codes))
    monkeypatch.setattr(run_checks, "running_stages", lambda *_args, **_named: iter(()))
    assert run_checks.main(["--missing=3.12", "--python=3.13="]) == 1
    told = capsys.readouterr().out
    assert "\nstill ran\n" in told
    assert told.rstrip().endswith("Stages: 1 passed, 2 failed, 1 missing")
    assert "not found on this machine" in told
    assert run_checks.main(["--only=1"]) == 0


def test_an_unknown_stage_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_checks, "static_stages", lambda _python: planted(["pass"]))
    with pytest.raises(SystemExit, match="2"):
        run_checks.main(["--only=nonsense"])


def test_other_pythons_run_only_what_depends_on_them(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Stage] = []

    def note(each: Stage) -> Result:
        ran.append(each)
        return Result(heading=each.heading, outcome=Outcome.PASSED)

    monkeypatch.setattr(run_checks, "run_stage", note)
    assert run_checks.main(["--full", "--only=tests", "--python=3.13=other"]) == 0
    assert [each.commands[0][0] for each in ran] == [sys.executable, "other"]
    assert "3.13" in ran[1].heading


def test_the_table_ends_in_a_plain_line() -> None:
    results = [
        Result(heading="lint", outcome=Outcome.PASSED, seconds=1.25),
        Result(heading="browser", outcome=Outcome.SKIPPED, note="no Chromium"),
    ]
    assert table(results).splitlines()[-4:] == [
        "lint     passed       1.2 s",
        "browser  skipped      0.0 s  no Chromium",
        "",
        "Stages: 1 passed, 0 failed, 1 skipped",
    ]
