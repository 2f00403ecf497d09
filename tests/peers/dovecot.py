"""Dovecot as an ordinary process: loopback, an ephemeral port, a temporary folder, no root needed.

    with dovecot() as peer:
        socket.create_connection(peer.address)
    with dovecot(also=("lmtp", "pop3")) as peer:
        socket.create_connection((HOST, peer.ports["lmtp"]))

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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ABSENT", "HOST", "PASSWORD", "Dovecot", "dovecot", "find_dovecot", "must_run"]

HOST = "127.0.0.1"
PASSWORD = "tulip"
ABSENT = "no Dovecot with IMAP; on Debian: sudo apt install dovecot-imapd"

_PROGRAMS = Path("/usr/lib/dovecot")
_SECONDS = 20.0
_TRIES = 3

_CONFIGURATION = """\
protocols = {protocols}
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
  args = uid={uid} gid={gid} home={folder}/home/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service auth {{
  client_limit = 2000
}}
service anvil {{
  chroot =
  client_limit = 2000
}}
{services}
{settings}
"""
_LOGIN = """\
service {protocol}-login {{
  chroot =
  process_limit = 500
  inet_listener {protocol} {{
    port = {port}
  }}
}}
service {protocol} {{
  process_limit = 500
}}
"""
_NO_LOGIN = """\
service {protocol} {{
  inet_listener {protocol} {{
    port = {port}
  }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dovecot:
    """A running Dovecot: its master process, its ports, and the folder that all it writes is in."""

    pid: int
    ports: Mapping[str, int]
    folder: Path

    @property
    def port(self) -> int:
        """Where it speaks IMAP."""
        return self.ports["imap"]

    @property
    def address(self) -> tuple[str, int]:
        """Where it speaks IMAP."""
        return HOST, self.port

    @property
    def log(self) -> str:
        """What it has had to say so far."""
        path = self.folder / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""


class _NotReady(Exception):
    """It ended, or never answered; with its log."""


def find_dovecot(*also: str) -> str | None:
    """Return the path of Dovecot's master program.

    None if it or its IMAP is not installed, or one of the protocols that are named.
    """
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return found if all((_PROGRAMS / each).exists() for each in ("imap", *also)) else None


def must_run() -> bool:
    """Say whether a test that needs Dovecot may not be skipped."""
    return os.environ.get("CI") == "true"


@contextlib.contextmanager
def dovecot(
    mailboxes: str = "maildir", settings: str = "", also: Sequence[str] = ()
) -> Iterator[Dovecot]:
    """Start Dovecot, wait until it greets, and stop it at the end; its folder goes too.

    `mailboxes` is the format (maildir, sdbox, ...), `settings` are lines put after all others,
    `also` is what it speaks besides IMAP (lmtp, pop3). Raises RuntimeError, with the log, if it
    does not start.
    """
    program = find_dovecot(*also)
    if program is None:
        wanted = "".join(f" dovecot-{each}d" for each in also)
        raise RuntimeError(ABSENT + wanted)
    for left in reversed(range(_TRIES)):
        with contextlib.ExitStack() as stack:
            try:
                peer = _start(stack, program, (mailboxes, settings), also)
            except _NotReady as error:
                # Between choosing a port and listening on it somebody else may have taken it.
                if left:
                    continue
                raise RuntimeError(f"Dovecot does not start: {error}") from None
            yield peer
            return


def _start(
    stack: contextlib.ExitStack, program: str, how: tuple[str, str], also: Sequence[str]
) -> Dovecot:
    mailboxes, settings = how
    owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    gid = owner.pw_gid if os.getuid() == 0 else os.getgid()
    ports = {protocol: _free_port() for protocol in ("imap", *also)}
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
            protocols=" ".join(ports),
            services="".join(
                (_NO_LOGIN if protocol == "lmtp" else _LOGIN).format(protocol=protocol, port=port)
                for protocol, port in ports.items()
            ),
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
    peer = Dovecot(pid=process.pid, ports=ports, folder=folder)
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
