"""Going through the log: one control for all pictures of a lab."""

from labserver.widgets.replay.widget import Replay

__all__ = ["Replay"]
