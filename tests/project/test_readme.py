"""What the README says of the server is what the server does."""

from __future__ import annotations

import re
from pathlib import Path

from labserver.imap import CAPABILITIES

README = Path(__file__).resolve().parents[2] / "README.md"


def test_it_names_every_imap_capability_and_no_other() -> None:
    (paragraph,) = re.findall(r"^IMAP capabilities,.*$", README.read_text("utf-8"), re.MULTILINE)
    told = {each.name for each in CAPABILITIES if not each.base}
    assert set(re.findall(r"`([^`]+)`", paragraph)) == told - {"IMAP4rev2"}
