from __future__ import annotations

from typing import NamedTuple

import pytest

from labserver.protocol.switches import supported


class Row(NamedTuple):
    name: str
    needs: tuple[str, ...] = ()


ROWS = (Row("C", ("B",)), Row("B", ("A",)), Row("A"), Row("X", ("Y",)), Row("Y", ("X",)))


@pytest.mark.parametrize(
    ("names", "left"),
    [("ABCXY", "ABCXY"), ("BCXY", "XY"), ("ACXY", "AXY"), ("ABC", "ABC"), ("ABX", "AB"), ("", "")],
)
def test_what_needs_something_that_is_off_goes_with_it(names: str, left: str) -> None:
    assert supported(ROWS, names) == frozenset(left)
