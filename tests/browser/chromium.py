"""Where Chromium is: the browser tests use the system's own, and download none."""

from __future__ import annotations

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ABSENT = (
    f"no Chromium on PATH (looked for {', '.join(NAMES)}); on Debian: sudo apt install chromium"
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """Return the path of the system's Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
