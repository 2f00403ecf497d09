"""What can go wrong, as one hierarchy.

Internal code raises these; one boundary a protocol (and one in `lab`) turns them into the reply
or the message that a person reads.
"""

__all__ = ["LabError"]


class LabError(Exception):
    """Base of every error that this package raises on purpose."""
