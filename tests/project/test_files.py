"""The files around the package agree with each other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import labserver

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
# Built from parts, so that this file does not hold what it looks for.
PACKAGE_HOSTS = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("anaconda", "org"),
            ("anaconda", "com"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("jsdelivr", "net"),
            ("unpkg", "com"),
            ("esm", "sh"),
        )
    )
)
OURS = {".venv", ".git", "my-lessons", "test-screens", "__pycache__", "node_modules"}


def requirements(texts: list[str]) -> dict[str, Requirement]:
    found = map(Requirement, texts)
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def wanted() -> dict[str, Requirement]:
    """Return everything that may be installed: for the lab and for the tests."""
    texts = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    return requirements(texts + [text for extra in EXTRAS.values() for text in extra])


def pins() -> dict[str, Requirement]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return requirements([line for line in lines if line and not line.startswith("#")])


def text_files() -> list[Path]:
    """Return the project's text files: those git knows or would add, else all but what is made."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0 and listing.stdout:
        paths = [ROOT / os.fsdecode(name) for name in listing.stdout.split(b"\0") if name]
    else:
        paths = [
            path
            for path in ROOT.rglob("*")
            if not any(part in OURS or part.startswith(".venv") for part in path.parts)
        ]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:1024]]


def test_no_file_names_a_package_host() -> None:
    files = text_files()
    assert ROOT / "constraints.txt" in files
    named = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in files
        if (hit := PACKAGE_HOSTS.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert named == []


def test_the_search_for_package_hosts_finds_one() -> None:
    assert PACKAGE_HOSTS.search("https://files." + "pythonhosted" + ".org/packages/x")


def test_the_pins_cover_every_package_within_its_bounds() -> None:
    held = pins()
    for name, requirement in wanted().items():
        assert name in held, f"{name} is not pinned"
        (pin,) = held[name].specifier
        assert pin.operator == "=="
        assert requirement.specifier.contains(pin.version, prereleases=True), requirement


def test_the_pins_are_one_exact_version_each_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    bare = [line for line in lines if line and not line.startswith("#")]
    assert len(pins()) == len(bare), "a package is pinned twice"
    for line in bare:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line), line


def test_what_is_installed_is_what_is_pinned() -> None:
    """Only in an environment that run.py made: elsewhere versions are the owner's choice."""
    from importlib import metadata

    if not (Path(sys.prefix) / "mail-protocol-lab.json").exists():
        pytest.skip("not an environment of run.py")
    for name, pin in pins().items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # a package of another system
        assert pin.specifier.contains(version, prereleases=True), f"{name} is {version}"


def test_conda_and_pip_are_told_the_same() -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert conda["name"] == PROJECT["project"]["name"]
    *packages, pip_part = conda["dependencies"]
    assert set(pip_part) == {"pip"}
    *listed, last = pip_part["pip"]
    assert last == "-e ."
    ours = requirements(PROJECT["project"]["dependencies"])
    theirs = requirements(listed)
    assert {name: str(each.specifier) for name, each in theirs.items()} == {
        name: str(each.specifier) for name, each in ours.items()
    }
    python = requirements(packages)["python"]
    lower = PROJECT["project"]["requires-python"]
    assert all(part in str(python.specifier) for part in lower.split(","))


def test_each_python_that_conda_may_choose_is_one_we_say_we_know() -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python = next(Requirement(text) for text in conda["dependencies"] if "python" in text)
    said = {
        text.rpartition(" ")[2]
        for text in PROJECT["project"]["classifiers"]
        if re.search(r":: 3\.\d+$", text)
    }
    assert said == {f"3.{n}" for n in range(30) if python.specifier.contains(Version(f"3.{n}"))}


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "CHANGELOG.md", ".ci/run", "run.py"])
def test_what_a_reader_looks_for_is_there(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").strip()


def test_ci_calls_the_one_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "export CI=true" in script
    assert script.rstrip().endswith("exec python3 run.py test")
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bit")
@pytest.mark.parametrize("name", [".ci/run", "run.py"])
def test_programs_may_be_run(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = ["jupyterlab", "ipywidgets", "anywidget", "IPython", "aiosmtpd", "asyncio", "sqlite3"]
    code = f"import sys, labserver; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
    assert labserver.__doc__
