"""How the server's mailboxes follow from the log."""

from __future__ import annotations

from dataclasses import replace

from rpds import HashTrieMap

from labserver import events
from labserver.snapshot.step import Steps, changed, marking, unsaid
from labserver.snapshot.values import (
    Account,
    Cell,
    Copy,
    Ghost,
    Limits,
    Mailbox,
    Message,
    Origin,
    Place,
    Session,
    Snapshot,
)

__all__ = ["STEPS"]


def _account_added(snapshot: Snapshot, event: events.AccountAdded) -> Snapshot:
    return _put_account(snapshot, Account(address=event.account))


def _quota_changed(snapshot: Snapshot, event: events.QuotaChanged) -> Snapshot:
    account = snapshot.accounts.get(event.account)
    if account is None:
        return snapshot
    limits = Limits(storage=event.storage, messages=event.messages, mailboxes=event.mailboxes)
    return _put_account(snapshot, replace(account, limits=limits))


def _mailbox_created(snapshot: Snapshot, event: events.MailboxCreated) -> Snapshot:
    new = Mailbox(name=event.mailbox, uidvalidity=event.uidvalidity)
    return _put_mailbox(snapshot, event.account, new)


def _mailbox_deleted(snapshot: Snapshot, event: events.MailboxDeleted) -> Snapshot:
    account = snapshot.accounts.get(event.account)
    mailbox = None if account is None else account.mailboxes.get(event.mailbox)
    if account is None or mailbox is None:
        return snapshot
    for uid in sorted(mailbox.copies):
        snapshot = _remove(snapshot, event.account, event.mailbox, uid, event.connection)
    account = snapshot.accounts[event.account]
    return _put_account(
        snapshot, replace(account, mailboxes=account.mailboxes.remove(event.mailbox))
    )


def _mailbox_renamed(snapshot: Snapshot, event: events.MailboxRenamed) -> Snapshot:
    account = snapshot.accounts.get(event.account)
    mailbox = None if account is None else account.mailboxes.get(event.mailbox)
    if account is None or mailbox is None:
        return snapshot
    mailboxes = account.mailboxes.remove(event.mailbox)
    mailboxes = mailboxes.insert(event.to, replace(mailbox, name=event.to))
    return _put_account(snapshot, replace(account, mailboxes=mailboxes))


def _renumbered(snapshot: Snapshot, event: events.Renumbered) -> Snapshot:
    account = snapshot.accounts.get(event.account)
    mailbox = None if account is None else account.mailboxes.get(event.mailbox)
    if account is None or mailbox is None:
        return snapshot
    copies: HashTrieMap[int, Copy] = HashTrieMap()
    former = account.former
    for old, new in event.uids:
        copy = mailbox.copies.get(old)
        if copy is not None:
            copies = copies.insert(new, copy)
            origin = Origin(event.account, event.mailbox, mailbox.uidvalidity, old)
            former = former.insert(origin, copy.message)
    # To a POP3 session that has it open, its messages are gone.
    mailbox = replace(mailbox, uidvalidity=event.uidvalidity, copies=copies, session=None)
    mailboxes = account.mailboxes.insert(event.mailbox, mailbox)
    return _put_account(snapshot, replace(account, mailboxes=mailboxes, former=former))


def _access_changed(snapshot: Snapshot, event: events.AccessChanged) -> Snapshot:
    mailbox = _mailbox(snapshot, event.account, event.mailbox)
    if mailbox is None:
        return snapshot
    access = mailbox.access.discard(event.identifier)
    if event.rights is not None:
        access = access.insert(event.identifier, event.rights)
    return _put_mailbox(snapshot, event.account, replace(mailbox, access=access))


def _new_message(snapshot: Snapshot, event: events.NewMessage) -> Snapshot:
    message = Message(
        number=event.message,
        subject=event.subject,
        sender=event.sender,
        octets=event.octets,
        forms=frozenset({event.sha256}),
    )
    forms = snapshot.forms
    for form in (event.sha256, *event.came_as):
        forms = forms.insert(form, event.message)
    return replace(snapshot, messages=snapshot.messages.insert(event.message, message), forms=forms)


def _delivered(snapshot: Snapshot, event: events.Delivered) -> Snapshot:
    mailbox = _mailbox(snapshot, event.account, event.mailbox)
    if mailbox is None:
        return snapshot
    copy = Copy(
        message=event.message,
        octets=event.octets,
        sha256=event.sha256,
        flags=event.flags,
        protocol="smtp" if event.cause in ("smtp", "load") else "imap",
        restored=event.cause == "append" and _was_here(snapshot, event.account, event.message),
    )
    message = snapshot.messages.get(event.message)
    if message is None:
        message = Message(
            number=event.message, subject="", sender="", octets=event.octets, forms=frozenset()
        )
    message = replace(message, forms=message.forms | {event.sha256})
    forms = snapshot.forms.insert(event.sha256, event.message)
    if event.header_sha256 is not None:
        forms = forms.insert(event.header_sha256, event.message)
    snapshot = replace(
        snapshot, messages=snapshot.messages.insert(event.message, message), forms=forms
    )
    mailbox = replace(mailbox, copies=mailbox.copies.insert(event.uid, copy))
    snapshot = _put_mailbox(snapshot, event.account, mailbox)
    if copy.flags:
        snapshot = marking(snapshot, event.account)
    if event.cause == "smtp" and snapshot.refusals:
        snapshot = _door_open(snapshot, event.account)
    if event.cause == "load":
        return unsaid(snapshot)
    snapshot = changed(snapshot, _cell(event.account, event.message), event.connection)
    return _raised(snapshot, event) if event.cause == "append" else snapshot


def _raised(snapshot: Snapshot, event: events.Delivered) -> Snapshot:
    """Note from which device a message went up, if one of the lab's has sent it."""
    speaker = None if event.connection is None else snapshot.connections.get(event.connection)
    device = None if speaker is None else snapshot.devices.get(speaker.device)
    if device is None:
        return snapshot
    raised = snapshot.changed.raised.insert(Cell(device.place, event.message))
    return replace(snapshot, changed=replace(snapshot.changed, raised=raised))


def _door_open(snapshot: Snapshot, account: str) -> Snapshot:
    """Forget what was refused before it crossed: it has no letter, and mail gets in again."""
    refusals = snapshot.refusals
    for number, refusal in snapshot.refusals.items():
        if refusal.account == account and refusal.message is None:
            refusals = refusals.remove(number)
    return replace(snapshot, refusals=refusals)


def _flags_changed(snapshot: Snapshot, event: events.FlagsChanged) -> Snapshot:
    mailbox = _mailbox(snapshot, event.account, event.mailbox)
    copy = None if mailbox is None else mailbox.copies.get(event.uid)
    if mailbox is None or copy is None:
        return snapshot
    copies = mailbox.copies.insert(event.uid, replace(copy, flags=event.flags))
    snapshot = _put_mailbox(snapshot, event.account, replace(mailbox, copies=copies))
    snapshot = marking(snapshot, event.account)
    return changed(snapshot, _cell(event.account, copy.message), event.connection)


def _expunged(snapshot: Snapshot, event: events.Expunged) -> Snapshot:
    return _remove(snapshot, event.account, event.mailbox, event.uid, event.connection)


def _numbered(snapshot: Snapshot, event: events.Numbered) -> Snapshot:
    mailbox = _mailbox(snapshot, event.account, event.mailbox)
    if mailbox is None:
        return snapshot
    numbers = HashTrieMap((uid, n) for n, uid in enumerate(event.uids, 1))
    session = Session(connection=event.connection, numbers=numbers)
    connection = snapshot.connections.get(event.connection)
    if connection is not None:
        connection = replace(connection, maildrop=(event.account, event.mailbox))
        connections = snapshot.connections.insert(connection.number, connection)
        snapshot = replace(snapshot, connections=connections)
    return _put_mailbox(snapshot, event.account, replace(mailbox, session=session))


def _marked(snapshot: Snapshot, event: events.Marked) -> Snapshot:
    mailbox = _mailbox(snapshot, event.account, event.mailbox)
    if mailbox is None or mailbox.session is None:
        return snapshot
    marked = replace(mailbox.session, marks=mailbox.session.marks.insert(event.uid))
    return _doomed(snapshot, event, mailbox, marked)


def _expiring(snapshot: Snapshot, event: events.Expiring) -> Snapshot:
    mailbox = _mailbox(snapshot, event.account, event.mailbox)
    if mailbox is None or mailbox.session is None:
        return snapshot
    expiring = replace(mailbox.session, expiring=mailbox.session.expiring.insert(event.uid))
    return _doomed(snapshot, event, mailbox, expiring)


def _doomed(
    snapshot: Snapshot,
    event: events.Marked | events.Expiring,
    mailbox: Mailbox,
    session: Session,
) -> Snapshot:
    snapshot = _put_mailbox(snapshot, event.account, replace(mailbox, session=session))
    copy = mailbox.copies.get(event.uid)
    cell = None if copy is None else _cell(event.account, copy.message)
    return changed(snapshot, cell, event.connection)


def _mailbox(snapshot: Snapshot, account: str, name: str) -> Mailbox | None:
    held = snapshot.accounts.get(account)
    return None if held is None else held.mailboxes.get(name)


def _was_here(snapshot: Snapshot, address: str, message: int) -> bool:
    """Tell whether the account had the message in a mailbox, and has it in none now."""
    account = snapshot.accounts[address]
    return message in account.ghosts and not any(
        copy.message == message
        for mailbox in account.mailboxes.values()
        for copy in mailbox.copies.values()
    )


def _put_account(snapshot: Snapshot, account: Account) -> Snapshot:
    return replace(snapshot, accounts=snapshot.accounts.insert(account.address, account))


def _put_mailbox(snapshot: Snapshot, account: str, mailbox: Mailbox) -> Snapshot:
    held = snapshot.accounts.get(account)
    if held is None:
        return snapshot
    return _put_account(
        snapshot, replace(held, mailboxes=held.mailboxes.insert(mailbox.name, mailbox))
    )


def _remove(
    snapshot: Snapshot, address: str, name: str, uid: int, connection: int | None
) -> Snapshot:
    account = snapshot.accounts.get(address)
    mailbox = None if account is None else account.mailboxes.get(name)
    copy = None if mailbox is None else mailbox.copies.get(uid)
    if account is None or mailbox is None or copy is None:
        return snapshot
    session = mailbox.session
    if session is not None:
        session = replace(
            session, marks=session.marks.discard(uid), expiring=session.expiring.discard(uid)
        )
    mailbox = replace(mailbox, copies=mailbox.copies.remove(uid), session=session)
    ghost = Ghost(step=snapshot.number, copied="whole", octets=copy.octets, mailbox=name)
    origin = Origin(address, name, mailbox.uidvalidity, uid)
    account = replace(
        account,
        mailboxes=account.mailboxes.insert(name, mailbox),
        ghosts=account.ghosts.insert(copy.message, ghost),
        former=account.former.insert(origin, copy.message),
    )
    return changed(_put_account(snapshot, account), _cell(address, copy.message), connection)


def _cell(account: str, message: int) -> Cell:
    return Cell(Place("server", account), message)


STEPS: Steps = {
    events.AccountAdded: _account_added,
    events.QuotaChanged: _quota_changed,
    events.MailboxCreated: _mailbox_created,
    events.MailboxDeleted: _mailbox_deleted,
    events.MailboxRenamed: _mailbox_renamed,
    events.Renumbered: _renumbered,
    events.AccessChanged: _access_changed,
    events.NewMessage: _new_message,
    events.Delivered: _delivered,
    events.FlagsChanged: _flags_changed,
    events.Expunged: _expunged,
    events.Numbered: _numbered,
    events.Marked: _marked,
    events.Expiring: _expiring,
}
