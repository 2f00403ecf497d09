from __future__ import annotations

import pytest

from labserver.protocol.saslprep import prepared


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("user", "user"),
        ("USER", "USER"),
        ("", ""),
        ("I\u00adX", "IX"),  # SOFT HYPHEN is mapped to nothing
        ("\u00aa", "a"),  # Normalization Form KC
        ("\u2168", "IX"),
        ("a\u00a0b", "a b"),  # spaces are one space
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u200b", ""),
        ("\u0007", None),  # control characters
        ("a\x7f", None),
        ("\u0627\u0031", None),  # right to left, with a digit at its end
        ("\u0627a\u0628", None),
        ("\u0627\u0628", "\u0627\u0628"),
        ("\ue000", None),  # private use
        (chr(0xD800), None),
        ("\U000e0001", None),
        ("\u0221", None),  # unassigned
    ],
)
def test_prepared(text: str, expected: str | None) -> None:
    assert prepared(text) == expected
    if expected is not None:
        assert prepared(expected) == expected
