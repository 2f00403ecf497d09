"""Whole messages here and on the server, matched by what names them and by SHA-256."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from labserver.devices.files import Origin, StoredFile
from labserver.devices.shown import table

__all__ = ["Compared", "Comparison", "match"]

Verdict = Literal["same", "only here", "only on the server", "different"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One message: its file here, its UID on the server, and the SHA-256 of each.

    "different" has both: the server's copy is the one that the file was fetched from or put back
    as, and the octets are not the same.
    """

    mailbox: str
    verdict: Verdict
    file: StoredFile | None = None
    uid: int | None = None
    on_server: str | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file, or of the server's copy where there is no file."""
        return self.file.sha256 if self.file is not None else self.on_server or ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing has found, message by message."""

    place: str
    rows: tuple[Compared, ...]

    def _of(self, verdict: Verdict) -> tuple[Compared, ...]:
        return tuple(row for row in self.rows if row.verdict == verdict)

    @property
    def same(self) -> tuple[Compared, ...]:
        """What is in both places, octet by octet."""
        return self._of("same")

    @property
    def only_here(self) -> tuple[Compared, ...]:
        """What the server does not have."""
        return self._of("only here")

    @property
    def only_on_server(self) -> tuple[Compared, ...]:
        """What is not here."""
        return self._of("only on the server")

    @property
    def different(self) -> tuple[Compared, ...]:
        """What was the same message once, and has other octets now."""
        return self._of("different")

    @property
    def equal(self) -> bool:
        """Whether both places hold the same messages, octet by octet."""
        return len(self.same) == len(self.rows)

    def __repr__(self) -> str:
        head = (
            f"{len(self.same)} the same, {len(self.only_here)} only on {self.place},"
            f" {len(self.only_on_server)} only on the server, {len(self.different)} different"
        )
        if not self.rows:
            return head
        shown = [("mailbox", self.place, "server", "SHA-256", "")]
        for row in self.rows:
            digests = row.sha256[:12]
            if row.verdict == "different":
                digests = f"{digests} / {(row.on_server or '')[:12]}"
            verdict = f"only on {self.place}" if row.verdict == "only here" else row.verdict
            file = "-" if row.file is None else row.file.name
            uid = "-" if row.uid is None else f"UID {row.uid}"
            shown.append((row.mailbox, file, uid, digests, verdict))
        return f"{head}\n\n{table(shown)}"


def match(
    mailbox: str,
    files: Iterable[StoredFile],
    server: Mapping[int, str],
    names: Mapping[Origin, int],
) -> list[Compared]:
    """Pair the files of a mailbox, oldest first, with what the server has: SHA-256 by UID.

    `names` says which UID an origin names there now. What it names is a pair; of the rest those
    are pairs that have the same SHA-256, each copy once.
    """
    files, left = list(files), dict(server)
    pairs = {file.name: names[file.origin] for file in files if names.get(file.origin) in left}
    free: defaultdict[str, deque[int]] = defaultdict(deque)
    for each in sorted(left.keys() - pairs.values()):
        free[left[each]].append(each)
    for file in files:
        if file.name not in pairs and free[file.sha256]:
            pairs[file.name] = free[file.sha256].popleft()
    rows = []
    for file in files:
        uid = pairs.get(file.name)
        digest = None if uid is None else left.pop(uid)
        verdict: Verdict = "same" if digest == file.sha256 else "different"
        rows.append(
            Compared(
                mailbox=mailbox,
                verdict="only here" if uid is None else verdict,
                file=file,
                uid=uid,
                on_server=digest,
            )
        )
    rows += [
        Compared(mailbox=mailbox, verdict="only on the server", uid=each, on_server=left[each])
        for each in sorted(left)
    ]
    return rows
