"""The colours of the pictures, by what they mean, in a light and in a dark page."""

from __future__ import annotations

__all__ = ["DARK", "LIGHT", "variables"]

LIGHT = {
    "ground": "#FFFFFF",
    "band": "#F3F5F7",
    "ink": "#1B2733",
    "soft": "#556270",
    "line": "#8592A0",
    "frame": "#3C4A57",
    "smtp": "#2F4A3A",
    "pop3": "#B85000",
    "imap": "#1B5FD0",
    "lost": "#8A0070",
    "lost-ground": "#F8E4F3",
    "amber": "#6B5200",
    "amber-ground": "#FFF3C4",
}
"""A saved image cannot know the theme it is seen in: it is drawn on its own light plate."""

DARK = {
    "ground": "#14191F",
    "band": "#1E252D",
    "ink": "#EEF2F6",
    "soft": "#AAB6C2",
    "line": "#6E7B88",
    "frame": "#AAB6C2",
    "smtp": "#E3E9EF",
    "pop3": "#FFAA4D",
    "imap": "#6BBEFF",
    "lost": "#FF4F8B",
    "lost-ground": "#3F1228",
    "amber": "#FFD866",
    "amber-ground": "#3A3210",
}


def variables(name: str) -> str:
    """Return the style sheet that gives a live face of class `name` its colours, as `--lm-ink`."""
    here = f".{name}"
    light = f'{here},\n[data-jp-theme-light="true"] {here}'
    dark = f'[data-jp-theme-light="false"] {here},\n.vscode-dark {here}'
    return _block(light, LIGHT) + _block(dark, DARK)


def _block(selector: str, colours: dict[str, str]) -> str:
    lines = "".join(f"  --lm-{name}: {colour};\n" for name, colour in colours.items())
    return f"{selector} {{\n{lines}}}\n\n"
