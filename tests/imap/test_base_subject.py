from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.imap.searching.base_subject import base_subject
from labserver.imap.searching.collation import casemap


@pytest.mark.parametrize(
    ("subject", "text", "is_reply"),
    [
        ("", "", False),
        ("Hello", "Hello", False),
        ("  Hello\t \r\n  world  ", "Hello world", False),
        ("Re: Hello", "Hello", True),
        ("RE:Hello", "Hello", True),
        ("re : Re:  re: Hello", "Hello", True),
        ("Fw: Hello", "Hello", True),
        ("Fwd: Hello", "Hello", True),
        ("Fwdd: Hello", "Fwdd: Hello", False),
        ("Re[2]: Hello", "Hello", True),
        ("Re [a b] : Hello", "Hello", True),
        ("Re[1][2]: Hello", "Re[1][2]: Hello", False),
        ("[list] Hello", "Hello", False),
        ("[list] Re: Hello", "Hello", True),
        ("Re: [list] Hello", "Hello", True),
        ("[a] [b] Re: [c] Fwd: Hello", "Hello", True),
        ("[a] [b]", "[b]", False),
        ("[a][b] ", "[b]", False),
        ("[a] (fwd)", "[a]", True),
        ("Re: [a]", "[a]", True),
        ("[a", "[a", False),
        ("[a[b] c", "[a[b] c", False),
        ("Hello (fwd)", "Hello", True),
        ("Hello (FWD) (fwd) ", "Hello", True),
        ("(fwd)", "", True),
        ("Hello (fwd) you", "Hello (fwd) you", False),
        ("[fwd: Hello]", "Hello", True),
        ("[Fwd: Re: Hello (fwd)]", "Hello", True),
        ("[fwd: [fwd: Hello]]", "Hello", True),
        ("[fwd: [list] Hello ]", "Hello", True),
        ("[fwd:]", "", True),
        ("[fwd: Hello] more", "more", False),
        ("Re: [fwd: Hello]", "Hello", True),
        ("Re:", "", True),
        ("Re", "Re", False),
        ("Regarding: Hello", "Regarding: Hello", False),
        ("Hello Re: you", "Hello Re: you", False),
        ("\uff32e: Hello", "\uff32e: Hello", False),  # a wide letter
        ("AW: Hello", "AW: Hello", False),  # section 7: translations stay
    ],
)
def test_base_subjects(subject: str, text: str, *, is_reply: bool) -> None:
    assert base_subject(subject) == (text, is_reply)


def plainly(subject: str) -> tuple[str, bool]:
    """Do what RFC 5256 section 2.1 says, in its words and steps, however slow."""
    blob = r"\[[^\[\]]*\][ \t]*"
    refwd = rf"(?:re|fwd?)[ \t]*(?:{blob})?:"
    text = re.sub("[ \t]+", " ", subject)  # (1)
    reply = False
    while True:
        while trailer := re.search(r"(\(fwd\)|[ \t])\Z", text, re.IGNORECASE):  # (2)
            text = text[: trailer.start()]
            reply |= trailer[0].lower() == "(fwd)"
        again = True
        while again:  # (5)
            again = False
            if leader := re.match(rf"(?:{blob})*{refwd}|[ \t]", text, re.IGNORECASE):  # (3)
                text = text[leader.end() :]
                reply |= ":" in leader[0]
                again = True
            elif (prefix := re.match(blob, text)) and text[prefix.end() :].strip(" \t"):  # (4)
                text = text[prefix.end() :]
                again = True
        if not (text.lower().startswith("[fwd:") and text.endswith("]")):  # (6)
            return text, reply  # (7)
        text = text[len("[fwd:") : -len("]")]
        reply = True


_PIECES = [
    "re",
    "fw",
    "fwd",
    "Re:",
    "[fwd:",
    "(fwd)",
    "[",
    "]",
    ":",
    " ",
    "\t",
    "a",
    "[x]",
    "(",
    ")",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_as_the_rfc_says_it_plainly(subject: str) -> None:
    assert base_subject(subject) == plainly(subject)


def test_hostile_subjects_are_not_slow() -> None:
    for piece in (
        "[",
        "[]",
        "[] ",
        "re:",
        "re[",
        "re[]",
        "[fwd:",
        "(fwd)",
        "] ",
        "[fwd:(fwd)",
        "re ",
    ):
        for tail in ("", "x", "]" * 100_000, "[x]"):
            base_subject(piece * 100_000 + tail)


def test_collation() -> None:
    same = [
        ("Hello", "hELLO"),
        ("É", "e\u0301"),
        ("ǆ", "Ǆ"),
        ("Σ", "ς"),
        ("ﬁ", "ﬁ"),
        ("\uff45", "E"),
    ]
    for one, other in same:
        assert casemap(one) == casemap(other)
    # The simple mapping leaves the sharp s alone, and accents count.
    for one, other in [("ß", "ss"), ("e", "é"), ("a", "b")]:
        assert casemap(one) != casemap(other)
    assert sorted(["b", "a", "B", "", "é", "Z", "_"], key=casemap) == [
        "",
        "a",
        "b",
        "B",
        "é",
        "Z",
        "_",
    ]
