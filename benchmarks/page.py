"""How fast the pictures are on the page: what the browser tests measure, by themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Run the measuring browser tests; they print. Raises CalledProcessError if one fails."""
    words = [sys.executable, "-m", "pytest", "tests/browser/test_speed.py", "-q", "-n", "0"]
    subprocess.run(words, cwd=ROOT, check=True)
