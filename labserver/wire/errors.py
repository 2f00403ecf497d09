"""What can go wrong between a listener and its clients."""

from labserver.errors import LabError

__all__ = ["CannotListen", "PortTaken", "UnknownConnection", "WireError"]


class WireError(LabError):
    """Base of what the wire refuses."""


class CannotListen(WireError):
    """The address can't be listened on."""


class PortTaken(CannotListen):
    """Another program, or another lab, listens on the port already."""


class UnknownConnection(WireError):
    """Nobody has announced this endpoint, or no connection has had this number."""
