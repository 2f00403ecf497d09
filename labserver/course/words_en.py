"""The words of the course's own questions and answers, in English."""

from __future__ import annotations

from string import ascii_lowercase

__all__ = [
    "COURSE",
    "HEADS",
    "SURPRISES",
    "again",
    "back",
    "done",
    "exported",
    "going",
    "hint",
    "judged",
    "letter",
    "no_account",
    "no_file",
    "of",
    "other_file",
    "predicted",
    "proof",
    "score",
    "spoken",
    "surprised",
    "taken_in",
    "type_answer",
    "type_prediction",
]

COURSE = {
    "predict": "Predict",
    "commit_prediction": "Commit my prediction",
    "elsewhere": "This question is asked again in another cell.",
    "not_predicted": "Not predicted: the next cell has been run already.",
    "recall": "What do you still know?",
    "again": "You predicted something else in the lessons before. Try again.",
    "nothing": "There is nothing to ask today.",
    "quiz": "Quiz",
    "more": "(more)",
    "of_more": "A question with (more) is about a step that is marked so.",
    "commit": "Commit my answer",
    "right": "Yes.",
    "solution": "The solution:",
    "progress": "What is done so far",
    "keep": (
        'Save a copy: `course.progress().export("mine.json")`. '
        'Take one in: `course.progress().take_in("mine.json")`. '
        "Begin anew: `course.progress().reset()`."
    ),
    "nowhere": "This is the course's own folder: here nothing is noted.",
    "reset": "Everything is forgotten: the course begins anew.",
}
HEADS = ("lesson", "title", "predictions made", "exercises solved", "quiz answered", "done")
"""The heads of the table of what is done."""
SURPRISES = {"absent": "not here", "read": "read", "new": "new"}
"""How a message looks on a device."""


def letter(option: int) -> str:
    """Name an option."""
    return f"{ascii_lowercase[option]})"


def type_prediction(key: str, example: str) -> str:
    """Say how to answer without the panel."""
    return f'Choose before you run the next cell. Or type: `course.predict("{key}", "{example}")`'


def type_answer(function: str, number: str) -> str:
    """Say how to answer without the panel."""
    return f'Or type, for question 1: `course.{function}("{number}", 1, "a")`'


def predicted(option: str) -> str:
    """Say what was committed."""
    return f"You predict {option}. Now run the cells that follow, and look."


def judged(mine: str, answer: str, *, right: bool) -> str:
    """Say what was predicted, and what is the answer."""
    if right:
        return f"You predicted {mine}. That is right."
    return f"You predicted {mine}. The answer is {answer}."


def back(step: str) -> str:
    """Offer to go back."""
    return f"Go back before step {step}"


def going(step: str) -> str:
    """Say that it is being done."""
    return f"Going back before step {step}: the lines before it are said again…"


def no_account(address: str) -> str:
    """Say that a lab has no such account, and what may have happened."""
    return f"there is no account {address} in this lab: it may be the lab of another cell"


def again(step: str) -> str:
    """Say where one is then."""
    return (
        f"You are before step {step} again, in a new lab: the picture below shows it. "
        f"Choose, then run the cell of step {step} again."
    )


def proof(step: str, lesson: str) -> str:
    """Name the step that shows it; `lesson` is empty if it is one of this notebook."""
    return f"See it in step {step} of lesson {lesson}" if lesson else f"See it in step {step}"


def score(right: int, total: int) -> str:
    """Tell the score."""
    return f"{right} of {total} right at the first go."


def hint(n: int, total: int, text: str) -> str:
    """Give a hint."""
    return f"Hint {n} of {total}: {text}"


def spoken(place: int, line: str) -> str:
    """Say which line it was."""
    return f"line {place} of the session: `{line}`" if "`" not in line else f"line {place}: {line}"


def of(made: int, total: int) -> str:
    """Count what is done, and what there is."""
    return f"{made} of {total}" if total else "–"


def done(done_: bool) -> str:  # noqa: FBT001 - a cell of the table
    """Say whether a lesson is done."""
    return "✓ done" if done_ else ""


def exported(name: str) -> str:
    """Say that a copy was made."""
    return f"Everything that is done so far is in `{name}`, too."


def taken_in(name: str) -> str:
    """Say that a copy was taken in."""
    return f"What is done so far is now as `{name}` tells it."


def other_file(name: str) -> str:
    """Refuse to write over another file."""
    return f"There is a file {name} already, which holds something else: choose another name."


def no_file(name: str, why: str) -> str:
    """Say that a file cannot be read or written."""
    return f"{name} cannot be used: {why}."


def surprised(total: int, devices: tuple[str, ...]) -> str:
    """Count the messages that look otherwise on one device than on another."""
    names = f"{', '.join(devices[:-1])} and {devices[-1]}"
    if not total:
        return f"0 surprises: {names} show the same."
    noun = "surprise" if total == 1 else "surprises"
    return f"{total} {noun} between {names}:"
