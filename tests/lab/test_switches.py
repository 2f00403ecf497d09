"""Capabilities switched off for a lab and for a device."""

from __future__ import annotations

import pytest

from labserver import Lab
from labserver.errors import LabError


def told(lab: Lab, device: str) -> str:
    dialogue = lab.device(device).dial("imap", keep=False)
    dialogue.send("a1 CAPABILITY")
    assert dialogue.last is not None
    told = " ".join(dialogue.last.lines)
    dialogue.send("a2 LOGOUT")
    return told


def test_for_a_whole_lab() -> None:
    with Lab(without={"imap": ["idle"]}) as lab:
        assert " IDLE" not in told(lab, "phone")
        assert " MOVE" in told(lab, "phone")


def test_for_one_device_and_back() -> None:
    with Lab() as lab:
        lab.switch_off("imap", "IDLE", "MOVE", device="phone")
        assert " IDLE" not in told(lab, "phone")
        assert " IDLE" in told(lab, "laptop")
        lab.switch_on("imap", "IDLE", device="phone")
        assert " IDLE" in told(lab, "phone")
        assert " MOVE" not in told(lab, "phone")
        lab.switch_off("imap", "UIDPLUS")
        assert " UIDPLUS" not in told(lab, "phone")
        assert " UIDPLUS" not in told(lab, "laptop")


@pytest.mark.parametrize(
    ("listener", "name", "text"),
    [
        ("imap", "TELEPATHY", "imap has no capability 'TELEPATHY' that could be switched off"),
        ("imap", "IMAP4rev1", "imap has no capability 'IMAP4rev1' that could be switched off"),
        ("gopher", "IDLE", "there is no listener 'gopher'; there are smtp, submission"),
    ],
)
def test_what_is_not_there(listener: str, name: str, text: str) -> None:
    with pytest.raises(LabError, match=text):
        Lab(without={listener: [name]})
    with Lab() as lab, pytest.raises(LabError, match=text):
        lab.switch_off(listener, name)
