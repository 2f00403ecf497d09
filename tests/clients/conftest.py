"""Letters that try a client's care for octets, and other people's programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labserver import Lab
from labserver.lab.authority import Authority, Trust
from tests.clients.program import Program, find
from tests.clients.way import Way

LUNCH = (
    b"From: Alice <alice@home.example>\r\nTo: bob@home.example\r\nSubject: Lunch?\r\n"
    b"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\n.\r\n..two dots\r\nAt noon\r\n"
)
LATIN = (
    b"From: alice@home.example\r\nTo: bob@home.example\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n"
    b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nCaf\xe9\r\n\r\n"
)
INNER = b"""From: Carol <carol@work.example>
Subject: Lunch
Date: Sun, 1 Mar 2026 12:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=in

--in

Noon.
Not later.

--in
Content-Type: text/html

<p>Noon.</p>
--in--
""".replace(b"\n", b"\r\n")
LINES = (
    b"From: Alice <alice@home.example>\r\nTo: bob@home.example\r\nSubject: Lines\r\n"
    b"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\nMessage-ID: <lines@home.example>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n"
    b".\r\n..\r\n.\r\n\r\n.RSET\r\nQUIT\r\n+OK\r\n-ERR\r\n"
    b"From here on\r\n>From there\r\n \r\nBlanks at the end \t \r\n\t\r\n"
    + b"x" * 998
    + b"\r\n"
    + b"." * 998
    + b"\r\nCaf\xe9 \x80\xa0\xff\r\n\r\n.dot\r\n\r\n"
)
NESTED = (
    b"""From: Alice <alice@home.example>
Sender: robot@home.example
To: Friends: bob@home.example, "C, D" <carol@work.example>;
Cc: undisclosed-recipients:;
Subject: =?utf-8?q?Fwd=3A_Caf=C3=A9?=
Date: Mon, 2 Mar 2026 09:00:00 +0000
Message-ID: <outer@home.example>
In-Reply-To: <inner@work.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=outer"

Preamble
--=outer
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

See below, caf=C3=A9
--=outer
Content-Type: message/rfc822
Content-Description: what Carol wrote

""".replace(b"\n", b"\r\n")
    + INNER
    + b"""
--=outer
Content-Type: application/octet-stream; name="plan.bin"
Content-Disposition: attachment; filename*=utf-8''pl%C3%A4ne.bin
Content-Transfer-Encoding: base64

AAEC/w==
--=outer--
Epilogue
""".replace(b"\n", b"\r\n")
)


@pytest.fixture
def letters() -> tuple[bytes, ...]:
    return LUNCH, LATIN


@pytest.fixture
def lines() -> bytes:
    """A letter whose lines look like a protocol's, are as long as may be, and have 8 bits."""
    return LINES


@pytest.fixture
def nested() -> tuple[bytes, bytes]:
    """A letter of three parts, the second of them a letter of two, which comes after it."""
    return NESTED, INNER


@pytest.fixture
def program(mail_lab: Lab, tmp_path: Path) -> Callable[..., Program]:
    """Give a program by its name and its Debian package: `program("mbsync", "isync")`."""

    def ready(name: str, package: str = "") -> Program:
        path = find(name, package or name)
        home = tmp_path / "home"
        home.mkdir()
        return Program(path, home, mail_lab)

    return ready


@pytest.fixture
def stranger() -> Iterator[Trust]:
    """The authority of somebody else."""
    authority = Authority()
    yield authority.trust
    authority.close()


@pytest.fixture(params=["submission", "submissions"], ids=["STARTTLS", "submissions"])
def submission(request: pytest.FixtureRequest, mail_lab: Lab) -> Way:
    return Way(mail_lab, request.param)


@pytest.fixture(params=["pop3", "pop3s"], ids=["STLS", "pop3s"])
def pop3(request: pytest.FixtureRequest, mail_lab: Lab) -> Way:
    return Way(mail_lab, request.param)
