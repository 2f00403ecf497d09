"""How the connections follow from the log, and what ends with them."""

from __future__ import annotations

from dataclasses import replace

from rpds import HashTrieSet

from labserver import events
from labserver.snapshot.step import Steps, changed, marking, unsaid
from labserver.snapshot.values import Cell, Connection, Place, Said, Snapshot

__all__ = ["STEPS", "end"]


def _connected(snapshot: Snapshot, event: events.Connected) -> Snapshot:
    return _put(
        snapshot,
        Connection(
            number=event.connection,
            protocol=event.protocol,
            port=event.port,
            device=event.device,
            host=event.host,
        ),
    )


def _secured(snapshot: Snapshot, event: events.Secured) -> Snapshot:
    connection = snapshot.connections.get(event.connection)
    if connection is None:
        return snapshot
    return _put(snapshot, replace(connection, secured=event.version))


def _line(snapshot: Snapshot, event: events.Line) -> Snapshot:
    connection = snapshot.connections.get(event.connection)
    if connection is None:
        return snapshot
    if event.rest and connection.command is not None and connection.command.text[-1:] == b"}":
        return _put(snapshot, replace(connection, reply=None))
    if event.direction == "C":
        said = Said(number=snapshot.number, direction="C", text=event.data.rstrip(b"\r\n"))
        snapshot = replace(snapshot, changed=replace(snapshot.changed, settled=True))
        return _put(snapshot, replace(connection, command=said, reply=None, fault=None))
    lines = [line for line in event.data.splitlines() if line]
    pop3 = connection.protocol in ("pop3", "pop3s")
    if not lines or (pop3 and connection.reply is not None):
        return snapshot
    text = lines[0] if pop3 else lines[-1]
    said = Said(number=snapshot.number, direction="S", text=text)
    effect = connection.effect
    if connection.cause is not None and connection.cause == connection.command:
        effect = said
    return _put(snapshot, replace(connection, reply=said, effect=effect))


def _data(snapshot: Snapshot, event: events.Data) -> Snapshot:
    connection = snapshot.connections.get(event.connection)
    return snapshot if connection is None else _put(snapshot, replace(connection, data=event))


def _state_changed(snapshot: Snapshot, event: events.StateChanged) -> Snapshot:
    connection = snapshot.connections.get(event.connection)
    if connection is None:
        return snapshot
    if event.mailbox is not None and connection.protocol in ("imap", "imaps"):
        snapshot = marking(snapshot, event.owner or event.account or "")
    return _put(
        snapshot,
        replace(
            connection,
            state=event.state,
            account=event.account,
            mailbox=event.mailbox,
            owner=event.owner,
            activity=event.activity,
        ),
    )


def _fault_struck(snapshot: Snapshot, event: events.FaultStruck) -> Snapshot:
    connection = None if event.connection is None else snapshot.connections.get(event.connection)
    if connection is None:
        return snapshot
    return _put(snapshot, replace(connection, fault=event.fault))


def _unmarked(snapshot: Snapshot, event: events.Unmarked) -> Snapshot:
    return _forget(snapshot, event.connection, ended=False)


def _closed(snapshot: Snapshot, event: events.Closed) -> Snapshot:
    return end(snapshot, event.connection, event.how)


def end(snapshot: Snapshot, number: int, how: events.How) -> Snapshot:
    """Note that a connection has ended."""
    # A session's numbers and marks end with it (RFC 1939 sections 4 and 6).
    snapshot = _forget(snapshot, number, ended=True)
    connection = snapshot.connections.get(number)
    if connection is None:
        return snapshot
    return _put(snapshot, replace(connection, how=how))


def _forget(snapshot: Snapshot, number: int, *, ended: bool) -> Snapshot:
    """Take back the marks that a POP3 session set, and with its end its numbers."""
    connection = snapshot.connections.get(number)
    if connection is None or connection.maildrop is None:
        return snapshot
    address, name = connection.maildrop
    account = snapshot.accounts.get(address)
    mailbox = None if account is None else account.mailboxes.get(name)
    if account is None or mailbox is None or mailbox.session is None:
        return snapshot
    session = mailbox.session
    if session.connection != number:
        return snapshot
    left = None if ended else replace(session, marks=HashTrieSet())
    mailboxes = account.mailboxes.insert(name, replace(mailbox, session=left))
    account = replace(account, mailboxes=mailboxes)
    snapshot = replace(snapshot, accounts=snapshot.accounts.insert(address, account))
    cells = [
        Cell(Place("server", address), mailbox.copies[uid].message)
        for uid in (*session.marks, *(session.expiring if ended else ()))
        if uid in mailbox.copies
    ]
    if not cells:
        return snapshot
    if connection.command is None or connection.command.text.upper() != b"RSET":
        return unsaid(snapshot, cells, ended=number)
    for cell in cells:
        snapshot = changed(snapshot, cell, number)
    return snapshot


def _put(snapshot: Snapshot, connection: Connection) -> Snapshot:
    connections = snapshot.connections.insert(connection.number, connection)
    return replace(snapshot, connections=connections)


STEPS: Steps = {
    events.Connected: _connected,
    events.Secured: _secured,
    events.Line: _line,
    events.Data: _data,
    events.StateChanged: _state_changed,
    events.FaultStruck: _fault_struck,
    events.Unmarked: _unmarked,
    events.Closed: _closed,
}
