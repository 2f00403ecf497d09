"""aioimaplib: asyncio, and a reader that takes replies as they come."""

from __future__ import annotations

import asyncio

import pytest
from aioimaplib import IMAP4

from labserver import Lab

pytestmark = pytest.mark.clients


def test_fetches_flags_deletes_and_idles(mail_lab: Lab, letters: tuple[bytes, ...]) -> None:
    for letter in letters:
        mail_lab.load(letter)

    async def main() -> None:
        client = IMAP4("127.0.0.1", mail_lab.ports["imap"], timeout=60)
        await client.wait_hello_from_server()
        assert (await client.login("bob", "tulip")).result == "OK"
        listed = (await client.list('""', "*")).lines
        assert sum(b"INBOX" in line for line in listed) == 1
        assert b"2 EXISTS" in (await client.select("INBOX")).lines
        for stored in mail_lab.messages():
            fetched = await client.uid("fetch", str(stored.uid), "(BODY.PEEK[])")
            assert bytes(fetched.lines[1]) == stored.octets
        assert (await client.store("1", "+FLAGS", r"(\Deleted)")).result == "OK"
        assert r"\Deleted" in mail_lab.messages()[0].flags
        assert b"1 EXPUNGE" in (await client.expunge()).lines
        assert [one.octets for one in mail_lab.messages()] == [letters[1]]

        idle = await client.idle_start(timeout=60)
        await asyncio.to_thread(mail_lab.load, letters[0])
        heard = await client.wait_server_push(timeout=60)
        assert b"2 EXISTS" in heard
        client.idle_done()
        await asyncio.wait_for(idle, 60)
        assert (await client.logout()).result == "OK"
        client.protocol.transport.close()  # It leaves that to its garbage collection.
        await asyncio.sleep(0)

    asyncio.run(main())
    assert [one.octets for one in mail_lab.messages()] == [letters[1], letters[0]]


def test_appends_copies_moves_and_counts(mail_lab: Lab, letters: tuple[bytes, ...]) -> None:
    mail_lab.load(letters[0])

    async def main() -> None:
        client = IMAP4("127.0.0.1", mail_lab.ports["imap"], timeout=60)
        await client.wait_hello_from_server()
        await client.login("bob", "tulip")
        assert (await client.create("Plans")).result == "OK"
        appended = await client.append(letters[1], mailbox="Plans", flags=r"\Seen \Flagged")
        assert appended.lines[-1].startswith(b"[APPENDUID ")
        await client.select("INBOX")
        assert (await client.uid("copy", "1", "Plans")).result == "OK"
        moved = await client.uid("move", "1", "Plans")
        assert b"1 EXPUNGE" in moved.lines
        counted = await client.status("Plans", "(MESSAGES UNSEEN UIDNEXT)")
        assert counted.lines[0] == b"Plans (MESSAGES 3 UNSEEN 2 UIDNEXT 4)"
        assert (await client.examine("Plans")).result == "OK"
        assert (await client.uid_search("FLAGGED SEEN", charset=None)).lines[0] == b"1"
        assert (await client.search("SUBJECT lunch")).lines[0] == b"2 3"
        refused = await client.store("1", "+FLAGS", r"(\Deleted)")
        assert refused.result == "NO"
        await client.logout()
        client.protocol.transport.close()
        await asyncio.sleep(0)

    asyncio.run(main())
    assert mail_lab.messages() == []
    plans = mail_lab.messages(mailbox="Plans")
    assert [one.octets for one in plans] == [letters[1], letters[0], letters[0]]
    assert [set(one.flags) for one in plans] == [{r"\Seen", r"\Flagged"}, set(), set()]
