"""What a learner has done: kept, exported, taken in; and no file that can break a lesson."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labserver.course.lessons import LESSONS
from labserver.course.records import done
from labserver.course.records.done import FILE, Answer, Progress, here

WHOLE = {
    "version": 1,
    "predictions": {"03.1": {"chosen": 1, "right": False, "again": 0}},
    "quiz": {},
    "exercises": {"03.E1": True},
}


def broken(**changes: object) -> str:
    return json.dumps({**WHOLE, **changes})


BROKEN = [
    "",
    "{",
    "[]",
    "null",
    "7",
    "\ud800",
    "[" * 100_000,
    "{}",
    broken(version=2),
    broken(predictions=[]),
    broken(predictions={"03.1": None}),
    broken(predictions={"03.1": {"chosen": "b", "right": True}}),
    broken(predictions={"03.1": {"chosen": 1, "right": "yes"}}),
    broken(predictions={"03.1": {"chosen": 1}}),
    broken(quiz={"03.Q1": {"chosen": 1, "right": True, "more": 1}}),
    broken(exercises={"03.E1": "yes"}),
]


def test_what_is_noted_is_there_for_the_next(tmp_path: Path) -> None:
    first, second = here(tmp_path), here(tmp_path)
    first.predicted("03.1", chosen=1, right=False)
    second.answered("03.Q1", chosen=0, right=True)
    first.solved("03.E1")
    second.recalled("03.1")
    second.recalled("03.2")
    found = here(tmp_path)
    assert found.predictions == {"03.1": Answer(1, right=False, again=1)}
    assert found.quiz == {"03.Q1": Answer(0, right=True)}
    assert found.exercises == {"03.E1": True}
    assert found.told == ""
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_the_first_answer_counts(tmp_path: Path) -> None:
    for chosen in (2, 1):
        here(tmp_path).predicted("03.1", chosen=chosen, right=chosen == 1)
        here(tmp_path).answered("03.Q1", chosen=chosen, right=chosen == 1)
    assert here(tmp_path).predictions["03.1"] == Answer(2, right=False)
    assert here(tmp_path).quiz["03.Q1"] == Answer(2, right=False)


def test_in_the_course_s_own_folder_nothing_is_kept() -> None:
    progress = here(LESSONS)
    progress.solved("03.E1")
    assert progress.path is None
    assert not (LESSONS / FILE).exists()


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_set_aside_and_said(tmp_path: Path, text: str) -> None:
    octets = text.encode("utf-8", "surrogatepass")
    (tmp_path / FILE).write_bytes(octets)
    progress = here(tmp_path)
    assert progress.predictions == {}
    assert "progress.json holds no progress of this course" in progress.told
    assert "set aside as progress-unread-1.json" in progress.told
    progress.solved("03.E1")
    assert (tmp_path / "progress-unread-1.json").read_bytes() == octets
    assert here(tmp_path).exercises == {"03.E1": True}


def test_what_breaks_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    progress = here(tmp_path)
    progress.solved("03.E1")
    for n in (1, 2):
        (tmp_path / FILE).write_text(f"broken {n}", encoding="utf-8")
        progress.solved(f"03.E{n}")
        aside = tmp_path / f"progress-unread-{n}.json"
        assert aside.read_text(encoding="utf-8") == f"broken {n}"
        assert aside.name in progress.told
    assert here(tmp_path).exercises == {"03.E1": True, "03.E2": True}


def test_what_cannot_be_read_is_let_be(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    progress = here(tmp_path)
    assert "progress.json cannot be used" in progress.told
    progress.solved("03.E1")
    assert progress.exercises == {"03.E1": True}
    assert (tmp_path / FILE).is_dir()


def test_what_cannot_be_written_is_said_and_what_was_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here(tmp_path).solved("03.E1")
    progress = here(tmp_path)

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    progress.solved("03.E2")
    assert progress.told == (
        "progress.json cannot be used (No space left on device): nothing is kept from now on."
    )
    monkeypatch.undo()
    assert here(tmp_path).exercises == {"03.E1": True}
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_exported_reset_and_taken_in_again(tmp_path: Path) -> None:
    progress = here(tmp_path)
    progress.solved("03.E1")
    copied = progress.export(tmp_path / "mine.json")
    progress.reset()
    assert here(tmp_path).exercises == {}
    here(tmp_path).take_in(copied)
    assert here(tmp_path).exercises == {"03.E1": True}


def test_what_is_no_progress_is_not_taken_in(tmp_path: Path) -> None:
    progress = here(tmp_path)
    progress.solved("03.E1")
    other = tmp_path / "other.json"
    other.write_text("[]", encoding="utf-8")
    with pytest.raises(ValueError, match=r"other\.json holds no progress of this course"):
        progress.take_in(other)
    with pytest.raises(FileNotFoundError):
        progress.take_in(tmp_path / "none.json")
    assert other.exists(), "only the learner's own file is set aside"
    assert here(tmp_path).exercises == {"03.E1": True}


def test_what_another_version_knows_more_of_stays(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(broken(exercises={"77.E1": True}), encoding="utf-8")
    here(tmp_path).solved("03.E1")
    assert here(tmp_path).exercises == {"77.E1": True, "03.E1": True}


def test_without_a_path_all_works_and_nothing_is_written() -> None:
    progress = Progress()
    progress.predicted("03.1", chosen=0, right=True)
    progress.reset()
    assert done.Progress.read(None).predictions == {}
