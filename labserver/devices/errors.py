"""What can go wrong on a device."""

from labserver.errors import LabError

__all__ = [
    "ConnectionOver",
    "DeviceError",
    "DeviceLost",
    "NoReply",
    "NotNow",
    "ProgramFailed",
    "TlsFailed",
]


class DeviceError(LabError):
    """Base of what devices, dialogues and mail programs raise."""


class DeviceLost(DeviceError):
    """The device is gone, and its folder with it."""


class ConnectionOver(DeviceError):
    """The connection has ended, or never came about."""


class NoReply(DeviceError):
    """The server has not said in time what was awaited; the connection is still open."""


class NotNow(DeviceError):
    """What was asked for does not fit what the connection is waiting for."""


class ProgramFailed(DeviceError):
    """A mail program could not finish; the text says what the server answered."""


class TlsFailed(DeviceError):
    """TLS did not come about, or not with a server that the device has reason to trust."""
