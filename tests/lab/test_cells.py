"""Running a cell again, interrupting it, restarting the kernel: no lab is left over."""

from __future__ import annotations

import json
import socket
import sys
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from labserver import Lab
from labserver.errors import LabError
from labserver.lab import cells

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 60
FIRST = "import json\nfrom labserver import Lab\nlab = Lab()\nprint(json.dumps(lab.ports))"


def listening(pid: int | None = None) -> set[int]:
    """Return the ports this process, or another, listens on: others soon take one set free."""
    return {
        connection.laddr.port
        for connection in psutil.Process(pid).net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


# A notebook as a lab sees it


class Shell:
    """What IPython says of the cell that runs."""

    def __init__(self) -> None:
        self.parent: dict[str, Any] = {}
        self.runs = 0

    def run(self, code: str, cell: str | None = None) -> None:
        self.runs += 1
        self.parent = {
            "header": {"msg_id": f"run-{self.runs}"},
            "metadata": {} if cell is None else {"cellId": cell},
            "content": {"code": code},
        }

    def get_parent(self) -> dict[str, Any]:
        return self.parent


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(cells, "_held", {})
    return shell


@pytest.mark.parametrize("cell", [None, "cell-1"])
def test_the_same_cell_again_closes_its_older_labs(shell: Shell, cell: str | None) -> None:
    shell.run("a = Lab(); b = Lab()", cell)
    before = listening()
    with Lab() as a, Lab() as b:
        assert not a.closed
        assert not b.closed
        shell.run("a = Lab(); b = Lab()", cell)
        with Lab() as c, Lab() as d:
            assert a.closed
            assert b.closed
            assert not c.closed
            assert not d.closed
            assert listening() - before == {*c.ports.values(), *d.ports.values()}


def test_a_cell_is_the_same_when_its_text_was_edited(shell: Shell) -> None:
    shell.run("lab = Lab()", "cell-1")
    with Lab() as old:
        shell.run("lab = Lab(keep=9)", "cell-1")
        with Lab():
            assert old.closed


def test_another_cell_closes_nothing(shell: Shell) -> None:
    shell.run("lab = Lab()", "cell-1")
    with Lab() as one:
        shell.run("lab = Lab()", "cell-2")
        with Lab() as two:
            assert not one.closed
            assert not two.closed


def test_the_port_of_the_older_lab_is_free_for_the_newer(shell: Shell) -> None:
    shell.run("lab = Lab(...)")
    with Lab() as old:
        shell.run("lab = Lab(...)")
        with Lab(ports=old.ports) as new:
            assert new.ports == old.ports


def test_a_cell_that_failed_can_be_run_again(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shell.run("lab = Lab(...)")
        with pytest.raises(LabError) as caught:
            Lab(ports={"imap": port})
    # As in a notebook, the traceback keeps the lab that never was.
    assert any("self" in entry.frame.f_locals for entry in caught.traceback)
    shell.run("lab = Lab(...)")
    with Lab(ports={"imap": port}) as lab:
        assert lab.ports["imap"] == port


def test_outside_a_notebook_no_lab_closes_another(monkeypatch: pytest.MonkeyPatch) -> None:
    for ipython in (SimpleNamespace(get_ipython=lambda: None), None):
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        with Lab() as one, Lab():
            assert not one.closed


# A real one


class Kernel:
    """A kernel, and what its cells print."""

    def __init__(self, manager: Any) -> None:
        self.manager = manager
        self.client = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)

    def run(self, code: str, *, interrupt_at: str | None = None) -> str:
        """Run a cell; return what it printed, and the name of its error if it failed."""
        text = ""

        def hear(message: dict[str, Any]) -> None:
            nonlocal text
            if message["msg_type"] == "stream":
                before, text = text, text + message["content"]["text"]
                if interrupt_at and interrupt_at in text and interrupt_at not in before:
                    self.manager.interrupt_kernel()

        reply = self.client.execute_interactive(code, timeout=SECONDS, output_hook=hear)
        return text + str(reply["content"].get("ename", ""))

    def start_lab(self) -> set[int]:
        return set(json.loads(self.run(FIRST)).values())

    def listening(self) -> set[int]:
        return listening(int(self.run("import os\nprint(os.getpid())")))

    def restart(self) -> None:
        self.manager.restart_kernel()
        self.client.wait_for_ready(timeout=SECONDS)


@contextmanager
def kernel() -> Iterator[Kernel]:
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    started = Kernel(manager)
    try:
        yield started
    finally:
        started.client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


@pytest.mark.notebook
def test_a_real_kernel() -> None:
    with kernel() as notebook, kernel() as other:
        own = notebook.listening()  # what Jupyter speaks to the kernel through
        older = notebook.start_lab()
        assert notebook.listening() == own | older
        elsewhere = other.start_lab()
        newer = notebook.start_lab()
        assert notebook.listening() == own | newer
        assert elsewhere < other.listening()
        assert notebook.run(
            "import threading\n"
            "print([each.name for each in threading.enumerate()].count('labserver'))"
        ).strip() == "1"  # fmt: skip

        notebook.run("imap = lab.device('laptop').dial('imap')\nimap.send('a1 LOGIN bob tulip')")
        notebook.run("imap.send('a2 SELECT INBOX')\nimap.send('a3 IDLE')")
        waited = notebook.run("print('waiting')\nimap.listen()", interrupt_at="waiting")
        assert waited.endswith("KeyboardInterrupt")
        assert "a3 OK" in notebook.run("imap.send('DONE')")
        assert "a4 OK" in notebook.run("imap.send('a4 LOGOUT')")

        notebook.restart()
        anew = notebook.listening()
        assert len(anew) == len(own)
        assert elsewhere < other.listening()
        assert notebook.start_lab() == notebook.listening() - anew
