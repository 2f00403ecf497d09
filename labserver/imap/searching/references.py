"""The threading algorithm REFERENCES, step by step as RFC 5256 section 3 numbers them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from labserver.imap.searching.sort_facts import Letter
from labserver.imap.searching.thread_node import Node

__all__ = ["by_references"]


def by_references(messages: Sequence[Letter]) -> list[Node]:
    """Put messages, which come in mailbox order, together by the references in them."""
    roots = _pruned(_linked(messages))
    for node in roots:
        node.sort()
    roots.sort(key=Node.order)  # step 4
    roots = _merged(roots)
    for node in _all_below(roots):
        node.sort()
    roots.sort(key=Node.order)  # step 6
    return roots


class _Link:
    """A message, or a dummy for one that is only referred to, while its family is found."""

    __slots__ = ("children", "letter", "parent")

    def __init__(self) -> None:
        self.letter: Letter | None = None
        self.parent: _Link | None = None
        self.children: dict[_Link, None] = {}

    def below(self, other: _Link) -> bool:
        """Tell whether this is `other` or a descendant of it."""
        if not other.children:
            return self is other
        at: _Link | None = self
        while at is not None and at is not other:
            at = at.parent
        return at is not None

    def join(self, parent: _Link) -> None:
        """Become a child, unless that made a loop."""
        if not parent.below(self):
            self.parent = parent
            parent.children[self] = None

    def leave(self) -> None:
        """Be nobody's child any more."""
        if self.parent is not None:
            del self.parent.children[self]
            self.parent = None


def _linked(messages: Iterable[Letter]) -> list[_Link]:
    """Make parents and children of messages: steps 1 and 2. Return those without a parent."""
    every: list[_Link] = []
    known: dict[bytes, _Link] = {}

    def named(message_id: bytes) -> _Link:
        link = known.get(message_id)
        if link is None:
            link = known[message_id] = _Link()
            every.append(link)
        return link

    for letter in messages:
        own = letter.facts.message_id
        link = named(own) if own else _Link()
        if link.letter is not None or not own:
            # A Message ID is the first message's that has it; the others are under none.
            link = _Link()
            every.append(link)
        link.letter = letter
        last: _Link | None = None
        for reference in letter.facts.references:
            following = named(reference)
            if last is not None and following.parent is None:
                following.join(last)
            last = following
        link.leave()
        if last is not None:
            link.join(last)
    return [link for link in every if link.parent is None]


def _pruned(roots: Sequence[_Link]) -> list[Node]:
    """Return the threads without needless dummies: step 3, the lowest first."""
    descending: list[_Link] = []
    waiting = list(roots)
    while waiting:
        link = waiting.pop()
        descending.append(link)
        waiting.extend(link.children)
    remains: dict[_Link, list[Node]] = {}
    for link in reversed(descending):
        below = _gathered([remains.pop(child) for child in link.children])
        if link.letter is not None:
            remains[link] = [Node(link.letter, below)]
        elif link.parent is None and len(below) > 1:
            remains[link] = [Node(None, below)]
        else:
            remains[link] = below
    return [node for link in roots for node in remains[link]]


def _gathered(lists: list[list[Node]]) -> list[Node]:
    """Return one list of them all, in no order; the longest one is added to."""
    if not lists:
        return []
    longest = max(lists, key=len)
    for each in lists:
        if each is not longest:
            longest += each
    return longest


def _merged(roots: list[Node]) -> list[Node]:
    """Put together threads with the same subject: step 5."""
    table: dict[bytes, Node] = {}
    for node in roots:
        subject = node.first.facts.subject
        if subject:
            held = table.setdefault(subject, node)
            if held.letter is not None and (
                node.letter is None
                or (held.letter.facts.is_reply and not node.letter.facts.is_reply)
            ):
                table[subject] = node
    kept: dict[Node, None] = dict.fromkeys(roots)
    for node in roots:
        subject = node.first.facts.subject
        held = table.get(subject, node)
        if held is node:
            continue
        del kept[node]
        if node.letter is None:  # and so is the one in the table
            held.children += node.children
        elif held.letter is None or (node.letter.facts.is_reply and not held.letter.facts.is_reply):
            held.children.append(node)
        else:
            del kept[held]
            both = table[subject] = Node(None, [held, node])
            kept[both] = None
    return list(kept)


def _all_below(roots: Iterable[Node]) -> Iterator[Node]:
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)
