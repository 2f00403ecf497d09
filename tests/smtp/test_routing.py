"""Where mail goes from a server: people here, the other server, aliases, lists, forwarding."""

from __future__ import annotations

from typing import Any

import pytest

from labserver.clock import Ids
from labserver.protocol.limits import Limits
from labserver.smtp import delivery, routing
from labserver.smtp.envelope import Envelope, Recipient
from labserver.smtp.grammar import Path, read_mailbox
from labserver.smtp.rewriting import restored, rewritten
from labserver.smtp.routing import Fate, expand, fate, members
from labserver.smtp.site import MailHost
from labserver.store import Route, Terms
from tests.smtp.relay.house import Office, close_all, fields, office
from tests.smtp.relay.peer import Peer


@pytest.fixture
def house() -> Any:
    yield office(Peer(answers={"RCPT": "550 5.1.1 nobody"}))
    close_all()


def site(house: Office, domain: str = "home.example") -> MailHost:
    return MailHost(
        store=house.store,
        clock=house.clock,
        ids=house.store.ids,
        limits=Limits(),
        host=f"mail.{domain}",
        domain=domain,
    )


def path(address: str) -> Path:
    found = read_mailbox(address) if "@" in address else Path(address, "", address)
    assert found is not None
    return found


def route(house: Office, address: str, *targets: str, kind: Any = "alias", **more: Any) -> None:
    house.store.routes.put(Route(address=address, kind=kind, targets=targets, **more))


def where(house: Office, *recipients: str, sender: str = "alice@home.example") -> list[str]:
    """Each destination as `sender -> address`; accounts here in capitals."""
    envelope = Envelope(
        sender=path(sender) if sender else routing.NOBODY,
        recipients=[Recipient(path=path(each)) for each in recipients],
    )
    return [
        f"{each.terms.sender} -> "
        + (each.account.address.upper() if each.account else each.recipient.path.text)
        for each in expand(site(house), envelope).destinations
    ]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("bob@home.example", Fate.HERE),
        ("BOB@HOME.example", Fate.HERE),
        ("postmaster", Fate.HERE),
        ("Postmaster@home.example", Fate.HERE),
        ("nobody@home.example", Fate.UNKNOWN),
        ("carol@home.example", Fate.UNKNOWN),
        ("carol@work.example", Fate.ON),
        ("nobody@work.example", Fate.ON),  # its own server knows
        ("x@elsewhere.example", Fate.FOREIGN),
        ("bob%home.example@elsewhere.example", Fate.FOREIGN),
    ],
)
def test_fate(house: Office, address: str, expected: Fate) -> None:
    assert fate(site(house), path(address)) is expected


def test_a_server_knows_the_people_of_its_own_domain(house: Office) -> None:
    assert fate(site(house, "work.example"), path("carol@work.example")) is Fate.HERE
    assert fate(site(house, "work.example"), path("bob@home.example")) is Fate.ON
    assert fate(site(house, "work.example"), path("bob@work.example")) is Fate.UNKNOWN
    postmaster = routing.resident(site(house, "work.example"), path("postmaster"))
    assert postmaster is not None
    assert postmaster.address == "carol@work.example"


def test_an_alias_keeps_the_sender(house: Office) -> None:
    route(house, "info@home.example", "alice@home.example", "carol@work.example")
    route(house, "all@home.example", "info@home.example", "bob@home.example")
    assert fate(site(house), path("ALL@home.example")) is Fate.HERE
    assert where(house, "all@home.example", sender="x@elsewhere.example") == [
        "x@elsewhere.example -> ALICE@HOME.EXAMPLE",
        "x@elsewhere.example -> carol@work.example",
        "x@elsewhere.example -> BOB@HOME.EXAMPLE",
    ]


def test_a_list_sends_as_its_owner(house: Office) -> None:
    owner = "alice@home.example"
    route(
        house,
        "team@home.example",
        "bob@home.example",
        "carol@work.example",
        kind="list",
        owner=owner,
    )
    assert where(house, "team@home.example", sender="x@elsewhere.example") == [
        f"{owner} -> BOB@HOME.EXAMPLE",
        f"{owner} -> carol@work.example",
    ]
    # Nobody stays nobody: a report to a list must not make another one.
    assert where(house, "team@home.example", sender="")[0] == " -> BOB@HOME.EXAMPLE"


def test_who_is_reached_twice_gets_it_once(house: Office) -> None:
    route(house, "info@home.example", "bob@home.example", "carol@work.example")
    reached = where(house, "BOB@home.example", "info@home.example", "carol@WORK.example")
    assert reached == [
        "alice@home.example -> BOB@HOME.EXAMPLE",
        "alice@home.example -> carol@work.example",
    ]


@pytest.mark.parametrize("keep", [True, False])
def test_forwarding(house: Office, keep: bool) -> None:  # noqa: FBT001
    route(house, "bob@home.example", "carol@work.example", kind="forward", keep=keep)
    here = ["alice@home.example -> BOB@HOME.EXAMPLE"] if keep else []
    assert where(house, "bob@home.example") == [*here, "alice@home.example -> carol@work.example"]


def test_a_rewritten_sender_leads_back(house: Office) -> None:
    route(house, "bob@home.example", "carol@work.example", kind="forward", rewrite=True)
    (way,) = where(house, "bob@home.example", sender="dan@work.example")
    packed, _, to = way.partition(" -> ")
    assert to == "carol@work.example"
    assert packed.startswith("SRS0=")
    assert packed.endswith("=work.example=dan@home.example")
    assert fate(site(house), path(packed)) is Fate.HERE
    assert where(house, packed, sender="") == [" -> dan@work.example"]
    assert where(house, "bob@home.example", sender="") == [" -> carol@work.example"]


def test_nobody_else_can_make_such_an_address(house: Office) -> None:
    here = site(house)
    packed = rewritten(here, path("dan@work.example"), "bob@home.example")
    assert restored(here, packed) == path("dan@work.example")
    for forged in (
        packed.text.replace("dan", "eve"),
        packed.text.replace("work.", "elsewhere."),
        packed.text.replace("@home.", "@work."),
        "SRS0=00000000=work.example=dan@home.example",
        "SRS0=@home.example",
        "SRS0@home.example",
    ):
        assert restored(here, path(forged)) is None
    other = site(office())
    other.store.ids = Ids(2, lambda *_: 1)
    other = site(
        Office(
            other.store, house.clock, house.log, house.faults, house.peer, Limits(), house.schedule
        )
    )
    assert restored(other, packed) is None


@pytest.mark.parametrize("sender", ["a" * 60 + "@work.example", '"a b"@work.example'])
def test_a_sender_that_does_not_fit_is_replaced(house: Office, sender: str) -> None:
    assert rewritten(site(house), path(sender), "bob@home.example").text == "bob@home.example"


def test_a_circle_in_the_store_is_found_at_delivery(house: Office) -> None:
    route(house, "a@home.example", "bob@home.example")
    route(house, "b@home.example", "a@home.example")
    house.store.database.sql.execute(
        "UPDATE routes SET targets = 'b@home.example' WHERE address = 'a@home.example'"
    )
    assert fate(site(house), path("a@home.example")) is Fate.LOOP
    with pytest.raises(routing.RoutesLoop):
        where(house, "b@home.example")
    house.queue("b@home.example")
    assert next((each.how, each.reply) for each in house.settle().handled) == (
        "bounced",
        "the aliases of this address lead back to it",
    )


def test_members(house: Office) -> None:
    route(house, "info@home.example", "alice@home.example", "carol@work.example")
    route(house, "bob@home.example", "carol@work.example", kind="forward")
    assert members(site(house), path("Info@home.example")) == [
        "alice@home.example",
        "carol@work.example",
    ]
    # Where a person's mail goes is theirs to tell.
    assert members(site(house), path("bob@home.example")) is None
    assert members(site(house), path("info@work.example")) is None
    assert members(site(house), path("alice@home.example")) is None


# What becomes of the sender's wishes (RFC 3461 section 5.2.7)


def post(house: Office, address: str, notify: str | None, **terms: Any) -> list[Any]:
    """Bring a message to an address; return the rows that wait, reports among them."""
    envelope = Envelope(
        sender=path("alice@home.example"),
        recipients=[
            Recipient(
                path=path(address),
                notify=None if notify is None else frozenset(notify.split(",")),
                original="rfc822;orig",
            )
        ],
        **terms,
    )
    here = site(house)
    made = delivery.posts(
        here,
        expand(here, envelope),
        delivery.Traced(b"", b"A: b\r\n\r\n"),
        terms=Terms("alice@home.example", envelope.ret, envelope.envid),
        queue_id="q",
        message=None,
    )
    house.store.messages.post(made)
    return [
        (r.leaving.recipient, r.leaving.notify, r.leaving.original, r.leaving.terms)
        for r in house.store.queue.all()
    ]


def told(house: Office) -> list[tuple[str, str]]:
    """Settle; return action and recipient of each report to alice."""
    house.settle()
    return [
        (row["Action"], row["Final-Recipient"])
        for report in house.reports()
        for row in fields(report)[1]
    ]


def test_success_here_is_told(house: Office) -> None:
    post(house, "bob@home.example", "SUCCESS", envid="e1")
    assert told(house) == [("delivered", "rfc822;bob@home.example")]
    first, (row,) = fields(house.reports()[0])
    assert first["Original-Envelope-Id"] == "e1"
    assert (row["Original-Recipient"], row["Status"]) == ("rfc822;orig", "2.0.0")


@pytest.mark.parametrize("notify", [None, "FAILURE,DELAY", "NEVER"])
def test_success_is_told_to_who_asked(house: Office, notify: str | None) -> None:
    post(house, "bob@home.example", notify)
    assert told(house) == []
    assert len(house.inbox("bob")) == 1


def test_a_single_alias_hands_the_wishes_on(house: Office) -> None:
    route(house, "info@home.example", "carol@work.example")
    ((to, notify, original, terms),) = post(
        house, "info@home.example", "SUCCESS", ret="HDRS", envid="e"
    )
    assert (to, notify, original) == ("carol@work.example", frozenset({"SUCCESS"}), "rfc822;orig")
    assert terms == Terms("alice@home.example", "HDRS", "e")


@pytest.mark.parametrize(
    ("asked", "left", "reports"),
    [
        ("SUCCESS,FAILURE", frozenset({"FAILURE"}), [("expanded", "rfc822;info@home.example")]),
        ("SUCCESS", frozenset({"NEVER"}), [("expanded", "rfc822;info@home.example")]),
        ("FAILURE", frozenset({"FAILURE"}), []),
        (None, None, []),
    ],
)
def test_an_alias_of_several_is_expanded(
    house: Office, asked: str | None, left: Any, reports: list[tuple[str, str]]
) -> None:
    route(house, "info@home.example", "bob@home.example", "carol@work.example")
    rows = post(house, "info@home.example", asked)
    assert rows[0][:3] == ("carol@work.example", left, "rfc822;orig")
    expected = [("failed", "rfc822;carol@work.example")] if asked != "SUCCESS" else []
    assert told(house) == reports + expected
    assert len(house.inbox("bob")) == 1


def test_for_its_sender_a_message_ends_at_a_list(house: Office) -> None:
    route(house, "team@home.example", "carol@work.example", kind="list", owner="bob@home.example")
    rows = post(house, "team@home.example", "SUCCESS,FAILURE", ret="HDRS", envid="e")
    assert rows[0] == ("carol@work.example", None, None, Terms("bob@home.example"))
    assert told(house) == [("delivered", "rfc822;team@home.example")]
    # What fails is the owner's.
    assert [fields(each)[1][0]["Action"] for each in house.reports("bob")] == ["failed"]


def test_rewriting_hides_where_mail_goes(house: Office) -> None:
    route(house, "bob@home.example", "carol@work.example", kind="forward", keep=True, rewrite=True)
    rows = post(house, "bob@home.example", "SUCCESS,FAILURE", ret="HDRS")
    assert rows[0][1:3] == (None, None)
    assert rows[0][3].ret is None
    reported = told(house)
    assert reported[0] == ("delivered", "rfc822;bob@home.example")
    assert len(house.inbox("bob")) == 1
    # The failure went to the packed address, and from there to alice.
    assert reported[1:] == [("failed", "rfc822;carol@work.example")]


def test_an_alias_that_went_meanwhile_costs_no_message(house: Office) -> None:
    post(house, "gone@home.example", None)
    assert told(house) == [("failed", "rfc822;gone@home.example")]


# One address, several recipients


def bring(house: Office, *recipients: tuple[str, str | None, str | None]) -> list[Any]:
    """Bring a message with those wishes; return the rows that wait, reports among them."""
    here = site(house)
    envelope = Envelope(
        sender=path("alice@home.example"),
        recipients=[
            Recipient(
                path=path(address),
                notify=None if notify is None else frozenset(notify.split(",")),
                original=original,
            )
            for address, notify, original in recipients
        ],
    )
    terms = Terms("alice@home.example")
    house.store.messages.post(
        delivery.posts(
            here,
            expand(here, envelope),
            delivery.Traced(b"", b"A: b\r\n\r\n"),
            terms=terms,
            queue_id="q",
            message=None,
        )
    )
    return [
        (r.leaving.recipient, r.leaving.notify, r.leaving.original, r.leaving.terms.sender)
        for r in house.store.queue.all()
    ]


def test_each_wish_of_who_is_reached_twice_counts_here(house: Office) -> None:
    # RFC 3461 section 5.2.3 (a).
    route(house, "info@home.example", "bob@home.example")
    bring(
        house,
        ("bob@home.example", "NEVER", None),
        ("info@home.example", "SUCCESS", "rfc822;info"),
        ("info@home.example", "SUCCESS", "rfc822;info"),
        ("bob@home.example", None, None),
    )
    assert told(house) == [("delivered", "rfc822;bob@home.example")]
    assert fields(house.reports()[0])[1][0]["Original-Recipient"] == "rfc822;info"
    assert len(house.inbox("bob")) == 1


def test_each_wish_of_who_is_reached_twice_counts_elsewhere(house: Office) -> None:
    # RFC 3461 sections 5.2.1 (c) and 5.2.6.
    never, failure = ("carol@work.example", "NEVER", None), ("carol@WORK.example", "FAILURE", None)
    rows = bring(house, never, never, failure, ("carol@WORK.example", "NEVER", None))
    assert [(notify, sender) for _, notify, _, sender in rows] == [
        (frozenset({"NEVER"}), "alice@home.example"),
        (frozenset({"FAILURE"}), "alice@home.example"),
    ]
    assert told(house) == [("failed", "rfc822;carol@WORK.example")]
    # One transaction, so that the next server knows that it is one message.
    assert [line.partition(":")[0] for line in house.peer.heard[0][1:4]] == [
        "MAIL FROM",
        "RCPT TO",
        "RCPT TO",
    ]


@pytest.mark.parametrize("first", [True, False])
def test_who_writes_to_a_list_and_to_its_member_hears_of_the_member(
    house: Office,
    first: bool,  # noqa: FBT001
) -> None:
    members = ("bob@home.example", "carol@work.example")
    route(house, "team@home.example", *members, kind="list", owner="bob@home.example")
    direct = [(each, "SUCCESS,FAILURE", None) for each in members]
    team = ("team@home.example", None, None)
    rows = bring(house, *([team, *direct] if first else [*direct, team]))
    assert rows[0] == (
        "carol@work.example",
        frozenset({"SUCCESS", "FAILURE"}),
        None,
        "alice@home.example",
    )
    assert len(rows) == 2  # and the report of bob's
    assert told(house) == [
        ("delivered", "rfc822;bob@home.example"),
        ("failed", "rfc822;carol@work.example"),
    ]
    assert b"Return-Path: <alice@home.example>" in house.inbox("bob")[0]
    assert len(house.inbox("bob")) == 1
