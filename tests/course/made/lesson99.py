"""A lesson that is there for the tests only: after lesson 98."""

from __future__ import annotations

from labserver import Lab
from labserver.course.plan import Lesson

LESSON = Lesson(
    number="99",
    title="The one after",
    notebook="99-after.ipynb",
    minutes=10,
    abilities=("end",),
    start=Lab,
)
