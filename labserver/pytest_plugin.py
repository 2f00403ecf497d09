"""The lab for other people's tests: the pytest fixture `mail_lab`."""

# Pytest loads this in every run of every project that has the lab installed: it must be light.
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from labserver.lab import Lab

__all__ = ["mail_lab"]


@pytest.fixture
def mail_lab(tmp_path: Path) -> Iterator[Lab]:
    """Yield a mail server of this test's own, on free ports of 127.0.0.1 (`mail_lab.ports`).

    Accounts alice:orchid and bob:tulip; mail in memory; lab time, so that every run is the same.
    `mail_lab.load("*.eml")` puts mail into an inbox, `mail_lab.log` tells all that happened.
    """
    from labserver.lab import Lab

    with Lab(folder=tmp_path / "devices") as lab:
        yield lab
