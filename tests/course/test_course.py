"""What a lesson calls, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from labserver import course


def test_all_that_a_lesson_calls_is_there() -> None:
    for name in course.__all__:
        assert callable(getattr(course, name)), name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = course.nothing  # type: ignore[attr-defined]


def test_no_module_takes_the_place_of_a_function() -> None:
    folder = Path(course.__path__[0])
    modules = {path.stem for path in folder.iterdir() if path.suffix in ("", ".py")}
    assert modules.isdisjoint(course.__all__)


def test_importing_the_course_costs_little() -> None:
    source = "import sys; from labserver import course; print(*sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, check=True, text=True)
    loaded = set(ran.stdout.split())
    assert "labserver.course" in loaded
    assert loaded.isdisjoint({"anywidget", "ipywidgets", "nbformat", "IPython", "sqlite3"})
    assert not {each for each in loaded if each.startswith(("labserver.lab", "labserver.widgets"))}


def test_a_learner_s_kernel_waits_for_no_notebook_format() -> None:
    lines = ("import sys", "from labserver import course", 'course.at("00.2")')
    source = "\n".join((*lines, 'print("nbformat" in sys.modules)'))
    ran = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.strip() == "False"
