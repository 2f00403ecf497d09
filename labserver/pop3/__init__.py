"""POP3 (RFC 1939, with CAPA of RFC 2449) as a state machine: octets in, octets out."""

from labserver.pop3.capabilities import CAPABILITIES
from labserver.pop3.session import Pop3Session
from labserver.pop3.states import TABLE, State

__all__ = ["CAPABILITIES", "TABLE", "Pop3Session", "State"]
