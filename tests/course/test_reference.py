"""The reference shows what the server does: its own tables, whole."""

from __future__ import annotations

import pytest

from labserver import imap, pop3, smtp
from labserver.course import reference
from labserver.course.reference import Table
from tests.explain import said
from tests.notebooks.layout import _Html

PROTOCOLS = ("smtp", "submission", "pop3", "imap")
KINDS = (reference.commands, reference.replies, reference.codes, reference.capabilities)
ALL = [
    pytest.param(kind(protocol), id=f"{protocol} {kind.__name__}")
    for kind in KINDS
    for protocol in PROTOCOLS
]


def names(table: Table) -> list[str]:
    return [row[0] for row in table.rows]


@pytest.mark.parametrize("table", ALL)
def test_each_row_is_whole_and_once(table: Table) -> None:
    for _, rows in table.parts:
        assert len({row[0] for row in rows}) == len(rows) > 0
    optional = {table.headers.index(name) for name in ("its commands",) if name in table.headers}
    for row in table.rows:
        assert len(row) == len(table.headers)
        assert all(text for place, text in enumerate(row) if place not in optional)


@pytest.mark.parametrize("table", ALL)
def test_each_face_has_every_row_and_headers(table: Table) -> None:
    html, plain = table._repr_html_(), repr(table)
    parser = _Html()
    parser.feed(html)
    assert parser.lacking == []
    assert html.count("<tr>") == len(table.rows) + len(table.parts)
    assert html.count('scope="row"') == len(table.rows)
    for row in table.rows:
        assert row[-2] in plain
    assert table.rows[0][0] in plain.splitlines()[3 if not table.parts[0][0] else 4]


@pytest.mark.parametrize("table", ALL)
def test_long_ones_are_folded(table: Table) -> None:
    assert table._repr_html_().count("<details>") == (len(table.parts) if table.parts[0][0] else 0)
    assert len(table.rows) <= 20 or table.parts[0][0]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_commands_are_those_of_the_state_table(protocol: str) -> None:
    table = reference.TABLES[protocol]
    shown = reference.commands(protocol)
    assert set(names(shown)) == set(table.rules)
    for command, where, leads, *_ in shown.rows:
        rule = table.rules[command]
        assert set(where.split(", ")) == {state.value for state in rule.states}
        moved = {state: table.after(state, command) for state in rule.states}
        led = [to.value for state, to in moved.items() if to is not state]
        assert all(to in leads for to in led)
        assert led or rule.ends or leads == "stays"


@pytest.mark.parametrize(
    ("protocol", "command", "leads"),
    [
        ("pop3", "STAT", "stays"),
        ("pop3", "PASS", "TRANSACTION"),
        ("pop3", "QUIT", "AUTHORIZATION → the end; TRANSACTION → UPDATE"),
        ("smtp", "RSET", "MAIL, RCPT, BDAT → GREETED"),
        ("imap", "SELECT", "AUTHENTICATED → SELECTED"),
        ("imap", "CLOSE", "AUTHENTICATED"),
    ],
)
def test_where_a_command_leads(protocol: str, command: str, leads: str) -> None:
    assert {row[0]: row[2] for row in reference.commands(protocol).rows}[command] == leads


def test_capabilities_are_those_that_are_offered() -> None:
    assert names(reference.capabilities("smtp")) == [each.name for each in smtp.EXTENSIONS]
    assert names(reference.capabilities("pop3")) == [each.name for each in pop3.CAPABILITIES]
    assert names(reference.capabilities("imap")) == [each.name for each in imap.CAPABILITIES]


def test_all_that_the_server_says_is_among_the_replies() -> None:
    assert said.numbers("smtp") <= set(names(reference.replies("smtp")))
    details = {f"x.{each}" for each in said.details("smtp")}
    assert details <= set(names(reference.codes("smtp")))
    assert said.response_codes("imap") <= set(names(reference.codes("imap")))


@pytest.mark.parametrize("kind", KINDS)
def test_another_protocol_is_said_with_those_that_are(kind: object) -> None:
    assert callable(kind)
    with pytest.raises(LookupError, match=r"no http\. There is: smtp"):
        kind("http")
