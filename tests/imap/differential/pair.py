"""The lab and Dovecot side by side: the same messages in both, the same questions to both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Self

from tests.imap.differential.compare import Difference, agreed, differences
from tests.imap.differential.neutral import Fields, Node, fetch_fields
from tests.imap.differential.talk import Answer, Command, LabSide, Literal, PeerSide
from tests.imap.driver import Server
from tests.peers.dovecot import Dovecot

__all__ = ["APART", "Pair"]

APART = timedelta(hours=5)
"""How long after the one before it each message arrives."""

WHOLE = (
    "RFC822.SIZE INTERNALDATE FLAGS ENVELOPE BODY BODYSTRUCTURE RFC822.HEADER"
    " BODY.PEEK[] BODY.PEEK[HEADER] BODY.PEEK[TEXT]"
    " BODY.PEEK[HEADER.FIELDS (Subject)] BODY.PEEK[HEADER.FIELDS.NOT (Subject)]"
    " BODY.PEEK[]<3.20> BODY.PEEK[TEXT]<5.5> BODY.PEEK[HEADER]<0.9> BODY.PEEK[]<999999.5>"
    " BODY.PEEK[HEADER.FIELDS (To Cc X-None)]<2.30>"
)
"""What every message has."""


class Pair:
    """One account on each server with the same messages in its INBOX, selected."""

    def __init__(self, peer: Dovecot, user: str, messages: Sequence[bytes]) -> None:
        self.messages = messages
        self.server = Server()
        self.lab = LabSide(self.server)
        self.dovecot = PeerSide(peer, user)
        for number, message in enumerate(messages):
            # Delivered: APPEND would refuse NUL and what is empty.
            self.server.clock.advance(APART)
            self.server.deliver(message)
            date = self.server.clock.now().strftime("%d-%b-%Y %H:%M:%S +0000")
            command = [f'APPEND INBOX "{date}" '.encode(), Literal(message)]
            assert self.dovecot.ask(command).status == "OK", number
        for side in (self.lab, self.dovecot):
            assert side.ask([b"SELECT INBOX"]).status == "OK"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.lab.close()
        self.dovecot.close()

    def differences(self) -> Iterator[Difference]:
        """Fetch all there is of each message, and compare."""
        for number, message in enumerate(self.messages, 1):
            ours, theirs = self._fetch(number, WHOLE)
            yield from differences(ours, theirs, message)
            kinds = _kinds(ours["BODYSTRUCTURE"], theirs["BODYSTRUCTURE"])
            if kinds:
                told = self._fetch(number, " ".join(_sections(kinds)))
                yield from differences(*told, message, kinds)

    def ages(self) -> list[int]:
        """Bring lab time to the machine's, which Dovecot has; return ages in seconds.

        Each is halfway between two arrivals, so that it does not matter how long the test takes.
        """
        last, now = self.server.clock.now(), datetime.now(UTC)
        self.server.clock.advance(now - last)
        return [
            int((now - last + APART * (number + 0.5)).total_seconds())
            for number in range(-1, len(self.messages))
        ]

    def ask(self, command: Command) -> tuple[Answer, Answer]:
        """Give one command to both; return the lab's answer and Dovecot's."""
        return self.lab.ask(command), self.dovecot.ask(command)

    def _fetch(self, number: int, items: str) -> tuple[Fields, Fields]:
        told: list[Fields] = []
        for side in (self.lab, self.dovecot):
            answer = side.ask([f"FETCH {number} ({items})".encode()])
            assert answer.status == "OK", self.messages[number - 1]
            (response,) = answer.untagged
            seq, fields = fetch_fields(response)
            assert seq == number
            told.append(fields)
        return told[0], told[1]


def _kinds(ours: object, theirs: object) -> dict[str, bytes]:
    """Return the media types of the parts that both see, by part number."""
    assert isinstance(ours, Node)
    assert isinstance(theirs, Node)
    found: dict[str, bytes] = {}
    for node in agreed(ours, theirs):
        kind = node.fields["type"]
        assert isinstance(kind, bytes)
        # The multipart in a message has the number of that message.
        found.setdefault(node.path, kind)
    found.pop("", None)
    return found


def _sections(kinds: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what can be fetched of parts."""
    for path, kind in kinds.items():
        yield f"BODY.PEEK[{path}] BODY.PEEK[{path}.MIME] BODY.PEEK[{path}]<2.7>"
        if kind == b"message/rfc822":
            yield f"BODY.PEEK[{path}.HEADER] BODY.PEEK[{path}.TEXT]"
            yield f"BODY.PEEK[{path}.HEADER.FIELDS (Subject To)]"
            yield f"BODY.PEEK[{path}.HEADER.FIELDS.NOT (Subject To)]<0.100>"
