"""What the server says it can do: exactly what it does, in a fixed order.

RFC 3501 section 7.2.1; IDLE is RFC 2177, UIDPLUS RFC 4315, MOVE RFC 6851.
"""

__all__ = ["CAPABILITIES", "capability_data"]

CAPABILITIES = ("IMAP4rev1", "AUTH=PLAIN", "IDLE", "UIDPLUS", "MOVE")


def capability_data() -> str:
    """Return the capability listing as the response and the response code spell it."""
    return "CAPABILITY " + " ".join(CAPABILITIES)
