"""Dovecot for these tests. Without it they are skipped; under CI they fail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers.dovecot import ABSENT, Dovecot, dovecot, find_dovecot, must_run


@pytest.fixture(scope="session")
def peer() -> Iterator[Dovecot]:
    """One Dovecot for all tests of a process."""
    if find_dovecot() is None:
        if must_run():
            pytest.fail(f"CI=true: these tests must run, but there is {ABSENT}")
        pytest.skip(ABSENT)
    with dovecot() as running:
        yield running
