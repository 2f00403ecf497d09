"""SASL mechanisms without a protocol around them."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labserver.clock import LAB_SEED, LabClock
from labserver.protocol.sasl import (
    MECHANISMS,
    Cancelled,
    Denied,
    Exchange,
    Malformed,
    NotAuthorized,
    SaslError,
    Site,
    decode,
    encode,
)
from labserver.store import Account, BadCredentials, Secret, Store
from tests.protocol.scram import ScramClient

BOB = Account(1, "bob", "home.example")
PASSWORDS = {
    "bob": "tulip",
    "bob@home.example": "tulip",
    "o,=k": "a,b=c",
    "umlaut": "ü",
    "tim": "tanstaaftanstaaf",
    "user": "pencil",
}


class Directory:
    """Bob, and whoever else a test needs: all of them are Bob."""

    salt = b"salt"

    def check(self, login: str, password: str) -> Account:
        if PASSWORDS.get(login) != password:
            raise BadCredentials
        return BOB

    def find(self, login: str) -> Account | None:
        return BOB if login in PASSWORDS else None

    def secret(self, login: str) -> Secret:
        return Secret(self.find(login), PASSWORDS.get(login, ""), self.salt)

    def prove(self, secret: Secret, *, right: bool) -> Account:
        if not right or secret.account is None:
            raise BadCredentials
        return secret.account


def site(*nonces: str, directory: Directory | None = None) -> Site:
    following: Iterator[str] = iter(nonces or ("12345",))
    return Site(
        directory=directory or Directory(),
        host="imap.home.example",
        now=lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        nonce=lambda _: next(following),
    )


def begin(name: str, at: Site | None = None) -> Exchange:
    return Exchange(MECHANISMS[name], at or site())


def said(found: bytes | Account) -> bytes:
    assert isinstance(found, bytes)
    return b64decode(found)


# PLAIN and LOGIN


@pytest.mark.parametrize("response", [b"\0bob\0tulip", b"bob@home.example\0bob\0tulip"])
def test_plain(response: bytes) -> None:
    exchange = begin("PLAIN")
    assert said(exchange.start()) == b""
    assert exchange.answer(encode(response)) == BOB
    assert begin("PLAIN").start(encode(response)) == BOB


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (b"", Malformed),
        (b"bob\0tulip", Malformed),
        (b"\0\0tulip", Malformed),
        (b"\0bob\0", Malformed),
        (b"\0bob\0tu\0lip", Malformed),
        (b"\0bob\0\xff", Malformed),
        (b"\0bob\0rose", Denied),
        (b"\0ann\0tulip", Denied),
        (b"ann\0bob\0tulip", NotAuthorized),
        (b"ann\0bob\0rose", Denied),
    ],
)
def test_plain_that_proves_nothing(response: bytes, error: type[SaslError]) -> None:
    with pytest.raises(error):
        begin("PLAIN").start(encode(response) or b"=")


def test_plain_takes_255_octets_of_each() -> None:
    # RFC 4616 section 2
    with pytest.raises(Denied):
        begin("PLAIN").start(encode(b"a" * 255 + b"\0" + b"u" * 255 + b"\0" + b"p" * 255))


def test_login() -> None:
    exchange = begin("LOGIN")
    assert said(exchange.start()) == b"Username:"
    assert said(exchange.answer(encode(b"bob"))) == b"Password:"
    assert exchange.answer(encode(b"tulip")) == BOB
    exchange = begin("LOGIN")
    assert said(exchange.start(encode(b"bob"))) == b"Password:"
    with pytest.raises(Denied):
        exchange.answer(encode(b"rose"))


# CRAM-MD5


def digest(password: bytes, challenge: bytes) -> bytes:
    return hmac.new(password, challenge, "md5").hexdigest().encode()


def test_the_example_of_rfc_2195() -> None:
    at = Site(
        directory=Directory(),
        host="postoffice.reston.mci.net",
        now=lambda: datetime.fromtimestamp(697170952, UTC),
        nonce=lambda _: "1896",
    )
    exchange = begin("CRAM-MD5", at)
    assert exchange.start() == b"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"
    assert exchange.answer(b"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw") == BOB


@pytest.mark.parametrize(
    ("user", "key", "error"), [(b"bob", b"rose", Denied), (b"ann", b"", Denied)]
)
def test_cram_md5_with_a_wrong_digest(user: bytes, key: bytes, error: type[SaslError]) -> None:
    exchange = begin("CRAM-MD5")
    challenge = said(exchange.start())
    with pytest.raises(error):
        exchange.answer(encode(user + b" " + digest(key, challenge)))


@pytest.mark.parametrize(
    "response",
    [b"", b"bob", b"bob ", b" " + b"0" * 32, b"bob " + b"A" * 32, b"\xff " + b"0" * 32],
)
def test_cram_md5_in_another_form(response: bytes) -> None:
    exchange = begin("CRAM-MD5")
    exchange.start()
    with pytest.raises(Malformed):
        exchange.answer(encode(response))


def test_cram_md5_has_no_initial_response() -> None:
    # RFC 4959 section 3
    with pytest.raises(Malformed):
        begin("CRAM-MD5").start(b"=")


# SCRAM-SHA-256


def test_the_example_of_rfc_7677() -> None:
    directory = Directory()
    directory.salt = b64decode(b"W22ZaJ0SNY7soEsUEjb6gQ==")
    exchange = begin("SCRAM-SHA-256", site("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", directory=directory))
    assert said(exchange.start()) == b""
    assert said(exchange.answer(encode(b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"))) == (
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    )
    final = (
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    )
    assert said(exchange.answer(encode(final))) == (
        b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    )
    assert exchange.answer(b"") == BOB


@pytest.mark.parametrize(
    "client",
    [
        ScramClient(),
        ScramClient(gs2=b"y,,"),
        ScramClient(gs2=b"n,a=bob@home.example,"),
        ScramClient(user=b"o=2C=3Dk", password=b"a,b=c"),
    ],
)
@pytest.mark.parametrize("extension", [b"", b",x=1,y=z=\xc3\xbc"])
@pytest.mark.parametrize("at_once", [False, True])
def test_scram(client: ScramClient, extension: bytes, at_once: bool) -> None:  # noqa: FBT001
    client.extension = extension
    exchange = begin("SCRAM-SHA-256")
    if at_once:
        challenge = said(exchange.start(encode(client.first())))
    else:
        assert said(exchange.start()) == b""
        challenge = said(exchange.answer(encode(client.first())))
    assert challenge == b"r=abc12345,s=c2FsdA==,i=4096"
    assert said(exchange.answer(encode(client.final(challenge)))) == client.verifier
    assert exchange.answer(b"") == BOB


def fails(exchange: Exchange, message: bytes, parting: bytes, error: type[SaslError]) -> None:
    assert said(exchange.answer(encode(message) if message else b"")) == b"e=" + parting
    with pytest.raises(error):
        exchange.answer(b"")


@pytest.mark.parametrize(
    ("message", "parting", "error"),
    [
        (b"", b"invalid-encoding", Malformed),
        (b"x,,n=bob,r=abc", b"invalid-encoding", Malformed),
        (b"n,n=bob,r=abc", b"invalid-encoding", Malformed),
        (b"n,a=,n=bob,r=abc", b"invalid-encoding", Malformed),
        (b"n,,r=abc,n=bob", b"invalid-encoding", Malformed),
        (b"n,,n=bob,r=", b"invalid-encoding", Malformed),
        (b"n,,n=bob,r=a c", b"invalid-encoding", Malformed),
        (b"n,,n=bob,r=abc,", b"invalid-encoding", Malformed),
        (b"n,,n=bob,r=abc,x=", b"invalid-encoding", Malformed),
        (b"n,,n=bob,r=abc\n", b"invalid-encoding", Malformed),
        (b"p=,,n=bob,r=abc", b"invalid-encoding", Malformed),
        (b"n,,m=new,n=bob,r=abc", b"extensions-not-supported", Denied),
        (b"n,,n=bob,r=abc,m=new", b"extensions-not-supported", Denied),
        (b"p=tls-unique,,n=bob,r=abc", b"channel-binding-not-supported", Denied),
        (b"n,,n=,r=abc", b"invalid-username-encoding", Denied),
        (b"n,,n=b=ob,r=abc", b"invalid-username-encoding", Denied),
        (b"n,,n=b=3d,r=abc", b"invalid-username-encoding", Denied),
        (b"n,,n=bob=,r=abc", b"invalid-username-encoding", Denied),
        (b"n,,n=b\x07b,r=abc", b"invalid-username-encoding", Denied),
        (b"n,,n=b\xff,r=abc", b"invalid-username-encoding", Denied),
        (b"n,,n=l\xc3\xa9a,r=abc", b"invalid-username-encoding", Denied),
        (b"n,a=b=b,n=bob,r=abc", b"invalid-username-encoding", Denied),
    ],
)
def test_a_first_message_that_is_wrong(
    message: bytes, parting: bytes, error: type[SaslError]
) -> None:
    exchange = begin("SCRAM-SHA-256")
    exchange.start()
    fails(exchange, message, parting, error)


@pytest.mark.parametrize("user", [b"ann", b"umlaut", b"bob"])
def test_a_wrong_password_and_a_user_that_nobody_is_look_the_same(user: bytes) -> None:
    client = ScramClient(user=user, password="ü".encode() if user == b"umlaut" else b"")
    exchange = begin("SCRAM-SHA-256")
    challenge = said(exchange.start(encode(client.first())))
    assert challenge == b"r=abc12345,s=c2FsdA==,i=4096"
    with pytest.raises(Denied):
        exchange.answer(encode(client.final(challenge)))


def test_a_final_message_that_is_wrong() -> None:
    def after_first(client: ScramClient) -> tuple[Exchange, bytes]:
        exchange = begin("SCRAM-SHA-256")
        return exchange, said(exchange.start(encode(client.first())))

    client = ScramClient()
    for nonce in (b"abc", b"abc1234", b"abc123456", b"12345"):
        exchange, challenge = after_first(client)
        fails(exchange, client.final(challenge, nonce=nonce), b"other-error", Denied)
    for binding in (b"", b"y,,", b"n,a=bob,", b"n,,more"):
        exchange, challenge = after_first(client)
        message = client.final(challenge, binding=binding)
        fails(exchange, message, b"channel-bindings-dont-match", Denied)
    right = client.final(challenge)
    for message, parting, error in (
        (b"", b"invalid-encoding", Malformed),
        (right.partition(b",p=")[0], b"invalid-encoding", Malformed),
        (right + b"=", b"invalid-encoding", Malformed),
        (right + b",x=1", b"invalid-encoding", Malformed),
        (right.partition(b",p=")[0] + b",p=AAAA", b"invalid-encoding", Malformed),
        (right.replace(b"c=biws", b"c=bi"), b"invalid-encoding", Malformed),
        (right.replace(b",p=", b",m=new,p="), b"extensions-not-supported", Denied),
    ):
        exchange, _ = after_first(client)
        fails(exchange, message, parting, error)
    exchange, _ = after_first(client)
    with pytest.raises(Denied):  # The proof is not of this message.
        exchange.answer(encode(right.replace(b",p=", b",x=new,p=")))


def test_nobody_acts_as_somebody_else_with_scram() -> None:
    client = ScramClient(gs2=b"n,a=ann,")
    exchange = begin("SCRAM-SHA-256")
    challenge = said(exchange.start(encode(client.first())))
    fails(exchange, client.final(challenge), b"other-error", NotAuthorized)


def test_scram_ends_with_nothing_more() -> None:
    client = ScramClient()
    exchange = begin("SCRAM-SHA-256")
    challenge = said(exchange.start(encode(client.first())))
    exchange.answer(encode(client.final(challenge)))
    with pytest.raises(Malformed):
        exchange.answer(encode(b"v=me too"))


# What all share


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_star_cancels(name: str) -> None:
    exchange = begin(name)
    exchange.start()
    with pytest.raises(Cancelled) as cancelled:
        exchange.answer(b"*")
    assert not cancelled.value.failed


def test_a_star_after_the_failure_was_told_is_a_failed_login() -> None:
    exchange = begin("SCRAM-SHA-256")
    assert said(exchange.start(encode(b"n,,n=b=ob,r=abc"))) == b"e=invalid-username-encoding"
    with pytest.raises(Cancelled) as cancelled:
        exchange.answer(b"*")
    assert cancelled.value.failed


@given(line=st.binary(max_size=60))
def test_base64_is_strict(line: bytes) -> None:
    try:
        decoded = decode(line)
    except Malformed:
        return
    assert len(line) % 4 == 0
    assert len(b64encode(decoded)) == len(line)


@pytest.mark.parametrize("line", [b"=", b"====", b"=AAA", b"AAA=BBB", b"A-_A", b"AA A", b"AAA"])
def test_what_is_not_base64(line: bytes) -> None:
    with pytest.raises(Malformed):
        decode(line)


@pytest.mark.parametrize("name", MECHANISMS)
@given(lines=st.lists(st.binary(max_size=80) | st.binary(max_size=80).map(b64encode), max_size=4))
def test_no_response_is_a_surprise(name: str, lines: list[bytes]) -> None:
    exchange = begin(name)
    found = exchange.start()
    try:
        for line in lines:
            found = exchange.answer(line)
            if isinstance(found, Account):
                return
            assert decode(found) is not None
    except SaslError:
        return


def test_a_store_tells_salts_that_stay_and_do_not_tell() -> None:
    store = Store(clock=LabClock(), seed=LAB_SEED, record=lambda _: None)
    bob = store.accounts.add("bob", "tulip")
    secret = store.accounts.secret("Bob")
    assert secret == store.accounts.secret("bob@HOME.example")
    assert secret == Secret(bob, "tulip", secret.salt)
    nobody = store.accounts.secret("ann")
    assert (nobody.account, nobody.password) == (None, "")
    assert nobody == store.accounts.secret("ANN@home.example")
    assert len({secret.salt, nobody.salt, store.accounts.secret("bob@work.example").salt}) == 3
    assert len(secret.salt) == len(nobody.salt) == 16
    store.close()
