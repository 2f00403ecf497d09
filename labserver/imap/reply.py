"""What doing a command yields: data, and one status that ends it (RFC 3501 section 7.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from labserver.imap.errors import Farewell, ImapError, Refused
from labserver.protocol.session import Next, Payload

__all__ = ["Ask", "Outcome", "Reply", "Status", "chunks", "no", "ok"]

_CHUNK = 32 * 1024
"""Short lines are put together up to about this size: one write, one event."""


@dataclass(frozen=True, slots=True)
class Status:
    """A status response without its tag; `code` comes without its brackets."""

    kind: str
    text: str
    code: str | None = None

    @classmethod
    def of(cls, error: ImapError) -> Status:
        """Return the status that tells of an error."""
        if isinstance(error, Farewell):
            return cls("BYE", error.text, error.code)
        return cls("NO" if isinstance(error, Refused) else "BAD", error.text, error.code)

    @property
    def succeeded(self) -> bool:
        """Whether it is OK."""
        return self.kind == "OK"

    def line(self, tag: str = "*") -> bytes:
        """Return the response line; untagged unless a tag is given."""
        code = "" if self.code is None else f"[{self.code}] "
        return f"{tag} {self.kind} {code}{self.text}\r\n".encode("ascii", "replace")


def ok(text: str, *, code: str | None = None) -> Status:
    """Return an OK status."""
    return Status("OK", text, code)


def no(text: str, *, code: str | None = None) -> Status:
    """Return a NO status."""
    return Status("NO", text, code)


@dataclass(frozen=True, slots=True)
class Reply:
    """A command that is done: its effects are complete when this value exists.

    `untagged` may be lazy: it reads what it has to say when it is drained. `status` may be a
    function, which is called after that, for an end that shows only then. `then` is what the
    connection shall do once it is said. `keeps_numbers`: no message may lose its number by it.
    """

    status: Status | Callable[[], Status]
    untagged: Iterable[bytes] = ()
    then: Next = "read"
    keeps_numbers: bool = False

    def end(self) -> Status:
        """Return the status, once `untagged` has been drained."""
        return self.status if isinstance(self.status, Status) else self.status()


@dataclass(frozen=True, slots=True)
class Ask:
    """A command that needs another line of the client: `answer` gets it, without its line end.

    `prompt` is the text of the command continuation request (RFC 3501 section 7.5).
    """

    prompt: bytes
    answer: Callable[[bytes], Outcome]

    def line(self) -> bytes:
        """Return the command continuation request."""
        return b"+ " + self.prompt + b"\r\n"


Outcome = Reply | Ask
"""What doing a command, or giving it the line it asked for, comes to."""


def chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Put parts together to chunks of a good size; a `Payload` stays a chunk of its own."""
    held: list[bytes] = []
    size = 0
    for part in parts:
        if isinstance(part, Payload):
            if held:
                yield b"".join(held)
                held, size = [], 0
            yield part
        else:
            held.append(part)
            size += len(part)
            if size >= _CHUNK:
                yield b"".join(held)
                held, size = [], 0
    if held:
        yield b"".join(held)
