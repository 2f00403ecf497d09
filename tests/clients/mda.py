"""A program that takes delivered mail at its standard input, and numbers it."""

from __future__ import annotations

from pathlib import Path

from tests.clients.program import Program

__all__ = ["install", "take"]

DELIVER = """#!/bin/sh
cat > "$HOME/mail/$(ls "$HOME/mail" | wc -l)"
"""


def install(program: Program) -> Path:
    """Put it into a program's home; return where it is."""
    (program.home / "mail").mkdir()
    return program.write("deliver", DELIVER, mode=0o700)


def take(program: Program) -> list[bytes]:
    """Return what was delivered, in order, with CRLF, and forget it."""
    files = sorted((program.home / "mail").iterdir(), key=lambda file: int(file.name))
    delivered = [file.read_bytes().replace(b"\n", b"\r\n") for file in files]
    for file in files:
        file.unlink()
    return delivered
