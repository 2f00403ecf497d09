"""An outline is what the root of the tree says, whatever the octets."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from labserver.message import field_values, outline, scan

_PIECES = (b"\r\n", b"\n", b"\r", b"\n\n", b"Subject: a", b"no field", b" fold", b"x", b"--b")
_MULTIPART = b"Content-Type: multipart/mixed; boundary=b\r\n"


@given(st.lists(st.sampled_from((*_PIECES, _MULTIPART)), max_size=20).map(b"".join))
@example(b"")
@example(b"\r\nbody")
@example(_MULTIPART + b"--b\r\n\r\n")
def test_an_outline_is_that_of_the_tree(data: bytes) -> None:
    root = scan(data)
    assert outline(data) == (root.start, root.body, root.end)
    assert field_values(data, outline(data)) == field_values(data, root)
