"""The lesson says the same each time, on a machine that is busy."""

from __future__ import annotations

import ast
import io
import smtplib
import subprocess
import sys
from contextlib import contextmanager, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from labserver import Lab
from labserver.faults import Answer, Refuse
from labserver.widgets.base import LabWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labserver.smtp.relay.settled import Settled
    from tests.conftest import Repetitions

LESSONS = Path(__file__).parents[2] / "notebooks"
BURN = "while True: sum(range(10000))"
BURNERS = 3


@contextmanager
def busy_machine() -> Iterator[None]:
    """Keep the processors busy."""
    burners = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(BURNERS)]
    try:
        yield
        assert all(each.poll() is None for each in burners)
    finally:
        for each in burners:
            each.kill()
            each.wait()


def cells(lesson: str) -> list[ast.Module]:
    """Return the cells of a lesson's steps: they have one lab, each exercise has its own."""
    notebook = nbformat.read(LESSONS / lesson, as_version=4)  # type: ignore[no-untyped-call]
    return [
        ast.parse(cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.tags[0].startswith("step-")
    ]


def faces(value: Any) -> str:
    """Return what a page would show of the value of a cell."""
    if isinstance(value, LabWidget):
        data, _ = value._repr_mimebundle_()
        return f"{data['text/html']}\n{data['text/plain']}"
    return repr(value)


def run(lesson: list[ast.Module]) -> tuple[list[Any], list[str]]:
    """Run the cells; return the log, and of each cell what it printed and its value's text."""
    space: dict[str, Any] = {}
    shown = []
    try:
        for cell in lesson:
            body = list(cell.body)
            last = body.pop() if isinstance(body[-1], ast.Expr) else None
            with redirect_stdout(io.StringIO()) as printed:
                exec(compile(ast.Module(body, []), "cell", "exec"), space)
                if isinstance(last, ast.Expr):
                    value = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
                    if value is not None:
                        print(faces(value))
            shown.append(printed.getvalue())
        return list(space["lab"].log), shown
    finally:
        for name in ("replies", "sock", "lab"):
            if name in space:
                space[name].close()


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", ["00-start-here.ipynb", "01-smtp-by-hand.ipynb"])
def test_every_run_gives_one_log_and_one_text(name: str, repetitions: Repetitions) -> None:
    lesson = cells(name)
    with busy_machine():
        log, shown = run(lesson)
        assert len(log) > 100
        assert sum(map(bool, shown)) == len(lesson) - 1, "only the start shows nothing"
        for number in range(2, repetitions() + 1):
            again, shown_again = run(lesson)
            assert shown_again == shown, f"run {number} prints something else"
            assert again == log, f"run {number} has another log"


def post(lab: Lab, *to: str) -> None:
    port = lab.ports["submission"]
    with smtplib.SMTP("127.0.0.1", port, local_hostname="laptop", timeout=60) as server:
        server.login("alice", "orchid")
        server.sendmail("alice@home.example", to, b"Subject: Hi\r\n\r\n.\r\n")


def days_between_servers() -> tuple[list[Any], list[Settled], dict[str, list[bytes]]]:
    """Relay, forward, bounce and retry; return the log, what was done, and the mail."""
    people = {"alice": "orchid", "bob": "tulip", "carol@work.example": "rose"}
    with Lab(accounts=people) as lab:
        lab.forward("bob", to="carol@work.example", rewrite_sender=True)
        lab.mailing_list("team", "bob", "gone@work.example", owner="alice")
        lab.alias("sales@work.example", "carol@work.example", "nobody@home.example")
        lab.faults.add(Refuse(protocol="smtp", device="mail.home.example"))
        reply = "451 4.3.0 Not now"
        lab.faults.add(
            Answer(protocol="smtp", command=".", reply=reply, device="mail.home.example")
        )
        post(lab, "carol@work.example", "nobody@work.example", "bob@home.example")
        post(lab, "team@home.example")
        settled = [lab.settle(timedelta(minutes=10))]
        post(lab, "sales@work.example")
        settled.append(lab.settle())
        mail = {each: [m.octets for m in lab.messages(each)] for each in people}
        return list(lab.log), settled, mail


@pytest.mark.timeout(1200)
def test_mail_between_servers_gives_one_log(repetitions: Repetitions) -> None:
    with busy_machine():
        log, settled, mail = days_between_servers()
        assert settled[0].waiting
        assert not settled[1].waiting
        assert {each.how for each in settled[1].handled} == {"relayed", "delivered", "bounced"}
        assert all(mail.values())
        for number in range(2, repetitions() + 1):
            assert days_between_servers() == (log, settled, mail), f"run {number} is another"
