"""Accounts: who has mailboxes here, and how they prove it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import NamedTuple

from labserver.clock import Ids
from labserver.events import AccountAdded, MailboxCreated
from labserver.store.database import Database
from labserver.store.errors import BadCredentials, StoreError
from labserver.store.rights import ANYONE

__all__ = ["DOMAINS", "HOSTS", "Account", "Accounts", "Residents", "Secret", "is_name"]

DOMAINS = ("home.example", "work.example")
"""The lab's domains, names that RFC 2606 reserves; a bare name belongs to the first."""

HOSTS = {domain: f"mail.{domain}" for domain in DOMAINS}
"""The name of each domain's server, as it calls itself."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person's place on the server."""

    id: int
    name: str
    domain: str

    @property
    def address(self) -> str:
        """The mail address, `name@domain`."""
        return f"{self.name}@{self.domain}"

    @property
    def login(self) -> str:
        """The shortest text that logs in to it: the name alone in the first domain."""
        return self.name if self.domain == DOMAINS[0] else self.address


class Secret(NamedTuple):
    """What a challenge to a login is answered with: the password, or a key made of it and `salt`.

    A login that nobody has gets a salt as any other, which must not tell; `account` is None then.
    """

    account: Account | None
    password: str
    salt: bytes


class Accounts:
    """The accounts of a store."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._db = database
        self._ids = ids

    def add(self, login: str, password: str) -> Account:
        """Add an account with an empty INBOX. `login` is NAME or NAME@DOMAIN.

        Raises StoreError if the name is taken or not fit for an address, or the domain is not
        one of the lab's.
        """
        name, domain = _split(login)
        if not is_name(name):
            msg = f"not a name for an account: {login!r}"
            raise StoreError(msg)
        if name.startswith("-") or name.lower() == ANYONE:
            # RFC 4314 section 2: in an access list they mean something else.
            msg = f"an account can't have the name {name!r}: access lists need it"
            raise StoreError(msg)
        if domain not in DOMAINS:
            msg = f"the lab has accounts at {' and '.join(DOMAINS)} only, not at {domain!r}"
            raise StoreError(msg)
        if self._row(f"{name}@{domain}") is not None:
            msg = f"there is an account {name}@{domain} already"
            raise StoreError(msg)
        route = "SELECT kind FROM routes WHERE address = ?"
        for (kind,) in self._db.sql.execute(route, (f"{name}@{domain}",)):
            msg = f"{name}@{domain} is the name of a route already: {kind}"
            raise StoreError(msg)
        uidvalidity = self._ids.uidvalidity(f"{name}@{domain}")
        with self._db.transaction() as changes:
            row = self._db.sql.execute(
                "INSERT INTO accounts (name, domain, password) VALUES (?, ?, ?)",
                (name, domain, password),
            )
            account = Account(int(row.lastrowid or 0), name, domain)
            self._db.sql.execute(
                "INSERT INTO mailboxes (account, name, uidvalidity) VALUES (?, 'INBOX', ?)",
                (account.id, uidvalidity),
            )
            changes.add(AccountAdded(account=account.address))
            changes.add(
                MailboxCreated(
                    account=account.address,
                    mailbox="INBOX",
                    uidvalidity=uidvalidity,
                    connection=None,
                )
            )
        return account

    def all(self) -> list[Account]:
        """Return all accounts in the order they were added."""
        rows = self._db.sql.execute("SELECT id, name, domain FROM accounts ORDER BY id")
        return [Account(*row) for row in rows]

    def find(self, login: str) -> Account | None:
        """Return the account of NAME or NAME@DOMAIN (a mail address), or None.

        Names and domains are compared without regard to case.
        """
        row = self._row(login)
        return None if row is None else Account(*row[:3])

    def get(self, login: str) -> Account:
        """Return the account of NAME or NAME@DOMAIN. Raises StoreError if there is none."""
        account = self.find(login)
        if account is None:
            raise StoreError(f"there is no account {login!r}")
        return account

    def check(self, login: str, password: str) -> Account:
        """Return the account that `login` and `password` prove.

        Raises BadCredentials, with one message whichever of the two is wrong.
        """
        row = self._row(login)
        # Compared even if there is no such account: the time taken must not tell which.
        held = "" if row is None else row[3]
        same = hmac.compare_digest(held.encode(), password.encode("utf-8", "surrogateescape"))
        if row is None or not same:
            raise _wrong()
        return Account(*row[:3])

    def secret(self, login: str) -> Secret:
        """Return what a client that answers a challenge must know; the salt is always the same."""
        row = self._row(login)
        address = "@".join(_split(login)).lower()
        salt = self._ids.constant("salt", address)
        return Secret(None, "", salt) if row is None else Secret(Account(*row[:3]), row[3], salt)

    def at(self, domain: str) -> Residents:
        """Return the accounts of one domain, to which a bare name belongs."""
        return Residents(self, domain)

    def _row(self, login: str) -> tuple[int, str, str, str] | None:
        if not login.isascii():  # No account has such a name; SQLite takes no lone surrogates.
            return None
        name, domain = _split(login)
        row: tuple[int, str, str, str] | None = self._db.sql.execute(
            "SELECT id, name, domain, password FROM accounts"
            " WHERE name = ? COLLATE NOCASE AND domain = ? COLLATE NOCASE",
            (name, domain),
        ).fetchone()
        return row


class Residents:
    """The accounts of one domain, as its server knows them. NAME means NAME@DOMAIN of that."""

    __slots__ = ("accounts", "domain")

    def __init__(self, accounts: Accounts, domain: str) -> None:
        self.accounts = accounts
        self.domain = domain

    def all(self) -> list[Account]:
        """Return the accounts in the order they were added."""
        return [each for each in self.accounts.all() if each.domain == self.domain]

    def find(self, login: str) -> Account | None:
        """Return the account of that name or address, or None."""
        return self.accounts.find(self._here(login))

    def check(self, login: str, password: str) -> Account:
        """Return the account that `login` and `password` prove. Raises BadCredentials."""
        return self.accounts.check(self._here(login), password)

    def secret(self, login: str) -> Secret:
        """Return what a client that answers a challenge must know."""
        return self.accounts.secret(self._here(login))

    def prove(self, secret: Secret, *, right: bool) -> Account:
        """Return whose it is, if the challenge was answered right. Raises BadCredentials."""
        if not right or secret.account is None:
            raise _wrong()
        return secret.account

    def _here(self, login: str) -> str:
        """Return the login as an address; one of another domain as one that nobody has."""
        _, at, domain = login.rpartition("@")
        return login if at and domain.lower() == self.domain else f"{login}@{self.domain}"


def _wrong() -> BadCredentials:
    return BadCredentials("user name or password is wrong")


def is_name(name: str) -> bool:
    """Tell whether an account or a route can have this name in its domain."""
    return bool(name) and all(c.isascii() and (c.isalnum() or c in "._+-") for c in name)


def _split(login: str) -> tuple[str, str]:
    name, at, domain = login.rpartition("@")
    return (name, domain) if at else (domain, DOMAINS[0])
