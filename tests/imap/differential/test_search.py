"""SEARCH finds the same on both servers, but for what the rows list."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest

from tests.conftest import Repetitions
from tests.imap.differential.keys import search
from tests.imap.differential.known import Right, Rule
from tests.imap.differential.letters import letter
from tests.imap.differential.pair import Pair
from tests.imap.differential.talk import Answer, Literal, shown
from tests.peers.dovecot import Dovecot

_MESSAGES = 40
_SEARCHES = 60
_FLAGS = (b"\\Seen", b"\\Flagged $a", b"\\Answered", b"\\Deleted $B", b"\\Draft \\Seen")


def _found(answer: Answer) -> tuple[str, str | None, list[bytes]]:
    """Return status, code and the numbers found, in order."""
    numbers = [
        number
        for response in answer.untagged
        if response.startswith(b"SEARCH")
        for number in response.split()[1:]
    ]
    return answer.status, answer.code, sorted(numbers, key=int)


@pytest.mark.parametrize("batch", range(3))
def test_generated_searches(peer: Dovecot, repetitions: Repetitions, batch: int) -> None:
    for part in range(repetitions(1, 30)):
        seed = batch * 1000 + part
        random = Random(seed)
        with Pair(peer, f"search{seed}", [letter(random) for _ in range(_MESSAGES)]) as pair:
            for number, flags in enumerate(_FLAGS):
                span = f"{number * 3 + 1}:{_MESSAGES - 4 * number}"
                pair.ask([f"STORE {span} +FLAGS.SILENT (".encode() + flags + b")"])
            for _ in range(_SEARCHES):
                command = search(random, _MESSAGES)
                ours, theirs = map(_found, pair.ask(command))
                assert ours == theirs, shown(command)
                assert ours[0] == "OK"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What a SEARCH finds among one message: whether it is found by the lab, and by Dovecot."""

    right: Right
    rule: Rule
    message: bytes
    key: bytes | Literal
    ours: bool
    theirs: bool
    flags: bytes = b""


_BODY = Rule(
    "RFC 3501 section 6.4.4",
    "Messages that contain the specified string in the body of the message.",
)
_TEXT = Rule(
    "RFC 3501 section 6.4.4",
    "Messages that contain the specified string in the header or body of the message.",
)
_SENT = Rule(
    "RFC 3501 section 6.4.4",
    "Messages whose [RFC-2822] Date: header (disregarding time and timezone) is earlier than the "
    "specified date.",
)
_EITHER = Rule("RFC 3501 section 6.4.4", "Messages that match either search key.")
_BOTH = Rule(
    "RFC 3501 section 6.4.4",
    "When multiple keys are specified, the result is the intersection (AND function) of all the "
    "messages that match those keys.",
)
_RANGE = Rule(
    "RFC 3501 section 9",
    "two seq-number values and all values between these two regardless of order.",
)
_EMBEDDED = b"MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx\r\n"

_ROWS = (
    _Row(
        right=Right.LAB,
        rule=_EITHER,
        message=b"Subject: a\r\n\r\nx\r\n",
        flags=b"\\Seen",
        key=b"OR UNDRAFT UNSEEN",
        ours=True,
        theirs=False,
    ),
    _Row(
        right=Right.LAB,
        rule=_BOTH,
        message=b"Subject: more than twenty octets\r\n\r\nx\r\n",
        key=b"NOT LARGER 20 NOT LARGER 1000",
        ours=False,
        theirs=True,
    ),
    _Row(
        right=Right.LAB, rule=_BODY, message=_EMBEDDED, key=b"BODY inner", ours=True, theirs=False
    ),
    _Row(
        right=Right.LAB,
        rule=_SENT,
        message=b"Subject: no date\r\n\r\nx\r\n",
        key=b"SENTBEFORE 1-Jan-2020",
        ours=False,
        theirs=True,
    ),
    # Octets in no character set that is named: a guess may find more.
    _Row(
        right=Right.BOTH,
        rule=_TEXT,
        message=b"Subject: caf\xe9\r\n\r\nx\r\n",
        key=Literal("café".encode()),
        ours=True,
        theirs=False,
    ),
    _Row(
        right=Right.LAB,
        rule=_RANGE,
        message=b"Subject: one\r\n\r\nx\r\n",
        key=b"*:3",
        ours=True,
        theirs=False,
    ),
)


@pytest.mark.parametrize("number", range(len(_ROWS)))
def test_each_known_difference_is_still_there(peer: Dovecot, number: int) -> None:
    row = _ROWS[number]
    if isinstance(row.key, bytes):
        command = [b"SEARCH ", row.key]
    else:
        command = [b"SEARCH CHARSET UTF-8 TEXT ", row.key]
    with Pair(peer, f"searchrow{number}", [row.message]) as pair:
        pair.ask([b"STORE 1 FLAGS (" + row.flags + b")"])
        ours, theirs = map(_found, pair.ask(command))
    assert ours == ("OK", None, [b"1"] * row.ours)
    assert theirs == ("OK", None, [b"1"] * row.theirs)
