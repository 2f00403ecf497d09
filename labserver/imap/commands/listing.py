"""LIST and LSUB (RFC 3501 sections 6.3.8 and 6.3.9; RFC 5258), and NAMESPACE (RFC 2342)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.commands.condstore import aware
from labserver.imap.commands.status import status_line
from labserver.imap.core import Core
from labserver.imap.naming.hierarchy import Hierarchy, Listed
from labserver.imap.naming.mailbox_data import list_line, myrights_line, old_name, unasked
from labserver.imap.naming.names import Name
from labserver.imap.naming.patterns import listed
from labserver.imap.parsing.listing import read_list, read_lsub
from labserver.imap.parsing.login import read_nothing
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.values import Listing, ReturnOption, SelectionOption, StatusItem
from labserver.store import OTHER_USERS, SEPARATOR

__all__ = ["COMMANDS", "hierarchy", "name_line", "normalised"]

_CHILD_INFO = b'"CHILDINFO" ("SUBSCRIBED")'
"""Only SUBSCRIBED can stand beside RECURSIVEMATCH (RFC 5258 section 6: childinfo)."""


def list_names(core: Core, asked: Listing) -> Outcome:
    """List the names that match and are selected, each with its STATUS if that is asked for.

    An empty mailbox argument in the basic syntax asks for the hierarchy delimiter; the names have
    no root.
    """
    status = ok("LIST completed")
    if asked.patterns == ("",) and not asked.extended:
        return Reply(status, [list_line(core.dialect, "", ["\\Noselect"])])
    names = hierarchy(core)
    shown = asked.shown | unasked(core.dialect, extended=asked.extended)
    if SelectionOption.SUBSCRIBED in asked.selections:
        shown |= {ReturnOption.SUBSCRIBED}
    lines = aware(core) if StatusItem.HIGHESTMODSEQ in asked.status else []
    for each in names.listed(asked):
        lines += _lines(core, asked, names, shown, each)
    return Reply(status, lines)


def hierarchy(core: Core) -> Hierarchy:
    """Return the names of the account."""
    return Hierarchy(core.access.visible(), core.store.subscriptions.all(core.account))


def _lines(
    core: Core, asked: Listing, names: Hierarchy, shown: frozenset[ReturnOption], each: Listed
) -> Iterator[bytes]:
    extended = _CHILD_INFO if each.child_info else b""
    attributes = names.attributes(each.name, shown)
    yield list_line(core.dialect, each.name, attributes, extended=extended)
    mailbox = names.mailboxes.get(each.name)
    # RFC 5819 section 2, RFC 8440 section 3: of mailboxes that meet the criteria themselves.
    if mailbox is None or not each.selected:
        return
    if asked.status and mailbox.selectable:
        yield status_line(core, mailbox, asked.status)
    # Of another's mailbox there are rights, though without `r` it is not selectable.
    there = mailbox.selectable or mailbox.account != core.account.id
    if ReturnOption.MYRIGHTS in asked.shown and there:
        yield myrights_line(core.dialect, each.name, core.access.rights(mailbox))


def lsub(core: Core, asked: Listing) -> Outcome:
    """List the subscribed names that match, whether or not there are such mailboxes."""
    (pattern,) = asked.patterns
    if asked.reference is None or pattern is None:
        return Reply(ok("LSUB completed"))
    names = listed(asked.reference + pattern, core.store.subscriptions.all(core.account))
    lines = [
        # \Noselect says only that the name itself is not subscribed, but others below it are
        # (section 6.3.9; RFC 5258 section 3.1); what there is of it, LIST tells.
        list_line(core.dialect, name, () if is_name else ("\\Noselect",), command="LSUB")
        for name, is_name in names.items()
    ]
    return Reply(ok("LSUB completed"), lines)


def name_line(core: Core, name: str, supplied: str) -> bytes:
    """Return the LIST response that tells what became of a name that the client supplied.

    OLDNAME is in it if that is not how the name is spelled (RFC 9051 section 6.3.9.7).
    """
    extended = b"" if supplied == name else old_name(core.dialect, supplied)
    attributes = hierarchy(core).attributes(name, unasked(core.dialect))
    return list_line(core.dialect, name, attributes, extended=extended)


def normalised(core: Core, name: str, given: Name) -> list[bytes]:
    """Return a `name_line` for a client of IMAP4rev2 if the name was spelled otherwise."""
    supplied = given.supplied.removesuffix(SEPARATOR)
    if supplied == name or not core.dialect.rev2:
        return []
    return [name_line(core, name, supplied)]


def namespace(core: Core, _: None) -> Outcome:
    """Say where mailboxes are: the user's own under no prefix, others' under one of theirs."""
    own, others = f'(("" "{SEPARATOR}"))', "NIL"
    if core.access.others:
        others = f'(("{OTHER_USERS}{SEPARATOR}" "{SEPARATOR}"))'
    line = f"* NAMESPACE {own} {others} NIL\r\n".encode("ascii")
    return Reply(ok("NAMESPACE completed"), [line])


COMMANDS: tuple[Command[Any], ...] = (
    Command("LIST", read_list, list_names),
    Command("LSUB", read_lsub, lsub),
    Command("NAMESPACE", read_nothing, namespace),
)
