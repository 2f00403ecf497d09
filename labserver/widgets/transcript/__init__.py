"""The transcript: what crossed every connection."""

from labserver.widgets.transcript.widget import Transcript

__all__ = ["Transcript"]
