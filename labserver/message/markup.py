"""Text out of HTML: what a reader would see of it, more or less, without its marks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from html.parser import HTMLParser

__all__ = ["visible_text"]

# What stands inside a line; all other elements part the words before from the words behind.
_INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code"),
        *("data", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark"),
        *("nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub"),
        *("sup", "time", "tt", "u", "var", "wbr"),
    }
)
_UNSEEN = frozenset({"script", "style", "template", "title"})


class _Enough(Exception):
    """The text that is wanted has been read."""


class _Reader(HTMLParser):
    """Hands on pieces of text; reads all in one go, in time that grows with the text only."""

    def __init__(self, take: Callable[[str], bool]) -> None:
        super().__init__()
        self._take = take
        self._unseen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "body":
            self._unseen = None
        elif self._unseen is None and tag in _UNSEEN:
            self._unseen = tag
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = None
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if self._unseen is None and not self._take(data):
            raise _Enough

    def _part(self, tag: str) -> None:
        if tag not in _INLINE:
            self.handle_data(" ")

    def parse_starttag(self, i: int) -> int:
        # The parser waits for more where a tag is wrong; all is here, so the tag ends at its ">".
        end = super().parse_starttag(i)
        if end < 0 and (close := self.rawdata.find(">", i)) >= 0:
            end = close + 1
        return end

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        # The parser fails on those it does not know. HTML has none: <![x> is a comment.
        return self.parse_bogus_comment(i, bool(report))


def visible_text(html: str, take: Callable[[str], bool]) -> None:
    """Give `take` the text of `html` piece by piece, until it returns False.

    Character references are resolved; scripts, styles and comments are left out; where one block
    ends and another begins stands a space. A tag or a comment that has no end hides what follows.
    """
    reader = _Reader(take)
    with suppress(_Enough):
        # The space: a reference at the very end might be going on.
        reader.feed(html + " ")
