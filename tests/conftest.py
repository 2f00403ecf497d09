"""What all tests share: how often to repeat, and how hard hypothesis looks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Sequence

# Nothing here is timed: the machine may be busy. Under CI each run generates the same examples.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", UNTIMED, max_examples=60)
settings.register_profile("full", UNTIMED, max_examples=1000)
settings.register_profile("ci", UNTIMED, max_examples=60, derandomize=True, print_blob=True)


class Repetitions(Protocol):
    """Says how often a test repeats what must come out the same every time."""

    def __call__(self, quick: int = 20, full: int = 200) -> int:
        """Return `quick`, or `full` under --full."""
        ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full", action="store_true", help="all repetitions and examples, however long it takes"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--full"):
        profile = "full"
    elif os.environ.get("CI") == "true":
        profile = "ci"
    else:
        profile = "quick"
    settings.load_profile(profile)


def pytest_collection_modifyitems(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    for item in items:
        if item.get_closest_marker("full"):
            item.add_marker(pytest.mark.skip(reason="only with --full"))


@pytest.fixture(scope="session")
def repetitions(pytestconfig: pytest.Config) -> Repetitions:
    """How often to repeat: `repetitions()` is 20, and 200 under --full."""
    whole = bool(pytestconfig.getoption("--full"))

    def chosen(quick: int = 20, full: int = 200) -> int:
        return full if whole else quick

    return chosen
