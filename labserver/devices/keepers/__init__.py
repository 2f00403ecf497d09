"""What of a dialogue goes into the device's folder: each watches one session go by.

A keeper knows what a program in its place would know: what was typed and what was answered.
"""

from labserver.devices.keepers.imap import ImapKeeper
from labserver.devices.keepers.pop3 import Pop3Keeper

__all__ = ["ImapKeeper", "Pop3Keeper"]
