"""A mailbox of somebody who means harm, reached by real sessions: in every place a name can be."""

from __future__ import annotations

import contextlib
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING

from labserver import Lab
from tests.browser.situations import say

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ACTS", "BIDI", "hostile_lab"]

ACTS = "<script>alert(1)</script><img src=x onerror=alert(2)>"
"""What acts where it is taken for HTML."""
BIDI = "\u202egnp.exe\u2066\u200b\ufeff"
"""What turns text round, or cannot be seen."""
_ENDS = "</text></svg>]]></td></table>&lt;'\"`--><!--"
_LONG = "W" * 3000
_BODY = (
    f"{ACTS}{_ENDS}{BIDI}\x00\x07\x1b[31m{_LONG}\n<style>*{{display:none}}</style>\n\x9b\u2028\n"
)


def _mail(subject: str, sender: str) -> bytes:
    head = f"From: {sender}\r\nTo: {ACTS} <bob@home.example>\r\nSubject: {subject}\r\n\r\n"
    return (head + _BODY.replace("\n", "\r\n")).encode()


@contextmanager
def hostile_lab() -> Iterator[Lab]:
    """Yield a lab in which every name, line and letter that others can choose is hostile."""
    with Lab() as lab:
        for subject, sender in (
            (ACTS + _ENDS, f'"{ACTS}" <mallory@home.example>'),
            (BIDI + "\x1b[31mred\x07", f"{BIDI}{ACTS} <mallory@home.example>"),
            (_LONG, f"{_LONG} <mallory@home.example>"),
            ("", ""),
            (
                "=?utf-8?q?=3Cscript=3Ealert=283=29=3C/script=3E=E2=80=AEgnp?=",
                "=?utf-8?q?=3Cb=3E?=",
            ),
        ):
            lab.load(_mail(subject, sender))
        laptop = lab.device("laptop")
        with contextlib.redirect_stdout(io.StringIO()):
            smtp = lab.device("alice-laptop", owner="alice").dial("smtp")
            say(smtp, f"EHLO {ACTS}", f"MAIL FROM:<{ACTS}@home.example>", f"{BIDI}\x07 {ACTS}")
            say(smtp, "EHLO a.example", 'MAIL FROM:<"<b>"@home.example>', "RSET")
            say(smtp, "MAIL FROM:<alice@home.example>", "RCPT TO:<bob@home.example>", "DATA")
            smtp.data(_mail(ACTS, ACTS).decode())
            pop = laptop.dial("pop3")
            say(
                pop, f"USER {ACTS}", f"\x1b[31m{BIDI}", "USER bob", "PASS tulip", "RETR 1", "RETR 2"
            )
            say(pop, "DELE 1", ACTS)
            imap = lab.device("phone").dial("imap")
            say(imap, "a LOGIN bob tulip", f'b CREATE "{ACTS}"', f'c CREATE "{_LONG[:200]}"')
            say(
                imap,
                'd CREATE "&IC4-gnp.exe"',
                'e CREATE ""',
                f'f CREATE "{_ENDS[:20]}"',
                "g SELECT INBOX",
            )
            say(
                imap,
                f'h COPY 1 "{ACTS}"',
                "i STORE 2 +FLAGS (<script> $<img)",
                f'j ID ("name" "{ACTS}")',
            )
            say(imap, "k FETCH 1:3 (UID FLAGS BODY[])", f"<b> {ACTS}", f'l SELECT "{ACTS}"')
        yield lab
