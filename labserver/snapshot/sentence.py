"""The one sentence that states the situation: the picture's headline and its alt text."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from labserver.events import DeviceKind, letters
from labserver.snapshot.situation import Row, Situation, State, situation
from labserver.snapshot.values import Place, Snapshot

__all__ = ["describe", "sentence"]

_NUMBERS = ("seven", "eight", "nine", "ten", "eleven", "twelve")
"""From `_NAMED` + 1 on; greater ones are written in figures."""
_NAMED = 6
"""Up to so many messages are named by their letters; more are counted."""


def sentence(snapshot: Snapshot, account: str, devices: Collection[str] | None = None) -> str:
    """Return in plain words where the messages of the account are."""
    return describe(situation(snapshot, account, devices))


def describe(now: Situation) -> str:
    """Return in plain words what a situation is."""
    rewound = [] if now.rewound is None else [f"Rewound to moment {now.rewound}."]
    if not now.rows:
        return " ".join([*rewound, "No message has arrived yet.", *_waiting(now)])
    parts = [
        *_lost(now),
        *_devices_lost(now),
        *_restored(now.rows),
        *_places(now),
        *_saved(now),
        *_headers(now),
        *_marked(now.rows),
        *_refused(now),
        *_waiting(now),
    ]
    return " ".join([*rewound, *(parts or ["No copy of any message is here."])])


def _lost(now: Situation) -> list[str]:
    lost = [row for row in now.rows if row.lost]
    said = []
    for others, where in ((False, "is left"), (True, f"is left that {_person(now)} can read")):
        those = [row for row in lost if row.elsewhere is others]
        if those:
            said.append(f"{_named(those)} {_be(those)} lost: no whole copy {where}.")
    return said


def _devices_lost(now: Situation) -> list[str]:
    """Say that a device is lost and no message is, if nothing else tells of the device."""
    lost = [device.name for device in now.devices if device.lost is not None]
    if not lost or any(row.lost for row in now.rows) or _saved(now):
        return []
    be = "is" if len(lost) == 1 else "are"
    return [f"The {_listed(lost)} {be} lost, no message is."]


def _places(now: Situation) -> list[str]:
    groups: dict[tuple[str, tuple[Place, ...]], list[Row]] = {}
    for row in now.rows:
        if row.holders or row.shared:
            groups.setdefault((_beyond(row, now), row.holders), []).append(row)
    said = [
        f"{_named(rows, all_of=now.rows)} {_be(rows)} {_where(holders, beyond)}."
        for (beyond, holders), rows in groups.items()
    ]
    devices, backups = _with_nothing(now, "device"), _with_nothing(now, "backup")
    if groups and devices and len(devices) == _number(now, "device"):
        said.append(
            "The device holds nothing." if len(devices) == 1 else "No device holds anything."
        )
    if groups:
        said += [f"The backup {name} holds nothing." for name in backups]
    return said


def _with_nothing(now: Situation, kind: DeviceKind) -> list[str]:
    """Return the places of a kind that hold nothing of any message."""
    return [
        place.name
        for n, place in enumerate(now.places)
        if place.kind == kind and not any(row.cells[n].copies for row in now.rows)
    ]


def _number(now: Situation, kind: DeviceKind) -> int:
    return sum(place.kind == kind for place in now.places)


def _beyond(row: Row, now: Situation) -> str:
    """Say what others have of a message that has one copy here, or none."""
    if row.shared:
        return " and ".join(f"in the mailbox {name} of {owner}" for owner, name in row.shared)
    return f"in no other place of {_person(now)}'s" if row.elsewhere else ""


def _person(now: Situation) -> str:
    return now.account.partition("@")[0].capitalize()


def _where(holders: tuple[Place, ...], beyond: str) -> str:
    names = [_in(place) for place in holders]
    if beyond:
        return " and ".join([*names, beyond])
    if len(names) > 1:
        return _listed(names)
    return f"{names[0]} only" if holders[0].kind == "server" else f"{names[0]} and nowhere else"


def _in(place: Place) -> str:
    if place.kind == "backup":
        return f"in the backup {place.name}"
    return f"on the {'server' if place.kind == 'server' else place.name}"


def _saved(now: Situation) -> list[str]:
    """Say what of a lost device is whole in a backup, and nowhere else."""
    said = []
    for n, device in enumerate(now.devices, 1):
        rows = [row for row in now.rows if device.lost and row.cells[n].state is State.GONE]
        kept = [row for row in rows if row.copies and {p.kind for p in row.holders} == {"backup"}]
        if kept:
            what = _inner(_named(kept))
            said.append(f"The {device.name} is lost, but {what} {_be(kept)} whole in a backup.")
    return said


def _restored(rows: Iterable[Row]) -> list[str]:
    back = [row for row in rows if any(copy.restored for copy in row.cells[0].copies)]
    if not back:
        return []
    was = "it was" if len(back) == 1 else "they were"
    return [f"{_named(back)} {_be(back)} restored: {was} gone from the server."]


def _refused(now: Situation) -> list[str]:
    said = []
    for row in now.rows:
        if row.refusal is not None:
            name = f"Message {row.letter}" if row.letter else "A message"
            told = "its sender was told" if row.refusal.told else "nobody was told"
            said.append(f"{name} was refused, {told}.")
    return said if len(said) <= _NAMED else [f"{_count(len(said)).capitalize()} were refused."]


def _headers(now: Situation) -> list[str]:
    holders: dict[str, list[str]] = {}
    for n, place in enumerate(now.places):
        rows = [row for row in now.rows if row.cells[n].state is State.HEADERS]
        if rows:
            kind = "backup " if place.kind == "backup" else ""
            holders.setdefault(_inner(_named(rows)), []).append(f"the {kind}{place.name}")
    return [
        f"T{_listed(names)[1:]} {'holds' if len(names) == 1 else 'hold'}"
        f" only the headers of {what}."
        for what, names in holders.items()
    ]


def _marked(rows: Iterable[Row]) -> list[str]:
    said = []
    marked = [row for row in rows if row.cells[0].state is State.MARKED]
    expiring = [row for row in marked if not _flagged(row) and _expiring(row)]
    by_pop3 = [row for row in marked if not _flagged(row) and not _expiring(row)]
    flagged = [row for row in marked if _flagged(row)]
    for those, word, until in ((by_pop3, "DELE", "QUIT"), (flagged, "\\Deleted", "EXPUNGE")):
        if those:
            still = "it is" if len(those) == 1 else "they are"
            said.append(
                f"{word} only marked {_inner(_named(those))}: {still} on the server until {until}."
            )
    if expiring:
        goes = "goes" if len(expiring) == 1 else "go"
        said.append(f"{_named(expiring)} {goes} at QUIT: the server keeps nothing it has sent.")
    return said


def _expiring(row: Row) -> bool:
    return any(copy.expiring for copy in row.cells[0].copies)


def _waiting(now: Situation) -> list[str]:
    """Say what waits at which server; a message for several people there once."""
    groups: dict[tuple[str, int], list[str]] = {}
    for row in now.waiting:
        groups.setdefault((row.host, row.message), []).append(row.recipient)
    return [
        f"Message {letters(message)} waits at {host} for {_listed(recipients)}."
        for (host, message), recipients in groups.items()
    ]


def _flagged(row: Row) -> bool:
    return any("\\Deleted" in copy.flags for copy in row.cells[0].copies)


def _named(rows: list[Row], all_of: Collection[Row] = ()) -> str:
    """Name the messages, as a sentence begins."""
    if len(rows) > _NAMED:
        count = _count(len(rows))
        whole = len(rows) == len(all_of)
        return f"All {count} messages" if whole else f"{count.capitalize()} messages"
    return f"{'Message' if len(rows) == 1 else 'Messages'} {_listed([r.letter for r in rows])}"


def _inner(named: str) -> str:
    """Return the same words inside a sentence, with letters alone."""
    return (
        named.removeprefix("Messages ").removeprefix("Message ")
        if named[:1] == "M"
        else (named[:1].lower() + named[1:])
    )


def _count(n: int) -> str:
    small = n - _NAMED - 1
    return _NUMBERS[small] if small < len(_NUMBERS) else f"{n:,}"


def _be(rows: list[Row]) -> str:
    return "is" if len(rows) == 1 else "are"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
