"""The lab: one server, its devices, and the pictures of both."""

from labserver.lab.lab import Lab, StoredMessage

__all__ = ["Lab", "StoredMessage"]
