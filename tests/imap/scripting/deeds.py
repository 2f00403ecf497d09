r"""What `given:` and `check:` may say: sentences, each with what it does.

given: INBOX has 3 messages            (delivered; \Recent until somebody selects)
given: box has 2 old messages          (made if it is missing; not \Recent)
given: INBOX has 2 messages from maria@example.com
given: box has no messages
given: foo foo/bar have no messages    (any names)
given: foo foo/bar are subscribed
given: INBOX 2 is \Seen $Work
given: the next UID of INBOX is 4392   (or: the UIDVALIDITY, the highest mod-sequence)
given: the quota of bob is 3 messages
given: foo is gone | is renamed to bar
given: fred has the password "fat man"
given: phone and laptop have selected INBOX
given: tablet has selected INBOX with IMAP4rev2     (enabled first; or several, parted by spaces)
given: the server is without ACL METADATA           (from the next connection on)
given: desk has examined INBOX | has logged in | has connected | has opened POP3
check: INBOX holds 1 3                 (UIDs)
check: INBOX 2 is \Seen $Work          (a sequence number in the store; exactly these flags)
check: 20 > 10
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from labserver.store import Account, Arrival, Flagging, Mailbox, Resource, Store, flag_tuple
from tests.imap.driver import letter
from tests.imap.scripting.language import BadScript
from tests.imap.scripting.stage import Stage

__all__ = ["check", "give"]

_Deed: TypeAlias = Callable[[Stage, "re.Match[str]"], list[str]]


def give(text: str, stage: Stage) -> list[str]:
    """Make it so; return the names of the connections that are open from then on."""
    for pattern, deed in _GIVEN:
        found = re.fullmatch(pattern, text)
        if found:
            return deed(stage, found)
    raise BadScript(f"not known how to make it so: {text}")


def check(text: str, stage: Stage) -> None:
    """Ask the store. Raises AssertionError."""
    for pattern, deed in _CHECKS:
        found = re.fullmatch(pattern, text)
        if found:
            deed(stage, found)
            return
    raise BadScript(f"not known how to check: {text}")


def _account(store: Store, name: str) -> Account:
    account = store.accounts.find(name)
    assert account is not None, f"{name} has no account"
    return account


def _mailbox(store: Store, name: str, *, make: bool = False) -> Mailbox:
    name, _, owner = name.partition(" of ")
    account = _account(store, owner or "bob")
    if make and store.mailboxes.find(account, name) is None:
        store.mailboxes.create(account, name)
    return store.mailboxes.get(account, name)


def _put(store: Store, name: str, *arrivals: Arrival) -> None:
    """Deliver to a mailbox, which is made if it is missing."""
    mailbox = _mailbox(store, name, make=True)
    for arrival in arrivals:
        store.messages.deliver([mailbox], arrival, cause="load")


def _messages(stage: Stage, found: re.Match[str]) -> list[str]:
    name, count, old = found["name"], found["count"], found["old"]
    letters = [letter(f"Letter {n + 1}") for n in range(0 if count == "no" else int(count))]
    if found["sender"]:
        sender = found["sender"].encode()
        letters = [data.replace(b"Alice <alice@home.example>", sender) for data in letters]

    def deliver(store: Store) -> None:
        _put(store, name, *(Arrival(data=data) for data in letters))
        if old:
            store.messages.take_recent(_mailbox(store, name))

    stage.store(deliver)
    return []


def _names(stage: Stage, found: re.Match[str]) -> list[str]:
    def make(store: Store) -> None:
        for name in found["names"].split():
            if found["subscribed"]:
                store.subscriptions.add(_account(store, "bob"), name)
            else:
                _mailbox(store, name, make=True)

    stage.store(make)
    return []


def _flags(stage: Stage, found: re.Match[str]) -> list[str]:
    def flag(store: Store) -> None:
        mailbox = _mailbox(store, found["name"])
        uids = store.messages.uids(mailbox)
        for part in found["numbers"].split(","):
            first, _, last = part.partition(":")
            chosen = uids[int(first) - 1 : int(last or first)]
            store.messages.set_flags(mailbox, chosen, Flagging.ADD, found["flags"].split())

    stage.store(flag)
    return []


def _message(stage: Stage, found: re.Match[str]) -> list[str]:
    head = letter(body="")
    data = head + f"{found['words']}\r\n".encode()
    if found["utf8"]:
        data = b"Content-Type: text/plain; charset=utf-8\r\n" + data
    if found["sender"]:
        data = data.replace(b"Alice <alice@home.example>", found["sender"].encode())
    if found["octets"]:
        data = head + (int(found["octets"]) - len(head)) * b"x"

    def deliver(store: Store) -> None:
        _put(store, found["name"], Arrival(data=data))
        if found["old"]:
            store.messages.take_recent(_mailbox(store, found["name"]))

    stage.store(deliver)
    return []


def _this_message(stage: Stage, found: re.Match[str]) -> list[str]:
    octets, count = int(found["octets"]), int(found["count"])
    width = octets // count
    lines = [(width - 2) * "x"] * (count - 1) + [(octets - width * (count - 1) - 2) * "x"]
    written = "\r\n".join([*found["mail"].split("\n"), *lines, ""])
    date = datetime.strptime(found["date"], "%d-%b-%Y %H:%M:%S %z")
    arrival = Arrival(data=written.encode(), internaldate=date)
    stage.store(lambda store: _put(store, found["name"], arrival))
    return []


def _gone(stage: Stage, found: re.Match[str]) -> list[str]:
    def remove(store: Store) -> None:
        mailbox = _mailbox(store, found["name"])
        if found["number"] is None:
            store.mailboxes.delete(_account(store, "bob"), mailbox.name)
        else:
            uid = store.messages.uids(mailbox)[int(found["number"]) - 1]
            store.messages.expunge(mailbox, [uid])

    stage.store(remove)
    return []


_COLUMNS = {
    "next UID": "uidnext",
    "UIDVALIDITY": "uidvalidity",
    "highest mod-sequence": "modseq",
}


def _renamed(stage: Stage, found: re.Match[str]) -> list[str]:
    def rename(store: Store) -> None:
        store.mailboxes.rename(_account(store, "bob"), found["name"], found["to"])

    stage.store(rename)
    return []


def _counter(stage: Stage, found: re.Match[str]) -> list[str]:
    column = _COLUMNS[found["what"]]

    def number(store: Store) -> None:
        mailbox = _mailbox(store, found["name"], make=True)
        store.database.sql.execute(
            f"UPDATE mailboxes SET {column} = ? WHERE id = ?", (int(found["value"]), mailbox.id)
        )

    stage.store(number)
    return []


def _password(stage: Stage, found: re.Match[str]) -> list[str]:
    stage.store(lambda store: store.accounts.add(found["name"], found["password"]))
    return []


def _quota(stage: Stage, found: re.Match[str]) -> list[str]:
    limits = {Resource.MESSAGE: int(found["count"])}
    stage.store(lambda store: store.quotas.set(_account(store, found["name"]), limits))
    return []


def _connections(stage: Stage, found: re.Match[str]) -> list[str]:
    names = re.split(r", | and ", found["names"])
    for name in names:
        state = found["state"]
        stage.connect(name, "pop3" if state == "opened POP3" else "imap")
        stage.seen(name, 1)
        if state == "connected":
            continue
        if state == "opened POP3":
            _say(stage, name, "USER bob", "+OK")
            _say(stage, name, "PASS tulip", "+OK")
            continue
        _say(stage, name, "l LOGIN bob tulip", "l OK")
        if found["enabled"]:
            _say(stage, name, f"e ENABLE {found['enabled']}", "e OK")
        if found["mailbox"]:
            command = "SELECT" if state.startswith("selected") else "EXAMINE"
            _say(stage, name, f"s {command} {found['mailbox']}", "s OK")
    return names


def _switched_off(stage: Stage, found: re.Match[str]) -> list[str]:
    stage.switch_off(*found["capabilities"].split())
    return []


def _say(stage: Stage, name: str, line: str, ends: str) -> None:
    stage.send(name, f"{line}\r\n".encode())
    seen = stage.seen(name, 1)
    while not any(part.startswith(ends) for part in seen.decode().splitlines()):
        more = stage.seen(name, 1)
        assert more, f"{name}> {line}: {seen!r}"
        seen += more


_BOX = r"(?P<name>\S+(?: of \w+)?)"
_NAMES = r"(?P<names>[a-z0-9]+(?:(?:, | and )[a-z0-9]+)*)"
_GIVEN: tuple[tuple[str, _Deed], ...] = (
    (r"the server is without (?P<capabilities>\S+(?: \S+)*)", _switched_off),
    (_BOX + r" has (?P<count>\d+|no) (?P<old>old )?messages?(?: from (?P<sender>\S+))?", _messages),
    (r"(?P<names>\S+(?: \S+)+) have no messages(?P<subscribed>)", _names),
    (r"(?P<names>\S+(?: \S+)*) (?:is|are) (?P<subscribed>subscribed)", _names),
    (
        _BOX + r" has an? (?P<old>old )?message (?P<utf8>in UTF-8 )?(?:from (?P<sender>\S+) )?"
        r'(?:with "(?P<words>.*)"|of (?P<octets>\d+) octets)',
        _message,
    ),
    (
        _BOX + r" has this message of (?P<date>[^,]+), and (?P<octets>\d+) octets"
        r" in (?P<count>\d+) lines\n(?P<mail>(?s:.*))",
        _this_message,
    ),
    (_BOX + r"(?: (?P<number>\d+))? is gone", _gone),
    (_BOX + r" is renamed to (?P<to>\S+)", _renamed),
    (_BOX + r" (?P<numbers>[\d:,]+) (?:is|are) (?P<flags>\S.*)", _flags),
    (
        r"the (?P<what>next UID|UIDVALIDITY|highest mod-sequence) of "
        + _BOX
        + r" is (?P<value>\d+)",
        _counter,
    ),
    (r"the quota of (?P<name>\S+) is (?P<count>\d+) messages", _quota),
    (r'(?P<name>\S+) has the password "(?P<password>.*)"', _password),
    (
        _NAMES + r" (?:has|have) (?P<state>connected|logged in|opened POP3|"
        r"(?:selected|examined) (?P<mailbox>\S+))(?: with (?P<enabled>\S+(?: \S+)*))?",
        _connections,
    ),
)


def _holds(stage: Stage, found: re.Match[str]) -> list[str]:
    uids = stage.store(lambda store: store.messages.uids(_mailbox(store, found["name"])))
    wanted = [] if found["uids"] == "nothing" else [int(uid) for uid in found["uids"].split()]
    assert uids == wanted, f"{found['name']} holds {uids}, not {wanted}"
    return []


def _flagged(stage: Stage, found: re.Match[str]) -> list[str]:
    rows = stage.store(lambda store: store.messages.rows(_mailbox(store, found["name"])))
    flags = set(flag_tuple(rows[int(found["number"]) - 1].flags))
    wanted = set() if found["flags"] == "unflagged" else set(found["flags"].split())
    assert flags == wanted, f"{found[0]}: it is {sorted(flags)}"
    return []


def _greater(stage: Stage, found: re.Match[str]) -> list[str]:
    del stage
    assert int(found[1]) > int(found[2]), found[0]
    return []


_CHECKS: tuple[tuple[str, _Deed], ...] = (
    (_BOX + r" holds (?P<uids>nothing|[\d ]+)", _holds),
    (_BOX + r" (?P<number>\d+) is (?P<flags>\S.*)", _flagged),
    (r"(\d+) > (\d+)", _greater),
)
