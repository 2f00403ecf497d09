"""What came of an exercise: done, or what is missing, with hints on asking."""

from labserver.widgets.outcome.values import About, Help
from labserver.widgets.outcome.widget import Outcome

__all__ = ["About", "Help", "Outcome"]
