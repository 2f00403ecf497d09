"""What a test does with a notebook in the browser: open, run, look, change the light."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, ViewportSize

WIDE: ViewportSize = {"width": 1400, "height": 1000}
NARROW: ViewportSize = {"width": 480, "height": 900}
SCREENS = Path(__file__).resolve().parents[2] / "test-screens"
WAIT_MS = 60_000

IDLE = """() => {
    const kernel =
        window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel;
    return kernel?.status === 'idle' && kernel?.connectionStatus === 'connected';
}"""
RUN_CELL = """async index => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    await window.jupyterapp.commands.execute('notebook:run-cell');
}"""
START_CELL = f"index => {{ void ({RUN_CELL})(index); }}"
CELLS = ".jp-Notebook .jp-Cell"
JUPYTERS_OWN = "Could not restore the debugger state: "
"""What JupyterLab itself says when a kernel restarts while it asks for its debugger."""


@dataclass(slots=True)
class Seen:
    """What went past while a page was open, and should not have."""

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def watch(self, page: Page, host: str) -> None:
        """Note errors of the page, and requests to any host but `host`."""

        def console(message: ConsoleMessage) -> None:
            if message.type == "error" and not message.text.startswith(JUPYTERS_OWN):
                self.errors.append(message.text)

        def failed(error: Error) -> None:
            self.errors.append(str(error))

        def asked(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme not in ("data", "blob") and parts.hostname != host:
                self.foreign.append(request.url)

        page.on("console", console)
        page.on("pageerror", failed)
        page.on("request", asked)


def wait_idle(page: Page) -> None:
    """Wait until the kernel has nothing to do."""
    page.wait_for_function(IDLE, timeout=WAIT_MS)


def open_notebook(page: Page, name: str) -> None:
    """Open a notebook of the server's folder on its own, with its kernel ready."""
    page.goto(f"/doc/tree/{quote(name)}?reset", timeout=WAIT_MS)
    page.wait_for_selector(CELLS, timeout=WAIT_MS)
    page.wait_for_selector("body[data-jp-theme-name]", state="attached", timeout=WAIT_MS)
    wait_idle(page)


def run_all(page: Page) -> None:
    """Run every cell and wait until all have ended."""
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_idle(page)


def run_cell(page: Page, index: int) -> None:
    """Run one cell, counted from 0 and with the text cells, and wait until it has ended."""
    page.evaluate(RUN_CELL, index)
    wait_idle(page)


def start_cell(page: Page, index: int) -> None:
    """Start one cell, counted as by `run_cell`, and do not wait for its end."""
    page.evaluate(START_CELL, index)


def cell(page: Page, index: int) -> Locator:
    """Return one cell, counted from 0 and with the text cells."""
    return page.locator(f'{CELLS}[data-windowed-list-index="{index}"]')


def output(page: Page, index: int) -> Locator:
    """Return what stands below one cell."""
    return cell(page, index).locator(".jp-OutputArea-output")


def set_theme(page: Page, theme: Literal["Light", "Dark"]) -> None:
    """Switch JupyterLab to its light or its dark theme."""
    name = f"JupyterLab {theme}"
    page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", name
    )
    # Attached, not visible: JupyterLab's body has no size of its own.
    page.wait_for_selector(f'body[data-jp-theme-name="{name}"]', state="attached", timeout=WAIT_MS)


def take_screen(page: Page, name: str) -> Path:
    """Save what the page shows, to be looked at; return the file."""
    SCREENS.mkdir(exist_ok=True)
    path = SCREENS / f"{name}.png"
    page.screenshot(path=path)
    return path
