"""Routes: addresses whose mail goes elsewhere, by an alias, a list, or a person's wish.

A server follows routes among the people of its own domain. What it passes on to another server is
that one's matter: two servers may well forward to each other, and only the hops end that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labserver.store.accounts import DOMAINS, Accounts, is_name
from labserver.store.database import Database
from labserver.store.errors import StoreError

__all__ = ["Route", "Routes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where mail for `address` goes. Addresses are NAME@DOMAIN.

    alias: to all `targets`, with the sender it came with (RFC 5321 section 3.9.1). list: the
    same, as sent by `owner` (section 3.9.2). forward: what the owner of an account wants; `keep`:
    it goes to their mailbox too; `rewrite`: the sender becomes an address of this domain.
    """

    address: str
    kind: Literal["alias", "list", "forward"]
    targets: tuple[str, ...]
    owner: str | None = None
    keep: bool = False
    rewrite: bool = False

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return _domain(self.address)


class Routes:
    """The routes of a store."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._db = database
        self._accounts = accounts

    def find(self, address: str) -> Route | None:
        """Return the route of an address, compared without regard to case, or None."""
        row = self._db.sql.execute(
            "SELECT address, kind, targets, owner, keep, rewrite FROM routes WHERE address = ?",
            (address,),
        ).fetchone()
        if row is None:
            return None
        return Route(
            address=row[0],
            kind=row[1],
            targets=tuple(row[2].split(" ")),
            owner=row[3],
            keep=bool(row[4]),
            rewrite=bool(row[5]),
        )

    def all(self) -> list[Route]:
        """Return all routes in the order of their addresses."""
        rows = self._db.sql.execute("SELECT address FROM routes ORDER BY address").fetchall()
        return [route for (address,) in rows if (route := self.find(address)) is not None]

    def put(self, route: Route) -> None:
        """Set a route, in place of one of the same kind that the address has.

        Raises StoreError if the address or a target can't have or be one, or the mail would go
        round in a circle.
        """
        self._check(route)
        with self._db.transaction():
            self._db.sql.execute(
                "INSERT OR REPLACE INTO routes (address, kind, targets, owner, keep, rewrite)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(route.address, route.kind, " ".join(route.targets)),
                    *(route.owner, route.keep, route.rewrite),
                ),
            )

    def remove(self, address: str, *kinds: str) -> None:
        """Take a route of one of those kinds away. Raises StoreError if there is none."""
        route = self.find(address)
        if route is None or route.kind not in kinds:
            raise StoreError(f"{address} has no {' or '.join(kinds)}")
        with self._db.transaction():
            self._db.sql.execute("DELETE FROM routes WHERE address = ?", (address,))

    def _check(self, route: Route) -> None:
        is_account = self._accounts.find(route.address) is not None
        if route.kind == "forward" and not is_account:
            raise StoreError(f"there is no account {route.address!r}")
        if route.kind != "forward":
            if is_account:
                raise StoreError(f"{route.address} is an account, and can't be an {route.kind}")
            held = self.find(route.address)
            if held is not None and held.kind != route.kind:
                raise StoreError(f"{route.address} is a name of another kind already: {held.kind}")
        if not route.targets:
            raise StoreError(f"{route.address}: say where its mail shall go")
        for address in (route.address, *route.targets, *filter(None, [route.owner])):
            _check_address(address)
        for target in (*route.targets, *filter(None, [route.owner])):
            self._check_known(route, target)
        self._check_circle(route, route.targets, (route.address.lower(),))

    def _check_known(self, route: Route, target: str) -> None:
        # The people of another domain are known to its own server only.
        if _domain(target) == route.domain and target.lower() != route.address.lower():
            known = self._accounts.find(target) is not None or self.find(target) is not None
            if not known:
                raise StoreError(f"there is no account, alias or list {target!r}")

    def _check_circle(self, route: Route, targets: tuple[str, ...], way: tuple[str, ...]) -> None:
        for target in targets:
            if _domain(target) != route.domain:
                continue
            if target.lower() in way:
                circle = " to ".join((*way, target.lower()))
                raise StoreError(f"mail would go round in a circle: {circle}")
            further = self.find(target)
            if further is not None:
                self._check_circle(route, further.targets, (*way, target.lower()))


def _check_address(address: str) -> None:
    name, _, domain = address.rpartition("@")
    if not is_name(name) or domain.lower() not in DOMAINS:
        raise StoreError(f"not an address of {' or '.join(DOMAINS)}: {address!r}")


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
