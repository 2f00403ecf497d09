"""What a check says, its hints by a press and typed, and what is noted."""

from __future__ import annotations

from pathlib import Path

import pytest

from labserver import course
from labserver.course.errors import CourseError
from labserver.course.records.done import here

pytestmark = pytest.mark.usefixtures("made")


def test_not_yet_then_done_is_noted(made: Path) -> None:
    with course.exercise("98.E1") as lab:
        first = course.check("98.E1")
        assert not first.done
        assert "no line has marked it" in first.text()
        assert "Rule: RFC 1939 section 5" in first.text()
        pop = lab.device("laptop").dial("pop3")
        for line in ("USER bob", "PASS tulip", "DELE 1"):
            pop.send(line)
        second = course.check("98.E1")
        assert "Where: line 3 of the session: `DELE 1`" in second.text()
        assert "State: TRANSACTION" in second.text()
        assert here(made).exercises == {}
        pop.send("QUIT")
        third = course.check("98.E1")
        assert third.done
        assert third.text() == "Done. A is `gone` from the server."
        assert here(made).exercises == {"98.E1": True}


def test_typed_hints_and_pressed_ones_are_the_same_row() -> None:
    with course.exercise("98.E1"):
        panel = course.check("98.E1")
        assert repr(course.hint("98.E1")) == "Hint 1 of 3: Which line marks?"
        assert panel.given == 0
        panel = course.check("98.E1")
        assert panel.given == 1
        panel.wish = {"hint": 1}
        assert panel.given == 2
        assert repr(course.hint("98.E1")) == "Hint 3 of 3: `DELE 1`, then `QUIT`."
        solution = course.hint("98.E1")
        assert repr(solution).splitlines()[0] == "The solution:"
        assert '    pop.send("USER bob")' in repr(solution).splitlines()
        assert "<pre><code>pop = lab.device(&quot;laptop&quot;)" in solution._repr_html_()
        assert repr(course.hint("98.E1")) == repr(solution)
        assert course.check("98.E1").view["over"]


def test_what_has_not_begun_or_is_not_there_is_said() -> None:
    with pytest.raises(CourseError, match=r"There is no exercise 98\.E7"):
        course.hint("98.E7")
    with pytest.raises(CourseError, match=r"There is no exercise 98\.E7"):
        course.check("98.E7")


def test_a_broken_progress_file_is_said_and_does_not_hide_that_it_is_done(made: Path) -> None:
    with course.exercise("98.E1") as lab:
        (made / "progress.json").write_text("{", encoding="utf-8")
        pop = lab.device("laptop").dial("pop3")
        for line in ("USER bob", "PASS tulip", "DELE 1", "QUIT"):
            pop.send(line)
        said = course.check("98.E1").text()
    assert said.startswith("Done. A is `gone` from the server. progress.json holds no progress")
    assert here(made).exercises == {"98.E1": True}
