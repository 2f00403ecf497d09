"""What the course says when it cannot do what it is asked to."""

from labserver.errors import LabError

__all__ = ["CourseError"]


class CourseError(LabError, LookupError):
    """There is no such lesson, step or exercise, or it has not begun."""
