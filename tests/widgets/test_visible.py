"""Nothing in a shown text can act or hide."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from labserver.widgets.visible import clip, pad, visible, width, wire


@given(st.text())
def test_no_character_acts(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    kinds = {unicodedata.category(c) for c in shown if c not in "\u200c\u200d"}
    assert kinds.isdisjoint({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


@given(st.text())
def test_clipped_text_fits(text: str) -> None:
    for columns in (1, 5, 20):
        assert width(clip(text, columns)) <= columns
    assert clip(text, width(text)) == text


@given(st.binary())
def test_any_octets_are_a_line(octets: bytes) -> None:
    assert visible(wire(octets)) == wire(octets)


def test_good_text_stays_as_it_is() -> None:
    for text in ("Grüße, 日本", "👩\u200d💻 عربى", "a\\b"):
        assert visible(text) == text
    assert width("日本") == 4
    assert pad("日本", 6) == "日本  "
    assert clip("Photos of the trip", 10) == "Photos of…"
