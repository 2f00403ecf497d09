"""AUTHENTICATE: the mechanisms over IMAP, initial responses, and what is switched off."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode

import pytest

from labserver.protocol.sasl import MECHANISMS
from tests.imap.driver import Client, Server
from tests.protocol.scram import ScramClient


def challenge(reply: bytes) -> bytes:
    assert reply.startswith(b"+ ")
    assert reply.endswith(b"\r\n")
    return b64decode(reply[2:], validate=False)


def answer(client: Client, response: bytes) -> bytes:
    return client.raw(b64encode(response) + b"\r\n")


DONE = b"a OK AUTHENTICATE completed\r\n"
WRONG = b"a NO [AUTHENTICATIONFAILED] User name or password is wrong\r\n"


def test_login_asks_for_name_and_password(server: Server) -> None:
    client = server.connect()
    assert challenge(client.raw(b"a AUTHENTICATE LOGIN\r\n")) == b"Username:"
    assert challenge(answer(client, b"bob")) == b"Password:"
    assert answer(client, b"tulip") == DONE
    assert client.state == "AUTHENTICATED"


def test_cram_md5(server: Server) -> None:
    asked = set()
    for password, reply in ((b"rose", WRONG), (b"tulip", DONE)):
        client = server.connect()
        text = challenge(client.raw(b"a authenticate cram-md5\r\n"))
        assert text.endswith(b".1772442000@imap.home.example>")
        asked.add(text)
        digest = hmac.new(password, text, "md5").hexdigest().encode()
        assert answer(client, b"bob " + digest) == reply
    assert len(asked) == 2


def test_the_same_lab_asks_the_same() -> None:
    first, second = (Server().connect().do("AUTHENTICATE CRAM-MD5") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("at_once", [False, True])
def test_scram_sha_256(server: Server, at_once: bool) -> None:  # noqa: FBT001
    client, scram = server.connect(), ScramClient()
    if at_once:
        first = client.raw(b"a AUTHENTICATE SCRAM-SHA-256 " + b64encode(scram.first()) + b"\r\n")
    else:
        assert client.raw(b"a AUTHENTICATE SCRAM-SHA-256\r\n") == b"+ \r\n"
        first = answer(client, scram.first())
    final = scram.final(challenge(first))
    assert challenge(answer(client, final)) == scram.verifier
    assert client.state == "NOT AUTHENTICATED"
    assert client.raw(b"\r\n") == DONE
    assert client.state == "AUTHENTICATED"


def test_scram_with_a_wrong_password(server: Server) -> None:
    client = server.connect()
    client.raw(b"a AUTHENTICATE SCRAM-SHA-256\r\n")
    scram = ScramClient(password=b"rose")
    final = scram.final(challenge(answer(client, scram.first())))
    assert answer(client, final) == WRONG
    assert client.do("LOGIN bob tulip") == ["OK LOGIN completed"]


def test_failed_logins_count_whatever_the_mechanism() -> None:
    server = Server(failed_logins=4)
    client = server.connect()
    client.do("LOGIN bob rose")
    assert client.raw(b"a AUTHENTICATE PLAIN AGJvYgByb3Nl\r\n") == WRONG
    client.raw(b"a AUTHENTICATE SCRAM-SHA-256 " + b64encode(b"p=x,,n=bob,r=abc") + b"\r\n")
    assert client.raw(b"*\r\n") == b"a BAD AUTHENTICATE cancelled\r\n"
    client.raw(b"a AUTHENTICATE CRAM-MD5\r\n")
    assert client.raw(b"*\r\n") == b"a BAD AUTHENTICATE cancelled\r\n"
    client.raw(b"a AUTHENTICATE LOGIN Ym9i\r\n")
    assert answer(client, b"rose") == WRONG + b"* BYE Too many failed logins\r\n"
    server.store.close()


# RFC 4959


def test_the_example_of_an_initial_response(server: Server) -> None:
    server.store.accounts.add("test", "test")
    client = server.connect()
    assert client.raw(b"A01 AUTHENTICATE PLAIN dGVzdAB0ZXN0AHRlc3Q=\r\n") == (
        b"A01 OK AUTHENTICATE completed\r\n"
    )
    client = server.connect()
    assert client.raw(b"A01 AUTHENTICATE PLAIN\r\n") == b"+ \r\n"
    assert client.raw(b"dGVzdAB0ZXN0AHRlc3Q=\r\n") == b"A01 OK AUTHENTICATE completed\r\n"


@pytest.mark.parametrize(
    ("arguments", "reply"),
    [
        ("PLAIN =", "BAD The PLAIN response has three parts: [as whom] NUL user NUL password"),
        ("PLAIN =AAA", "BAD The response is not BASE64"),
        ("PLAIN AAA=BBB", "BAD The response is not BASE64"),
        ("PLAIN A-_A", "BAD The response is not BASE64"),
        ('PLAIN ""', "BAD Expected a word at '\"\"'"),
        ("PLAIN ", "BAD An argument is missing"),
        ("PLAIN AA== AA==", "BAD Too many arguments"),
        ("CRAM-MD5 =", "BAD CRAM-MD5 begins with a challenge of the server's"),
        ("SCRAM-SHA-256-PLUS", "NO The server does not know that mechanism"),
        ("GSSAPI =", "NO The server does not know that mechanism"),
    ],
)
def test_what_is_wrong_with_it(server: Server, arguments: str, reply: str) -> None:
    client = server.connect()
    assert client.do(f"AUTHENTICATE {arguments}") == [reply]
    assert client.do("LOGIN bob tulip") == ["OK LOGIN completed"]


def test_without_sasl_ir_there_is_no_initial_response(server: Server) -> None:
    client = server.connect("SASL-IR")
    assert client.do("AUTHENTICATE PLAIN AGJvYgB0dWxpcA==") == ["BAD Too many arguments"]
    assert client.raw(b"a AUTHENTICATE PLAIN\r\n") == b"+ \r\n"
    assert client.raw(b"AGJvYgB0dWxpcA==\r\n") == DONE


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_that_is_switched_off_is_unknown(server: Server, name: str) -> None:
    client = server.connect(f"AUTH={name}")
    assert client.do(f"AUTHENTICATE {name}") == ["NO The server does not know that mechanism"]
    assert server.connect().do(f"AUTHENTICATE {name}")[0].startswith("+ ")
