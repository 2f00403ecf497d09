r"""Commands that change messages: STORE, EXPUNGE, COPY, MOVE, with and without UID.

RFC 3501 sections 6.4.3, 6.4.6 to 6.4.8; UID EXPUNGE and COPYUID: RFC 4315; MOVE: RFC 6851. Of
messages that another session has expunged and this client still counts: STORE changes the others
and ends with NO, unless it is silent (RFC 2180 sections 4.2.1 to 4.2.3); COPY and MOVE do nothing
at all and say NO (section 4.4.1). With UID they are passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from labserver.imap.access import no_right
from labserver.imap.commands.chosen import (
    REMOVE,
    chosen,
    expunge_deleted,
    some_expunged,
    tells_uids,
    writable,
)
from labserver.imap.commands.command import Command
from labserver.imap.commands.condstore import aware, highest_after, unchanged
from labserver.imap.core import Core
from labserver.imap.parsing.login import read_nothing
from labserver.imap.parsing.messages import (
    Copying,
    Storing,
    read_copy,
    read_sequence_set,
    read_store,
)
from labserver.imap.reply import Outcome, Reply, Status, no, ok
from labserver.imap.sets import format_set, select_uids
from labserver.imap.values import SequenceSet
from labserver.imap.view import View
from labserver.store import Flagging, Mailbox, Rights, Row, permitted

__all__ = ["COMMANDS"]

_EXPUNGE = "e"
_FLAG_RIGHTS = frozenset("swt")


def store(core: Core, given: Storing, *, uid: bool) -> Outcome:
    """Change the flags of messages, and tell what they are now, unless silent."""
    view = writable(core.view)
    rights = view.permission.rights
    held_back = _held_back(given, rights)
    uids = chosen(view, given.messages, uid=uid)
    lines = [] if given.since is None else aware(core)
    wanted, failed = _divided(core, view, given, uids)
    rows = core.store.messages.set_flags(
        view.mailbox, wanted, given.how, given.flags, rights=rights, connection=core.connection
    )
    # Who is not told takes every flag for changed.
    silent = given.silent and not held_back
    if not silent:
        view.told_flags(wanted)
    view.told_flags(row.uid for row in failed)
    if not silent or core.dialect.condstore:
        told = sorted((*rows, *failed)) if failed else rows
        without_flags = frozenset(wanted) if silent else frozenset()
        lines += view.flags_lines(told, uid=uid, without_flags=without_flags)
    return Reply(_stored(given, view, uids, rows, failed, uid=uid), lines)


def _held_back(given: Storing, rights: Rights) -> bool:
    """Tell whether some flags stay as they are for want of rights (RFC 4314 section 4).

    Raises Refused if none of those that are named may be changed; to replace all by none names
    every flag.
    """
    allowed = permitted(given.flags, rights)
    if given.how is Flagging.REPLACE:
        whole = rights.issuperset(_FLAG_RIGHTS)
        nothing = not allowed if given.flags else rights.isdisjoint(_FLAG_RIGHTS)
    else:
        whole = len(allowed) == len(given.flags)
        nothing = not allowed and not whole
    if nothing:
        raise no_right()
    return not whole


def _divided(
    core: Core, view: View, given: Storing, uids: list[int]
) -> tuple[Sequence[int], Sequence[Row]]:
    """Return the UIDs to change, and the rows that fail UNCHANGEDSINCE: the client sees why."""
    if given.since is None:
        return uids, ()
    rows = core.store.messages.rows(view.mailbox, uids)
    passing = unchanged(rows, given, given.since)
    passed = frozenset(passing)
    return passing, [row for row in rows if row.uid not in passed]


def _stored(
    given: Storing,
    view: View,
    uids: list[int],
    rows: Sequence[Row],
    failed: Sequence[Row],
    *,
    uid: bool,
) -> Status:
    code = None
    if failed:
        known, numbers = view.numbered(failed)
        told = [row.uid for row in known] if uid else numbers
        code = f"MODIFIED {format_set(told).decode('ascii')}"
    if len(rows) + len(failed) < len(uids) and not uid and not given.silent:
        gone = some_expunged()
        # RFC 7162 section 3.1.3, example 11: one response has one code.
        return no(gone.text, code=code or gone.code)
    return ok("UID STORE completed" if uid else "STORE completed", code=code)


def expunge(core: Core, _: None) -> Outcome:
    r"""Remove for good what is \Deleted; the session tells it, as news."""
    view = writable(core.view, _EXPUNGE)
    removed = expunge_deleted(core, view)
    return Reply(ok("EXPUNGE completed", code=highest_after(core, view, removed)))


def uid_expunge(core: Core, messages: SequenceSet) -> Outcome:
    r"""Remove for good, of the messages named, what is \Deleted (RFC 4315 section 2.1).

    They may have arrived untold, as with EXPUNGE: the client knows UIDs from elsewhere too. `*` is
    the last one it was told of all the same.
    """
    view = writable(core.view, _EXPUNGE)
    if messages.saved:
        uids = chosen(view, messages, uid=True)
    else:
        there = core.store.messages.uids(view.mailbox)
        uids = select_uids(messages, there, view.uids[-1] if view.uids else 0)
    removed = expunge_deleted(core, view, uids)
    return Reply(ok("UID EXPUNGE completed", code=highest_after(core, view, removed)))


def copy(core: Core, given: Copying, *, uid: bool) -> Outcome:
    """Copy messages to the end of another mailbox, all or none."""
    view = core.view
    uids, target = _to_copy(core, view, given, uid=uid)
    pairs = core.store.messages.copy(
        view.mailbox, uids, target, rights=core.access.rights(target), connection=core.connection
    )
    name = "UID COPY" if uid else "COPY"
    return Reply(ok(f"{name} completed", code=_copyuid(core, target, pairs)))


def move(core: Core, given: Copying, *, uid: bool) -> Outcome:
    """Move messages to another mailbox, all or none."""
    view = writable(core.view, REMOVE)
    uids, target = _to_copy(core, view, given, uid=uid)
    pairs = core.store.messages.move(
        view.mailbox, uids, target, rights=core.access.rights(target), connection=core.connection
    )
    code = _copyuid(core, target, pairs)
    # RFC 6851 section 4.3: before the EXPUNGEs, which the session adds as news.
    lines = [] if code is None else [ok("Moved", code=code).line()]
    text = "UID MOVE completed" if uid else "MOVE completed"
    return Reply(ok(text, code=highest_after(core, view, pairs)), lines)


def _to_copy(core: Core, view: View, given: Copying, *, uid: bool) -> tuple[list[int], Mailbox]:
    uids = chosen(view, given.messages, uid=uid)
    target = core.access.get(given.name, "i")
    there = len(core.store.messages.rows(view.mailbox, uids))
    if there < len(uids) and not uid:
        raise some_expunged()
    return uids, target


def _copyuid(core: Core, target: Mailbox, pairs: list[tuple[int, int]]) -> str | None:
    """Return the COPYUID response code (RFC 4315 section 3).

    None: nothing was copied, or the target may not be looked into (section 5).
    """
    if not pairs or not tells_uids(core, target):
        return None
    here = format_set(source for source, _ in pairs).decode("ascii")
    there = format_set(copied for _, copied in pairs).decode("ascii")
    return f"COPYUID {target.uidvalidity} {here} {there}"


COMMANDS: tuple[Command[Any], ...] = (
    Command("EXPUNGE", read_nothing, expunge),
    Command("UID EXPUNGE", read_sequence_set, uid_expunge),
    Command("STORE", read_store, partial(store, uid=False)),
    Command("UID STORE", read_store, partial(store, uid=True)),
    Command("COPY", read_copy, partial(copy, uid=False)),
    Command("UID COPY", read_copy, partial(copy, uid=True)),
    Command("MOVE", read_copy, partial(move, uid=False)),
    Command("UID MOVE", read_copy, partial(move, uid=True)),
)
