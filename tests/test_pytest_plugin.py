"""The fixture `mail_lab` in other people's tests."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import poplib, smtplib
import pytest
from labserver.events import Delivered

@pytest.mark.parametrize("n", range(8))
def test_alone(mail_lab, n):
    assert mail_lab.messages("bob") == []
    with smtplib.SMTP("127.0.0.1", mail_lab.ports["smtp"]) as smtp:
        smtp.sendmail("alice@home.example", "bob@home.example", f"Subject: {n}\\r\\n\\r\\nHi\\r\\n")
    (found,) = [e.event for e in mail_lab.log if isinstance(e.event, Delivered)]
    assert found.account == "bob@home.example"
    assert mail_lab.messages("bob")[0].letter == "A"

def test_load(mail_lab, request):
    pattern = str(request.config.rootpath / "mail" / "*.eml")
    assert mail_lab.load(pattern, to="bob") == ["A", "B"]
    pop = poplib.POP3("127.0.0.1", mail_lab.ports["pop3"])
    pop.user("bob"); pop.pass_("tulip")
    assert pop.stat()[0] == 2
    pop.quit()

def test_planted(mail_lab):
    assert mail_lab.messages("bob") != []
"""


def test_four_workers_each_test_its_own_server(pytester: pytest.Pytester) -> None:
    mail = pytester.mkdir("mail")
    for name in ("one", "two"):
        (mail / f"{name}.eml").write_text(f"Subject: {name}\n\nHi\n")
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-n", "4", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=9, failed=1)
