"""The kernel that run.py gives JupyterLab: what it says when something goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from labserver.course.cells import cells
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


@pytest.fixture
def lesson(running: Kernel) -> dict[str, str]:
    """Return the cells of lesson 00 by their last tag, the first of each."""
    found: dict[str, str] = {}
    for cell in cells("00"):
        if cell.kind == "code":
            found.setdefault(cell.tags[-1], cell.id)
    running.run("%reset -f")
    return found


def within(cell: str, source: str) -> str:
    """Return a cell that says, as JupyterLab does, which of the lesson's it is."""
    return f'get_ipython().get_parent()["metadata"]["cellId"] = "{cell}"\n{source}'


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("step-00.0", "Run the cells from the top of the notebook, in order."),
        ("step-00.4", 'To begin step 4 anew: put course.at("00.4") into a cell and run it.'),
        ("attempt-00.E1", "Run the first cell of exercise 1 again, then the others."),
    ],
)
def test_a_cell_out_of_order_says_how_to_come_there(
    running: Kernel, lesson: dict[str, str], place: str, said: str
) -> None:
    running.run("from labserver import course")
    assert said in running.run(within(lesson[place], 'pop.send("STAT")')).error[0]


def test_before_the_first_cell_that_one_is_named(running: Kernel, lesson: dict[str, str]) -> None:
    left = running.run(within(lesson["step-00.4"], 'course.predict("00.4")'))
    assert left.error[0].endswith("Begin with the first code cell of this notebook.")


def test_what_is_over_says_how_to_begin_again(running: Kernel, lesson: dict[str, str]) -> None:
    running.run('from labserver import course\nlab = course.start("00")')
    running.run("pop = lab.device('laptop').dial('pop3')\npop.send('QUIT')")
    over = running.run(within(lesson["step-00.4"], 'pop.send("STAT")')).error[0]
    assert over.startswith("ConnectionOver: this pop3 connection is over (closed). If it ended as")
    assert 'To begin step 4 anew: put course.at("00.4")' in over
    closed = running.run(within(lesson["step-00.4"], "lab.close()\nlab.settle()")).error[0]
    assert closed.startswith("LabClosed: the lab is closed. To begin step 4")
