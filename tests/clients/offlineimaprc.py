"""What offlineimap is told of the lab: one account, between a Maildir and the server."""

from __future__ import annotations

__all__ = ["offlineimaprc"]

_FILE = """
[general]
accounts = Lab
ui = ttyui
metadata = ~/metadata

[Account Lab]
localrepository = Disk
remoterepository = Server

[Repository Disk]
type = Maildir
localfolders = ~/mail

[Repository Server]
type = IMAP
remotehost = {host}
remoteport = {port}
remoteuser = bob
remotepass = tulip
"""


def offlineimaprc(port: int, *, host: str = "127.0.0.1", **security: object) -> str:
    """Return its configuration; `security` are settings of the server's section."""
    settings = "".join(f"{name} = {value}\n" for name, value in security.items())
    return _FILE.format(host=host, port=port) + settings
