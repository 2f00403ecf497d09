"""What the learner sees: the pictures of the lab, and what the course asks; with three faces each.

Live in a notebook with a kernel; HTML that stands in the saved notebook; plain text. Python
computes everything, words included; the page's script only draws.
"""

from labserver.widgets.base import Feed
from labserver.widgets.mailmap import MailMap
from labserver.widgets.outcome import Outcome
from labserver.widgets.question import Questions
from labserver.widgets.replay import Replay
from labserver.widgets.states import StateDiagram
from labserver.widgets.transcript import Transcript

__all__ = ["Feed", "MailMap", "Outcome", "Questions", "Replay", "StateDiagram", "Transcript"]
