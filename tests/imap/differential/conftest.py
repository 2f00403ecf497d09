"""Dovecot for these tests. Without it they are skipped; under CI they fail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.imap.differential.trees import SPECIAL
from tests.peers.dovecot import ABSENT, Dovecot, dovecot, find_dovecot, must_run

_SETTINGS = (
    """\
mail_attribute_dict = file:%h/attributes
protocol imap {
  imap_metadata = yes
}
namespace inbox {
"""
    + "".join(
        f"  mailbox {name} {{\n    special_use = {use}\n  }}\n" for name, use in SPECIAL.items()
    )
    + "}\n"
)


@pytest.fixture(scope="session")
def peer() -> Iterator[Dovecot]:
    """One Dovecot for all tests of a process."""
    if find_dovecot() is None:
        if must_run():
            pytest.fail(f"CI=true: these tests must run, but there is {ABSENT}")
        pytest.skip(ABSENT)
    with dovecot(settings=_SETTINGS) as running:
        yield running
