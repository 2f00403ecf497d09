"""The colours of the pictures: readable, apart also for the colour-blind, the same in all files."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from labserver import widgets
from labserver.widgets.base import style
from labserver.widgets.palette import LIGHT

STYLE = style("lm-map", Path(widgets.__file__).parent / "mailmap/widget.css")
SIGNALS = ("smtp", "pop3", "imap", "lost")
# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750),
       (0.0193339, 0.1191920, 0.9503041))  # fmt: skip
WHITE = (0.95047, 1.0, 1.08883)
Triple = tuple[float, ...]


def themes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r"\{\n((?:  --lm-.*\n)+)\}", STYLE)[:2]
    return {
        name: dict(re.findall(r"--lm-([\w-]+): (#\w{6});", block))
        for name, block in (("light", light), ("dark", dark))
    }


def linear(colour: str) -> Triple:
    shares = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return tuple(s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)


def times(matrix: tuple[Triple, ...], vector: Triple) -> Triple:
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def lab(rgb: Triple) -> Triple:
    clipped = tuple(min(1.0, max(0.0, each)) for each in rgb)
    shares = [x / w for x, w in zip(times(XYZ, clipped), WHITE, strict=True)]
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in shares)
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((times(XYZ, linear(c))[1] for c in (one, other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_the_saved_image_has_the_colours_of_the_light_theme() -> None:
    assert {name: colour.upper() for name, colour in themes()["light"].items()} == LIGHT


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read(theme: str) -> None:
    colours = themes()[theme]
    pairs = [(name, on) for name in ("ink", "soft", *SIGNALS) for on in ("band", "ground")]
    pairs += [("lost", "lost-ground"), ("ink", "lost-ground"), ("soft", "lost-ground")]
    pairs += [("amber", "amber-ground"), ("ground", "frame")]
    for name, on in pairs:
        assert contrast(colours[name], colours[on]) >= 4.5, (name, on)


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_signal_colours_stay_apart(theme: str, blindness: str) -> None:
    colours = themes()[theme]
    seen = {name: lab(times(BLINDNESS[blindness], linear(colours[name]))) for name in SIGNALS}
    for one, other in combinations(SIGNALS, 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen[one], seen[other], strict=True)) ** 0.5
        assert apart >= 20, (one, other, apart)
