"""The base subject: what is left of a subject without `Re:` and its like (RFC 5256 section 2.1).

The steps are those of that section, and the names those of the grammar in its section 5. Nothing
is cut off until the end: two places move towards each other in the text, each octet being passed
once or twice, so that no subject is slow.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["BaseSubject", "base_subject"]

_SPACE = re.compile(r"[ \t\r\n]+")
_BLOBS = re.compile(r"(?:\[[^\[\]]*+\] *+)*+")
_REFWD = re.compile(r"(?:re|fwd?+) *+(?:\[[^\[\]]*+\] *+)?+:", re.ASCII | re.IGNORECASE)
_TRAILER = "(fwd)"
_FWD_HDR = "[fwd:"
_FWD_TRL = "]"


class BaseSubject(NamedTuple):
    """A base subject, and whether what was removed makes it a reply or a forward (section 3)."""

    text: str
    is_reply: bool


def base_subject(subject: str) -> BaseSubject:
    """Return the base subject of a subject whose encoded words are decoded."""
    text = _SPACE.sub(" ", subject)  # step 1
    start, end = 0, len(text)
    is_reply = False
    while True:
        end, trailed = _without_trailers(text, start, end)
        start, led = _without_leaders(text, start, end)
        # Step 6: a forward wrapped in brackets is a subject of its own.
        wrapped = (
            end - start > len(_FWD_HDR)
            and text[start : start + len(_FWD_HDR)].lower() == _FWD_HDR
            and text.startswith(_FWD_TRL, end - 1)
        )
        is_reply = is_reply or trailed or led or wrapped
        if not wrapped:
            return BaseSubject(text[start:end], is_reply)
        start += len(_FWD_HDR)
        end -= len(_FWD_TRL)


def _without_trailers(text: str, start: int, end: int) -> tuple[int, bool]:
    """Return where the text ends without its subj-trailers, and if there was a `(fwd)` (step 2)."""
    trailed = False
    while end > start:
        if text[end - 1] == " ":
            end -= 1
        elif text[max(start, end - len(_TRAILER)) : end].lower() == _TRAILER:
            end -= len(_TRAILER)
            trailed = True
        else:
            break
    return end, trailed


def _without_leaders(text: str, start: int, end: int) -> tuple[int, bool]:
    """Return where the text begins without leaders and blobs, and if there was a subj-refwd.

    Steps 3 to 5 at once: blobs go with the subj-refwd behind them, else one by one until nothing
    would be left; the last blob is the base then.
    """
    led = False
    while True:
        while text.startswith(" ", start, end):
            start += 1
        blobs = _BLOBS.match(text, start, end)
        after = start if blobs is None else blobs.end()
        refwd = _REFWD.match(text, after, end)
        if refwd is not None:
            start = refwd.end()
            led = True
        elif after < end:
            return after, led
        else:
            return (text.rindex("[", start, end) if after > start else start), led
