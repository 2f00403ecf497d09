"""Each known difference in what a command is answered is still there."""

from __future__ import annotations

import pytest

from tests.imap.differential.answers import ENDED, OTHER, ROWS, Row
from tests.imap.differential.talk import Ended, LabSide, PeerSide, Side, spoken
from tests.imap.driver import Server
from tests.peers.dovecot import Dovecot


def _answer(row: Row, main: Side, other: Side) -> tuple[str, ...]:
    """Give the commands to one server; return the last answer as the row has it."""
    *before, last = row.commands

    def given(command: str) -> tuple[Side, str]:
        return (other if command.startswith(OTHER) else main), command.removeprefix(OTHER)

    for command in before:
        side, words = given(command)
        assert side.ask(spoken(words)).status == "OK", words
    side, words = given(last)
    try:
        answer = side.ask(spoken(words))
    except Ended:
        return (ENDED,)
    if row.told == "code":
        return answer.status, str(answer.code)
    if not row.told:
        return (answer.status,)
    said = (one.decode("latin-1") for one in answer.untagged)
    return answer.status, *(one for one in said if one.startswith(row.told))


@pytest.mark.parametrize("number", range(len(ROWS)))
def test_each_known_difference_is_still_there(peer: Dovecot, number: int) -> None:
    row = ROWS[number]
    server = Server()
    lab = LabSide(server), LabSide(server)
    dovecot = PeerSide(peer, f"answer{number}"), PeerSide(peer, f"answer{number}")
    assert (_answer(row, *lab), _answer(row, *dovecot)) == (row.ours, row.theirs)
    for side in (*lab, *dovecot):
        side.close()
