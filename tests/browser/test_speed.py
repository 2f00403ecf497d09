"""How fast the pictures are. It is told and never demanded: `python benchmarks/run.py page`."""

from __future__ import annotations

import json
from bisect import bisect_left
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from nbformat import v4, write

from labserver import events as e
from labserver.course.notebooks.committed import KERNELSPEC
from labserver.widgets import MailMap, mailmap
from tests.browser.alone import change, show
from tests.browser.lab_page import open_notebook, output, run_cell
from tests.snapshot.scenes import BOB
from tests.widgets.test_mailmap import crowd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Browser, Page

    from tests.browser.jupyter import JupyterLab

FOLDER = Path(mailmap.__file__).parent
CHANGES = 200

# What an IMAP client says over TCP, at its own pace; on a thread, so that cells can come and go.
CLIENT = """
import json, socket, threading, time
from labserver import Lab, events
lab = Lab()
for name in {devices}:
    lab.device(name)
for n in range({messages}):
    lab.load(f'Subject: {{n}}\\r\\n\\r\\nHello\\r\\n'.encode())
line = socket.create_connection(('127.0.0.1', lab.ports['imap']))
heard = line.makefile('rb')

def say(tag, words):
    line.sendall(f'{{tag}} {{words}}\\r\\n'.encode())
    while not heard.readline().startswith(tag.encode()):
        pass

heard.readline()
say('in', 'LOGIN bob tulip')
say('box', 'SELECT INBOX')

def changes(count, pause):
    global stamps
    stamps = []
    for n in range(count):
        time.sleep(pause)
        last, sent = lab.log.last, time.time() * 1000
        say(f'c{{n}}', f'STORE {{n % 3 + 1}} {{"+-"[n // 3 % 2]}}FLAGS (\\\\Flagged)')
        entries = lab.log.since(last)
        number, = (each.number for each in entries if isinstance(each.event, events.FlagsChanged))
        stamps.append([number, sent])

def start(count, pause):
    global client
    client = threading.Thread(target=changes, args=(count, pause))
    client.start()
"""
# When the map showed which step of the log: [step, milliseconds since 1970], in order. The page's
# clock is set by the tick of the same clock that the kernel reads.
WATCH = """root => {
    const before = Date.now();
    let tick = before;
    while (tick === before) tick = Date.now();
    const offset = tick - performance.now();
    window.lmShown = [];
    const note = () => window.lmShown.push([Number(root.dataset.step), offset + performance.now()]);
    new MutationObserver(note).observe(root, { attributeFilter: ['data-step'] });
}"""
LONG = """from labserver import Lab
from labserver.lab.services import services
lab = Lab()
for n in range(30):
    lab.load(f'Subject: {n}\\r\\n\\r\\nx\\r\\n'.encode())
line = lab.call(lambda _: lab._server.wire.memory(services()['imap'], 'laptop'))
lab.call(lambda _: line.send(b'a LOGIN bob tulip\\r\\nb SELECT INBOX\\r\\n'))
n = 0
while lab.log.last < 10_000:
    n += 1
    sign = '+-'[n // 30 % 2]
    said = f'c{n} STORE {n % 30 + 1} {sign}FLAGS (\\\\Flagged)\\r\\n'.encode()
    lab.call(lambda _: line.send(said))"""
TIME_STEPS = """async keys => {
    const root = document.querySelector('.lm-replay');
    const map = document.querySelector('.lm-map');
    const took = [];
    for (const key of keys) {
        const before = root.dataset.step;
        const begun = performance.now();
        const moved = new Promise(done => {
            const look = () => {
                if (root.dataset.step !== before && map.dataset.step === root.dataset.step) done();
            };
            const watcher = new MutationObserver(look);
            for (const each of [root, map]) watcher.observe(each, { attributes: true });
        });
        root.querySelector('input').dispatchEvent(
            new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        await moved;
        took.push(performance.now() - begun);
        // A person looks in between; and the widget manager sends nothing before it has heard that
        // the kernel is at rest.
        await new Promise(done => setTimeout(done, 100));
    }
    return took;
}"""

ROUND_TRIPS = """async count => {
    const { kernel } = jupyterapp.shell.currentWidget.context.sessionContext.session;
    const took = [];
    for (let n = 0; n < count; n += 1) {
        const begun = performance.now();
        await kernel.requestKernelInfo();
        took.push(performance.now() - begun);
        await new Promise(done => setTimeout(done, 100));
    }
    return took;
}"""


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str, Sequence[float], float], None]:
    """Prints a figure: what was measured, each time it took (in ms), and what is aimed at."""

    def told(what: str, took: Sequence[float], aim: float) -> None:
        over = sum(each > aim for each in took)
        with capsys.disabled():
            print(
                f"\n  {what}: median {median(took):.1f} ms, longest {max(took):.1f} ms,"
                f" {over} of {len(took)} over {aim:.0f} ms",
                end="",
            )

    return told


@pytest.fixture
def notebook(jupyter_lab: JupyterLab, tmp_path: Path) -> Callable[..., str]:
    """Makes a notebook of code cells."""

    def made(*sources: str) -> str:
        cells = [v4.new_code_cell(source) for source in sources]
        path = tmp_path / f"{tmp_path.name}.ipynb"
        write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC}), path)
        return jupyter_lab.add(path)

    return made


@pytest.mark.parametrize("where", ["idle", "blocked"])
@pytest.mark.parametrize(("messages", "devices"), [(3, 2), (1000, 5)])
def test_from_a_command_to_the_page(
    page: Page,
    notebook: Callable[..., str],
    tell: Callable[[str, Sequence[float], float], None],
    where: str,
    messages: int,
    devices: int,
) -> None:
    """From before a client sends a command that changes a flag, until the page has the change."""
    few = messages > 100
    count, pause = (CHANGES // 4, 0.4) if few else (CHANGES, 0.1)
    wait = "client.join()" if where == "blocked" else "pass"
    cells = (
        CLIENT.format(messages=messages, devices=[f"device-{n}" for n in range(devices)]),
        "lab.map()",
        f"start({count}, {pause})\n{wait}",
        "client.join()\ntime.sleep(1)",
        "print(json.dumps(stamps))\nlab.close()",
    )
    open_notebook(page, notebook(*cells))
    run_cell(page, 0)
    run_cell(page, 1)
    page.locator(".lm-map").evaluate(WATCH)
    run_cell(page, 2)
    page.wait_for_timeout(count * pause * 1000 if where == "idle" else 0)
    run_cell(page, 3)
    shown: list[list[float]] = page.evaluate("() => window.lmShown")
    run_cell(page, 4)
    stamps: list[list[float]] = json.loads(output(page, 4).inner_text())
    steps = [step for step, _ in shown]
    assert steps == sorted(steps), "the map never goes back"
    assert len(stamps) == count
    took = [shown[bisect_left(steps, number)][1] - sent for number, sent in stamps]
    tell(f"command to page, {messages:,} messages, the kernel {where}", took, 50)


@pytest.mark.parametrize("width", [1100, 1700])
def test_a_thousand_messages_and_six_places(
    browser: Browser, tell: Callable[[str, Sequence[float], float], None], width: int
) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    stage = crowd(1000, odd=True)
    for name in ("phone", "tablet", "desk", "work"):
        stage.now(e.DeviceAdded(device=name, owner=BOB))
    n = stage.imap("phone")
    widget = MailMap(stage, BOB, live=False)
    drawn = [show(page, widget, FOLDER) for _ in range(9)]
    took = []
    for uid in range(2, 40):
        stage.log.append(e.Line(connection=n, direction="C", data=b"a STORE\r\n"))
        stage.log.append(
            e.FlagsChanged(
                account=BOB, mailbox="INBOX", uid=uid, flags=("\\Flagged",), connection=n
            )
        )
        took.append(change(page, MailMap(stage, BOB, live=False)))
    mode = page.locator(".lm-map").get_attribute("data-mode")
    page.context.close()
    assert mode in ("wide", "matrix")
    tell(f"1,000 messages and 6 places drawn, {mode}", drawn, 150)
    tell(f"1,000 messages and 6 places, a change, {mode}", took, 16)


def test_a_step_among_ten_thousand(
    page: Page,
    notebook: Callable[..., str],
    tell: Callable[[str, Sequence[float], float], None],
) -> None:
    cells = (LONG, "from ipywidgets import VBox\nVBox([lab.replay(), lab.map()])")
    open_notebook(page, notebook(*cells))
    run_cell(page, 0)
    run_cell(page, 1)
    page.locator(".lm-replay").wait_for()
    tell("there and back with nothing to do, Jupyter's own", page.evaluate(ROUND_TRIPS, 60), 50)
    for name, keys in (
        ("back", ["ArrowLeft"] * 60),
        ("on", ["Home", *["ArrowRight"] * 40]),
    ):
        took = page.evaluate(TIME_STEPS, keys)
        assert len(took) == len(keys)
        tell(f"10,000 events, a step {name}", took, 50)


def test_the_saved_face(tell: Callable[[str, Sequence[float], float], None]) -> None:
    stage = crowd(50, odd=True)
    stage.pop()
    snapshot = stage.snapshot()
    stage.snapshot = lambda step=None: snapshot  # type: ignore[method-assign] # folded once, as in a lab
    took = []
    for _ in range(50):
        widget = MailMap(stage, BOB, live=False)
        begun = perf_counter()
        html = widget.html()
        took.append((perf_counter() - begun) * 1000)
    assert "50 messages" in html
    tell("the saved face of 50 messages", took, 20)
