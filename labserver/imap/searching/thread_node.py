"""A place in a thread."""

from __future__ import annotations

from labserver.imap.searching.sort_facts import Letter

__all__ = ["Node"]


class Node:
    """A message, or (`letter` None) a dummy that stands for one, with the replies to it."""

    __slots__ = ("children", "letter")

    def __init__(self, letter: Letter | None = None, children: list[Node] | None = None) -> None:
        self.letter = letter
        self.children = [] if children is None else children

    @property
    def first(self) -> Letter:
        """The message, or for a dummy its first child's; a dummy's children are no dummies."""
        first = self.letter or self.children[0].letter
        if first is None:
            raise ValueError("a dummy below a dummy")
        return first

    def order(self) -> tuple[int, int]:
        """Return what siblings are sorted by: the sent date, then the place in the mailbox."""
        first = self.first
        return first.sent, first.place

    def sort(self) -> None:
        """Sort the children, which are sorted themselves if they are dummies."""
        self.children.sort(key=Node.order)
