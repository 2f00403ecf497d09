"""A year of mail, drawn: octets over weeks, as an SVG image that is the same each time."""

from __future__ import annotations

import io
import logging
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from labserver.course.year_of_mail.figures import KIB, WEEKS, Figures
from labserver.widgets.palette import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["picture"]

_WIDE, _HIGH = 7.6, 3.5
"""In inches of 72 units."""
_APART = 0.075
"""How far apart the names at the lines' ends are, of the drawing's height."""


def picture(year: Figures) -> str:
    """Return the drawing as an HTML image, on a light plate of its own, with its text beside it."""
    image = b64encode(_svg(year)).decode("ascii")
    return (
        f'<img alt="{escape(_in_words(year))}" src="data:image/svg+xml;base64,{image}"'
        f' style="max-width:100%;width:{round(_WIDE * 100)}px;background:{LIGHT["ground"]}">'
    )


def _in_words(year: Figures) -> str:
    first, last = year.weeks[0], year.weeks[-1]
    said = (
        f"A year of mail with {year.protocol.upper()}. From week 1 to week {WEEKS}"
        f" the server goes from {first.server // KIB} to {last.server // KIB} KiB,"
        f" the laptop from {first.laptop // KIB} to {last.laptop // KIB} KiB"
    )
    if year.saved:
        said += f", the backup from {first.backup // KIB} to {last.backup // KIB} KiB"
    said += "."
    if year.storage is not None:
        most = max(week.server for week in year.weeks) // KIB
        said += f" The quota is {year.storage} KiB, and the server has {most} KiB at most."
    if year.refused:
        begun = next(week.number for week in year.weeks if week.refused)
        said += f" {year.refused} messages are refused, the first in week {begun}."
    return said


def _svg(year: Figures) -> bytes:
    # It would say on stderr, once and on a slow machine only, that it makes a list of fonts.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from matplotlib import style
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    ours = {
        "svg.hashsalt": "mail-protocol-lab",
        "svg.fonttype": "none",
        "font.size": 10,
        "text.color": LIGHT["ink"],
        "axes.labelcolor": LIGHT["ink"],
        "axes.edgecolor": LIGHT["line"],
        "xtick.color": LIGHT["soft"],
        "ytick.color": LIGHT["soft"],
    }
    # After a reset: what a person has set for drawings of their own is not meant for this one.
    with style.context(["default", ours], after_reset=True), io.BytesIO() as file:
        figure = Figure(figsize=(_WIDE, _HIGH))
        FigureCanvasSVG(figure)
        axes = figure.add_axes((0.09, 0.15, 0.72, 0.76))
        _draw(axes, year)
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        return file.getvalue()


def _draw(axes: Axes, year: Figures) -> None:
    top = 1.1 * max(year.sent / KIB, year.storage or 0)
    axes.set_title(f"A year of mail with {year.protocol.upper()}", loc="left", fontsize=12)
    axes.set_xlim(0, WEEKS)
    axes.set_ylim(0, top)
    axes.set_xticks([0, *range(WEEKS // 4, WEEKS + 1, WEEKS // 4)])
    axes.set_xlabel("weeks")
    axes.set_ylabel("KiB")
    axes.grid(axis="y", color=LIGHT["band"], linewidth=1)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    ends = []
    for name, colour, line, width in _lines(year):
        sizes = [0.0, *(getattr(week, name) / KIB for week in year.weeks)]
        axes.step(
            range(WEEKS + 1), sizes, where="post", color=colour, linestyle=line, linewidth=width
        )
        ends.append((sizes[-1], f"{name} {int(sizes[-1])} KiB", colour))
    if year.storage is not None:
        axes.axhline(year.storage, color=LIGHT["amber"], linestyle=(0, (6, 3)), linewidth=1.2)
        ends.append((float(year.storage), f"quota {year.storage} KiB", LIGHT["amber"]))
        _refusals(axes, year, top)
    _names(axes, ends, top)


def _lines(year: Figures) -> list[tuple[str, str, str, float]]:
    """Return name, colour, dashes and width of each line: told apart without colour too."""
    lines = [
        ("server", LIGHT["ink"], "solid", 2.4),
        ("laptop", LIGHT[year.protocol], "solid", 1.4),
    ]
    return [*lines, ("backup", LIGHT["soft"], "dotted", 2.0)] if year.saved else lines


def _refusals(axes: Axes, year: Figures, top: float) -> None:
    weeks = [week.number for week in year.weeks if week.refused]
    if not weeks or year.storage is None:
        return
    over = year.storage + top * 0.06
    axes.plot(
        weeks, [over] * len(weeks), linestyle="none", marker="x", color=LIGHT["lost"], clip_on=False
    )
    axes.text(
        weeks[-1],
        over + top * 0.05,
        f"× {year.refused} messages refused",
        color=LIGHT["lost"],
        ha="right",
    )


def _names(axes: Axes, ends: list[tuple[float, str, str]], top: float) -> None:
    """Write what each line is beside its end, from the lowest up, none over another."""
    free = -top
    for height, name, colour in sorted(ends):
        free = max(height, free + top * _APART)
        axes.text(WEEKS + 1, free, name, color=colour, va="center")
