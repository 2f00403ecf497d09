"""IMAP4rev1 (RFC 3501) as a state machine: octets in, octets out.

With IDLE (RFC 2177), UIDPLUS (RFC 4315) and MOVE (RFC 6851). The way of a command: `reader` cuts
it out of the stream, `parsing` reads it, `table` says whether it is allowed,
`commands` does it, `session` binds these together; `view` is what the client knows of the mailbox.
"""

from labserver.imap.capabilities import CAPABILITIES
from labserver.imap.session import ImapSession
from labserver.imap.table import TABLE, State

__all__ = ["CAPABILITIES", "TABLE", "ImapSession", "State"]
