"""What the README says of the server is what the server does."""

from __future__ import annotations

import re
from pathlib import Path

from labserver import Lab, faults, imap, pop3
from labserver.faults import Fault
from labserver.protocol.policy import Policy
from tests.pop3.support import Drop
from tests.smtp import house as smtp_house

README = Path(__file__).resolve().parents[2] / "README.md"


def named(protocol: str) -> set[str]:
    text = README.read_text("utf-8")
    (paragraph,) = re.findall(rf"^{protocol} (?:capabilities|extensions),.*$", text, re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", paragraph))


def test_it_names_every_smtp_extension_and_no_other() -> None:
    house = smtp_house.build(Policy(verify=True))
    try:
        said = house.dial("submission").send(b"EHLO laptop\r\n").decode()
    finally:
        smtp_house.close_all()
    told: set[str] = set()
    for line in said.splitlines()[1:]:
        keyword, *more = line[4:].split()
        told |= {keyword, *(f"AUTH={name}" for name in more if keyword == "AUTH")}
    assert named("SMTP") == told


def test_it_names_every_imap_capability_and_no_other() -> None:
    told = {each.name for each in imap.CAPABILITIES if not each.base}
    assert named("IMAP") == told - {"IMAP4rev2"}


def test_it_names_every_pop3_capability_and_no_other() -> None:
    drop = Drop(pop3_login_delay=1)
    try:
        lines = [line.split() for line in drop.talk(tls=True).capabilities()]
    finally:
        drop.close()
    told = {word for line in lines for word in line[: None if line[0] == "SASL" else 1]}
    # Two that CAPA does not tell: itself, and what the greeting tells.
    assert named("POP3") == told | {"CAPA", "APOP"}
    assert named("POP3") == {each.name for each in pop3.CAPABILITIES}


def test_its_faults_are_listed_as_it_says() -> None:
    text = README.read_text("utf-8")
    (code, table) = re.findall(
        r"```(?:python)?\n(.*?)```", text.split("## What goes wrong")[1], re.DOTALL
    )
    space: dict[str, Lab] = {}
    try:
        exec(code, space)
        assert repr(space["lab"].faults) == table.rstrip("\n")
    finally:
        if "lab" in space:
            space["lab"].close()


def test_it_names_every_kind_of_fault() -> None:
    kinds = {
        name
        for name, kind in vars(faults).items()
        if isinstance(kind, type) and issubclass(kind, Fault) and "__str__" in vars(kind)
    }
    told = set(re.findall(r"`([A-Z]\w+)`", README.read_text("utf-8").split("The kinds: ")[1]))
    assert kinds <= told
    assert {name for name in told if hasattr(faults, name)} == kinds
