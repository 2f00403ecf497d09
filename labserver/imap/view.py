r"""One session's view of the mailbox it has selected.

The view keeps what the client has been told: which UID stands behind which sequence number, and
which messages are \Recent here. What other sessions and deliveries change is noted as it happens
and told when it may be: at the end of a command, or at once while the session is in IDLE. Until
then a message that is gone keeps its number, because a number means the same to both sides only
as long as both have heard of the same EXPUNGEs (RFC 3501 section 7.4.1).

\Recent (section 2.3.2): a session that selects a mailbox takes the messages that no session has
been told of. Of those that arrive while the mailbox is open, the first session *to say so* to its
client takes them; the RFC leaves it undefined which one. A read-only session shows messages as
\Recent without taking them. A client of IMAP4rev2 never hears of \Recent (RFC 9051 Appendix E,
item 12), but its session takes them like any other: it is the first to be notified of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Sequence
from itertools import chain
from typing import TypeAlias

from labserver.events import (
    AccessChanged,
    Delivered,
    Event,
    Expunged,
    FlagsChanged,
    MailboxDeleted,
    MailboxRenamed,
    Renumbered,
)
from labserver.imap.dialect import Dialect
from labserver.imap.permission import Permission
from labserver.imap.searching.contexts import Contexts
from labserver.imap.sets import format_set
from labserver.imap.syntax import flag_list
from labserver.imap.values import EVERYTHING, FetchItem, Wish
from labserver.protocol.session import Context
from labserver.store import Mailbox, Rights, Row, flag_tuple

__all__ = ["Describe", "View"]

Describe: TypeAlias = Callable[[list[int], tuple[FetchItem, ...]], Iterable[bytes]]
"""Returns FETCH responses with items of messages, by UID."""


class View:
    """A selected mailbox as its session sees it.

    `mailbox` has the present name even if another session renames it (RFC 2180 section 3.4);
    `deleted` says that the mailbox is gone, and with it everything that could be asked of it;
    `renumbered`, that it is there with other UIDs.
    `saved` are the UIDs in the search result variable (RFC 5182 section 2.1), which is empty when
    a mailbox is selected and lets go of a message when it is expunged. `wish` is what the client
    wants to hear (RFC 5465): what it does not, is kept until it wants to.
    """

    def __init__(
        self,
        context: Context,
        mailbox: Mailbox,
        dialect: Dialect,
        rights: Callable[[Mailbox], Rights],
        *,
        read_only: bool,
    ) -> None:
        self._context = context
        self._dialect = dialect
        self._messages = context.store.messages
        self.mailbox = mailbox
        self.permission = Permission(lambda: rights(self.mailbox), examined=read_only)
        self.deleted = False
        self.renumbered = False
        self.uids = self._messages.uids(mailbox)
        self.recent: set[int] = set()
        self.saved: set[int] = set()
        self.wish = EVERYTHING
        self._find_recent()
        self._arrived: list[int] = []
        self._flagged: set[int] = set()
        self._gone: set[int] = set()
        # Those of them that this session has brought, or removed, itself.
        self._brought: set[int] = set()
        self._removed: set[int] = set()
        self._told_until = 0  # before the first of those went
        self.contexts = Contexts(self, self._messages, self.now)
        self._end_watch = context.store.watch(mailbox, self._note)

    def close(self) -> None:
        """Stop watching the mailbox. May be called twice."""
        self._end_watch()

    def _find_recent(self) -> None:
        take = self._messages.recent if self.permission.read_only else self._messages.take_recent
        self.recent |= take(self.mailbox)

    # What is asked of it

    def now(self) -> int:
        """Return the present moment in seconds since 1970."""
        return int(self._context.clock.now().timestamp())

    @property
    def out_of_reach(self) -> str:
        """Why the session can't go on with the mailbox; empty: it can."""
        if self.deleted:
            return "The mailbox has been deleted"
        if self.renumbered:
            # RFC 3501 section 2.3.1.1: in a session, unique identifiers do not change.
            return "The UIDVALIDITY of the mailbox has changed"
        # RFC 4314 section 5.1.1: BYE, since most clients do not handle NO to everything.
        return "" if "r" in self.permission.rights else "The right to read the mailbox is gone"

    def number(self, uid: int) -> int | None:
        """Return the sequence number of a UID, or None if the client does not know the message."""
        index = bisect_left(self.uids, uid)
        return index + 1 if index < len(self.uids) and self.uids[index] == uid else None

    def numbers(self, uids: Sequence[int]) -> list[int]:
        """Return the sequence numbers of those of these messages that the client knows."""
        if len(uids) * 8 < len(self.uids):
            return [number for uid in uids if (number := self.number(uid))]
        numbers = dict(zip(self.uids, range(1, len(self.uids) + 1), strict=True))
        return [numbers[uid] for uid in uids if uid in numbers]

    def rows(self, uids: Sequence[int]) -> list[Row]:
        """Return what the store still has of these messages, of which the client knows."""
        if len(uids) < len(self.uids):
            return self._messages.rows(self.mailbox, uids)
        rows = self._messages.rows(self.mailbox)
        # Only what has arrived meanwhile is unknown, and that stands at the end.
        last = self.uids[-1] if self.uids else 0
        while rows and rows[-1].uid > last:
            rows.pop()
        return rows

    def flags_now(self) -> Callable[[Row], tuple[str, ...]]:
        r"""Return what gives the flags that the client sees now, \Recent included, of a row."""
        recent: frozenset[int] = frozenset() if self._dialect.rev2 else frozenset(self.recent)

        def flags(row: Row) -> tuple[str, ...]:
            flags = flag_tuple(row.flags)
            return (*flags, "\\Recent") if row.uid in recent else flags

        return flags

    def told_flags(self, uids: Iterable[int]) -> None:
        """Take note that the client is being told the present flags of these messages."""
        if self._flagged:
            self._flagged.difference_update(uids)

    def highest_line(self) -> bytes:
        """Return the untagged OK with HIGHESTMODSEQ.

        While an EXPUNGE is untold it is less than that one's: a client that is cut off now must
        still ask for it (RFC 7162 section 3.2).
        """
        if self._gone:
            return b"* OK [HIGHESTMODSEQ %d] Until an expunge to be told\r\n" % self._told_until
        return b"* OK [HIGHESTMODSEQ %d] Highest mod-sequence\r\n" % self._modseq()

    def highest_after(self) -> int:
        """Return HIGHESTMODSEQ as it is once this session's own expunges have been told."""
        withheld = not self.wish.messages and self._gone - self._removed
        return self._told_until if withheld else self._modseq()

    def _modseq(self) -> int:
        return self._context.store.mailboxes.refresh(self.mailbox).modseq

    @property
    def has_gone(self) -> bool:
        """Whether there are expunges to tell."""
        return bool(self._gone)

    @property
    def has_news(self) -> bool:
        """Whether there is anything to tell."""
        return bool(
            self._arrived
            or self._flagged
            or self._gone
            or self.permission.changed
            or self.contexts.pending
        )

    # What happens to it

    def _note(self, event: Event) -> None:
        own = getattr(event, "connection", None) == self._context.connection
        if isinstance(event, Delivered):
            self._arrived.append(event.uid)
            if own:
                self._brought.add(event.uid)
        elif isinstance(event, FlagsChanged):
            self.contexts.touch(event.uid)
            # What this session changes it tells with the command that changes it.
            if not own:
                self._flagged.add(event.uid)
        elif isinstance(event, Expunged):
            self._expunged(event.uid, own=own)
        elif isinstance(event, MailboxRenamed):
            self.mailbox = self.mailbox._replace(name=event.to)
        elif isinstance(event, AccessChanged):
            self.permission.changed = True
        elif isinstance(event, MailboxDeleted):
            self.deleted = True
        elif isinstance(event, Renumbered):
            self.renumbered = True
        if not own:
            self._context.wake()

    def _expunged(self, uid: int, *, own: bool) -> None:
        self.contexts.touch(uid)
        if uid in self._arrived:
            self._arrived.remove(uid)  # the client never heard of it
        else:
            if not self._gone:
                # This change is the last one so far: its mod-sequence is the mailbox's.
                self._told_until = self._modseq() - 1
            self._gone.add(uid)
            if own:
                self._removed.add(uid)
        self._brought.discard(uid)
        self._flagged.discard(uid)
        self.saved.discard(uid)

    # What is told of it

    def news(
        self,
        *,
        expunges: bool,
        uids: bool,
        wish: Wish | None = None,
        describe: Describe,
    ) -> Iterable[bytes]:
        """Return the untagged responses that bring the client up to date, and note it has them.

        In this order: EXPUNGE from the lowest number up, or VANISHED; EXISTS with RECENT; FETCH
        with flags; before and after them what searches find that are kept up to date; what a
        change of rights brings. Without `expunges` messages that are gone keep their numbers for
        now. `uids`: FETCH has the UID too, as section 6.4.8 wants it of any that a UID command
        brings; IMAP4rev2 wants it always (RFC 9051 Appendix E, item 21).

        Of what is not in the `wish` (None: the client's) only what this session has expunged is
        told: it has asked for that. `describe` returns FETCH responses for messages that others
        have brought: what a search wants of them comes before its ESEARCH (RFC 5465 section 7),
        what the client's wish alone wants comes behind that (section 5.2).
        """
        if not self.has_news:
            return []
        wish = wish or self.wish
        lines: list[bytes] = []
        found: Iterable[bytes] = ()
        others: Iterable[bytes] = ()
        gone = self._gone if wish.messages else self._gone & self._removed
        if expunges and gone:
            lines += self.contexts.removals(gone)
            lines += self._expunges(frozenset(gone))
        if self._arrived and wish.messages:
            new = [uid for uid in self._arrived if uid not in self._brought]
            lines += self._arrivals()
            found, others = self._described(new, wish, describe)
        after: list[bytes] = []
        if self._flagged and wish.flags:
            after += self._changes(uids=uids or self._dialect.rev2)
        after += self.contexts.additions()
        if self._gone and self._dialect.condstore and (wish.messages or lines or after):
            after.append(self.highest_line())
        if self.permission.changed:
            after += self.permission.news(self._messages.keywords(self.mailbox))
        return chain(lines, found, after, others)

    def _described(
        self, uids: list[int], wish: Wish, describe: Describe
    ) -> tuple[Iterable[bytes], Iterable[bytes]]:
        """Return what is told of new messages that searches want something of, and of others."""
        wanted = self.contexts.attributes(uids)
        groups: dict[tuple[FetchItem, ...], list[int]] = {}
        for uid in sorted(wanted):
            items = tuple(dict.fromkeys((*wanted[uid], *wish.attributes)))
            groups.setdefault(items, []).append(uid)
        found = [describe(group, items) for items, group in groups.items()]
        others = [uid for uid in uids if uid not in wanted] if wish.attributes else []
        return chain.from_iterable(found), describe(others, wish.attributes) if others else ()

    def _expunges(self, gone: frozenset[int]) -> list[bytes]:
        lines = self._vanished(gone) if self._dialect.qresync else self._expunges_by_number(gone)
        self.uids = [uid for uid in self.uids if uid not in gone]
        self.recent -= gone
        self._gone -= gone
        self._removed -= gone
        return lines

    def _vanished(self, gone: frozenset[int]) -> list[bytes]:
        """Return the expunges by UID (RFC 7162 section 3.2.10.2)."""
        known = [uid for uid in self.uids if uid in gone]
        return [b"* VANISHED %b\r\n" % format_set(known)] if known else []

    def _expunges_by_number(self, gone: frozenset[int]) -> list[bytes]:
        lines = []
        for removed, number in enumerate(filter(None, (self.number(uid) for uid in sorted(gone)))):
            lines.append(b"* %d EXPUNGE\r\n" % (number - removed))
        return lines

    def _arrivals(self) -> list[bytes]:
        self._brought.clear()
        self._find_recent()
        self.uids.extend(self._arrived)
        for uid in self._arrived:
            self.contexts.touch(uid)
        # Whose flags changed since it came is new all the same: the client will ask.
        self._flagged.difference_update(self._arrived)
        self._arrived.clear()
        return self.sizes()

    def sizes(self) -> list[bytes]:
        """Return EXISTS, and what there is of RECENT in this dialect."""
        lines = [b"* %d EXISTS\r\n" % len(self.uids)]
        if not self._dialect.rev2:
            lines.append(b"* %d RECENT\r\n" % len(self.recent))
        return lines

    def _changes(self, *, uids: bool) -> list[bytes]:
        rows = self._messages.rows(self.mailbox, self._flagged)
        self._flagged.clear()
        return self.flags_lines(rows, uid=uids)

    def numbered(self, rows: Sequence[Row]) -> tuple[Sequence[Row], Sequence[int]]:
        """Return those of the rows that the client knows, and their sequence numbers.

        They are two sequences, no pairs: many objects at once would have Python look for garbage
        in all there is.
        """
        uids = self.uids
        if rows and len(rows) == len(uids) and rows[-1].uid == uids[-1]:
            # UIDs only grow: up to its last message the client knows of all that are left.
            return rows, range(1, len(rows) + 1)
        numbers = [self.number(row.uid) for row in rows]
        if None in numbers:
            rows = [row for row, number in zip(rows, numbers, strict=True) if number is not None]
        return rows, [number for number in numbers if number is not None]

    def flags_lines(
        self, rows: Sequence[Row], *, uid: bool, without_flags: Container[int] = ()
    ) -> list[bytes]:
        """Return an untagged FETCH with each message's flags, and with its UID if asked for.

        A client that is aware of mod-sequences gets UID and mod-sequence always (RFC 7162 section
        3.2.4); it can be told of a change `without_flags` of those messages, silently.
        """
        flags = self.flags_now()
        lines: list[bytes] = []
        for row, number in zip(*self.numbered(rows), strict=True):
            tail = b" UID %d" % row.uid if uid or self._dialect.condstore else b""
            if self._dialect.condstore:
                tail += b" MODSEQ (%d)" % row.modseq
            if row.uid in without_flags:
                lines.append(b"* %d FETCH (%b)\r\n" % (number, tail.lstrip()))
            else:
                lines.append(b"* %d FETCH (FLAGS %b%b)\r\n" % (number, flag_list(flags(row)), tail))
        return lines
