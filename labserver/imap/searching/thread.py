"""THREAD: messages in conversations (RFC 5256 section 3), and how the response writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from labserver.imap.opened import Bodies
from labserver.imap.searching.references import by_references
from labserver.imap.searching.sort_facts import Letter, letters
from labserver.imap.searching.thread_node import Node
from labserver.imap.values import ThreadAlgorithm
from labserver.store import Row

__all__ = ["thread", "thread_list"]


def thread(algorithm: ThreadAlgorithm, rows: Sequence[Row], bodies: Bodies) -> list[Node]:
    """Return the threads of `rows`, which come in mailbox order."""
    return _ALGORITHMS[algorithm](letters(rows, bodies))


def by_subject(messages: Sequence[Letter]) -> list[Node]:
    """Put messages of one base subject together: ORDEREDSUBJECT.

    The first of them is the parent of all others; threads come in the order of their first ones.
    """

    def subject(letter: Letter) -> bytes:
        return letter.facts.subject

    dated = sorted(messages, key=lambda letter: letter.sent)
    threads: list[Node] = []
    for _, group in groupby(sorted(dated, key=subject), key=subject):
        first, *others = map(Node, group)
        first.children = others
        threads.append(first)
    threads.sort(key=Node.order)
    return threads


_ALGORITHMS = {
    ThreadAlgorithm.ORDEREDSUBJECT: by_subject,
    ThreadAlgorithm.REFERENCES: by_references,
}


def thread_list(threads: Sequence[Node], numbers: Mapping[int, int]) -> bytes:
    """Return threads as the THREAD response has them (RFC 5256 section 4).

    `numbers` say what stands for a UID. Parent and only child stand side by side; several
    children stand in parentheses each. Nothing here recurses: a thread may be as deep as it likes.
    """
    words: list[str] = []
    waiting: list[Node | None] = [*reversed(threads)]  # None: an end of a list
    while waiting:
        node = waiting.pop()
        if node is None:
            words.append(")")
            continue
        words.append("(")
        while node.letter is not None and len(node.children) == 1:
            words.append(f"{numbers[node.letter.row.uid]} ")
            node = node.children[0]
        if node.letter is not None:
            words.append(str(numbers[node.letter.row.uid]))
            if node.children:
                words.append(" ")
        waiting.append(None)
        waiting.extend(reversed(node.children))
    return "".join(words).encode("ascii")
