"""POP3 (RFC 1939 with CAPA, RFC 2449) as a state machine: octets in, octets out."""

from labserver.pop3.session import Pop3Session
from labserver.pop3.states import TABLE, State

__all__ = ["TABLE", "Pop3Session", "State"]
