"""Commands on access lists: who else may do what with a mailbox (RFC 4314 section 3)."""

from __future__ import annotations

from typing import Any

from labserver.imap.commands.command import Command
from labserver.imap.core import Core
from labserver.imap.naming.mailbox_data import myrights_line
from labserver.imap.naming.names import Name, encode
from labserver.imap.parsing.access import Asked, SettingAccess, read_identified, read_setacl
from labserver.imap.parsing.mailboxes import read_mailbox_name
from labserver.imap.reply import Outcome, Reply, ok
from labserver.imap.syntax import astring
from labserver.store import ALL_RIGHTS, Mailbox, NoSuchMailbox, rights_text

__all__ = ["COMMANDS"]

_ADMINISTER = "a"
_ANY = frozenset("lrikxa")
"""Of these one is enough for MYRIGHTS (section 4)."""


def setacl(core: Core, given: SettingAccess) -> Outcome:
    """Change what an identifier is granted in a mailbox."""
    mailbox = core.access.get(given.mailbox, _ADMINISTER)
    core.store.access.grant(
        mailbox, given.identifier.text, given.how, given.rights, connection=core.connection
    )
    return Reply(ok("SETACL completed"))


def deleteacl(core: Core, asked: Asked) -> Outcome:
    """Take an identifier from a mailbox's list; it is no error if it is not there."""
    mailbox = core.access.get(asked.mailbox, _ADMINISTER)
    core.store.access.withdraw(mailbox, asked.identifier.text, connection=core.connection)
    return Reply(ok("DELETEACL completed"))


def getacl(core: Core, name: Name) -> Outcome:
    """Tell the list of a mailbox: its owner, who has all rights, and then all others."""
    mailbox = core.access.get(name.text, _ADMINISTER)
    owner = core.store.access.canonical(mailbox.address)
    words = [b"* ACL", _name(core, mailbox)]
    for identifier, rights in {
        owner: ALL_RIGHTS,
        **core.store.access.entries(mailbox.id),
    }.items():
        words.append(astring(identifier.encode("utf-8"), utf8=core.dialect.utf8))
        words.append(astring(rights_text(rights).encode("ascii")))
    return Reply(ok("GETACL completed"), [b" ".join(words) + b"\r\n"])


def listrights(core: Core, asked: Asked) -> Outcome:
    """Tell what an identifier always has in a mailbox, and what it can be granted.

    The owner has everything, and nothing of it can be taken; for anybody else each right stands
    alone (section 3.7).
    """
    mailbox = core.access.get(asked.mailbox, _ADMINISTER)
    every = rights_text(ALL_RIGHTS)
    identifier = asked.identifier
    if not core.store.access.is_owner(mailbox, identifier.text):
        rights = ["", *every]
    elif identifier.text.startswith("-"):
        rights = [""]
    else:
        rights = [every]
    words = [b"* LISTRIGHTS", _name(core, mailbox)]
    words.append(astring(identifier.supplied, utf8=core.dialect.utf8))
    words += [astring(each.encode("ascii")) for each in rights]
    return Reply(ok("LISTRIGHTS completed"), [b" ".join(words) + b"\r\n"])


def myrights(core: Core, name: Name) -> Outcome:
    """Tell what the one who asks may do with a mailbox."""
    mailbox = core.access.get(name.text, ())
    rights = core.access.rights(mailbox)
    if rights.isdisjoint(_ANY):
        raise NoSuchMailbox(name.text)
    line = myrights_line(core.dialect, core.access.name_of(mailbox), rights)
    return Reply(ok("MYRIGHTS completed"), [line])


def _name(core: Core, mailbox: Mailbox) -> bytes:
    return encode(core.access.name_of(mailbox), utf8=core.dialect.utf8)


COMMANDS: tuple[Command[Any], ...] = (
    Command("SETACL", read_setacl, setacl),
    Command("DELETEACL", read_identified, deleteacl),
    Command("GETACL", read_mailbox_name, getacl),
    Command("LISTRIGHTS", read_identified, listrights),
    Command("MYRIGHTS", read_mailbox_name, myrights),
)
