"""Sentences with `code` in backticks: the only markup that questions, findings and hints have."""

from __future__ import annotations

from html import escape

__all__ = ["as_html", "pieces"]


def pieces(text: str) -> list[str]:
    """Split at the backticks: every second piece is code, for the page's script.

    A backtick without its partner stays what it is.
    """
    split = text.split("`")
    if len(split) % 2 == 0:
        split[-2:] = ["`".join(split[-2:])]
    return split


def as_html(text: str) -> str:
    """Return the text as HTML, with its code as code."""
    return "".join(
        f"<code>{escape(piece)}</code>" if n % 2 else escape(piece)
        for n, piece in enumerate(pieces(text))
    )
