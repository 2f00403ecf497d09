"""Commands with little to draw: ENABLE, NAMESPACE, ID, UNSELECT, STATUS, METADATA, NOTIFY."""

from __future__ import annotations

import pytest

from tests.imap.differential.replies import meaning
from tests.imap.differential.talk import LabSide, PeerSide, spoken
from tests.imap.driver import Server
from tests.imap.replies import read_all
from tests.peers.dovecot import Dovecot

_SCRIPTS = (
    ("ENABLE CONDSTORE",),
    ("ENABLE QRESYNC CONDSTORE NOTHING",),
    ("UNSELECT", "SELECT INBOX", "UNSELECT", "UNSELECT", "CLOSE", "FETCH 1 FLAGS", "EXPUNGE"),
    (
        "CREATE m",
        "APPEND m (\\Deleted) {6+}\r\na: b\r\n",
        "SELECT m",
        "UNSELECT",
        "STATUS m (MESSAGES UIDNEXT UNSEEN SIZE)",
        "SELECT m",
        "CLOSE",
        "STATUS m (MESSAGES UIDNEXT UNSEEN SIZE)",
    ),
    (
        "SELECT INBOX",
        "STATUS INBOX (NOTHING)",
        "STATUS INBOX ()",
        "STATUS nowhere (SIZE)",
        "STATUS inbox (SIZE RECENT)",
    ),
    (
        "SELECT INBOX",
        "UNSELECT",
        "GETMETADATA INBOX /private/comment",
        'SETMETADATA INBOX (/private/comment "hi")',
        "GETMETADATA INBOX (/private/comment /shared/comment)",
        "SETMETADATA INBOX (/private/comment {5+}\r\na\r\nbc)",
        "GETMETADATA INBOX /private/comment",
        "SETMETADATA INBOX (/private/comment NIL)",
        "GETMETADATA INBOX /private/comment",
        "GETMETADATA nowhere /private/comment",
    ),
    (
        "SELECT INBOX",
        "NOTIFY NONE",
        "NOTIFY SET (selected (MessageNew MessageExpunge)) (subtree m (MessageNew MessageExpunge))",
        "NOTIFY NOTHING",
        "NOTIFY NONE",
    ),
)


@pytest.mark.parametrize("number", range(len(_SCRIPTS)))
def test_both_answer_the_same(peer: Dovecot, number: int) -> None:
    sides = LabSide(Server()), PeerSide(peer, f"agreed{number}")
    for command in _SCRIPTS[number]:
        ours, theirs = (meaning(side.ask(spoken(command))) for side in sides)
        assert ours == theirs, command
    for side in sides:
        side.close()


def test_who_they_are_has_one_shape(peer: Dovecot) -> None:
    for side in (LabSide(Server()), PeerSide(peer, "who")):
        for command in ("ID NIL", 'ID ("name" "x" "version" NIL)'):
            answer = side.ask(spoken(command))
            (said,) = answer.untagged
            name, (fields,) = said.split(b" ")[0], read_all(said.partition(b" ")[2])
            assert (answer.status, name) == ("OK", b"ID")
            assert isinstance(fields, list)
            assert all(isinstance(one, bytes) for one in fields[::2])
            assert all(one is None or isinstance(one, bytes) for one in fields[1::2])
            assert b"name" in fields[::2]
        side.close()


def test_their_personal_namespace_is_the_same(peer: Dovecot) -> None:
    sides = LabSide(Server()), PeerSide(peer, "namespace")
    told = []
    for side in sides:
        (said,) = side.ask([b"NAMESPACE"]).untagged
        name, personal, *others = read_all(said)
        assert (name, len(others)) == ("NAMESPACE", 2)
        told.append(personal)
        side.close()
    assert told[0] == told[1] == [[b"", b"/"]]
