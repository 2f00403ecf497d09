"""Mail programs: what a person's program does for them, over real connections.

They speak through the standard library's clients, with a socket from the device's seam.
"""

from labserver.devices.programs.imap import ImapProgram
from labserver.devices.programs.pop3 import Pop3Program
from labserver.devices.programs.smtp import SmtpProgram

__all__ = ["ImapProgram", "Pop3Program", "SmtpProgram"]
