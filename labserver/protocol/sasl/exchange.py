"""One exchange of challenges and responses, whatever the mechanism and the protocol.

Theory of operation. A mechanism is a generator: it yields challenges, is sent responses, and
returns the account that was proved or raises. One that the client begins yields an empty
challenge first; an initial response takes that challenge's place. `Exchange` drives it and does
what IMAP, POP3 and SMTP have in common: challenges and responses are base64, and a lone `*`
cancels (RFC 3501 section 6.2.2, RFC 4954 section 4, RFC 5034 section 4). What a mechanism says
last is sent as a challenge too: none of the three has another place for it, and the client answers
it with an empty line, or with anything if it says that the login has failed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from labserver.errors import LabError
from labserver.protocol.session import Context
from labserver.store import Account, Secret

__all__ = [
    "Cancelled",
    "Denied",
    "Directory",
    "Exchange",
    "Malformed",
    "Mechanism",
    "NotAuthorized",
    "SaslError",
    "Site",
    "Talk",
    "authorised",
    "decode",
    "encode",
    "utf8",
]


class SaslError(LabError):
    """An exchange that has not proved anybody; the message is a sentence for the client.

    `parting` is what the mechanism says to the client before the protocol tells of it, or None.
    """

    def __init__(self, text: str, *, parting: bytes | None = None) -> None:
        super().__init__(text)
        self.parting = parting


class Malformed(SaslError):
    """A response has not the form that the mechanism asks for."""


class Cancelled(SaslError):
    """The client has broken the exchange off; `failed`: after it was told that it had failed."""

    def __init__(self, *, failed: bool) -> None:
        super().__init__("The exchange is cancelled")
        self.failed = failed


class Denied(SaslError):
    """The user name or the password is wrong."""

    def __init__(self, *, parting: bytes | None = None) -> None:
        super().__init__("User name or password is wrong", parting=parting)


class NotAuthorized(SaslError):
    """The client has proved who it is, and may not act as whom it asked to."""

    def __init__(self, *, parting: bytes | None = None) -> None:
        super().__init__("Nobody may act as somebody else here", parting=parting)


class Directory(Protocol):
    """Who has an account, as mechanisms ask it: `labserver.store.Residents`."""

    def check(self, login: str, password: str) -> Account:
        """Return the account that the two prove. Raises BadCredentials."""

    def find(self, login: str) -> Account | None:
        """Return the account of that name, or None."""

    def secret(self, login: str) -> Secret:
        """Return what a challenge for that name is answered with."""

    def prove(self, secret: Secret, *, right: bool) -> Account:
        """Return whose it is, if the challenge was answered right. Raises BadCredentials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What mechanisms need of the server.

    `nonce(kind)` returns digits that it never returns again.
    """

    directory: Directory
    host: str
    now: Callable[[], datetime]
    nonce: Callable[[str], str]

    @classmethod
    def of(cls, context: Context) -> Site:
        """Return the site as a session sees it."""

        def nonce(kind: str) -> str:
            octets = context.ids.nonce(kind, context.device)
            return str(int.from_bytes(octets, "big"))

        return cls(
            directory=context.accounts,
            host=context.host,
            now=context.clock.now,
            nonce=nonce,
        )


Talk: TypeAlias = Generator[bytes, bytes, Account]
"""A mechanism at work: yields challenges, is sent responses, returns who was proved."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A SASL mechanism.

    `initial`: the client may speak first; `talk(site)` yields an empty challenge then, or one
    that an initial response answers unasked.
    """

    name: str
    talk: Callable[[Site], Talk]
    initial: bool


class Exchange:
    """One exchange, seen from the server.

    `start` and `answer` return the next challenge, encoded, or the account that was proved; they
    raise SaslError if it comes to nothing. After an account or an error nothing may be asked.
    """

    def __init__(self, mechanism: Mechanism, site: Site) -> None:
        self._mechanism = mechanism
        self._talk = mechanism.talk(site)
        self._failure: SaslError | None = None  # told to the client, which has yet to answer it

    def start(self, initial: bytes | None = None) -> bytes | Account:
        """Begin. `initial` is the initial response as the client sent it, `=` for an empty one."""
        challenge = next(self._talk)
        if initial is None:
            return encode(challenge)
        if not self._mechanism.initial:
            raise Malformed(f"{self._mechanism.name} begins with a challenge of the server's")
        return self._send(b"" if initial == b"=" else decode(initial))

    def answer(self, line: bytes) -> bytes | Account:
        """Go on with the line that answers the challenge, without its line end."""
        if line == b"*":
            raise Cancelled(failed=isinstance(self._failure, Denied | NotAuthorized))
        if self._failure is not None:
            raise self._failure
        return self._send(decode(line))

    def _send(self, response: bytes) -> bytes | Account:
        try:
            return encode(self._talk.send(response))
        except StopIteration as end:
            account: Account = end.value
            return account
        except SaslError as error:
            if error.parting is None:
                raise
            self._failure = error
            return encode(error.parting)


def decode(line: bytes) -> bytes:
    """Decode a response's base64. Raises Malformed for anything outside its alphabet."""
    try:
        return base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("The response is not BASE64") from None


def encode(challenge: bytes) -> bytes:
    """Encode a challenge."""
    return base64.b64encode(challenge)


def utf8(octets: bytes) -> str:
    """Decode a name or a password. Raises Malformed."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("Names and passwords are UTF-8") from None


def authorised(site: Site, account: Account, act_as: str) -> bool:
    """Say whether a user may act as `act_as`, empty for none: as themselves, by any name."""
    return not act_as or site.directory.find(act_as) == account
