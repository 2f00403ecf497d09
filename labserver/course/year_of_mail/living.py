"""A year of Bob's mail, lived through in a lab of its own: what it comes to on server and devices.

Each message crosses SMTP, each look into the mailbox is a session of a real mail program, and the
sizes are those of the lab's own snapshots. What is made up is the mail: two messages a week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from labserver.course.content.letters import letter
from labserver.course.year_of_mail.drawing import picture
from labserver.course.year_of_mail.figures import WEEKS, Figures, Week
from labserver.devices.errors import ProgramFailed
from labserver.lab import Lab

if TYPE_CHECKING:
    from labserver.devices import Device
    from labserver.snapshot import Snapshot

__all__ = ["Year", "year"]

SIZES = (1200, 6000, 3000, 30000, 2400, 9000)
"""Octets of one message after the other, again and again: most are text, one has a picture."""
FETCH_WEEKS = 2
BACKUP_WEEKS = 4
_BOB = "bob@home.example"
_HALF_A_WEEK = timedelta(hours=84)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Year(Figures):
    """A year that was lived through, to be looked at."""

    def html(self) -> str:
        """Return the face for a page: the drawing, its values as a table, and the sentences."""
        head, *rows = self.rows()
        heads = "".join(f'<th scope="col">{escape(word)}</th>' for word in head)
        body = "".join(
            f'<tr><th scope="row">{row[0]}</th>'
            + "".join(f"<td>{escape(word)}</td>" for word in row[1:])
            + "</tr>"
            for row in rows
        )
        said = "<br>".join(map(escape, self.sentences()))
        return (
            f"{picture(self)}<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
            f"<p>{said}</p>"
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:  # noqa: ANN401 - IPython's signature
        return {"text/plain": repr(self), "text/html": self.html()}


@cache
def year(
    protocol: Literal["pop3", "imap"], *, storage: int | None = None, backup: bool = False
) -> Year:
    """Live through a year of mail, in a lab of its own, and return what it came to.

    Alice sends two messages a week. Every second week Bob's laptop looks: by "pop3" it fetches all
    and deletes it on the server, by "imap" it becomes as the mailbox is. `storage` is a quota in
    units of 1024 octets: what does not fit is refused for good. `backup`: every fourth week the
    laptop's folder is copied to a disk. The same year is lived through once in a program: it would
    come to the same again.
    """
    with Lab(full_mailbox_waits=False) as lab:
        lab.set_quota("bob", storage=storage)
        post = lab.device("tablet", owner="alice").smtp_program("alice", "orchid")
        laptop, disk = lab.device("laptop"), lab.backup("usb-disk")
        weeks: list[Week] = []
        replies: list[str] = []
        count = 0
        for number in range(1, WEEKS + 1):
            before = len(replies)
            for _ in range(2):
                lab.advance(_HALF_A_WEEK)
                try:
                    post.send(_BOB, _message(count))
                except ProgramFailed as refused:
                    replies.append(str(refused))
                count += 1
            if number % FETCH_WEEKS == 0:
                _fetch(laptop, protocol)
            if backup and number % BACKUP_WEEKS == 0:
                disk.copy(laptop)
            weeks.append(_week(number, lab.snapshot(), len(replies) - before))
        newcomer = lab.device("phone").imap_program("bob", "tulip").sync(bodies=False).fetched
    return Year(
        protocol=protocol,
        storage=storage,
        saved=backup,
        sent=sum(len(_message(each)) for each in range(count)),
        weeks=tuple(weeks),
        reply=replies[0].partition(f"{_BOB}: ")[2] if replies else "",
        newcomer=newcomer,
    )


def _message(count: int) -> bytes:
    return letter(f"Letter {count + 1}", "Dear Bob,", octets=SIZES[count % len(SIZES)])


def _fetch(laptop: Device, protocol: Literal["pop3", "imap"]) -> None:
    if protocol == "pop3":
        laptop.pop3_program("bob", "tulip", leave_on_server=False).check()
    else:
        laptop.imap_program("bob", "tulip").sync()


def _week(number: int, world: Snapshot, refused: int) -> Week:
    mailboxes = world.accounts[_BOB].mailboxes.values()
    return Week(
        number=number,
        server=sum(copy.octets for each in mailboxes for copy in each.copies.values()),
        laptop=_held(world, "laptop"),
        backup=_held(world, "usb-disk"),
        refused=refused,
    )


def _held(world: Snapshot, place: str) -> int:
    return sum(file.octets for file in world.devices[place].files.values())
