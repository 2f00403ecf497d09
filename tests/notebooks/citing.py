"""Citations of RFCs in a text, and the headings that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent
_FILES = (_HERE / "headings.txt", _HERE.parent / "explain" / "sections.txt")
HEADINGS = {
    line.partition(": ")[0]
    for file in _FILES
    for line in file.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
}
"""The headings that may be cited, as in `RFC 1939 section 4`."""
KNOWN = {heading.split(" ")[1] for heading in HEADINGS}
_NUMBER = r"\d+(?:\.\d+)*|[A-Z](?:\.\d+)*\b"
_CITED = re.compile(
    rf"""\bRFC\s?(?P<rfc>\d+)
    | (?P<kind>\b[Ss]ections?|§§?|\b[Aa]ppendix|\b[Aa]ppendices)\s?
      (?P<all>(?:{_NUMBER})(?:(?:,\s|\sand\s|,\sand\s|\sto\s|\sor\s)(?:{_NUMBER}))*)""",
    re.VERBOSE,
)


def citations(text: str) -> Iterator[str]:
    """Yield each section cited, as `RFC 1939 section 4`; one without an RFC before it as
    `section 4`. A section belongs to the RFC that was named last.
    """
    rfc = ""
    for found in _CITED.finditer(text):
        if found["rfc"]:
            rfc = f"RFC {found['rfc']} "
            continue
        kind = "appendix" if found["kind"].lower().startswith("append") else "section"
        for number in re.findall(_NUMBER, found["all"]):
            yield f"{rfc}{kind} {number}"


def unknown(text: str) -> list[str]:
    """Return what is wrong with the citations of a text."""
    return [
        f"{cited}: of which RFC?" if not cited.startswith("RFC") else f"{cited}: no such heading"
        for cited in citations(text)
        if cited not in HEADINGS
    ]
