"""How the devices' folders follow from the log."""

from __future__ import annotations

from dataclasses import replace

from labserver import events
from labserver.events import Copied
from labserver.snapshot.step import Steps, changed, marking, unsaid
from labserver.snapshot.values import Cell, Device, File, Ghost, Origin, Snapshot

__all__ = ["STEPS"]


def _device_added(snapshot: Snapshot, event: events.DeviceAdded) -> Snapshot:
    return _put(snapshot, Device(name=event.device, owner=event.owner, kind=event.kind))


def _saved(snapshot: Snapshot, event: events.Saved) -> Snapshot:
    device = snapshot.devices.get(event.device)
    if device is None:
        return snapshot
    origin = None
    if event.uidvalidity is not None and event.uid is not None:
        origin = Origin(event.account, event.mailbox, event.uidvalidity, event.uid)
    file = File(
        name=event.file,
        copied=event.copied,
        message=_message(snapshot, origin, event.sha256),
        octets=event.octets,
        sha256=event.sha256,
        protocol=event.protocol,
        account=event.account,
        mailbox=event.mailbox,
        origin=origin,
        uidl=event.uidl,
        flags=event.flags,
    )
    before = device.files.get(event.file)
    # What it has learned of a file that it had carried no octets.
    learned = before is not None and (before.sha256, before.copied) == (file.sha256, file.copied)
    marks = device.marks or (file.protocol == "pop3" and bool(file.flags))
    files = device.files.insert(event.file, file)
    snapshot = _put(snapshot, replace(device, files=files, marks=marks))
    if file.protocol == "imap":
        snapshot = marking(snapshot, event.account)
    cell = _cell(device, file)
    snapshot = changed(snapshot, cell, event.connection, told=True)
    if cell is None or event.connection is None or learned:
        return snapshot
    carried = snapshot.changed.carried.insert(cell)
    return replace(snapshot, changed=replace(snapshot.changed, carried=carried))


def _synced(snapshot: Snapshot, event: events.Synced) -> Snapshot:
    device = snapshot.devices.get(event.device)
    file = None if device is None else device.files.get(event.file)
    if device is None or file is None:
        return snapshot
    file = replace(file, flags=event.flags)
    marks = device.marks or file.protocol == "pop3"
    files = device.files.insert(event.file, file)
    snapshot = _put(snapshot, replace(device, files=files, marks=marks))
    return changed(snapshot, _cell(device, file), event.connection, told=True)


def _discarded(snapshot: Snapshot, event: events.Discarded) -> Snapshot:
    device = snapshot.devices.get(event.device)
    file = None if device is None else device.files.get(event.file)
    if device is None or file is None:
        return snapshot
    ghosts = device.ghosts
    if file.message is not None:
        was = ghosts.get(file.message)
        whole = file.copied == "whole" or (was is not None and was.copied == "whole")
        octets = file.octets if file.copied == "whole" else 0 if was is None else was.octets
        copied: Copied = "whole" if whole else "headers"
        ghost = Ghost(step=snapshot.number, copied=copied, octets=octets)
        ghosts = ghosts.insert(file.message, ghost)
    snapshot = _put(snapshot, replace(device, files=device.files.remove(event.file), ghosts=ghosts))
    return changed(snapshot, _cell(device, file), event.connection, told=True)


def _lost(snapshot: Snapshot, event: events.Lost) -> Snapshot:
    device = snapshot.devices.get(event.device)
    if device is None:
        return snapshot
    return unsaid(_put(snapshot, replace(device, lost=snapshot.number)))


def _message(snapshot: Snapshot, origin: Origin | None, sha256: str) -> int | None:
    """Return which message a file is: by what names it on the server, else by its octets."""
    account = None if origin is None else snapshot.accounts.get(origin.account)
    if origin is not None and account is not None:
        mailbox = account.mailboxes.get(origin.mailbox)
        if mailbox is not None and mailbox.uidvalidity == origin.uidvalidity:
            copy = mailbox.copies.get(origin.uid)
            if copy is not None:
                return copy.message
        if origin in account.former:
            return account.former[origin]
    return snapshot.forms.get(sha256)


def _put(snapshot: Snapshot, device: Device) -> Snapshot:
    return replace(snapshot, devices=snapshot.devices.insert(device.name, device))


def _cell(device: Device, file: File) -> Cell | None:
    return None if file.message is None else Cell(device.place, file.message)


STEPS: Steps = {
    events.DeviceAdded: _device_added,
    events.Saved: _saved,
    events.Synced: _synced,
    events.Discarded: _discarded,
    events.Lost: _lost,
}
