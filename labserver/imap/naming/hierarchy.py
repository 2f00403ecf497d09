r"""Which names LIST shows, and what they are (RFC 3501 section 6.3.8; RFC 5258 section 3).

There are no break-out characters: a pattern is the reference with the mailbox argument appended.
Whatever mailbox of one's own there is, the names above it are there too, as mailboxes or as
\Noselect names; only a name that is subscribed may have nothing behind it, nor above it. Above
another user's mailbox there may be nothing to be seen: then there is a level and no more, which
shows where a pattern ends with `%` (RFC 3501 section 6.3.8; RFC 4314 section 4: LIST).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from labserver.imap.naming.patterns import in_order, matcher
from labserver.imap.values import Listing, ReturnOption, SelectionOption
from labserver.store import Mailbox, superiors

__all__ = ["Hierarchy", "Listed"]

_CRITERIA = frozenset({SelectionOption.SUBSCRIBED, SelectionOption.SPECIAL_USE})
"""What a name must meet to be listed; a level of others meets none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A name that LIST shows.

    `selected`: it meets the selection criteria itself. `child_info`: something below it does, and
    the client wants to hear of it (RFC 5258 section 3.5: CHILDINFO).
    """

    name: str
    selected: bool = True
    child_info: bool = False


class Hierarchy:
    """The names of an account: the mailboxes it may see, and what is subscribed."""

    def __init__(self, mailboxes: Mapping[str, Mailbox], subscribed: Iterable[str]) -> None:
        self.mailboxes = mailboxes
        self._subscribed = frozenset(subscribed)
        self._parents = {level for name in self.mailboxes for level in superiors(name)}
        self._levels = self._parents.difference(mailboxes)

    def attributes(self, name: str, shown: frozenset[ReturnOption]) -> tuple[str, ...]:
        """Return the attributes of a name, as far as they shall be shown."""
        mailbox = self.mailboxes.get(name)
        found = []
        if mailbox is None and name not in self._levels:
            found.append("\\NonExistent")
        elif mailbox is None or not mailbox.selectable:
            found.append("\\Noselect")
        if ReturnOption.CHILDREN in shown:
            found.append("\\HasChildren" if name in self._parents else "\\HasNoChildren")
        if ReturnOption.SUBSCRIBED in shown and name in self._subscribed:
            found.append("\\Subscribed")
        if ReturnOption.SPECIAL_USE in shown and mailbox is not None:
            found += mailbox.uses
        return tuple(found)

    def listed(self, asked: Listing) -> list[Listed]:
        """Return the names that are asked for, INBOX first, then in order."""
        if asked.reference is None:
            return []
        # RFC 5258 section 3: in the extended syntax empty patterns are ignored.
        patterns = [
            asked.reference + pattern
            for pattern in asked.patterns
            if pattern or (pattern is not None and not asked.extended)
        ]
        matches = matcher(patterns)
        selected = self._selected(asked.selections)
        found = {name: Listed(name=name) for name in selected if matches(name)}
        if not _CRITERIA & asked.selections:
            leads_to = matcher(pattern for pattern in patterns if pattern.endswith("%"))
            for level in filter(leads_to, self._levels):
                found[level] = Listed(name=level, selected=False)
        if SelectionOption.RECURSIVEMATCH in asked.selections:
            for name in selected:
                redundant = name in found
                for level in superiors(name):
                    if level in found:
                        found[level] = replace(found[level], child_info=True)
                    elif level not in selected and not redundant and matches(level):
                        # Only for what is below it and not listed itself: section 3.3, item 2.
                        found[level] = Listed(name=level, selected=False, child_info=True)
        return [found[name] for name in in_order(found)]

    def _selected(self, selections: frozenset[SelectionOption]) -> set[str]:
        """Return the names that meet the criteria. No mailbox here is remote."""
        subscribed = SelectionOption.SUBSCRIBED in selections
        names = set(self._subscribed if subscribed else self.mailboxes)
        if SelectionOption.SPECIAL_USE in selections:
            names &= {name for name, mailbox in self.mailboxes.items() if mailbox.uses}
        return names
