"""The layering is checked, and the check would notice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    # The copy in `folder` counts, wherever the package is installed from.
    env = dict(os.environ) | {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package and its contracts, to break."""
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "labserver", tmp_path / "labserver", ignore=without)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_layers_hold(house: Path) -> None:
    answer = lint(house)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("clock", "import labserver.events"),
        ("store", "import labserver.imap"),
        ("pop3", "import labserver.imap"),
        ("smtp", "import labserver.pop3"),
        ("devices", "import labserver.wire"),
        ("wire", "import labserver.devices"),
        ("imap", "import asyncio"),
        ("message", "from threading import Lock"),
        ("snapshot", "import socket"),
    ],
)
def test_a_forbidden_import_is_noticed(house: Path, room: str, line: str) -> None:
    folder = house / "labserver" / room
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    answer = lint(house)
    assert answer.returncode != 0
    assert "BROKEN" in answer.stdout


def test_a_room_nobody_placed_is_noticed(house: Path) -> None:
    (house / "labserver" / "annexe.py").write_text('"""New."""\n', encoding="utf-8")
    answer = lint(house)
    assert answer.returncode != 0
    assert "annexe" in answer.stdout


def test_no_contract_makes_an_exception() -> None:
    assert CONTRACTS
    assert not [contract["name"] for contract in CONTRACTS if "ignore_imports" in contract]
