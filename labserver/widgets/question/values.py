"""What a panel of questions shows: values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Asked", "Link", "Reply", "Standing", "Tone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and its options, which get the letters a, b, c. Texts may hold `code`."""

    ask: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way to a cell: of the notebook beside this one, or of this one if that is empty."""

    text: str
    cell: str
    notebook: str = ""


class Tone(Enum):
    """How a reply is meant; never shown by its colour alone."""

    PLAIN = "plain"
    RIGHT = "right"
    OTHER = "other"
    """It was another option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is said below a question. `right` is the index of the option that it was, if told.

    `button` is the label of something that the learner can do then.
    """

    says: tuple[str, ...]
    tone: Tone = Tone.PLAIN
    right: int | None = None
    link: Link | None = None
    button: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand with a question: whether one can still choose, what was chosen and said."""

    open: bool = True
    chosen: int | None = None
    reply: Reply | None = None
