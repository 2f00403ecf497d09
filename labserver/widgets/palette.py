"""The colours of the pictures, by what they mean. The live faces' style sheets repeat them."""

from __future__ import annotations

__all__ = ["LIGHT"]

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
