"""IMAP4rev1 (RFC 3501) as a state machine: octets in, octets out.

With IDLE (RFC 2177), UIDPLUS (RFC 4315) and MOVE (RFC 6851). The way of a command: `reader` cuts
it out of the stream, `parser` and its neighbours read it, `table` says whether it is allowed,
`commands` does it, `session` binds these together; `view` is what the client knows of the mailbox.
"""

from labserver.imap.session import ImapSession
from labserver.imap.table import TABLE, State

__all__ = ["TABLE", "ImapSession", "State"]
