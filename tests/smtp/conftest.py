"""A lab for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.smtp.house import House, build, close_all

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    yield
    close_all()


@pytest.fixture
def house() -> House:
    """A lab with the usual limits."""
    return build()
