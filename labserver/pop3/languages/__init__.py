"""The languages that the server speaks (RFC 6856 section 3): one module a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from labserver.pop3.languages.de import GERMAN
from labserver.pop3.languages.en import ENGLISH
from labserver.pop3.languages.text import Text

__all__ = ["DEFAULT", "LANGUAGES", "Language", "Text", "matching"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its tag; `name` is its own name for itself."""

    tag: str
    name: str
    texts: Mapping[Text, str]


LANGUAGES = (Language("en", "English", ENGLISH), Language("de", "Deutsch", GERMAN))
"""What LANG lists, in that order."""

DEFAULT = LANGUAGES[0]
"""What is spoken before LANG, and what `LANG *` asks for."""


def matching(wanted: str) -> Language | None:
    """Return the language for a basic language range, or None: `*`, or a tag in any case."""
    if wanted == "*":
        return DEFAULT
    for language in LANGUAGES:
        if language.tag == wanted.lower():
            return language
    return None
