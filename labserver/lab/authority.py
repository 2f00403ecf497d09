"""The lab's own certificate authority, and what a client needs to believe it.

Keys are the one thing in a lab that does not repeat: they come from the machine's own chance, and
nothing of them gets into the log. None is made before somebody asks.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import finalize

from labserver.wire import server_context

if TYPE_CHECKING:
    from trustme import CA

__all__ = ["Authority", "Trust"]

_HERE = ("localhost", "127.0.0.1", "::1")
"""What programs on this machine call every server of the lab."""

_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - these are no names
_NAME = "Mail Protocol Lab"


@dataclass(frozen=True, slots=True)
class Trust:
    """The certificate of a lab's authority.

    `pem` is its text, `file` holds the same until the lab is closed. Who trusts it can verify the
    servers by their names, and as localhost, 127.0.0.1 and ::1.
    """

    pem: str = field(repr=False)
    file: Path

    def context(self) -> ssl.SSLContext:
        """Return a new context for a client that trusts this authority and no other."""
        return ssl.create_default_context(cadata=self.pem)


class Authority:
    """Vouches for the servers of one lab: `labserver.wire.Certificates`.

    `also` is what the servers are called besides their own names: where they listen.
    """

    def __init__(self, also: str = "") -> None:
        self._names = _HERE if also in _EVERYWHERE or also in _HERE else (*_HERE, also)
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._sweep: finalize[[], Authority] | None = None

    @cached_property
    def _ca(self) -> CA:
        import trustme  # brings cryptography, which is slow to import

        return trustme.CA(organization_name=_NAME, organization_unit_name="Lab authority")

    def context(self, host: str) -> ssl.SSLContext:
        """Return what the server named `host` begins TLS with."""
        context = self._contexts.get(host)
        if context is None:
            # A common name tells nobody anything any more, but there are programs that want one.
            certificate = self._ca.issue_cert(
                host,
                *self._names,
                common_name=host,
                organization_name=_NAME,
                organization_unit_name="Servers",
            )
            context = server_context()
            certificate.configure_cert(context)
            self._contexts[host] = context
        return context

    @cached_property
    def trust(self) -> Trust:
        """What a client needs to verify the servers."""
        pem = self._ca.cert_pem.bytes()
        handle, name = tempfile.mkstemp(prefix="mail-lab-", suffix=".pem")
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        path = Path(name)
        # Runs at the end of the process too, when nobody has closed the lab.
        self._sweep = finalize(self, path.unlink, missing_ok=True)
        return Trust(pem.decode("ascii"), path)

    def close(self) -> None:
        """Remove the file."""
        if self._sweep is not None:
            self._sweep()
