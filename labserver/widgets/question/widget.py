"""Questions as a widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import traitlets

from labserver.widgets.base import Faced, script, style
from labserver.widgets.prose import as_html, pieces
from labserver.widgets.question.values import Asked, Reply, Standing
from labserver.widgets.visible import clip, visible
from labserver.widgets.words import en as words

__all__ = ["Questions"]

_HERE = Path(__file__).parent
_TYPED = 20


class Questions(Faced):
    """One or more questions. What is committed is told to `committed(question, option)`, by index.

    That answers with `say`, now or later. `pressed(question)` is called when the button of a reply
    is pressed. `title` heads the panel, `intro` stands below it, `commit` is what the button says.
    """

    _esm = script(_HERE / "widget.js")
    _css = style("lm-question", _HERE / "widget.css")

    wish = traitlets.Dict().tag(sync=True)
    """What the page asks for: `commit`, with a question and an option; or `press`, a question."""

    def __init__(
        self,
        title: str,
        questions: Sequence[Asked],
        *,
        commit: str,
        committed: Callable[[int, int], None],
        pressed: Callable[[int], None] | None = None,
        intro: str = "",
    ) -> None:
        self._title = title
        self._questions = tuple(questions)
        self._commit = commit
        self._committed = committed
        self._pressed = pressed
        self._intro = intro
        self._footer = ""
        self._standings = [Standing() for _ in self._questions]
        super().__init__(view=self._drawn())
        self.observe(self._asked, "wish")

    def standing(self, at: int = 0) -> Standing:
        """Return how things stand with a question."""
        return self._standings[at]

    def commit(self, at: int, option: int) -> bool:
        """Choose an option for good; return whether that could still be done."""
        if not 0 <= at < len(self._questions):
            return False
        if not 0 <= option < len(self._questions[at].options) or not self._standings[at].open:
            return False
        self._standings[at] = Standing(open=False, chosen=option)
        self._committed(at, option)
        self._redraw()
        return True

    def answer(self, number: int | str, letter: str) -> None:
        """Choose an option of question `number`, from 1, by its letter, as in `b` or `b)`.

        What is none gets a message below the question, or in the panel's last line.
        """
        numbers = [str(n + 1) for n in range(len(self._questions))]
        if str(number) not in numbers:
            shown = visible(clip(str(number), _TYPED))
            self.foot(words.no_question(shown, len(numbers)))
            return
        at = numbers.index(str(number))
        letters = list(ascii_lowercase[: len(self._questions[at].options)])
        said = str(letter).strip().rstrip(").").lower()
        if said in letters:
            self.commit(at, letters.index(said))
        elif self._standings[at].open:
            shown = visible(clip(str(letter), _TYPED))
            self.reopen(Reply(says=(words.no_option(shown, letters),)), at)

    def say(self, reply: Reply, at: int = 0) -> None:
        """Say something below a question, and take no other answer to it."""
        self._standings[at] = replace(self._standings[at], open=False, reply=reply)
        self._redraw()

    def reopen(self, reply: Reply | None = None, at: int = 0) -> None:
        """Let the learner choose again."""
        self._standings[at] = Standing(reply=reply)
        self._redraw()

    def foot(self, text: str) -> None:
        """Say something below all questions."""
        self._footer = text
        self._redraw()

    def _asked(self, change: dict[str, Any]) -> None:
        match change["new"]:
            case {"commit": [int(at), int(option)]}:
                self.commit(at, option)
            case {"press": int(at)} if self._pressed is not None and 0 <= at < len(self._standings):
                reply = self._standings[at].reply
                if reply is not None and reply.button:
                    self._pressed(at)
            case _:
                pass

    def _redraw(self) -> None:
        self.view = self._drawn()

    def _drawn(self) -> dict[str, Any]:
        return {
            "title": self._title,
            "intro": pieces(self._intro) if self._intro else [],
            "foot": self._footer,
            "commit": self._commit,
            "questions": [self._question(at) for at in range(len(self._questions))],
            "words": words.QUESTIONS,
        }

    def _question(self, at: int) -> dict[str, Any]:
        asked, standing = self._questions[at], self._standings[at]
        reply = standing.reply
        link = None if reply is None else reply.link
        return {
            "head": self._head(at),
            "ask": pieces(asked.ask),
            "options": [
                {"letter": f"{letter})", "text": pieces(text), "mark": self._mark(at, n)}
                for n, (letter, text) in enumerate(_lettered(asked))
            ],
            "open": standing.open,
            "chosen": -1 if standing.chosen is None else standing.chosen,
            "right": -1 if reply is None or reply.right is None else reply.right,
            "says": [] if reply is None else [pieces(line) for line in reply.says],
            "tone": "plain" if reply is None else reply.tone.value,
            "link": None
            if link is None
            else {"text": link.text, "notebook": link.notebook, "cell": link.cell},
            "button": "" if reply is None else reply.button,
        }

    def _head(self, at: int) -> str:
        return words.question_of(at + 1, len(self._questions)) if len(self._questions) > 1 else ""

    def _mark(self, at: int, option: int) -> str:
        standing = self._standings[at]
        said = []
        if standing.reply is not None and standing.reply.right == option:
            said.append(f"✓ {words.QUESTIONS['right']}")
        if standing.chosen == option:
            said.append(words.QUESTIONS["yours"])
        return ", ".join(said)

    def html(self) -> str:
        """Return the questions and what was said of them; nothing in it can be clicked."""
        intro = f"<p>{as_html(self._intro)}</p>" if self._intro else ""
        foot = f"<p>{escape(self._footer)}</p>" if self._footer else ""
        asked = "".join(map(self._question_html, range(len(self._questions))))
        return f"<div><p><strong>{escape(self._title)}</strong></p>{intro}{asked}{foot}</div>"

    def _question_html(self, at: int) -> str:
        head = f"{escape(self._head(at))}. " if self._head(at) else ""
        options = "<br>".join(
            f"{letter}) {as_html(text)}{self._beside(at, n, '<em>({})</em>')}"
            for n, (letter, text) in enumerate(_lettered(self._questions[at]))
        )
        reply = self._standings[at].reply
        said = "" if reply is None else "".join(f"<p>{as_html(line)}</p>" for line in reply.says)
        return f"<p>{head}{as_html(self._questions[at].ask)}</p><p>{options}</p>{said}"

    def text(self) -> str:
        """Return the questions as text, and what was said of them."""
        blocks = ["\n".join(filter(None, (self._title, self._intro)))]
        blocks += ["\n".join(self._lines(at)) for at in range(len(self._questions))]
        return "\n\n".join([*blocks, *([self._footer] if self._footer else [])])

    def _lines(self, at: int) -> Iterator[str]:
        head = f"{at + 1}. " if len(self._questions) > 1 else ""
        yield f"{head}{self._questions[at].ask}"
        for n, (letter, text) in enumerate(_lettered(self._questions[at])):
            yield f"   {letter}) {text}{self._beside(at, n, '({})')}"
        reply = self._standings[at].reply
        if reply is not None:
            yield from (f"   {line}" for line in reply.says)

    def _beside(self, at: int, option: int, form: str) -> str:
        mark = self._mark(at, option)
        return f" {form.format(mark)}" if mark else ""


def _lettered(asked: Asked) -> Iterator[tuple[str, str]]:
    return zip(ascii_lowercase, asked.options, strict=False)
