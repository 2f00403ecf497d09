"""What all readers share: the state of the session, and one method a kind of piece."""

from __future__ import annotations

from labserver.explain.moment import Moment, Protocol, Role

__all__ = ["Reader"]


class Reader:
    """Follows one connection. Give it everything in order; it never raises, whatever comes.

    A subclass reads what the client and the server say.
    """

    def __init__(self, protocol: Protocol, *, host: str = "", device: str = "") -> None:
        self._protocol = protocol
        self._host = host
        self._device = device
        self._state = ""
        self._account = ""
        self._mailbox = ""

    def entered(self, state: str, account: str | None, mailbox: str | None) -> None:
        """Take note that the session is in another state."""
        self._state, self._account, self._mailbox = state, account or "", mailbox or ""

    def client(self, line: bytes) -> Moment:
        """Say where a line of the client stands; it comes without its line end."""
        raise NotImplementedError

    def server(self, line: bytes) -> Moment:
        """Say where a line of the server stands; it comes without its line end."""
        raise NotImplementedError

    def body(self, octets: int) -> Moment:
        """Say where a message or literal stands."""
        return self._moment(Role.BODY, octets=octets)

    def _moment(
        self,
        role: Role,
        command: str = "",
        *,
        tag: str = "",
        mechanism: str = "",
        step: int = 0,
        octets: int = 0,
    ) -> Moment:
        return Moment(
            protocol=self._protocol,
            role=role,
            command=command,
            tag=tag,
            mechanism=mechanism,
            step=step,
            octets=octets,
            state=self._state,
            account=self._account,
            mailbox=self._mailbox,
            host=self._host,
            device=self._device,
        )


def ascii_word(line: bytes) -> str:
    """Return the first word of a line in capitals; what is not ASCII becomes question marks."""
    return line.partition(b" ")[0].decode("ascii", "replace").upper()
