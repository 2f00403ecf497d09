from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.smtp.relay.house import close_all


@pytest.fixture(autouse=True)
def _closing() -> Iterator[None]:
    yield
    close_all()
