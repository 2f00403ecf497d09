"""Turns the cells of a situation into words and marks."""

from __future__ import annotations

from labserver.snapshot import CellView, Kept, Row, Situation, Snapshot, State
from labserver.widgets.mailmap.collapse import Left
from labserver.widgets.mailmap.values import CellFace, RowFace
from labserver.widgets.mailmap.wires import Wire
from labserver.widgets.visible import visible
from labserver.widgets.words import en as words

__all__ = ["Reader"]


class Reader:
    """Reads one situation."""

    def __init__(
        self, snapshot: Snapshot, now: Situation, strip: tuple[Wire, ...], shelves: list[str]
    ) -> None:
        # Read and new are said where they mean something: once the mailbox was opened by IMAP, and
        # of copies that POP3 brought once anybody has noted such marks on a device.
        self._imap_marks = snapshot.accounts[now.account].marks
        self._pop_marks = any(device.marks for device in now.devices)
        self._open = {
            (connection.owner or connection.account, connection.mailbox)
            for connection in snapshot.connections.values()
            if connection.protocol in ("imap", "imaps") and connection.how is None
        }
        self._account = now.account
        self._arrows = {wire.device: wire.label for wire in strip if wire.marked}
        self._spoke = {wire.device: wire.number for wire in strip}
        self._did = {wire.device: wire.number for wire in strip if wire.marked}
        self._shelves = {name: n for n, name in enumerate(shelves)}

    def left(self, left: Left) -> RowFace:
        """Return the line that stands for rows left out."""
        said = words.ALIKE if left.alike else words.MIXED
        return RowFace(shelf=self._shelves.get(left.shelf, -1), more=said.format(f"{left.count:,}"))

    def row(self, row: Row, order: list[int]) -> RowFace:
        """Return a message's row, its cells in the order of the picture."""
        count, holder = words.whole_copies(row)
        tone = "lost" if row.lost else "only" if row.only_on is not None else "plain"
        if row.refusal is not None:
            tone = "refused"
        return RowFace(
            key=row.message.number,
            shelf=self._shelves.get(row.shelf, -1),
            letter=row.letter,
            subject=visible(row.message.subject) if row.letter else words.NEVER_CROSSED,
            byline=words.byline(row.message),
            exactly=words.byline(row.message, exact=True),
            cells=tuple(self._cell(row.cells[n], row) for n in order),
            copies=count,
            holder=holder,
            tone=tone,
            way=words.MAP["sender"] if row.refusal is not None and row.refusal.told else "",
        )

    def _cell(self, cell: CellView, row: Row) -> CellFace:
        number, boxes, marks = self._details(cell)
        said = [each for each in (number, ", ".join(boxes), marks) if each]
        # The shelf says it already.
        elsewhere = ", ".join(boxes) if boxes != [words.mailbox(row.shelf)] else ""
        device = visible(cell.place.name)
        did = self._did.get(device) or (next(iter(self._did.values()), 0) if cell.changed else 0)
        refusal = row.refusal if cell.place.kind == "server" else None
        return CellFace(
            state=cell.state.name.lower(),
            protocol=cell.copies[0].protocol if cell.copies else "",
            word=words.cell_word(cell),
            number=number if refusal is None else words.refused(refusal),
            details=tuple(each for each in (elsewhere, marks) if each),
            label=words.cell_label(cell, said, lost=row.lost, refusal=refusal),
            changed=cell.changed,
            tied=any(copy.tied for copy in cell.copies),
            arrow=self._arrows.get(device, "") if cell.carried or cell.raised else "",
            up=cell.raised,
            wire=did if cell.changed else self._spoke.get(device, 0),
        )

    def _details(self, cell: CellView) -> tuple[str, list[str], str]:
        """Return the numbers that sessions give, the mailboxes other than INBOX, the flags."""
        if not cell.copies or cell.state is State.LOST:
            return "", [], ""
        uids = any((self._account, copy.mailbox) in self._open for copy in cell.copies)
        numbers = [words.session_number(copy, uids=uids) for copy in cell.copies]
        names = sorted({copy.mailbox for copy in cell.copies}, key=lambda n: (n != "INBOX", n))
        boxes = [words.mailbox(name) for name in names] if names != ["INBOX"] else []
        marks = sorted({words.flag_marks(copy.flags) for copy in cell.copies if self._marks(copy)})
        return ", ".join(each for each in numbers if each), boxes, ", ".join(marks)

    def _marks(self, copy: Kept) -> bool:
        if _sent(copy):
            return True
        return self._pop_marks if _apart(copy) else self._imap_marks


def _apart(copy: Kept) -> bool:
    """Whether its marks are its own: POP3 has none on the server."""
    return copy.protocol == "pop3" and not copy.tied


def _sent(copy: Kept) -> bool:
    """Whether it is a device's own copy of what was sent from there."""
    return copy.protocol == "smtp" and copy.file is not None
