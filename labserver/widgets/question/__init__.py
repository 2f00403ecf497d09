"""Questions with options to choose from."""

from labserver.widgets.question.below import Below
from labserver.widgets.question.values import Asked, Link, Reply, Tone
from labserver.widgets.question.widget import Questions

__all__ = ["Asked", "Below", "Link", "Questions", "Reply", "Tone"]
