"""The log as what was said: lines, bodies and remarks, each in its session and in time order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from labserver.events import (
    Arranged,
    Closed,
    Connected,
    Data,
    Direction,
    Entry,
    FaultStruck,
    Line,
    Rewound,
    Secured,
    StateChanged,
)
from labserver.explain import Moment, Reader, reader
from labserver.widgets.words import en as words

__all__ = ["Kind", "Record", "Session", "Story"]

_END = b"\r\n"


class Kind(Enum):
    """What a record is: a line of the wire, a message or literal, or a remark of the lab."""

    LINE = "line"
    BODY = "body"
    REMARK = "remark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One piece of a session, as it crossed the connection.

    `place` counts the records of the session, and `number` its lines from 1 (0: it is no line).
    `step` is the entry of the log that it is from. `octets` are those of a line, with its line end
    if it had one. `sha256` and `size` are those of a body. `remark` is what the lab has to say: it
    crossed no connection.
    """

    connection: int
    place: int
    kind: Kind
    step: int = 0
    direction: Direction | str = ""
    number: int = 0
    octets: bytes = b""
    size: int = 0
    sha256: str = ""
    remark: str = ""
    moment: Moment | None = None

    @property
    def line(self) -> bytes:
        """The octets without the line end."""
        return self.octets.removesuffix(_END)


@dataclass(slots=True)
class Session:
    """One connection: who opened it to what, what was said, and how it ended.

    `pending`: octets of a line whose end has not come yet.
    """

    opened: Connected
    protocol: str
    reader: Reader
    records: list[Record] = field(default_factory=list)
    pending: bytes = b""
    speaker: Direction = "C"
    lines: int = 0
    secured: str = ""
    how: str | None = None

    def made(self, step: int) -> Record:
        """Take up what is pending as a line; that entry has ended it."""
        self.lines += 1
        octets, self.pending = self.pending, b""
        say = self.reader.client if self.speaker == "C" else self.reader.server
        return Record(
            connection=self.opened.connection,
            place=len(self.records),
            kind=Kind.LINE,
            step=step,
            direction=self.speaker,
            number=self.lines,
            octets=octets,
            moment=say(octets.removesuffix(_END)),
        )

    def unfinished(self) -> tuple[Record, ...]:
        """Return what is pending as a line that is not over."""
        if not self.pending:
            return ()
        return (
            Record(
                connection=self.opened.connection,
                place=len(self.records),
                kind=Kind.LINE,
                direction=self.speaker,
                number=self.lines + 1,
                octets=self.pending,
            ),
        )


class Story:
    """All sessions, and all records in time order. What was read once is not read again."""

    def __init__(self) -> None:
        self.sessions: dict[int, Session] = {}
        self.records: list[Record] = []
        self.remarks: list[Record] = []
        """Of these, those that are on no connection."""
        self.last = 0

    def read(self, entries: Iterable[Entry]) -> None:
        """Go on with entries of the log that have not been read yet, in order."""
        for entry in entries:
            self.last = entry.number
            event = entry.event
            if isinstance(event, Connected):
                self._open(event)
            elif isinstance(event, FaultStruck) and event.connection is None:
                self._remark(words.fault(event.fault))
            elif isinstance(event, Arranged):
                self._remark(words.lab_arranged(event.what), in_time=True)
            elif isinstance(event, Rewound):
                self._remark(words.lab_rewound(event.step))
            elif isinstance(event, Line | Data | Closed | FaultStruck | Secured | StateChanged):
                session = self.sessions.get(event.connection or 0)
                if session is not None:
                    self._go_on(session, event)

    def _remark(self, text: str, *, in_time: bool = False) -> None:
        """Take up what is on no connection; `in_time`: which says nothing but among the others."""
        place = len(self.records)
        remark = Record(connection=0, place=place, kind=Kind.REMARK, step=self.last, remark=text)
        self.records.append(remark)
        if not in_time:
            self.remarks.append(remark)

    def _open(self, event: Connected) -> None:
        protocol = words.PROTOCOLS[event.protocol].lower()
        self.sessions[event.connection] = Session(
            opened=event,
            protocol=protocol,
            reader=reader(protocol, host=event.host, device=event.device),
        )

    def _go_on(
        self, session: Session, event: Line | Data | Closed | FaultStruck | Secured | StateChanged
    ) -> None:
        number = session.opened.connection
        if isinstance(event, StateChanged):
            state = words.in_state(event.state, event.activity)
            session.reader.entered(state, event.account, event.mailbox)
            return
        if isinstance(event, Line):
            self._said(session, event.direction, event.data)
            return
        self._flush(session)
        if isinstance(event, Data):
            body = Record(
                connection=number,
                place=len(session.records),
                kind=Kind.BODY,
                step=self.last,
                direction=event.direction,
                size=event.octets,
                sha256=event.sha256,
                moment=session.reader.body(event.octets),
            )
            self._add(session, body)
            return
        if isinstance(event, Closed):
            session.how = event.how
            text = words.ended(event.how)
        elif isinstance(event, Secured):
            session.secured = event.version
            text = words.tls_begins(event.version)
        else:
            text = words.fault(event.fault)
        remark = Record(
            connection=number,
            place=len(session.records),
            kind=Kind.REMARK,
            step=self.last,
            remark=text,
        )
        if isinstance(event, Closed):
            # By connection, the title says how it ended.
            self.records.append(remark)
        else:
            self._add(session, remark)

    def _said(self, session: Session, direction: Direction, data: bytes) -> None:
        if direction != session.speaker:
            self._flush(session)
        session.speaker = direction
        *lines, last = (session.pending + data).split(_END)
        for line in lines:
            session.pending = line + _END
            self._add(session, session.made(self.last))
        session.pending = last

    def _flush(self, session: Session) -> None:
        if session.pending:
            self._add(session, session.made(self.last))

    def _add(self, session: Session, record: Record) -> None:
        session.records.append(record)
        self.records.append(record)
