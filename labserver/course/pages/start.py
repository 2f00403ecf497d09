"""The start page: the course as a map, and how far the learner has come. Readable without a run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbformat import NotebookNode

from labserver.course import content
from labserver.course.lessons import LESSONS, read
from labserver.course.pages.cells import markdown, notebook
from labserver.course.plan import Lesson, Step
from labserver.course.records.done import Progress

__all__ = ["path_name", "places", "start_page"]

SHORT = ("00", "03", "04", "05")
"""The lessons of the shorter path: where each copy is, by POP3 and by IMAP."""

_HEAD = """\
# The Mail Protocol Lab

Where is your mail, and who has a copy of it? In this course you talk to a real mail server, line by
line, and a picture shows what became of each line. The server runs on this computer: nothing that
you do here can harm your real mail.

A click on a lesson opens it. Each lesson begins with its own new server, so you may begin where
you like and do a lesson twice."""
_FOOT = """\
## To look things up

- The [glossary](glossary.ipynb): the words of the course
- The [reference](reference.ipynb): commands, replies and states, from the server's own tables

This page is made anew each time when `run.py` starts; then it knows what you have done since."""


def start_page(progress: Progress | None = None, folder: Path = LESSONS) -> NotebookNode:
    """Return the start page with what is done marked. Its links fit the notebooks of a folder."""
    done = progress or Progress()
    every = [content.lesson(number) for number in content.numbers()]
    lessons = [lesson for lesson in every if (folder / lesson.notebook).exists()]
    links = {lesson.number: places(lesson, folder) for lesson in lessons}
    short = [lesson for lesson in lessons if lesson.number in SHORT]
    cells = [markdown(_HEAD, *([f"**Note.** {done.told}"] if done.told else []))]
    if lessons:
        cells.append(markdown("## The lessons", _onward(lessons, done), _table(lessons, done)))
        cells += [_lesson(lesson, done, links[lesson.number]) for lesson in lessons]
    if short:
        cells.append(
            _path(short, done, links, "It takes only what you need to say where each copy is.")
        )
    if len(lessons) > len(short):
        cells.append(
            _path(lessons, done, links, "It takes the most important steps of every lesson.")
        )
    return notebook(*cells, markdown(_FOOT))


def places(lesson: Lesson, folder: Path) -> Mapping[str, str]:
    """Return the id of the cell that begins each step, by the step's tag."""
    found: dict[str, str] = {}
    for cell in read(folder / lesson.notebook).cells:
        for tag in cell.metadata.get("tags", ()):
            found.setdefault(tag, cell.id)
    return found


def path_name(minutes: int) -> str:
    """Return what a path of so many minutes is called, to the nearest half hour."""
    halves = max(1, round(minutes / 30))
    if halves < 4:
        return f"The {30 * halves}-minute path"
    return f"The {halves / 2:g}-hour path"


def _onward(lessons: Sequence[Lesson], done: Progress) -> str:
    """Say where to begin, or to go on."""
    for lesson in lessons:
        state = _state(lesson, done)
        if state != "done":
            verb = "Go on with" if state == "begun" or lesson is not lessons[0] else "Begin with"
            return f"**{verb} [lesson {lesson.number}, {lesson.title}]({lesson.notebook}).**"
    return "**You have done all lessons.**"


def _table(lessons: Sequence[Lesson], done: Progress) -> str:
    rows = [
        "| lesson | minutes | predictions | exercises | quiz | so far |",
        "|---|---|---|---|---|---|",
    ]
    for lesson in lessons:
        counts = " | ".join(f"{some} of {all_}" for some, all_ in _counts(lesson, done).values())
        link = f"[{lesson.number} · {lesson.title}]({lesson.notebook})"
        rows.append(f"| {link} | {lesson.minutes} | {counts} | {_state(lesson, done)} |")
    return "\n".join(rows)


def _lesson(lesson: Lesson, done: Progress, at: Mapping[str, str]) -> NotebookNode:
    first = lesson.needs and f" · after lesson {', '.join(lesson.needs)}"
    abilities = "\n".join(f"- {ability}" for ability in lesson.abilities)
    steps = "\n".join(f"- {_step(lesson, step, done, at)}" for step in lesson.steps)
    exercises = "\n".join(
        f"- Exercise {each.key.partition('.')[2]} · {each.title}"
        f"{' · **done**' if done.exercises.get(each.key) else ''}"
        for each in lesson.exercises
    )
    return markdown(
        f"### {lesson.number} · {lesson.title}",
        f"{lesson.minutes} minutes{first or ''} · {_state(lesson, done)}",
        f"Afterwards you can:\n\n{abilities}",
        f"<details><summary>The steps of lesson {lesson.number}</summary>",
        "\n".join(each for each in (steps, exercises) if each),
        "</details>",
    )


def _path(
    lessons: Sequence[Lesson], done: Progress, links: Mapping[str, Mapping[str, str]], why: str
) -> NotebookNode:
    """Return the core steps of some lessons, in order."""
    minutes = sum(step.minutes for lesson in lessons for step in lesson.steps if step.core)
    parts = [f"## {path_name(minutes)}", f"Core steps only, together {minutes} minutes. {why}"]
    for lesson in lessons:
        at = links[lesson.number]
        core = [_step(lesson, step, done, at) for step in lesson.steps if step.core]
        parts.append(f"[{lesson.number} · {lesson.title}]({lesson.notebook})")
        parts.append("\n".join(f"- {each}" for each in core))
    return markdown(*parts)


def _step(lesson: Lesson, step: Step, done: Progress, at: Mapping[str, str]) -> str:
    """Return a step with a link to its cell: JupyterLab finds a heading in plain ASCII only."""
    number = step.key.partition(".")[2]
    heading = f"Step {number} · {step.title}{'' if step.core else ' (more)'}"
    # In code these characters stand for themselves.
    text = heading if "`" in heading else re.sub(r"[\[\]*_]", r"\\\g<0>", heading)
    place = at.get(f"step-{step.key}")
    link = f"{lesson.notebook}#cell-id={place}" if place else lesson.notebook
    told = " · **done**" if step.key in done.predictions else ""
    return f"[{text}]({link}) · {step.minutes} min{told}"


def _counts(lesson: Lesson, done: Progress) -> dict[str, tuple[int, int]]:
    """Return how many there are of each thing to do, and how many of them are done."""
    predictions = [step.key for step in lesson.steps if step.prediction is not None]
    exercises = [each.key for each in lesson.exercises]
    quiz = [each.key for each in lesson.quiz]
    return {
        "predictions": (sum(key in done.predictions for key in predictions), len(predictions)),
        "exercises": (sum(done.exercises.get(key, False) for key in exercises), len(exercises)),
        "quiz": (sum(key in done.quiz for key in quiz), len(quiz)),
    }


def _state(lesson: Lesson, done: Progress) -> str:
    """Say how far a lesson is. Done: its exercises are solved and its quiz is answered."""
    counts = _counts(lesson, done)
    if not any(some for some, _ in counts.values()):
        return "not begun"
    left = [all_ - some for kind, (some, all_) in counts.items() if kind != "predictions"]
    return "begun" if any(left) else "done"
