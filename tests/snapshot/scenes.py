"""The situations of the picture, as event sequences written by hand."""

from __future__ import annotations

import hashlib
from typing import Any

from labserver import events as e
from labserver.clock import LabClock
from labserver.events import Entry, Log
from labserver.snapshot import Playhead, Snapshot, fold

BOB = "bob@home.example"
LETTERS = {
    1: ("Lunch on Friday?", "Alice", 412),
    2: ("Photos of the trip", "Carol", 48220),
    3: ("Invoice 17", "shop", 3072),
}
PORTS = {"smtp": 25, "submission": 587, "pop3": 110, "imap": 143}


def body(number: int) -> bytes:
    """Return octets for a message."""
    return b"Subject: number %d\r\n\r\nHello\r\n" % number


def digest(number: int) -> str:
    """Return their SHA-256."""
    return hashlib.sha256(body(number)).hexdigest()


class Stage:
    """A log to which things happen; it is also what a picture is fed with."""

    closed = False
    first = 0

    def __init__(self, *devices: str) -> None:
        self.playhead = Playhead()
        self.log = Log(LabClock().now)
        self.listeners: list[Any] = []
        self.connections = 0
        self.now(e.AccountAdded(account=BOB))
        self.mailbox("INBOX", 700)
        for device in devices or ("laptop", "phone"):
            self.now(e.DeviceAdded(device=device, owner=BOB))

    def snapshot(self, step: int | None = None) -> Snapshot:
        return fold(entry for entry in self.log if step is None or entry.number <= step)

    def entries(self, since: int, until: int | None = None) -> list[Entry]:
        return self.log.since(since, until)

    def body(self, sha256: str) -> bytes:
        return self.log.body(sha256)

    def listen(self, callback: Any) -> Any:
        self.listeners.append(callback)
        return lambda: self.listeners.remove(callback)

    def now(self, event: e.Event) -> int:
        """Let something happen; return its number."""
        number = self.log.append(event).number
        for listener in tuple(self.listeners):
            listener()
        return number

    def device(self, name: str, kind: e.DeviceKind) -> None:
        self.now(e.DeviceAdded(device=name, owner=BOB, kind=kind))

    # Server

    def mailbox(self, name: str, uidvalidity: int) -> None:
        self.now(
            e.MailboxCreated(account=BOB, mailbox=name, uidvalidity=uidvalidity, connection=None)
        )

    def new(self, message: int, subject: str, sender: str, octets: int = 500) -> None:
        self.now(
            e.NewMessage(
                message=message,
                sha256=digest(message),
                octets=octets,
                subject=subject,
                sender=sender,
            )
        )

    def arrive(
        self,
        message: int,
        *,
        mailbox: str = "INBOX",
        uid: int | None = None,
        flags: tuple[str, ...] = (),
        cause: Any = "load",
        connection: int | None = None,
    ) -> None:
        subject, sender, octets = LETTERS.get(message, ("", "", 500))
        if message not in self.snapshot().messages:
            self.new(message, subject, sender, octets)
        self.now(
            e.Delivered(
                account=BOB,
                mailbox=mailbox,
                uidvalidity=700 if mailbox == "INBOX" else 701,
                uid=uid or message,
                message=message,
                octets=octets,
                sha256=digest(message),
                flags=flags,
                cause=cause,
                connection=connection,
            )
        )

    def flags(self, uid: int, *flags: str, connection: int | None = None) -> None:
        self.now(
            e.FlagsChanged(
                account=BOB, mailbox="INBOX", uid=uid, flags=flags, connection=connection
            )
        )

    def expunge(self, uid: int, connection: int | None = None, mailbox: str = "INBOX") -> None:
        self.now(e.Expunged(account=BOB, mailbox=mailbox, uid=uid, connection=connection))

    # Connections

    def dial(self, protocol: Any, device: str = "laptop") -> int:
        self.connections += 1
        n = self.connections
        self.now(e.Connected(connection=n, protocol=protocol, port=PORTS[protocol], device=device))
        return n

    def said(self, n: int, command: str, *replies: str) -> None:
        self.now(e.Line(connection=n, direction="C", data=command.encode() + b"\r\n"))
        for reply in replies:
            self.reply(n, reply)

    def reply(self, n: int, reply: str) -> None:
        self.now(e.Line(connection=n, direction="S", data=reply.encode() + b"\r\n"))

    def state(
        self, n: int, state: str, mailbox: str | None = "INBOX", *, activity: str = ""
    ) -> None:
        self.now(
            e.StateChanged(
                connection=n, state=state, account=BOB, mailbox=mailbox, activity=activity
            )
        )

    def close(self, n: int, how: Any = "quit") -> None:
        self.now(e.Closed(connection=n, how=how))

    def pop(self, device: str = "laptop") -> int:
        """Dial POP3 and log in."""
        n = self.dial("pop3", device)
        self.state(n, "AUTHORIZATION", None)
        self.reply(n, "+OK POP3 server ready")
        self.said(n, "USER bob", "+OK")
        self.now(e.Line(connection=n, direction="C", data=b"PASS tulip\r\n"))
        uids = tuple(sorted(self.snapshot().accounts[BOB].mailboxes["INBOX"].copies))
        self.now(e.Numbered(connection=n, account=BOB, mailbox="INBOX", uids=uids))
        self.state(n, "TRANSACTION")
        self.reply(n, f"+OK {len(uids)} messages")
        return n

    def imap(self, device: str) -> int:
        """Dial IMAP, log in and select INBOX."""
        n = self.dial("imap", device)
        self.said(n, "a1 LOGIN bob tulip", "a1 OK")
        self.state(n, "AUTHENTICATED", None)
        self.said(n, "a2 SELECT INBOX")
        self.state(n, "SELECTED")
        self.reply(n, "a2 OK [READ-WRITE] selected")
        return n

    # Devices

    def save(
        self,
        device: str,
        message: int,
        n: int | None,
        *,
        protocol: Any = "pop3",
        copied: Any = "whole",
        flags: tuple[str, ...] = (),
        uid: int | None = None,
        mailbox: str = "INBOX",
        file: str | None = None,
    ) -> None:
        imap = protocol == "imap"
        self.now(
            e.Saved(
                device=device,
                file=file or f"{device}-{message}-{copied}",
                copied=copied,
                octets=len(body(message)),
                sha256=digest(message) if copied == "whole" else "ab" * 32,
                protocol=protocol,
                connection=n,
                account=BOB,
                mailbox=mailbox,
                uidvalidity=(700 if mailbox == "INBOX" else 701) if imap else None,
                uid=(uid or message) if imap else None,
                uidl=None,
                flags=flags,
            )
        )

    def retrieve(self, n: int, device: str, number: int, message: int) -> None:
        self.said(n, f"RETR {number}", f"+OK {LETTERS[message][2]} octets")
        self.log.append_data(n, "S", body(message))
        self.reply(n, ".")
        self.save(device, message, n)

    def delete(self, n: int, number: int, uid: int) -> None:
        self.now(e.Line(connection=n, direction="C", data=b"DELE %d\r\n" % number))
        self.now(e.Marked(connection=n, account=BOB, mailbox="INBOX", uid=uid))
        self.reply(n, "+OK Marked")

    def quit(self, n: int, *uids: int) -> None:
        self.now(e.Line(connection=n, direction="C", data=b"QUIT\r\n"))
        self.state(n, "UPDATE")
        for uid in uids:
            self.expunge(uid, n)
        self.reply(n, f"+OK Bye ({len(uids)} messages removed)")
        self.close(n)


def fresh() -> Stage:
    """Three messages on the server, nothing on the devices."""
    stage = Stage()
    for message in (1, 2, 3):
        stage.arrive(message)
    return stage


def during() -> Stage:
    """A POP3 session: all fetched, A and B marked, C fetched last."""
    stage = fresh()
    n = stage.pop()
    stage.retrieve(n, "laptop", 1, 1)
    stage.delete(n, 1, 1)
    stage.retrieve(n, "laptop", 2, 2)
    stage.delete(n, 2, 2)
    stage.retrieve(n, "laptop", 3, 3)
    return stage


def after_quit() -> Stage:
    """The same session after DELE 3 and QUIT: all only on the laptop."""
    stage = during()
    stage.delete(1, 3, 3)
    stage.quit(1, 1, 2, 3)
    return stage


def cut() -> Stage:
    """The same session, cut instead."""
    stage = during()
    stage.now(e.Unmarked(connection=1))
    stage.close(1, "cut")
    return stage


def two_pop() -> Stage:
    """POP3 on two devices, leaving mail on the server."""
    stage = fresh()
    n = stage.pop()
    for message in (1, 2, 3):
        stage.retrieve(n, "laptop", message, message)
    stage.quit(n)
    n = stage.pop("phone")
    stage.retrieve(n, "phone", 1, 1)
    stage.now(e.Synced(device="phone", file="phone-1-whole", flags=("\\Seen",), connection=None))
    stage.retrieve(n, "phone", 2, 2)
    stage.retrieve(n, "phone", 3, 3)
    return stage


def two_imap() -> Stage:
    """IMAP on two devices, tied; the phone flags A and the laptop, idle, hears of it."""
    stage = fresh()
    stage.mailbox("Archive", 701)
    stage.now(e.Line(connection=0, direction="C", data=b""))
    stage.arrive(3, mailbox="Archive", uid=1, cause="move")
    stage.expunge(3)
    laptop, phone = stage.imap("laptop"), stage.imap("phone")
    for device, n in (("laptop", laptop), ("phone", phone)):
        stage.said(n, "a3 FETCH 1:* (FLAGS BODY.PEEK[])", "a3 OK")
        stage.save(device, 1, n, protocol="imap", flags=("\\Seen",))
        stage.save(device, 2, n, protocol="imap", copied="headers")
    stage.save("laptop", 3, laptop, protocol="imap", mailbox="Archive", uid=1, flags=("\\Seen",))
    stage.said(laptop, "a4 IDLE", "+ idling")
    stage.state(laptop, "SELECTED", activity="IDLE")
    stage.now(e.Line(connection=phone, direction="C", data=b"a7 STORE 1 +FLAGS (\\Flagged)\r\n"))
    stage.flags(1, "\\Seen", "\\Flagged", connection=phone)
    stage.reply(laptop, "* 1 FETCH (FLAGS (\\Seen \\Flagged))")
    for device, n in (("laptop", laptop), ("phone", phone)):
        if device == "phone":
            stage.reply(phone, "a7 OK STORE")
        stage.now(
            e.Synced(
                device=device,
                file=f"{device}-1-whole",
                flags=("\\Seen", "\\Flagged"),
                connection=n,
            )
        )
    return stage


def laptop_lost() -> Stage:
    """POP3 with delete, then the laptop is lost; C came later."""
    stage = Stage()
    stage.arrive(1)
    stage.arrive(2)
    n = stage.pop()
    stage.retrieve(n, "laptop", 1, 1)
    stage.retrieve(n, "laptop", 2, 2)
    stage.delete(n, 1, 1)
    stage.delete(n, 2, 2)
    stage.quit(n, 1, 2)
    stage.arrive(3)
    stage.now(e.Lost(device="laptop"))
    return stage


def imap_laptop_lost() -> Stage:
    """IMAP, then the laptop is lost."""
    stage = two_imap()
    stage.now(e.Lost(device="laptop"))
    return stage


def backup() -> Stage:
    """POP3 with delete; a backup has the files of the laptop, and webmail nothing."""
    stage = after_quit()
    stage.device("webmail", "webmail")
    stage.device("usb-disk", "backup")
    for message in (1, 2, 3):
        stage.save("usb-disk", message, None)
    return stage


def backup_saves() -> Stage:
    """The laptop is lost, and the backup is all that is left."""
    stage = backup()
    stage.now(e.Lost(device="laptop"))
    return stage


def restored() -> Stage:
    """A and B are put back on the server."""
    stage = backup_saves()
    n = stage.imap("usb-disk")
    for message in (1, 2):
        line = b"a%d APPEND INBOX {%d}\r\n" % (message + 2, len(body(message)))
        stage.now(e.Line(connection=n, direction="C", data=line))
        stage.arrive(message, uid=message + 3, cause="append", connection=n)
        stage.reply(n, f"a{message + 2} OK")
    return stage


SCENES = {
    scene.__name__: scene
    for scene in (
        *(fresh, during, after_quit, cut, two_pop, two_imap, laptop_lost, imap_laptop_lost),
        *(backup, backup_saves, restored),
    )
}
