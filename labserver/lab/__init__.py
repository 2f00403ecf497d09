"""The lab: one server, its devices, and the pictures of both."""

from labserver.lab.lab import Lab
from labserver.lab.mail import StoredMessage

__all__ = ["Lab", "StoredMessage"]
