"""Kernels for those who run notebooks without a screen: to build them, and to prove them."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from traitlets import default

from labserver.course.lessons import read
from labserver.course.notebooks.committed import KERNELSPEC, clean

__all__ = ["client", "execute"]

_CELL_SECONDS = 60


class _Manager(AsyncKernelManager):
    """Speaks to its kernel through files, where the system has them.

    A port that is chosen free can be another's before the kernel takes it: with many kernels and
    mail servers on one machine that does happen.
    """

    @default("transport")
    def _through_files(self) -> str:
        return "tcp" if os.name == "nt" else "ipc"

    @default("ip")
    def _short_name(self) -> str:
        if self.transport == "tcp":
            return str(self._ip_default())
        # Such a file's name has at most some hundred characters.
        return str(Path(tempfile.gettempdir()) / f"kernel-{secrets.token_hex(8)}")


def client(notebook: NotebookNode, folder: Path, *, seconds: int) -> NotebookClient:
    """Return what runs a notebook's cells, in a kernel of its own that works in `folder`."""
    return NotebookClient(
        notebook,
        timeout=seconds,
        kernel_name=KERNELSPEC["name"],
        kernel_manager_class=_Manager,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        coalesce_streams=True,
    )


def execute(path: Path, page: NotebookNode | None = None) -> NotebookNode:
    """Run a lesson's cells in a new kernel; return it cleaned. `page` is run in its place.

    Raises nbclient's CellExecutionError (a cell failed) or CellTimeoutError.
    """
    notebook = page or read(path)
    client(notebook, path.parent, seconds=_CELL_SECONDS).execute()
    return clean(notebook)
