"""The same mailboxes on both servers, brought back into step where a row says that they differ."""

from __future__ import annotations

from tests.imap.differential.replies import meaning
from tests.imap.differential.talk import Side
from tests.imap.replies import read_all

__all__ = ["settle"]


def settle(lab: Side, dovecot: Side, command: str) -> None:
    """After `command`, a CREATE, DELETE or RENAME, undo what is known to differ, and only that.

    Dovecot gets those superiors of the last name in `command` that it did not make; the lab loses
    names that can't be selected and have nothing below them any more; who can't be selected and
    has something below is made again on both.
    """
    while bare := [
        name for name, told in _listed(lab).items() if {"\\noselect", "\\hasnochildren"} <= told
    ]:
        for name in bare:
            _ok(lab, b"DELETE " + _quoted(name))
    for name, told in _listed(lab).items():
        if "\\noselect" in told:
            for side in (lab, dovecot):
                _ok(side, b"CREATE " + _quoted(name))
    made = command.rpartition(' "')[2].rstrip('"/').encode().replace(b"\\\\", b"\\")
    made = made.replace(b'\\"', b'"')
    theirs = _listed(dovecot)
    for name, told in _listed(lab).items():
        other = theirs.get(name)
        if (
            "\\noselect" not in told
            and (other is None or "\\noselect" in other)
            and made.startswith(name + b"/")
        ):
            _ok(dovecot, b"CREATE " + _quoted(name))


def _quoted(name: bytes) -> bytes:
    return b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _ok(side: Side, command: bytes) -> None:
    assert meaning(side.ask([command]))[0] == "OK", command


def _listed(side: Side) -> dict[bytes, set[str]]:
    """Return all mailboxes with their attributes."""
    found = {}
    for response in side.ask([b'LIST "" *']).untagged:
        name, _, rest = response.partition(b" ")
        if name == b"LIST":
            attributes, _, mailbox = read_all(rest)
            assert isinstance(attributes, list)
            key = mailbox if isinstance(mailbox, bytes) else str(mailbox).encode()
            found[key] = {str(one).lower() for one in attributes}
    return found
