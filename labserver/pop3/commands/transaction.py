"""Commands after the login (RFC 1939 sections 5 and 7)."""

from __future__ import annotations

from collections.abc import Callable

from labserver.events import Expiring, Marked, Unmarked
from labserver.pop3 import parsing
from labserver.pop3.commands.command import Command
from labserver.pop3.core import Core
from labserver.pop3.languages import Text
from labserver.pop3.login import count
from labserver.pop3.replies import OK, Chunks, Refused, message, multi_line
from labserver.pop3.text import needs_utf8, top

__all__ = ["COMMANDS"]


def stat(core: Core) -> Chunks:
    """Return the drop listing."""
    return (b"+OK %d %d\r\n" % (core.drop.count(), core.drop.octets()),)


def list_(core: Core, number: str = "") -> Chunks:
    """Return scan listings: what RETR would send, in UTF-8 mode if it needs that."""
    return _listing(core, number, core.drop.size)


def uidl(core: Core, number: str = "") -> Chunks:
    """Return unique-id listings."""
    return _listing(core, number, core.drop.unique_id)


def _listing(core: Core, number: str, told: Callable[[int], object]) -> Chunks:
    if number:
        n = core.drop.check(int(number))
        return (f"+OK {n} {told(n)}\r\n".encode("ascii"),)
    return multi_line(f"{n} {told(n)}" for n in core.drop.numbers())


def retr(core: Core, number: str) -> Chunks:
    """Send a message whole. Where nothing is kept that was retrieved, QUIT will remove it."""
    n = int(number)
    drop = core.drop
    data = _data(core, n)
    context = core.context
    if context.policy.pop3_delete_after_retr and drop.expire(n):
        context.record(
            Expiring(
                connection=context.connection,
                account=drop.mailbox.address,
                mailbox=drop.mailbox.name,
                uid=drop.uid(n),
            )
        )
    octets = core.language.texts[Text.OCTETS].format(octets=len(data))
    return message(f"+OK {octets}\r\n".encode(), data)


def top_(core: Core, number: str, lines: str) -> Chunks:
    """Send a message's header and the first lines of its body."""
    return message(b"+OK\r\n", top(_data(core, int(number)), int(lines)))


def _data(core: Core, number: int) -> bytes:
    """Return a message that may be sent.

    One with UTF-8 in a header may not, unless the client has asked for that; a surrogate would be
    no message that ever arrived, so the command fails (RFC 6856 sections 2.1 and 5).
    """
    data = core.drop.data(number)
    if not data.isascii() and not core.utf8 and "UTF8" in core.offer and needs_utf8(data):
        raise Refused(Text.NEEDS_UTF8, code="UTF8", number=number)
    return data


def dele(core: Core, number: str) -> Chunks:
    """Mark a message."""
    drop = core.drop
    uid = drop.mark(int(number))
    core.context.record(
        Marked(
            connection=core.context.connection,
            account=drop.mailbox.address,
            mailbox=drop.mailbox.name,
            uid=uid,
        )
    )
    return core.ok(Text.MARKED)


def rset(core: Core) -> Chunks:
    """Take the marks of DELE away. What was retrieved has been, whatever is said now."""
    if core.drop.marked:
        core.drop.unmark()
        core.context.record(Unmarked(connection=core.context.connection))
    return count(core)


def noop(core: Core) -> Chunks:  # noqa: ARG001 - called like the others
    """Do nothing."""
    return OK


COMMANDS = (
    Command("STAT", "STAT", parsing.nothing, stat),
    Command("LIST", "LIST or LIST n", parsing.numbers(0, 1), list_),
    Command("UIDL", "UIDL or UIDL n", parsing.numbers(0, 1), uidl),
    Command("RETR", "RETR n", parsing.numbers(1, 1), retr),
    Command("TOP", "TOP n lines", parsing.numbers(2, 2), top_),
    Command("DELE", "DELE n", parsing.numbers(1, 1), dele),
    Command("RSET", "RSET", parsing.nothing, rset),
    Command("NOOP", "NOOP", parsing.nothing, noop),
)
