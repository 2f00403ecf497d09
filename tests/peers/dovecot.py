"""Dovecot as an ordinary process: loopback, an ephemeral port, a temporary folder, no root needed.

    with dovecot() as peer:
        socket.create_connection(peer.address)

Any user may log in, with the one password; each has a mailbox of his own, empty at first. What is
not told here is Dovecot's default, fsync included. Its own user is the one who starts it; root
starts it as nobody, since Dovecot touches no mail as root.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ABSENT", "HOST", "PASSWORD", "Dovecot", "dovecot", "find_dovecot", "must_run"]

HOST = "127.0.0.1"
PASSWORD = "tulip"
ABSENT = "no Dovecot with IMAP; on Debian: sudo apt install dovecot-imapd"

_IMAP = Path("/usr/lib/dovecot/imap")
_SECONDS = 20.0
_TRIES = 3

_CONFIGURATION = """\
protocols = imap
listen = {host}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
mail_home = {folder}/home/%u
mail_location = {mailboxes}:~/mail
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_max_userip_connections = 500
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service auth {{
  client_limit = 1000
}}
service anvil {{
  chroot =
  client_limit = 1000
}}
service imap-login {{
  chroot =
  process_limit = 500
  inet_listener imap {{
    port = {port}
  }}
}}
service imap {{
  process_limit = 500
}}
{settings}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dovecot:
    """A running Dovecot: its master process, its port, and the folder that all it writes is in."""

    pid: int
    port: int
    folder: Path

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return HOST, self.port

    @property
    def log(self) -> str:
        """What it has had to say so far."""
        path = self.folder / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""


class _NotReady(Exception):
    """It ended, or never answered; with its log."""


def find_dovecot() -> str | None:
    """Return the path of Dovecot's master program, or None if it or its IMAP is not installed."""
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return found if _IMAP.exists() else None


def must_run() -> bool:
    """Say whether a test that needs Dovecot may not be skipped."""
    return os.environ.get("CI") == "true"


@contextlib.contextmanager
def dovecot(mailboxes: str = "maildir", settings: str = "") -> Iterator[Dovecot]:
    """Start Dovecot, wait until it greets, and stop it at the end; its folder goes too.

    `mailboxes` is the format (maildir, sdbox, ...), `settings` are lines put after all others.
    Raises RuntimeError, with the log, if it does not start.
    """
    program = find_dovecot()
    if program is None:
        raise RuntimeError(ABSENT)
    for left in reversed(range(_TRIES)):
        with contextlib.ExitStack() as stack:
            try:
                peer = _start(stack, program, mailboxes, settings)
            except _NotReady as error:
                # Between choosing a port and listening on it somebody else may have taken it.
                if left:
                    continue
                raise RuntimeError(f"Dovecot does not start: {error}") from None
            yield peer
            return


def _start(stack: contextlib.ExitStack, program: str, mailboxes: str, settings: str) -> Dovecot:
    owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    gid = owner.pw_gid if os.getuid() == 0 else os.getgid()
    port = _free_port()
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            host=HOST,
            folder=folder,
            mailboxes=mailboxes,
            uid=owner.pw_uid,
            gid=gid,
            user=owner.pw_name,
            group=grp.getgrgid(gid).gr_name,
            password=PASSWORD,
            port=port,
            settings=settings,
        )
    )
    privileges: dict[str, int | list[int]] = {}
    if os.getuid() == 0:
        for path in (folder, configuration):
            os.chown(path, owner.pw_uid, gid)
        privileges = {"user": owner.pw_uid, "group": gid, "extra_groups": []}
    with (folder / "stderr").open("wb") as told:
        process = subprocess.Popen(
            [program, "-F", "-c", str(configuration)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=told,
            cwd=folder,
            env={**os.environ, "TZ": "UTC"},  # in which it shows dates, and searches for days
            **privileges,  # type: ignore[call-overload]
        )
    stack.callback(_stop, process)
    peer = Dovecot(pid=process.pid, port=port, folder=folder)
    _wait(process, peer)
    return peer


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], peer: Dovecot) -> None:
    """Return once it greets."""
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and process.poll() is None:
        # The whole greeting is read: Dovecot would log a connection that is reset.
        with (
            contextlib.suppress(OSError),
            socket.create_connection(peer.address, 5) as one,
            one.makefile("rb") as greeting,
        ):
            if greeting.readline().startswith(b"* OK"):
                return
        time.sleep(0.02)
    told = (peer.folder / "stderr").read_text("utf-8", "replace")
    raise _NotReady(f"{told}{peer.log}".strip() or "no answer")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the master, which ends its children."""
    process.terminate()
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
