"""Every script, in memory and over TCP: what each of several connections sees, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.imap.scripting.language import parse
from tests.imap.scripting.play import play
from tests.imap.scripting.stage import MemoryStage, Stage
from tests.imap.scripting.tcp import TcpStage

SCRIPTS = sorted(Path(__file__).with_name("scripts").glob("*.script"))


@pytest.fixture(params=[MemoryStage, TcpStage], ids=["memory", "tcp"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage: Stage = request.param()
    yield stage
    stage.close()


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.stem for path in SCRIPTS])
def test_script(path: Path, stage: Stage) -> None:
    play(parse(path.read_text(encoding="utf-8"), path), stage)
