"""The choices of a lab that its SMTP servers keep to."""

from __future__ import annotations

import pytest

from labserver import Lab
from labserver.errors import LabError


def last(lab: Lab, *lines: str) -> str:
    """The answer to the last of some lines, at port 25."""
    smtp = lab.device("phone", owner="alice").dial("smtp")
    for line in lines:
        smtp.send(line)
    return str(smtp.last.text)


@pytest.mark.parametrize("verify", [False, True])
def test_vrfy_tells_where_it_is_wanted(verify: bool) -> None:  # noqa: FBT001
    with Lab(verify=verify) as lab:
        said = last(lab, "VRFY bob")
    assert said.startswith("250 2.1.5 <bob@home.example>" if verify else "252 2.0.0 ")


@pytest.mark.parametrize(("waits", "code"), [(True, "452 4.2.2"), (False, "552 5.2.2")])
def test_a_full_mailbox(waits: bool, code: str) -> None:  # noqa: FBT001
    with Lab(full_mailbox_waits=waits) as lab:
        lab.set_quota("bob", messages=0)
        said = last(lab, "EHLO phone", "MAIL FROM:<>", "RCPT TO:<bob@home.example>")
    assert said.startswith(code)


def test_extensions_are_switched_off_by_name() -> None:
    with Lab(without={"smtp": ["chunking"]}) as lab:
        phone = lab.device("phone", owner="alice").dial("smtp")
        phone.send("EHLO phone")
        assert b"CHUNKING" not in phone.last.octets
        lab.switch_on("smtp", "CHUNKING")
        laptop = lab.device("laptop", owner="alice").dial("smtp")
        laptop.send("EHLO laptop")
        assert b"CHUNKING" in laptop.last.octets
        with pytest.raises(LabError, match="smtp has no capability"):
            lab.switch_off("smtp", "AUTH")
