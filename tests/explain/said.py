"""What the server can say, found in its source: the codes in its replies."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import labserver

ROOT = Path(labserver.__file__).parent


def constants(room: str) -> Iterator[str]:
    """Yield the string constants of a room, its docstrings left out; of an f-string each part."""
    for path in sorted((ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in prose:
                if isinstance(node.value, str):
                    yield node.value
                elif isinstance(node.value, bytes):
                    yield node.value.decode("latin-1")


def found(room: str, pattern: str) -> set[str]:
    """Return what the pattern's first group finds anywhere in the constants of a room."""
    return {match[1] for text in constants(room) for match in re.finditer(pattern, text)}


def numbers(room: str) -> set[str]:
    """Return the three-digit numbers that stand as first argument of a call in a room."""
    told = set()
    for path in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                value = node.args[0].value
                if isinstance(value, int) and 200 <= value < 600:
                    told.add(str(value))
    return told


def details(room: str) -> set[str]:
    """Return the enhanced status codes without their class that `Reply` is given in a room."""
    return {
        str(node.args[1].value)
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Reply"
        and isinstance(node.args[1], ast.Constant)
        and node.args[1].value
    }


def response_codes(room: str) -> set[str]:
    """Return what stands first in each `code=` argument and `code = ` assignment of a room."""
    told = set()
    for path in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            value: ast.expr | None = None
            if (isinstance(node, ast.keyword) and node.arg == "code") or (
                isinstance(node, ast.Assign)
                and any(isinstance(each, ast.Name) and each.id == "code" for each in node.targets)
            ):
                value = node.value
            if value is None:
                continue
            asked = {
                id(part)
                for node in ast.walk(value)
                if isinstance(node, ast.Compare | ast.Call)
                for part in ast.walk(node)
            }
            for each in ast.walk(value):
                if id(each) in asked:
                    continue
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    word = re.match(r"[A-Z][A-Z0-9-]{2,}(?= |$)", each.value)
                    if word is not None:
                        told.add(word[0])
    return told
