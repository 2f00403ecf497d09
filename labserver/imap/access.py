"""What the one who has logged in can reach, and what they may do there (RFC 4314).

This is the one place where rights are asked for: a command that names a mailbox gets it from
here, and says which rights it needs (section 4); `demand` serves those on the selected mailbox.
Without ACL nobody has a way to other people's mailboxes.

Who lacks a right hears NOPERM if they may see the mailbox, and otherwise what they would hear if
there were none (section 6). Other people's mailboxes stand below `Other Users`, the owner's login
and the name that the owner has for them (RFC 2342 section 5); one's own are not found there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from labserver.imap.errors import Refused
from labserver.store import (
    NO_RIGHTS,
    OTHER_USERS,
    SEPARATOR,
    Account,
    Mailbox,
    NoSuchMailbox,
    Rights,
    Store,
)

__all__ = ["Access", "Place", "demand", "no_right"]

_PREFIX = OTHER_USERS + SEPARATOR


class Place(NamedTuple):
    """Where a name leads: whose mailbox that is, or would be, and its name there."""

    owner: Account
    name: str


def no_right() -> Refused:
    """Return the NO for want of a right (RFC 5530 section 3: NOPERM)."""
    return Refused("You do not have the right to do that", code="NOPERM")


def demand(rights: Rights, needs: Iterable[str]) -> None:
    """Raise Refused unless all that is needed is among the rights."""
    if not rights.issuperset(needs):
        raise no_right()


class Access(NamedTuple):
    """The reach of an account; `others`: it may lead to other people's mailboxes."""

    store: Store
    account: Account
    others: bool

    def rights(self, mailbox: Mailbox) -> Rights:
        """Return what the account may do with a mailbox."""
        return self.store.access.rights(self.account, mailbox)

    def place(self, name: str) -> Place:
        """Return where a name leads. Raises NoSuchMailbox if it is nobody's."""
        if not self.others or not name.startswith(_PREFIX):
            return Place(self.account, name)
        login, _, rest = name.removeprefix(_PREFIX).partition(SEPARATOR)
        if not rest:
            return Place(self.account, name)
        owner = self.store.accounts.find(login)
        if owner is None or owner.login != login or owner.id == self.account.id:
            raise NoSuchMailbox(name)
        return Place(owner, rest)

    def name_of(self, mailbox: Mailbox) -> str:
        """Return the name by which the account knows a mailbox."""
        if mailbox.account == self.account.id:
            return mailbox.name
        owner = self.store.accounts.find(mailbox.address)
        login = mailbox.address if owner is None else owner.login
        return f"{_PREFIX}{login}{SEPARATOR}{mailbox.name}"

    def get(self, name: str, needs: Iterable[str]) -> Mailbox:
        """Return the selectable mailbox of that name, where all that is needed is granted.

        Raises NoSuchMailbox, InvalidName, Refused.
        """
        place = self.place(name)
        mailbox = self.store.mailboxes.get(place.owner, place.name)
        self._check(mailbox, needs)
        return mailbox

    def held(self, name: str, needs: Iterable[str]) -> Place:
        """Return where the name of a mailbox leads, selectable or not, if that is granted.

        Raises NoSuchMailbox, of other people's mailboxes only; Refused.
        """
        place = self.place(name)
        if place.owner.id != self.account.id:
            mailbox = self.store.mailboxes.find(place.owner, place.name)
            if mailbox is None:
                raise NoSuchMailbox(name)
            self._check(mailbox, needs)
        return place

    def room_for(self, name: str) -> Place:
        """Return where a new mailbox of that name would be.

        It takes the right `k` in the nearest mailbox above it (section 4). Raises Refused.
        """
        try:
            place = self.place(name)
        except NoSuchMailbox:
            raise no_right() from None
        if place.owner.id != self.account.id:
            above = self.store.mailboxes.above(place.owner, place.name)
            demand(NO_RIGHTS if above is None else self.rights(above), "k")
        return place

    def _check(self, mailbox: Mailbox, needs: Iterable[str]) -> None:
        rights = self.rights(mailbox)
        if "l" not in rights and not rights.issuperset(needs):
            raise NoSuchMailbox(mailbox.name)
        demand(rights, needs)

    def annotates(self, mailbox: Mailbox) -> bool:
        """Tell whether the account may set and retrieve annotations (RFC 5464 section 3.3)."""
        rights = self.rights(mailbox)
        return "l" in rights and not rights.isdisjoint("rswip")

    def is_own(self, name: str) -> bool:
        """Tell whether a name belongs to the personal namespace (RFC 2342 section 5)."""
        return not self.others or not name.startswith(_PREFIX)

    def annotated(self) -> dict[str, Mailbox]:
        """Return the mailboxes whose annotations the account sees, by their names for it."""
        return {name: each for name, each in self.visible().items() if self.annotates(each)}

    def shared(self) -> list[Mailbox]:
        """Return other people's mailboxes that have an access list, whatever it grants."""
        return self.store.mailboxes.shared(self.account) if self.others else []

    def monitored(self, mailbox: int) -> str | None:
        """Return the name of another's mailbox (its row id) whose events the account may hear of.

        None: there is none such, or the rights `l` and `r` are not granted (RFC 5465 section 5).
        """
        for each in self.shared():
            if each.id == mailbox and self.rights(each).issuperset("lr"):
                return self.name_of(each)
        return None

    def visible_others(self) -> dict[int, str]:
        """Return the names of other people's mailboxes that LIST may show, by their row id."""
        return {each.id: self.name_of(each) for each in self.shared() if "l" in self.rights(each)}

    def visible(self) -> dict[str, Mailbox]:
        r"""Return the mailboxes that LIST may show, by their names for this account.

        Of other people's: those with the right `l`. Without `r` they are not selectable (RFC 5819
        section 2); what an owner uses one for is no use of the account's (RFC 6154 section 2).
        """
        found = {mailbox.name: mailbox for mailbox in self.store.mailboxes.all(self.account)}
        for mailbox in self.shared():
            rights = self.rights(mailbox)
            if "l" in rights:
                shown = mailbox._replace(selectable="r" in rights, uses=())
                found[self.name_of(mailbox)] = shown
        return found
