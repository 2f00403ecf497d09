"""What a person reads in a picture stands in one file a language, and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import labserver.widgets

WIDGETS = Path(labserver.widgets.__file__).parent
SCRIPTS = sorted(WIDGETS.rglob("*.js"))
MODULES = sorted(path for path in WIDGETS.rglob("*.py") if path.parent.name != "words")

TAGS = re.compile(r'^[^<>"]*"[^<>]*>|<[^>]*(?:>|$)|^[^<>]*;?">')
PROSE = re.compile(r"[A-Za-z]{2,}[,:;.]? +[A-Za-z(]|[A-Za-z]{2,}[,:;.]? +$|^[( ,]+[a-z]{2,}")
SHOWN = re.compile(
    r"""element\(\s*"[^"]*",\s*"[^"]*",\s*["`][^"`$]*[A-Za-z]{2}"""
    r"""|(?:textContent|innerHTML|innerText|\.title|\.ariaLabel)\s*=\s*["`][^"`$]*[A-Za-z]{2}"""
    r"""|"aria-(?:label|valuetext|description)",\s*["`][^"`$]*[A-Za-z]{2}"""
    r"""|(?:append|prepend|replaceChildren)\((?:[^()\n]*, )?["`][^"`$\n]*[A-Za-z]{2}"""
)
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`', re.DOTALL)
MACHINERY = re.compile(
    r"lm-[a-z]|^[.\[#]|\]|\(|^M\$|\d|^[a-z-]+ ?:|[-a-z]+: |^(?:ease|button|input|details|summary)"
)


def _silent(tree: ast.Module) -> set[int]:
    """Return the strings that no reader of a picture sees."""
    silent = set()
    for node in ast.walk(tree):
        quiet = isinstance(node, (ast.Raise, ast.Import, ast.ImportFrom)) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        )
        quiet = quiet or (isinstance(node, ast.FunctionDef) and node.name == "__repr__")
        quiet = quiet or (
            isinstance(node, ast.Call) and ast.unparse(node.func).endswith("exception")
        )
        if quiet:
            silent |= {id(each) for each in ast.walk(node)}
    return silent


def _words_in_python(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    silent = _silent(tree)
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            bare = TAGS.sub("", node.value)
            style = re.search(r"[a-z-]+:[^ ]|sans-serif|monospace|\.vscode", bare)
            if PROSE.search(bare) and not style and not bare.isupper():
                yield node.value
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("text", "escape", "fit"):
            for given in node.args:
                if isinstance(given, ast.Constant) and re.search("[A-Za-z]{2}", str(given.value)):
                    yield str(given.value)


def _words_in_script(source: str) -> Iterator[str]:
    # Neither comments nor errors; nor what nobody sees, and only its width counts.
    code = re.sub(r"^\s*//.*$|throw .*|mmmm ?", "", source, flags=re.MULTILINE)
    for found in SHOWN.finditer(code):
        yield found[0]
    for found in LITERAL.finditer(code):
        bare = re.sub(r"\$\{[^}]*\}", "", found[1] or found[2] or "")
        if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", bare) and not MACHINERY.search(bare):
            yield found[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(WIDGETS)))
def test_a_module_holds_no_words_of_its_own(path: Path) -> None:
    assert list(_words_in_python(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(WIDGETS)))
def test_a_script_holds_no_words_of_its_own(path: Path) -> None:
    assert list(_words_in_script(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "planted",
    [
        'said = f"port {n}: {device}"',
        'said = f"   ({left} more rows in the picture)"',
        'page = f"<p>No connection is open.</p>"',
        'nodes = [text(14, 20, "empty", fill="soft")]',
        'said = "the lab is closed"',
    ],
)
def test_a_word_in_a_module_would_be_found(planted: str) -> None:
    assert list(_words_in_python(planted))


@pytest.mark.parametrize(
    "planted",
    [
        'element("p", "lm-soft", "empty")',
        'over.textContent = "The lab is closed."',
        'made.setAttribute("aria-label", "Table")',
        "cry.tell(`${letter} is lost now`)",
        'const words = { none: "No session yet" };',
    ],
)
def test_a_word_in_a_script_would_be_found(planted: str) -> None:
    assert list(_words_in_script(planted))


def test_each_word_is_used() -> None:
    source = (WIDGETS / "words" / "en.py").read_text(encoding="utf-8")
    names = {
        name
        for node in ast.parse(source).body
        for name in (
            [node.name]
            if isinstance(node, ast.FunctionDef)
            else [each.id for each in node.targets if isinstance(each, ast.Name)]
            if isinstance(node, ast.Assign)
            else []
        )
    }
    used = source + "".join(path.read_text(encoding="utf-8") for path in MODULES)
    idle = {name for name in names if len(re.findall(rf"\b{name}\b", used)) < 2}
    assert not idle
