"""Who may log in at a server, with the faults of the lab that refuse them."""

from __future__ import annotations

from collections.abc import Callable

from labserver.store import Account, BadCredentials, Residents, Secret

__all__ = ["Logins"]


class Logins(Residents):
    """The accounts of one domain as one connection finds them.

    `refused(account)` tells whether a fault strikes a login that is right.
    """

    __slots__ = ("_refused",)

    def __init__(self, residents: Residents, refused: Callable[[Account], bool]) -> None:
        super().__init__(residents.accounts, residents.domain)
        self._refused = refused

    def check(self, login: str, password: str) -> Account:
        """Return the account that `login` and `password` prove. Raises BadCredentials."""
        return self._admitted(super().check(login, password))

    def prove(self, secret: Secret, *, right: bool) -> Account:
        """Return whose secret it is, if it was answered right. Raises BadCredentials."""
        return self._admitted(super().prove(secret, right=right))

    def _admitted(self, account: Account) -> Account:
        if self._refused(account):
            msg = "user name or password is wrong"
            raise BadCredentials(msg)
        return account
