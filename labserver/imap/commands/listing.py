"""LIST and LSUB (RFC 3501 sections 6.3.8 and 6.3.9), and NAMESPACE (RFC 2342)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.core import Core
from labserver.imap.names import encode_name
from labserver.imap.parsing.login import read_nothing
from labserver.imap.parsing.mailboxes import Listing, read_list
from labserver.imap.patterns import listed
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.syntax import astring
from labserver.store import SEPARATOR

__all__ = ["COMMANDS"]


def list_names(core: Core, asked: Listing, *, subscribed: bool) -> Outcome:
    """List the mailboxes that match, or of the subscribed names those that do.

    There are no break-out characters: the pattern is the reference with the mailbox argument
    appended (section 6.3.8). An empty mailbox argument asks for the hierarchy delimiter; the
    names have no root.
    """
    command = "LSUB" if subscribed else "LIST"
    status = ok(f"{command} completed")
    if asked.pattern == "" and not subscribed:
        return Reply(status, [_line(command, "", selectable=False)])
    return Reply(status, list(_lines(core, asked, command, subscribed=subscribed)))


def _lines(core: Core, asked: Listing, command: str, *, subscribed: bool) -> Iterator[bytes]:
    if asked.reference is None or asked.pattern is None:
        return
    mailboxes = core.store.mailboxes
    selectable = {each.name: each.selectable for each in mailboxes.all(core.account)}
    names = mailboxes.subscribed(core.account) if subscribed else list(selectable)
    for name, is_name in listed(asked.reference + asked.pattern, names).items():
        # In LSUB \Noselect says only that the name itself is not subscribed, but others below it
        # are (section 6.3.9; RFC 5258 section 3.1); what there is of it, LIST tells.
        yield _line(command, name, selectable=is_name and (subscribed or selectable[name]))


def _line(command: str, name: str, *, selectable: bool) -> bytes:
    attributes = "" if selectable else "\\Noselect"
    start = f'* {command} ({attributes}) "{SEPARATOR}" '.encode("ascii")
    return start + astring(encode_name(name)) + b"\r\n"


def namespace(core: Core, _: None) -> Outcome:
    """Say where mailboxes are: all are the user's own, under no prefix (RFC 2342 section 5)."""
    del core
    line = f'* NAMESPACE (("" "{SEPARATOR}")) NIL NIL\r\n'.encode("ascii")
    return Reply(ok("NAMESPACE completed"), [line])


COMMANDS: tuple[Command[Any], ...] = (
    Command("LIST", read_list, partial(list_names, subscribed=False)),
    Command("LSUB", read_list, partial(list_names, subscribed=True)),
    Command("NAMESPACE", read_nothing, namespace),
)
