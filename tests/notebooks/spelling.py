"""British spelling: words that a dictionary knows, ours among them, and no American ones."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from spellchecker import SpellChecker

from labserver.course.pages.glossary import terms
from tests.notebooks.prose import words

OURS = frozenset(
    line.strip()
    for line in Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
"""Words of mail and of the lab, in small letters; a name has its capital."""
GLOSSARY = frozenset(
    word.lower()
    for term in terms()
    for form in (term.name, *term.forms, f"{term.name}s")
    for word in words(form)
)
# American elsewhere, and right here: a computer program, a disk.
BOTH = frozenset({"program", "programs", "disk", "disks", "dialog"})


@cache
def _british() -> dict[str, str]:
    """Return American spellings, each with the British one."""
    text = (files("codespell_lib") / "data" / "dictionary_en-GB_to_en-US.txt").read_text("utf-8")
    pairs = (line.split("->") for line in text.splitlines())
    return {american.strip(" ,"): british for british, american in pairs}


@cache
def _dictionary() -> SpellChecker:
    return SpellChecker(language="en")


def misspelt(text: str) -> list[str]:
    """Return the words of a text that are not spelt as the British do, or at all.

    Words all in capitals are names of the protocols, and those beside a digit or a full stop are
    parts of an address or a file name.
    """
    text = re.sub(r"https?://\S+|\S+@\S+|\S*\w[.\\/]\w\S*", " ", text)
    found = []
    for word in words(text):
        plain = word.replace("’", "'").removesuffix("'s")
        small = plain.lower()
        if len(plain) < 2 or plain.isupper() or re.fullmatch("[A-Z]{2,}s", plain):
            continue
        if plain in OURS or small in OURS | GLOSSARY:
            continue
        if small in _british() and small not in BOTH:
            found.append(f"{word}: {_british()[small]} in British English")
        elif small not in _british().values() and not _dictionary().known([small, *_parts(small)]):
            found.append(f"{word}: not in the dictionary, nor in words.txt")
    return found


def _parts(word: str) -> list[str]:
    """Return a word without the ending of a short form: the dictionary has not all of them."""
    return [word.partition("'")[0]] if re.search("'(ll|re|ve|d|m|t)$", word) else []
