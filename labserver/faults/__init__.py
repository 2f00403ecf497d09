"""What shall go wrong: exact, countable rules as values.

A fault names which (whose connection, which command, which account), which occurrence, and what
happens. None is a chance, so a retry can be taught. The rules are asked where things happen: when
a connection opens, when a message crosses it, when a command is done, when somebody proves who
they are, when a mailbox is opened, and when something is put into one.
"""

from labserver.faults.commands import Answer, CommandFault, CutAfterCommand, Swallow
from labserver.faults.connections import (
    PROTOCOLS,
    ConnectionFault,
    Cut,
    CutInMessage,
    CutInUpload,
    Delay,
    MessageFault,
    Refuse,
)
from labserver.faults.fault import Fault
from labserver.faults.mailboxes import (
    MailboxFull,
    NewUidls,
    NewUidValidity,
    OpeningFault,
    WrongPassword,
)
from labserver.faults.rules import Caller, Faults, Struck

__all__ = [
    "PROTOCOLS",
    "Answer",
    "Caller",
    "CommandFault",
    "ConnectionFault",
    "Cut",
    "CutAfterCommand",
    "CutInMessage",
    "CutInUpload",
    "Delay",
    "Fault",
    "Faults",
    "MailboxFull",
    "MessageFault",
    "NewUidValidity",
    "NewUidls",
    "OpeningFault",
    "Refuse",
    "Struck",
    "Swallow",
    "WrongPassword",
]
