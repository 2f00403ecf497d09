from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labserver.imap.searching.contexts import MAX_CONTEXTS
from labserver.store import Flagging
from tests.imap.driver import Client, Server
from tests.imap.searching import ask, senders


@pytest.fixture
def bob(server: Server) -> Client:
    """Bob's client: messages 1 to 6, with UIDs 11 to 16."""
    senders(server, "x" * 10 + "abcabc")
    server.store.messages.expunge(inbox(server), range(1, 11))
    return server.selected()


def inbox(server: Server) -> object:
    return server.store.mailboxes.get(server.bob, "INBOX")


def esearches(lines: Sequence[str]) -> list[str]:
    found = (re.sub(r'\(TAG "a\d+"\)', "(TAG)", line) for line in lines)
    return [line.removeprefix("* ESEARCH (TAG) ") for line in found if "ESEARCH" in line]


def unflag(server: Server, *uids: int) -> None:
    server.store.messages.set_flags(inbox(server), uids, Flagging.REMOVE, ["\\Flagged"])


def test_the_examples(bob: Client) -> None:
    # RFC 5267 section 4.3: UIDs, and the order of FETCH, EXISTS and EXPUNGE with the updates
    server = bob.server
    assert ask(bob, "UID SEARCH RETURN (UPDATE COUNT) DELETED KEYWORD $Junk") == [
        "* ESEARCH (TAG) UID COUNT 0",
        "OK UID SEARCH completed",
    ]
    for uid in (12, 13):
        server.flag(uid, "\\Deleted", "$Junk")
    assert ask(bob, "NOOP") == [
        "* 2 FETCH (FLAGS (\\Deleted $Junk \\Recent))",
        "* 3 FETCH (FLAGS (\\Deleted $Junk \\Recent))",
        "* ESEARCH (TAG) UID ADDTO (0 12:13)",
        "OK NOOP completed",
    ]
    server.store.messages.expunge(inbox(server), [13])
    assert ask(bob, "FETCH 1 UID") == [
        "* 1 FETCH (UID 11)",
        "* ESEARCH (TAG) UID REMOVEFROM (0 13)",
        "OK FETCH completed",
    ]
    assert bob.do("NOOP") == ["* 3 EXPUNGE", "OK NOOP completed"]


def test_numbers_are_those_of_the_moment(bob: Client) -> None:
    server = bob.server
    assert ask(bob, "SEARCH RETURN (UPDATE ALL) FLAGGED")[0] == "* ESEARCH (TAG)"
    for uid in (12, 14):
        server.flag(uid, "\\Flagged")
    bob.do("NOOP")
    server.store.messages.expunge(inbox(server), [11, 12])
    server.deliver()
    server.flag(17, "\\Flagged")
    assert ask(bob, "NOOP") == [
        "* ESEARCH (TAG) REMOVEFROM (0 2)",  # before the EXPUNGE
        "* 1 EXPUNGE",
        "* 1 EXPUNGE",
        "* 5 EXISTS",
        "* 5 RECENT",
        "* ESEARCH (TAG) ADDTO (0 5)",  # after EXISTS
        "OK NOOP completed",
    ]


def test_what_the_session_itself_changes(bob: Client) -> None:
    bob.do("UID SEARCH RETURN (UPDATE) FLAGGED")
    assert esearches(bob.do("STORE 1,3 +FLAGS.SILENT (\\Flagged)")) == ["UID ADDTO (0 11,13)"]
    assert esearches(bob.do("STORE 1,2 FLAGS (\\Deleted)")) == ["UID REMOVEFROM (0 11)"]
    assert esearches(bob.do("STORE 3 +FLAGS (\\Deleted)")) == []
    assert esearches(bob.do("EXPUNGE")) == ["UID REMOVEFROM (0 13)"]
    assert esearches(bob.do("NOOP")) == []


def test_in_idle(bob: Client) -> None:
    bob.do("UID SEARCH RETURN (UPDATE) UNSEEN")
    bob.raw(b"i IDLE\r\n")
    bob.server.deliver()
    assert esearches(bob.news()) == ["UID ADDTO (0 17)"]
    bob.server.flag(17, "\\Seen")
    assert esearches(bob.news()) == ["UID REMOVEFROM (0 17)"]


def test_positions_of_a_sorted_context(server: Server) -> None:
    for subject in "db":
        server.deliver(f"Subject: {subject}\r\n\r\n".encode())
    bob = server.selected()
    told = ask(bob, "UID SORT RETURN (UPDATE ALL) (SUBJECT) UTF-8 NOT FLAGGED")[0]
    assert told == "* ESEARCH (TAG) UID ALL 2,1"
    for subject in "acee":
        server.deliver(f"Subject: {subject}\r\n\r\n".encode())
    # b d: a before the first, c before what is then the third, both e at the end
    assert esearches(bob.do("NOOP")) == ["UID ADDTO (1 3 3 4 5 5:6)"]
    for uid in (2, 4, 5, 6):  # of a b c d e e
        server.flag(uid, "\\Flagged")
    assert esearches(bob.do("NOOP")) == ["UID REMOVEFROM (2 2,4 3 5:6)"]
    unflag(server, 6, 4)
    assert esearches(bob.do("NOOP")) == ["UID ADDTO (2 4 4 6)"]


def test_sequence_numbers_and_the_saved_result_stand_for_what_they_were(bob: Client) -> None:
    server = bob.server
    bob.do("SEARCH RETURN (SAVE) 2")
    # The $ in the key is what was saved before, not what this command saves.
    bob.do("UID SEARCH RETURN (UPDATE SAVE ALL) OR $ 5:* UNFLAGGED")
    server.deliver()
    assert esearches(bob.do("NOOP")) == []
    server.store.messages.expunge(inbox(server), [11, 13])
    assert esearches(bob.do("NOOP")) == []
    server.flag(12, "\\Flagged")
    server.flag(16, "\\Flagged")
    assert esearches(bob.do("NOOP")) == ["UID REMOVEFROM (0 12,16)"]


def test_what_changes_without_a_change(bob: Client) -> None:
    server = bob.server
    bob.do("UID SEARCH RETURN (UPDATE) YOUNGER 60")
    bob.do("UID SEARCH RETURN (UPDATE) UID *")
    server.clock.advance(timedelta(minutes=5))
    assert esearches(bob.do("NOOP")) == ["UID REMOVEFROM (0 11:16)"]
    server.deliver()
    told = esearches(bob.do("NOOP"))
    assert told == ["UID REMOVEFROM (0 16)", "UID ADDTO (0 17)", "UID ADDTO (0 17)"]


def test_the_tag_is_used_once(bob: Client) -> None:
    assert bob.raw(b"B01 UID SEARCH RETURN (UPDATE COUNT) ALL\r\n").endswith(b"completed\r\n")
    bob.do("SEARCH RETURN (SAVE) 2")
    for command in (b"SORT RETURN (UPDATE) (DATE) UTF-8 ALL", b"SEARCH RETURN (UPDATE SAVE) ALL"):
        reply = bob.raw(b"B01 " + command + b"\r\n")
        assert reply == b"B01 BAD The tag is in use by a search that is kept up to date\r\n"
    assert bob.do("SEARCH $")[0] == "* SEARCH 2"
    assert bob.raw(b"B01 SEARCH RETURN (COUNT) ALL\r\n").endswith(b"B01 OK SEARCH completed\r\n")
    bob.server.deliver()
    assert '* ESEARCH (TAG "B01") UID ADDTO (0 17)' in bob.do("NOOP")
    bob.do('CANCELUPDATE "B01"')
    assert bob.raw(b"B01 SEARCH RETURN (UPDATE) ALL\r\n").endswith(b"B01 OK SEARCH completed\r\n")


def test_too_many_are_refused_and_the_rest_is_done(bob: Client) -> None:
    for n in range(MAX_CONTEXTS):
        assert len(bob.do("SEARCH RETURN (UPDATE) UID 11")) == 2, n
    reply = bob.raw(b"B02 UID SORT RETURN (UPDATE COUNT) (DATE) UTF-8 UID 11\r\n")
    assert reply == (
        b'* ESEARCH (TAG "B02") UID COUNT 1\r\n'
        b'* NO [NOUPDATE "B02"] Too many searches are kept up to date\r\n'
        b"B02 OK UID SORT completed\r\n"
    )
    bob.server.store.messages.expunge(inbox(bob.server), [11])
    assert len(esearches(bob.do("NOOP"))) == MAX_CONTEXTS


def test_cancelupdate(bob: Client) -> None:
    for tag in (b"B1", b"B2", b"B3"):
        bob.raw(tag + b" UID SEARCH RETURN (UPDATE) FLAGGED\r\n")
    assert bob.do('CANCELUPDATE "B1" "B9"') == ["BAD No search of that tag is kept up to date"]
    assert bob.do('CANCELUPDATE "B1" "B3"') == ["OK CANCELUPDATE completed"]
    bob.server.flag(11, "\\Flagged")
    assert [line for line in bob.do("NOOP") if "ESEARCH" in line] == [
        '* ESEARCH (TAG "B2") UID ADDTO (0 11)'
    ]
    for wrong in ("CANCELUPDATE", "CANCELUPDATE B2", 'CANCELUPDATE ("B2")', 'CANCELUPDATE "B2" '):
        assert bob.do(wrong)[0].startswith("BAD")
    assert bob.do('CANCELUPDATE "B2" "B2"') == ["OK CANCELUPDATE completed"]
    bob.server.flag(12, "\\Flagged")
    assert esearches(bob.do("NOOP")) == []


def test_they_end_with_the_mailbox(bob: Client) -> None:
    bob.raw(b"B1 SEARCH RETURN (UPDATE) ALL\r\n")
    bob.do("SELECT INBOX")
    bob.server.deliver()
    assert esearches(bob.do("NOOP")) == []
    assert bob.do('CANCELUPDATE "B1"')[0].startswith("BAD")


def test_context_is_a_hint(bob: Client) -> None:
    # Section 4.2
    assert ask(bob, "SEARCH RETURN (CONTEXT COUNT) ALL")[0] == "* ESEARCH (TAG) COUNT 6"
    assert ask(bob, "SEARCH RETURN (CONTEXT) ALL")[0] == "* ESEARCH (TAG) ALL 1:6"
    assert ask(bob, "SORT RETURN (COUNT CONTEXT) (DATE) UTF-8 ALL")[0] == "* ESEARCH (TAG) COUNT 6"
    bob.server.deliver()
    assert esearches(bob.do("NOOP")) == []


def test_partial_does_not_interact(bob: Client) -> None:
    told = ask(bob, "UID SEARCH RETURN (UPDATE PARTIAL 1:2) ALL")[0]
    assert told == "* ESEARCH (TAG) UID PARTIAL (1:2 11:12)"
    bob.server.deliver()
    assert esearches(bob.do("NOOP")) == ["UID ADDTO (0 17)"]


def switched(server: Server, *names: str) -> Client:
    client = server.login(*names)
    client.do("SELECT INBOX")
    return client


def test_switched_off(server: Server) -> None:
    only_sort = switched(server, "CONTEXT=SEARCH")
    assert only_sort.do("SEARCH RETURN (UPDATE) ALL") == ["BAD There is no result option UPDATE"]
    assert only_sort.do("SEARCH RETURN (CONTEXT) ALL") == ["BAD There is no result option CONTEXT"]
    assert only_sort.do("SORT RETURN (UPDATE) (DATE) UTF-8 ALL")[-1].startswith("OK")
    only_search = switched(server, "CONTEXT=SORT")
    assert only_search.do("SORT RETURN (UPDATE) (DATE) UTF-8 ALL")[0].startswith("BAD")
    assert only_search.do("SEARCH RETURN (UPDATE) ALL")[-1].startswith("OK")
    assert only_search.do('CANCELUPDATE "a4"') == ["OK CANCELUPDATE completed"]
    neither = switched(server, "CONTEXT=SORT", "CONTEXT=SEARCH")
    assert neither.do('CANCELUPDATE "a3"') == ["BAD Unknown command CANCELUPDATE"]
    without = switched(server, "PARTIAL")  # RFC 5267 has it too, but only from the start
    assert ask(without, "SEARCH RETURN (PARTIAL 1:2) ALL")[0] == "* ESEARCH (TAG) PARTIAL (1:2 NIL)"
    assert without.do("SEARCH RETURN (PARTIAL -1:-2) ALL")[0].startswith("BAD")
    assert without.do("UID FETCH 1:* UID (PARTIAL 1:2)")[0].startswith("BAD")


# A client that does what it is told has what a new search finds


def expanded(text: str) -> list[int]:
    ranges = [[int(end) for end in part.split(":")] for part in text.split(",")]
    return [number for ends in ranges for number in range(ends[0], ends[-1] + 1)]


def updates(line: str) -> Iterator[tuple[str, int, list[int]]]:
    for name, pairs in re.findall(r"(ADDTO|REMOVEFROM) \(([^)]*)\)", line):
        words = pairs.split()
        for position, numbers in zip(words[::2], words[1::2], strict=True):
            yield name, int(position), expanded(numbers)


def follow(results: list[int], line: str) -> None:
    """Do with a result list what RFC 5267 sections 4.3.3 and 4.3.4 say."""
    for name, position, numbers in updates(line):
        if name == "ADDTO":
            assert not set(numbers) & set(results)
            if position:
                assert position <= len(results) + 1
                results[position - 1 : position - 1] = numbers
            else:
                results[:] = sorted([*results, *numbers])
        elif position:
            assert results[position - 1 : position - 1 + len(numbers)] == numbers
            del results[position - 1 : position - 1 + len(numbers)]
        else:
            assert set(numbers) <= set(results)
            results[:] = [each for each in results if each not in numbers]


class Follower:
    """A client that keeps what a context finds, by UID or by number."""

    def __init__(self, client: Client, command: str) -> None:
        self.client = client
        line = client.raw(f"ctx {command}\r\n".encode()).decode().split("\r\n")[0]
        all_ = re.search(r" ALL ([0-9:,]+)", line)
        self.results = expanded(all_[1]) if all_ else []
        self.by_number = not command.startswith("UID")

    def hear(self, lines: Sequence[str]) -> None:
        for line in lines:
            if line.startswith('* ESEARCH (TAG "ctx")'):
                follow(self.results, line)
            elif self.by_number and (expunge := re.match(r"\* (\d+) EXPUNGE", line)):
                number = int(expunge[1])
                assert number not in self.results  # its removal has been told
                self.results = [each - (each > number) for each in self.results]


_KEYS = st.sampled_from(["UNFLAGGED", "ALL", "FLAGGED", "OR UID 3:5 UID *", "NOT FROM a@"])
_COMMANDS = st.sampled_from(
    [
        "SEARCH RETURN (UPDATE ALL)",
        "UID SEARCH RETURN (UPDATE ALL)",
        "SORT RETURN (UPDATE ALL) (FROM) UTF-8",
        "UID SORT RETURN (UPDATE ALL) (REVERSE FROM) UTF-8",
    ]
)
_CHANGES = st.sampled_from(["flag", "unflag", "expunge"])
_EVENTS = st.one_of(
    st.tuples(st.just("deliver"), st.sampled_from("abc")),
    st.tuples(
        st.sampled_from(["flag", "unflag", "expunge"]), st.sets(st.integers(1, 9), min_size=1)
    ),
    st.tuples(st.just("do"), st.sampled_from(["NOOP", "FETCH 1 UID", "UID SEARCH ALL"])),
    st.tuples(st.just("own"), st.integers(1, 3)),
)


@settings(max_examples=60)
@given(_COMMANDS, _KEYS, st.text("abc", min_size=1, max_size=5), st.lists(_EVENTS, max_size=14))
def test_who_follows_knows_what_is_found(
    command: str, keys: str, names: str, events: list[tuple[str, object]]
) -> None:
    server = Server()
    try:
        senders(server, names)
        bob = server.selected()
        follower = Follower(bob, f"{command} {keys}")
        for kind, given_ in events:
            match kind, given_:
                case "deliver", str(name):
                    senders(server, name)
                case "flag", set(uids):
                    server.store.messages.set_flags(
                        inbox(server), uids, Flagging.ADD, ["\\Flagged"]
                    )
                case "unflag", set(uids):
                    unflag(server, *uids)
                case "expunge", set(uids):
                    server.store.messages.expunge(inbox(server), uids)
                case "own", number:
                    follower.hear(bob.do(f"STORE {number} +FLAGS.SILENT (\\Flagged)"))
                case _, text:
                    follower.hear(bob.do(str(text)))
        follower.hear(bob.do("NOOP"))
        again = bob.do(f"{command.replace('UPDATE ', '')} {keys}")[0]
        found = re.search(r" ALL ([0-9:,]+)", again)
        assert follower.results == (expanded(found[1]) if found else [])
    finally:
        server.store.close()
