"""What counts against a quota when mail comes, and what makes room."""

from __future__ import annotations

import pytest

from labserver.store import Flagging, Resource
from tests.smtp.house import LETTER, House, codes

TO_EVE = b"MAIL FROM:<alice@home.example>\r\nRCPT TO:<eve@home.example>\r\n"


@pytest.mark.parametrize("where", ["Trash", "INBOX"])
def test_what_is_in_trash_or_marked_counts_until_it_is_removed(house: House, where: str) -> None:
    store = house.store
    eve = store.accounts.add("eve", "p")
    inbox = store.mailboxes.get(eve, "INBOX")
    place = inbox if where == "INBOX" else store.mailboxes.create(eve, "Trash", uses=["\\Trash"])
    store.quotas.set(eve, {Resource.MESSAGE: 1})
    smtp = house.greeted()
    smtp.send(TO_EVE + b"DATA\r\n")
    assert codes(smtp.send(LETTER + b".\r\n")) == [250]
    if where == "Trash":
        store.messages.move(inbox, [1], place)
    store.messages.set_flags(place, [1], Flagging.ADD, ["\\Deleted", "\\Seen"])
    assert codes(smtp.send(TO_EVE + b"RSET\r\n")) == [250, 452, 250]
    store.messages.expunge(place, [1])
    assert codes(smtp.send(TO_EVE + b"RSET\r\n")) == [250, 250, 250]
