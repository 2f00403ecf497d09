"""The words of the course: each once, short, with a definition that stands where it says."""

from __future__ import annotations

import re

import pytest

from labserver.course.pages.glossary import Term, find, terms
from tests.notebooks.citing import HEADINGS, unknown
from tests.notebooks.layout import MOST_WORDS
from tests.notebooks.prose import of_text, sentences, words
from tests.notebooks.spelling import misspelt

LESSONS = ("00", "01", "03", "04", "04b", "05", "06", "11")
DOCUMENTS = {"RFC 3501"}
"""Cited as a whole: for the name of what they define."""
LONGEST = 45
"""Words of an entry."""

each_term = pytest.mark.parametrize("term", terms(), ids=lambda term: term.name)


@each_term
def test_it_is_one_entry_and_found_by_its_forms(term: Term) -> None:
    for form in (term.name, *term.forms):
        assert find(form) is term
        assert term.pattern.search(f"the {form}.")


@each_term
def test_it_first_comes_in_a_lesson(term: Term) -> None:
    assert term.lesson in LESSONS


@each_term
def test_its_definition_stands_under_a_heading(term: Term) -> None:
    assert not term.rfc or term.rfc in HEADINGS | DOCUMENTS
    assert all(unknown(wrong.because) == [] for wrong in term.wrong)


@each_term
def test_it_is_said_in_a_few_short_sentences_well_spelt(term: Term) -> None:
    assert not term.means.endswith(".")
    assert not term.more or term.more.endswith(".")
    texts = [term.means, term.more, *(f"{each.says}. {each.because}" for each in term.wrong)]
    for text in texts:
        for _, said in of_text(text).texts:
            assert misspelt(said) == []
            assert all(len(words(sentence)) <= MOST_WORDS for sentence in sentences(said))
    assert len(words(term.means)) + len(words(term.more)) <= LONGEST


@each_term
def test_it_uses_no_word_of_a_later_lesson(term: Term) -> None:
    later = [each for each in terms() if LESSONS.index(each.lesson) > LESSONS.index(term.lesson)]
    text = re.sub("`[^`]*`", "", f"{term.means} {term.more}")
    assert [each.name for each in later if each.pattern.search(text)] == []


def test_a_word_that_is_not_there_is_said() -> None:
    with pytest.raises(LookupError, match="gizmo is not in the glossary"):
        find("gizmo")


def test_words_that_are_wrong_by_name_are_told() -> None:
    told = {wrong.says for term in terms() for wrong in term.wrong}
    assert {"Internet Access Message Protocol", "POP3 is the third of three mail protocols"} <= told
