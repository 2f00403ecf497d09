"""What is downloaded: a device, its folder on disk, its mail programs, the raw Dialogue."""

from labserver.devices.backup import Backup
from labserver.devices.compared import Compared, Comparison
from labserver.devices.device import Device
from labserver.devices.dialogue import Dialogue
from labserver.devices.dialogues import ImapDialogue, Pop3Dialogue, SmtpDialogue
from labserver.devices.errors import (
    ConnectionOver,
    DeviceError,
    DeviceLost,
    NoReply,
    NotNow,
    ProgramFailed,
    TlsFailed,
)
from labserver.devices.files import Origin, StoredFile
from labserver.devices.onlooker import Onlooker
from labserver.devices.reply import Reply
from labserver.devices.seams import PORTS, Connect, Connection, Record, World
from labserver.devices.webmail import Page, Webmail, WebmailMessage, WebmailRow

__all__ = [
    "PORTS",
    "Backup",
    "Compared",
    "Comparison",
    "Connect",
    "Connection",
    "ConnectionOver",
    "Device",
    "DeviceError",
    "DeviceLost",
    "Dialogue",
    "ImapDialogue",
    "NoReply",
    "NotNow",
    "Onlooker",
    "Origin",
    "Page",
    "Pop3Dialogue",
    "ProgramFailed",
    "Record",
    "Reply",
    "SmtpDialogue",
    "StoredFile",
    "TlsFailed",
    "Webmail",
    "WebmailMessage",
    "WebmailRow",
    "World",
]
