"""What a reply means."""

from __future__ import annotations

import pytest

from labserver.smtp.relay.outcome import Outcome, Verdict


@pytest.mark.parametrize(
    ("outcome", "status", "verdict"),
    [
        (Outcome(250, "2.0.0 OK"), "2.0.0", Verdict.TAKEN),
        (Outcome(251, "OK"), "2.0.0", Verdict.TAKEN),
        (Outcome(450, "4.2.1 x"), "4.2.1", Verdict.LATER),
        (Outcome(451, "5.2.1 x"), "4.0.0", Verdict.LATER),  # the digit of the code decides
        (Outcome(550, "5.1.01 x"), "5.1.1", Verdict.NEVER),  # no leading zeros (RFC 3464 s. 2.3.4)
        (Outcome(550, "5.1.1"), "5.1.1", Verdict.NEVER),
        (Outcome(550, "5.1.1x"), "5.0.0", Verdict.NEVER),
        (Outcome(550, ""), "5.0.0", Verdict.NEVER),
        (Outcome(354, "what"), "3.0.0", Verdict.LATER),
        (Outcome(None, "gone", "4.4.2"), "4.4.2", Verdict.LATER),
        (Outcome(None, "never", "5.6.3"), "5.6.3", Verdict.NEVER),
    ],
)
def test_status_and_verdict(outcome: Outcome, status: str, verdict: Verdict) -> None:
    assert (outcome.status, outcome.verdict) == (status, verdict)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome(552, "Too many recipients"), 452),
        (Outcome(552, "5.5.3 Too many recipients"), 452),
        (Outcome(552, "5.2.2 full"), 552),
        (Outcome(452, "4.2.2 full"), 452),
        (Outcome(550, "5.5.3 x"), 550),
    ],
)
def test_552_to_rcpt_may_mean_too_many(outcome: Outcome, code: int) -> None:
    assert outcome.as_recipients().code == code
    assert outcome.too_many == (code == 452 and "full" not in outcome.text)


def test_a_reply_is_shown_in_ascii_on_one_line() -> None:
    assert str(Outcome(550, "5.1.1 no\n5.1.1 w\xe4y\t")) == "550 5.1.1 no 5.1.1 w?y?"
    assert str(Outcome(None, "gone")) == "gone"
