"""IMAP4rev1 (RFC 3501) and IMAP4rev2 (RFC 9051) as a state machine: octets in, octets out.

What they are extended by says `capabilities`. The way of a command: `reader` cuts it out of the
stream, `parsing` reads it, `table` says whether it is allowed, `commands` does it, `session` binds
these together; `view` is what the client knows of the mailbox. What commands share lies in
`naming`, `fetching` and `searching`.

Both revisions are offered at once (RFC 9051 Appendix A): a session speaks IMAP4rev1 until the
client enables IMAP4rev2, and then nothing else: what that removed is no more in its grammar. What
it allows besides and does not require is left: strings of message data with octets beyond ASCII
are literals in either revision (RFC 9051 section 4.3.1).
"""

from labserver.imap.capabilities import CAPABILITIES
from labserver.imap.session import ImapSession
from labserver.imap.table import TABLE, State

__all__ = ["CAPABILITIES", "TABLE", "ImapSession", "State"]
