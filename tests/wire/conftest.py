"""A house for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.wire.house import Build, House, close_all

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    yield
    close_all()


@pytest.fixture
def build() -> Build:
    """What builds a house with the given limits."""
    return Build()


@pytest.fixture
def house() -> House:
    """A house with the usual limits."""
    return Build()()
