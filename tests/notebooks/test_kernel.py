"""The kernel that run.py gives JupyterLab: what it says when something goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notebooks.kernel import Kernel, kernel


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with kernel(Path(tmp_path_factory.mktemp("work"))) as started:
        yield started


def test_a_name_that_a_cell_not_yet_run_makes(running: Kernel) -> None:
    left = running.run('pop.send("STAT")')
    assert len(left.error) == 1
    assert left.error[0].startswith("NameError: pop is not there yet: a cell further up makes it.")


def test_what_the_lab_raises_on_purpose_has_no_traceback(running: Kernel) -> None:
    left = running.run("from labserver import Lab\nLab().device('laptop').dial('gopher')")
    assert len(left.error) == 1
    assert left.error[0].startswith("DeviceError: a device dials one of")


def test_any_other_error_has_its_traceback(running: Kernel) -> None:
    assert len(running.run("1 / 0").error) > 1


def test_what_a_socket_of_ones_own_raises_has_no_traceback(running: Kernel) -> None:
    left = running.run("raise BrokenPipeError(32, 'of this machine')")
    assert len(left.error) == 1
    assert left.error[0].startswith("BrokenPipeError: this connection has ended. Run the cell that")
    running.run("import socket\nhere, there = socket.socketpair()\nhere.settimeout(0.01)")
    left = running.run("here.recv(1)")
    assert len(left.error) == 1
    assert left.error[0].startswith("TimeoutError: nothing came from the server in time.")
