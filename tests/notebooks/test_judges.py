"""What judges the lessons finds each fault that it is for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode, v4

from labserver import Lab
from labserver.course.lessons import as_text
from labserver.course.pages.glossary import Term
from labserver.course.plan import Exercise, Lesson, Mistake, Prediction, Question, Step
from tests.notebooks import layout, saying, steps, wording
from tests.notebooks.citing import citations, unknown
from tests.notebooks.prose import of_text, sentences
from tests.notebooks.spelling import misspelt

# ------------------------------------------------------------------------------------- the form


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("## Begins low", "not one heading of level 1"),
        ("# One\n\n# Another", "not one heading of level 1"),
        ("# One\n\n### Deep", "level 3 comes after level 1"),
        ("# One\n\n## Same\n\n## Same", "two headings are: Same"),
    ],
)
def test_headings_out_of_order_are_found(text: str, said: str) -> None:
    (wrong,) = layout.headings(of_text(text))
    assert said in wrong


def test_headings_in_order_are_not() -> None:
    text = "# One\n\n## Two\n\n### Three\n\n## Two `CODE` again"
    assert list(layout.headings(of_text(text))) == []
    assert of_text(text).headings[-1][2] == "Two CODE again"


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("99-nothing.ipynb", "no such file"),
        ("#nowhere", "no such heading"),
        ("01-other.ipynb#Step-2", "no such heading"),
        ("01-other.ipynb#cell-id=b", "no such heading or cell"),
        ("01-other.ipynb#Step-1-·-There", "ASCII only"),
        ("http://example.com/", "not an https address"),
        ("file:///etc/hosts", "not an https address"),
    ],
)
def test_links_that_lead_nowhere_are_found(link: str, said: str, tmp_path: Path) -> None:
    path = lesson_at(tmp_path)
    (wrong,) = layout.links(of_text(f"# Here\n\n[a link]({link})"), path)
    assert said in wrong


def test_links_to_files_and_headings_are_not(tmp_path: Path) -> None:
    path = lesson_at(tmp_path)
    links = "[a](01-other.ipynb) [b](01-other.ipynb#cell-id=a) [c](#Here)"
    assert list(layout.links(of_text(f"# Here\n\n{links} [d](https://example.com/)"), path)) == []


def lesson_at(folder: Path) -> Path:
    """Return the path of a lesson that stands beside another."""
    cell = v4.new_markdown_cell("# Other\n\n## Step 1 · There", id="a")
    text = as_text(v4.new_notebook(cells=[cell]))
    (folder / "01-other.ipynb").write_text(text, encoding="utf-8")
    return folder / "00-this.ipynb"


@pytest.mark.parametrize("text", ["![](a.png)", 'x <img src="a.png">', '<img src="a.png" alt="">'])
def test_a_picture_without_words_is_found(text: str) -> None:
    assert list(layout.images(of_text(text)))


def test_a_picture_with_words_is_not() -> None:
    assert list(layout.images(of_text('![words](a.png)\n\n<img alt="words" src="b.png">'))) == []


def test_a_table_without_a_header_is_found() -> None:
    assert list(layout.tables(of_text("| a | |\n|---|---|\n| 1 | 2 |")))
    assert list(layout.tables(of_text("| a | b |\n|---|---|\n| 1 | 2 |"))) == []


def test_long_sentences_are_found() -> None:
    assert "31 words" in next(layout.length(of_text(" ".join(["word"] * 31) + ".")))
    heavy = of_text((" ".join(["word"] * 14) + ". ") * 3)
    assert "14.0 words a sentence" in next(layout.length(heavy))
    assert list(layout.length(of_text("Short. " + " ".join(["word"] * 12) + "."))) == []


def test_sentences_end_where_a_reader_may_rest() -> None:
    text = "It says `250` (RFC 5321 section 4.2.1). Then: stop; go on."
    assert len(list(sentences(text))) == 4


def outputs(**data: str) -> list[str]:
    plain = data.pop("text", "")
    all_data = {"text/plain": plain, **{key.replace("_", "/"): data[key] for key in data}}
    output = v4.new_output("display_data", data=all_data)
    return list(layout.outputs(v4.new_notebook(cells=[v4.new_code_cell("x", outputs=[output])])))


def test_outputs_that_are_too_long_or_cannot_be_read_aloud_are_found() -> None:
    assert "40 lines" in outputs(text="line\n" * 40)[0]
    assert "without headers" in outputs(text_html="<table><tr><td>1</td></tr></table>")[0]
    assert "without alt" in outputs(text_html='<img src="data:,">')[0]
    nested = "<table><tr><th>a<td><table><tr><td>b</table></table>"
    assert "without headers" in outputs(text_html=nested)[0]


def test_other_outputs_are_not() -> None:
    assert outputs(text="line\n" * 40, text_html="<table><th>a</th></table>") == []
    assert outputs(text="S: 250-PIPELINING\n" * 40) == []


# ------------------------------------------------------------------------------------ the words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The color is red.", "colour in British"),
        ("They synchronize it.", "synchronise in British"),
        ("A mesage came.", "mesage"),
        ("Wich one?", "Wich"),
        ("A mailbx’s name.", "mailbx"),
    ],
)
def test_spelling_mistakes_are_found(text: str, said: str) -> None:
    (wrong,) = misspelt(text)
    assert said in wrong


@pytest.mark.parametrize(
    "text",
    [
        "The colour of Bob’s maildrop isn't known; they'll synchronise it.",
        "See bob@home.example, notebooks/00-start-here.ipynb and UIDs.",
        "A program behaves as RETR says. It doesn’t licence anything.",
    ],
)
def test_british_words_names_and_addresses_are_not(text: str) -> None:
    assert misspelt(text) == []


def test_each_way_to_cite_is_understood() -> None:
    text = (
        "RFC 1939 section 4, RFC 5321 sections 4.2 and 4.2.1. (section 6.1) RFC 9051 appendix E, "
        "RFC 1939 §5; §§6, 7. The next section follows: section heads, RFC 2177."
    )
    assert list(citations(text)) == [
        "RFC 1939 section 4",
        "RFC 5321 section 4.2",
        "RFC 5321 section 4.2.1",
        "RFC 5321 section 6.1",
        "RFC 9051 appendix E",
        "RFC 1939 section 5",
        "RFC 1939 section 6",
        "RFC 1939 section 7",
    ]


def test_sections_that_are_not_there_are_found() -> None:
    assert unknown("RFC 1939 section 99") == ["RFC 1939 section 99: no such heading"]
    assert unknown("see section 4") == ["section 4: of which RFC?"]
    assert unknown("RFC 1939 section 4; RFC 5321 section 4.5.2") == []


LATE = Term(name="quota", means="how much fits", lesson="06")
FLAG = Term(name="Bcc", means="unseen", lesson="01", forms=("Bcc",))


def early(text: str, number: str = "03") -> list[str]:
    return list(wording.too_early(of_text(text), number, ("00", "01", "03", "06"), (LATE, FLAG)))


@pytest.mark.parametrize("text", ["A quota.", "Quotas, two.", "`quota`", "| a |\n|---|\n| quota |"])
def test_a_word_before_its_lesson_is_found(text: str) -> None:
    assert "lesson 06 only" in early(text)[0]


def test_a_word_in_or_after_its_lesson_is_not() -> None:
    assert early("A quota.", "06") == []
    assert early("Bcc.", "03") == []
    assert early("BCC, `GETQUOTA`, a quotation", "00") == []


def test_a_row_that_differs_from_the_glossary_is_found() -> None:
    head = "| word | meaning |\n|---|---|\n"
    row = "| **octet** | a byte: one letter of plain English text takes one. See below |\n"
    assert list(wording.told_otherwise([f"Words\n\n{head}{row}"])) == []
    (wrong,) = wording.told_otherwise([f"{head}{row}| server | a big box |"])
    assert wrong.startswith("cell 1: server: the glossary has: a computer")
    (wrong,) = wording.told_otherwise([f"{head}| gizmo | a thing |"])
    assert "not in the glossary" in wrong


def test_texts_of_the_data_are_found_and_code_is_not(tmp_path: Path) -> None:
    path = tmp_path / "lesson.py"
    path.write_text(
        '"""A docstring here."""\n'
        'x = f(says="one text", given="two words", other=f"in {place} now", verb="STAT")\n',
        encoding="utf-8",
    )
    assert list(saying.said(path)) == [(2, "one text"), (2, "in `x` now")]


# --------------------------------------------------------------------------- data and notebook

QUESTION = Question(
    key="03.Q1", ask="?", options=("a", "b"), answer=0, reasons=("yes", "no"), proof="03.1"
)
PREDICTION = Prediction(ask="?", options=("a", "b"), answer=0, says="so", again=QUESTION)
EXERCISE = Exercise(
    key="03.E1",
    title="Try",
    start=Lab,
    goal=lambda _attempt: None,
    given="# your lines",
    solution="x",
    hints=("a", "b", "c"),
    mistakes=(Mistake(lines="y", says="no"),),
    done="Done.",
)
FIRST = Step(key="03.1", title="Say `STAT`", minutes=2, prediction=PREDICTION)
SECOND = Step(key="03.2", title="Go on", minutes=2, core=False)
LESSON = Lesson(
    number="03",
    title="A lesson",
    notebook="03-a.ipynb",
    minutes=20,
    abilities=(),
    start=Lab,
    steps=(FIRST, SECOND),
    exercises=(EXERCISE,),
)


def cell(tag: str, source: str, kind: str = "code") -> NotebookNode:
    make = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
    made: NotebookNode = make(source, metadata={"tags": [tag]})
    return made


def notebook(**changed: Any) -> NotebookNode:
    """Return a notebook that fits the data above, but for what is changed by its name."""
    cells = {
        "start": cell("step-03.0", 'course.start("03")'),
        "head": cell("step-03.1", "## Step 1 · Say `STAT`", "markdown"),
        "ask": cell("step-03.1", 'course.predict("03.1")'),
        "run": cell("step-03.1", 'pop.send("STAT")'),
        "head2": cell("step-03.2", "## Step 2 · Go on (more)", "markdown"),
        "run2": cell("step-03.2", "lab.look()"),
        "begin": cell("begin-03.E1", 'lab = course.exercise("03.E1")'),
        "attempt": cell("attempt-03.E1", "# your lines"),
        "check": cell("check-03.E1", 'course.check("03.E1")'),
        "quiz": cell("quiz-03", 'course.quiz("03")'),
    }
    cells |= changed
    return v4.new_notebook(cells=[each for each in cells.values() if each is not None])


def wrong_with(book: NotebookNode, lesson: Lesson = LESSON) -> str:
    """Return all that is wrong, in one text."""
    found = list(steps.tags(book, lesson))
    for step in lesson.steps:
        found += steps.step(book, step)
    for exercise in lesson.exercises:
        found += steps.exercise(book, exercise)
    return "; ".join(found)


def test_a_notebook_that_fits_its_data_is_let_pass() -> None:
    assert wrong_with(notebook()) == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"run": v4.new_code_cell("x")}, "a code cell has one tag"),
        ({"run": cell("step-03.9", "x")}, "the lesson's data has no 03.9"),
        ({"quiz": cell("quiz-04", "x")}, "the lesson's data has no 04"),
        ({"head2": None, "run2": None}, "step 03.2: no cell has its tag"),
        ({"head": cell("step-03.1", "## Step 1 · Say", "markdown")}, "its heading is"),
        ({"head2": cell("step-03.2", "## Step 2 · Go on", "markdown")}, "Go on (more)"),
        ({"run2": None}, "step 03.2: no cell to run"),
        ({"ask": None}, "0 cells ask for its prediction"),
        ({"run2": cell("step-03.2", 'course.predict("03.2")')}, "1 cells ask"),
        ({"check": None}, "not one begin, attempt and check"),
        ({"begin": cell("begin-03.E1", "lab = Lab()")}, "does not start it"),
        ({"attempt": cell("attempt-03.E1", "the answer")}, "is not what its data gives"),
        ({"check": cell("check-03.E1", "x")}, "does not check it"),
    ],
)
def test_what_does_not_fit_is_found(changed: dict[str, Any], said: str) -> None:
    assert said in wrong_with(notebook(**changed))


def test_what_stands_in_another_order_is_found() -> None:
    book = notebook()
    book.cells[2], book.cells[3] = book.cells[3], book.cells[2]
    assert "nothing is run after its prediction" in wrong_with(book)
    book = notebook()
    book.cells[6], book.cells[7] = book.cells[7], book.cells[6]
    assert "in this order" in wrong_with(book)
    other = replace(LESSON, steps=(SECOND, FIRST))
    assert "the steps come in the order" in wrong_with(notebook(), other)
