"""What the two sides of a session speak: what is offered, and what the client has enabled."""

from __future__ import annotations

from collections.abc import Iterable

from labserver.imap.capabilities import CAPABILITIES, REMOVED, Offer

__all__ = ["Dialect"]


class Dialect:
    """The dialect of one session.

    What is enabled stays so (RFC 5161 section 3.1), unless all is `reset` (RFC 8437). The
    grammar asks it what it may read, commands and the view what they may say.
    """

    def __init__(self, without: Iterable[str] = ()) -> None:
        self.offer = Offer(without)
        self._enabled: set[str] = set()

    def offers(self, name: str) -> bool:
        """Tell whether a capability is offered; `name` as it is advertised."""
        return name in self.offer

    def has(self, name: str | None) -> bool:
        """Tell whether what belongs to a capability (None: to the protocol) is there."""
        return name is None or name in self.offer

    def knows(self, command: str) -> bool:
        """Tell whether a command of the state table exists in this dialect.

        Who has enabled IMAP4rev2 speaks it: what it removed is there no more (RFC 9051
        Appendix A: only for a client of IMAP4rev1).
        """
        return self.offer.knows(command) and not (self.rev2 and command in REMOVED)

    def enable(self, names: Iterable[str]) -> tuple[str, ...]:
        """Enable capabilities by name, in any case; return those that were not enabled before.

        What is not advertised, or needs no ENABLE, is passed over (RFC 5161 section 3.1).
        """
        wanted = {name.upper() for name in names}
        on = [
            name
            for each in CAPABILITIES
            if each.name.upper() in wanted
            and each.name in self.offer
            and each.told_by not in self.offer
            for name in each.enables
        ]
        new = tuple(name for name in dict.fromkeys(on) if name not in self._enabled)
        self._enabled.update(new)
        return new

    def reset(self) -> None:
        """Be as at the start: nothing is enabled (RFC 8437 section 4.1)."""
        self._enabled.clear()

    def enabled(self, name: str) -> bool:
        """Tell whether a capability is enabled; `name` as it is advertised."""
        return name in self._enabled

    @property
    def condstore(self) -> bool:
        """Whether the client is aware of mod-sequences (RFC 7162 section 3.1)."""
        return "CONDSTORE" in self._enabled

    @property
    def qresync(self) -> bool:
        """Whether the client hears of removals by UID, as VANISHED (RFC 7162 section 3.2)."""
        return "QRESYNC" in self._enabled

    @property
    def rev2(self) -> bool:
        """Whether the client speaks IMAP4rev2 (RFC 9051)."""
        return "IMAP4rev2" in self._enabled

    @property
    def utf8(self) -> bool:
        """Whether names and quoted strings are UTF-8 (RFC 9051 section 4.3, RFC 6855)."""
        return self.rev2 or "UTF8=ACCEPT" in self._enabled
