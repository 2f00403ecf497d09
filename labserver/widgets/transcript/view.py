"""What the transcript shows, as plain values: sessions by connection, lines by number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace

from labserver.events import Closed, Connected, Data, Direction, Entry, FaultStruck, Line
from labserver.widgets import words_en as words
from labserver.widgets.visible import clip, visible, wire

__all__ = ["Part", "Session", "sessions"]

_FOLD = 14
"""A reply of more lines than this is folded,"""
_HEAD = 6
"""to so many lines."""
_FIRST = 12
"""So many lines of a body can be unfolded."""
_COLUMNS = 400
_LONG = 600
"""Of a session of more parts than this, the middle is left out."""
_ENDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line of a session: of the client ("C"), the server ("S"), or the lab ("").

    `number` counts the lines of the session as they crossed the connection; 0 for what is no
    line. A part with `inside` stands for lines that are folded away: all of them, or the first.
    """

    direction: Direction | str
    text: str
    number: int = 0
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What crossed one connection. `title` names protocol, port, device and how it ended."""

    connection: int
    protocol: str
    title: str
    parts: tuple[Part, ...]


@dataclass(slots=True)
class _Draft:
    """A session while it is being read. `pending`: the end of the last line has not come yet."""

    opened: Connected
    parts: list[Part] = field(default_factory=list)
    pending: bytes = b""
    speaker: Direction = "C"
    count: int = 0
    how: str | None = None

    def said(self, direction: Direction, data: bytes) -> None:
        if direction != self.speaker:
            self.flush()
        self.speaker = direction
        *lines, self.pending = (self.pending + data).split(b"\r\n")
        for line in lines:
            self._add(line)

    def _add(self, line: bytes) -> None:
        self.count += 1
        text = clip(wire(line), _COLUMNS)
        self.parts.append(Part(direction=self.speaker, text=text, number=self.count))

    def flush(self) -> None:
        if self.pending:
            self._add(self.pending)
        self.pending = b""


def sessions(
    entries: Iterable[Entry],
    body: Callable[[str], bytes],
    *,
    connections: Collection[int] | None = None,
) -> tuple[Session, ...]:
    """Return all sessions in the log, by connection; `connections` chooses some."""
    drafts: dict[int, _Draft] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, Connected):
            if connections is None or event.connection in connections:
                drafts[event.connection] = _Draft(event)
            continue
        if not isinstance(event, Line | Data | Closed | FaultStruck):
            continue
        draft = None if event.connection is None else drafts.get(event.connection)
        if draft is not None:
            _read(draft, event, body)
    return tuple(_session(drafts[number]) for number in sorted(drafts))


def _read(
    draft: _Draft, event: Line | Data | Closed | FaultStruck, body: Callable[[str], bytes]
) -> None:
    if isinstance(event, Line):
        draft.said(event.direction, event.data)
        return
    draft.flush()
    if isinstance(event, Data):
        draft.parts.append(_body(event, body))
    elif isinstance(event, Closed):
        draft.how = event.how
    else:
        draft.parts.append(Part(direction="", text=words.fault(event.fault)))


def _body(event: Data, body: Callable[[str], bytes]) -> Part:
    try:
        data = body(event.sha256)
    except KeyError:
        return Part(direction=event.direction, text=words.octets(event.octets))
    lines = data.removesuffix(b"\r\n").split(b"\r\n")
    shown = [clip(wire(line), _COLUMNS) for line in lines[:_FIRST]]
    if len(lines) > _FIRST:
        shown.append(words.more_lines(len(lines) - _FIRST))
    text = words.body(event.octets, len(lines))
    return Part(direction=event.direction, text=text, inside=tuple(shown))


def _session(draft: _Draft) -> Session:
    draft.flush()
    opened = draft.opened
    badge = words.PROTOCOLS[opened.protocol]
    ended = words.how(draft.how)
    return Session(
        connection=opened.connection,
        protocol="smtp" if badge == "SMTP" else opened.protocol,
        title=words.session(opened.connection, badge, opened.port, visible(opened.device), ended),
        parts=tuple(_shortened(_folded(draft.parts))),
    )


def _shortened(parts: list[Part]) -> list[Part]:
    if len(parts) <= _LONG:
        return parts
    left = Part(direction="", text=words.folded(len(parts) - 2 * _ENDS))
    return [*parts[:_ENDS], left, *parts[-_ENDS:]]


def _folded(parts: list[Part]) -> list[Part]:
    """Fold long runs of lines of one speaker."""
    folded: list[Part] = []
    run: list[Part] = []
    for part in [*parts, Part(direction="", text="")]:
        if run and (part.direction != run[0].direction or part.inside or not part.number):
            folded += _run(run)
            run = []
        if part.number:
            run.append(part)
        elif part.text:
            folded.append(part)
    return folded


def _run(run: list[Part]) -> list[Part]:
    if len(run) <= _FOLD:
        return run
    left = run[_HEAD:-1]
    inside = [part.text for part in left[:_FIRST]]
    if len(left) > _FIRST:
        inside.append(words.more_lines(len(left) - _FIRST))
    fold = replace(left[0], number=0, text=words.folded(len(left)), inside=tuple(inside))
    return [*run[:_HEAD], fold, run[-1]]
