"""A JupyterLab of its own for the tests: private settings, a free port, a folder of notebooks."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_SECONDS = 90.0
END_SECONDS = 20.0
TRIES = 3
PRIVATE = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "IPYTHONDIR",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JupyterLab:
    """A running server: where it answers, and the folder whose notebooks it shows."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def add(self, notebook: Path, name: str | None = None) -> str:
        """Put a copy of a notebook into the folder; return the name to open it by."""
        copied = shutil.copyfile(notebook, self.folder / (name or notebook.name))
        return copied.name


@contextlib.contextmanager
def running_jupyter(place: Path) -> Iterator[JupyterLab]:
    """Start JupyterLab under `place`, give it when it answers, and end it with its kernels.

    Raises RuntimeError, with the log, when it does not start.
    """
    folder = place / "notebooks"
    folder.mkdir()
    _ask_nothing(place / "jupyterlab_settings_dir")
    env = dict(os.environ) | {name: str(place / name.lower()) for name in PRIVATE}
    env.pop("JUPYTER_TOKEN", None)
    log = place / "jupyter.log"
    for _ in range(TRIES):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with log.open("ab") as out:
            process = subprocess.Popen(
                command(port, folder), cwd=folder, env=env, stdout=out, stderr=out
            )
        try:
            if answers(url, process):
                yield JupyterLab(url=url, folder=folder, process=process)
                return
        finally:
            end(process)
    raise RuntimeError("JupyterLab did not start:\n" + log.read_text(errors="replace")[-4000:])


def _ask_nothing(settings: Path) -> None:
    """Answer JupyterLab's question about news in advance: it would cover part of the page."""
    folder = settings / "@jupyterlab" / "apputils-extension"
    folder.mkdir(parents=True)
    answer = '{"fetchNews": "false", "checkForUpdates": false}\n'
    (folder / "notification.jupyterlab-settings").write_text(answer)


def command(port: int, folder: Path) -> list[str]:
    """Return the command line of a JupyterLab that asks for nothing and fetches nothing."""
    words = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1"]
    words += [f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}"]
    words += ["--IdentityProvider.token=", "--ServerApp.password=", "--expose-app-in-browser"]
    words += ["--ServerApp.contents_manager_class=labserver.course.jupyter.contents.Contents"]
    words += ["--LabApp.news_url=None"]
    words += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    words += ["--LabApp.extension_manager=readonly"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")
    return words


def free_port() -> int:
    """Return a port that was free a moment ago; who is overtaken tries again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Wait until the server answers; False when it ended or never did."""
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url + "/api/status", timeout=5) as reply:
                return bool(reply.status == 200)
        except (OSError, HTTPException):  # not yet: refused, reset, too slow, or another's port
            pass
        time.sleep(0.1)
    return False


def end(process: subprocess.Popen[bytes]) -> None:
    """End the server; it ends its kernels."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
