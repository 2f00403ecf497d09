"""What the learner sees: the map, the transcript and the states, each with three faces.

Live in a notebook with a kernel; HTML that stands in the saved notebook; plain text. Python
computes everything, words included; the page's script only draws.
"""

from labserver.widgets.base import Feed
from labserver.widgets.mailmap import MailMap
from labserver.widgets.replay import Replay
from labserver.widgets.states import StateDiagram
from labserver.widgets.transcript import Transcript

__all__ = ["Feed", "MailMap", "Replay", "StateDiagram", "Transcript"]
