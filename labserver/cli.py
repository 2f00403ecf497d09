"""The lab outside a notebook: `python -m labserver serve`."""

from __future__ import annotations

import json
import queue
import signal
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labserver.errors import LabError

if TYPE_CHECKING:
    from labserver.lab import Lab
    from labserver.store import Store

__all__ = ["main"]

KEEP = 10_000
"""Entries of the log that a server without an end holds on to."""

_PORT = click.IntRange(0, 65535)
_WAKE = 0.5  # seconds; Windows delivers a signal to Python between two waits only


class _WrongAccount(click.ClickException):
    """What --account says cannot be done: wrong use, told in one line."""

    exit_code = 2


def _accounts(
    _context: click.Context, _parameter: click.Parameter, given: Iterable[str]
) -> dict[str, str]:
    accounts: dict[str, str] = {}
    for text in given:
        name, _, password = text.partition(":")
        if not name or not password:
            # The text is not repeated: there may be a password in it.
            raise _WrongAccount("--account wants NAME:PASSWORD, neither of them empty")
        if name in accounts:
            raise _WrongAccount(f"--account names {name!r} twice")
        accounts[name] = password
    return accounts


def _without(
    _context: click.Context, _parameter: click.Parameter, given: Iterable[str]
) -> dict[str, list[str]]:
    without: dict[str, list[str]] = {}
    for text in given:
        listener, _, name = text.partition(":")
        if not listener or not name:
            raise click.BadParameter(f"LISTENER:CAPABILITY, as in imap:IDLE, not {text!r}")
        without.setdefault(listener, []).append(name)
    return without


def _more_ports(
    _context: click.Context, _parameter: click.Parameter, given: Iterable[str]
) -> dict[str, int]:
    ports: dict[str, int] = {}
    for text in given:
        listener, _, port = text.rpartition(":")
        if not listener or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise click.BadParameter(f"LISTENER:PORT, as in imap@work.example:1143, not {text!r}")
        ports[listener] = int(port)
    return ports


@click.group()
def main() -> None:
    """Mail Protocol Lab: a mail server for learning and for tests, on this machine."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--smtp", type=_PORT, default=0, help="Port for receiving mail (SMTP).")
@click.option("--submission", type=_PORT, default=0, help="Port for submitting mail (SMTP).")
@click.option("--submissions", type=_PORT, default=0, help="Port for the same inside TLS.")
@click.option("--pop3", type=_PORT, default=0, help="Port for POP3.")
@click.option("--pop3s", type=_PORT, default=0, help="Port for POP3 inside TLS.")
@click.option("--imap", type=_PORT, default=0, help="Port for IMAP.")
@click.option("--imaps", type=_PORT, default=0, help="Port for IMAP inside TLS.")
@click.option(
    "--port",
    "more_ports",
    multiple=True,
    metavar="LISTENER:PORT",
    callback=_more_ports,
    help="Port of any listener, as in imap@work.example:1143; may be repeated.",
)
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="NAME:PASSWORD",
    callback=_accounts,
    help="Someone with a mailbox; may be repeated. Without any, a store that is empty gets"
    " alice:orchid and bob:tulip.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="LISTENER:CAPABILITY",
    callback=_without,
    help="A capability that shall not be offered, as in imap:IDLE; may be repeated.",
)
@click.option("--store", type=click.Path(), help="File to keep the mail in (else in memory).")
@click.option(
    "--authority",
    type=click.Path(path_type=Path),
    help="File to write the certificate to that clients need to verify the server's.",
)
@click.option(
    "--cleartext-auth/--no-cleartext-auth",
    default=True,
    show_default=True,
    help="Whether passwords may cross a connection outside TLS.",
)
@click.option(
    "--pop3-delete-after-retr",
    is_flag=True,
    help="Remove at QUIT what POP3 has retrieved (RFC 1939 section 8).",
)
def serve(  # noqa: PLR0913 - each is a choice of its own, all by name
    *,
    host: str,
    accounts: dict[str, str],
    without: dict[str, list[str]],
    store: str | None,
    authority: Path | None,
    cleartext_auth: bool,
    pop3_delete_after_retr: bool,
    more_ports: dict[str, int],
    **ports: int,
) -> None:
    """Serve mail until Ctrl-C or SIGTERM, in real time.

    Ports left out (or 0) are chosen free. When everything listens, one line of JSON on standard
    output says so: {"ready": true, "ports": {"smtp": ..., "submission": ..., ...}}. An account
    NAME may log in as NAME or NAME@home.example.
    """
    from labserver.lab import Lab

    stop = _ending()
    try:
        lab = Lab(
            clock="system",
            accounts={},
            store=":memory:" if store is None else store,
            host=host,
            ports=ports | more_ports,
            keep=KEEP,
            without=without,
            cleartext_auth=cleartext_auth,
            pop3_delete_after_retr=pop3_delete_after_retr,
        )
    except LabError as error:
        raise click.ClickException(str(error)) from error
    with lab:
        _admit(lab, accounts)
        if authority is not None:
            _write(lab, authority)
        click.echo(json.dumps({"ready": True, "ports": lab.ports}))  # click flushes
        _wait(stop)


def _admit(lab: Lab, given: Mapping[str, str]) -> None:
    from labserver.lab.lab import ACCOUNTS
    from labserver.store import BadCredentials

    def admit(store: Store) -> None:
        accounts = given
        if not accounts and not store.accounts.all():
            accounts = ACCOUNTS
        for login, password in accounts.items():
            if store.accounts.find(login) is None:
                store.accounts.add(login, password)
                continue
            try:
                store.accounts.check(login, password)
            except BadCredentials:
                # Never changed in silence: someone else's mail may be behind it.
                raise LabError(f"{login!r} has another password already") from None

    try:
        lab.call(admit)
    except LabError as error:
        raise _WrongAccount(f"--account: {error}") from error


def _write(lab: Lab, authority: Path) -> None:
    try:
        authority.write_text(lab.trust.pem, "ascii")
    except OSError as error:
        raise click.ClickException(f"--authority: {error.strerror}: {authority}") from error


def _ending() -> queue.SimpleQueue[int]:
    """Return where the signals arrive that end the server."""
    stop: queue.SimpleQueue[int] = queue.SimpleQueue()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):  # the last is Windows' Ctrl-Break
        number = getattr(signal, name, None)
        if number is not None:
            # The only queue whose put() may run in a signal handler: it takes no lock.
            signal.signal(number, lambda signum, _frame: stop.put(signum))
    return stop


def _wait(stop: queue.SimpleQueue[int]) -> None:
    while True:
        try:
            stop.get(timeout=_WAKE)
        except queue.Empty:
            continue
        return
