"""ID (RFC 2971)."""

from __future__ import annotations

import re

import pytest

from tests.imap.driver import Server

ANSWER = re.compile(r'\* ID \("name" "Mail Protocol Lab" "version" ("[0-9.]+"|NIL)\)')


@pytest.mark.parametrize(
    "given",
    [
        'ID ("name" "sodr" "version" "19.34" "vendor" "Pink Floyd Music Limited")',
        "ID NIL",
        "ID nil",
        "ID ()",
        'ID ("name" NIL {2}\nos "x")',
        f'ID ("{"f" * 30}" "{"v" * 1024}")',
        "ID (" + " ".join(f'"f{n}" NIL' for n in range(30)) + ")",
    ],
)
def test_it_is_answered_in_any_state(server: Server, given: str) -> None:
    for client in (server.connect(), server.login(), server.selected()):
        told, done = client.do(given)
        assert ANSWER.fullmatch(told)
        assert done == "OK ID completed"


@pytest.mark.parametrize(
    "given",
    [
        "ID",
        'ID "name"',
        "ID name",
        'ID ("name")',
        'ID ("name" x)',
        'ID (name "x")',
        'ID ("name" "x" )',
        'ID ("name" "x" "NAME" "y")',
        f'ID ("{"f" * 31}" "v")',
        f'ID ("f" "{"v" * 1025}")',
        "ID (" + " ".join(f'"f{n}" NIL' for n in range(31)) + ")",
        'ID ("name" "x") y',
    ],
)
def test_what_is_no_list_of_fields(server: Server, given: str) -> None:
    (reply,) = server.connect().do(given)
    assert reply.startswith("BAD ")
