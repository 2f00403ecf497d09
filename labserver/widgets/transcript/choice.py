"""What somebody wants to see of the story, in which order, and how a line is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from labserver.widgets.transcript.story import Session

__all__ = ["Choice", "Look", "Order"]

Look = Literal["text", "bytes", "decoded"]
Order = Literal["connection", "time"]

_LOOKS: tuple[Look, ...] = ("text", "bytes", "decoded")
_ORDERS: tuple[Order, ...] = ("connection", "time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is chosen. Empty, or 0: everything. `start` None: the end, wherever it is."""

    look: Look = "text"
    order: Order = "connection"
    protocol: str = ""
    device: str = ""
    connection: int = 0
    start: int | None = None
    open: frozenset[str] = frozenset()
    """The keys of the bodies and replies that are unfolded."""

    def __post_init__(self) -> None:
        """Raise ValueError for a look or an order that there is not."""
        if self.look not in _LOOKS:
            raise ValueError(f"look is one of {', '.join(_LOOKS)}, not {self.look!r}")
        if self.order not in _ORDERS:
            raise ValueError(f"order is one of {', '.join(_ORDERS)}, not {self.order!r}")

    @property
    def filters(self) -> tuple[str, str, int]:
        """What is asked of a session."""
        return self.protocol, self.device, self.connection

    def fits(self, session: Session) -> bool:
        """Tell whether a session is among those chosen."""
        opened = session.opened
        return (
            self.protocol in {"", session.protocol}
            and self.device in {"", opened.device}
            and self.connection in {0, opened.connection}
        )

    def asked(self, wish: Mapping[str, Any]) -> Self:
        """Return the choice with what a page asks for; what makes no sense is left as it is."""
        look, order, start = wish.get("look"), wish.get("order"), wish.get("start")
        texts = {name: wish.get(name) for name in ("protocol", "device")}
        connection, opened = wish.get("connection"), wish.get("open")
        return replace(
            self,
            look=look if look in _LOOKS else self.look,
            order=order if order in _ORDERS else self.order,
            start=start if isinstance(start, int) and start >= 0 else None,
            connection=connection if isinstance(connection, int) else self.connection,
            open=frozenset(map(str, opened)) if isinstance(opened, list) else self.open,
            **{name: text for name, text in texts.items() if isinstance(text, str)},
        )

    def told(self) -> dict[str, Any]:
        """Return the choice as the page holds it."""
        return {
            "look": self.look,
            "order": self.order,
            "protocol": self.protocol,
            "device": self.device,
            "connection": self.connection,
            "start": self.start,
            "open": sorted(self.open),
        }
