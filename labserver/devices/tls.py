"""TLS as clients do it: whom they trust, what they say when it fails, how they leave.

No text of OpenSSL's is shown: it changes from version to version.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress

from labserver.devices.errors import TlsFailed

__all__ = ["BLOCK", "PoliteSocket", "nobody", "trouble"]

BLOCK = 65536

_UNKNOWN_ISSUER = "no authority that this device trusts has signed it"
_WHY = {  # By X509_V_ERR_*, the numbers that OpenSSL keeps.
    9: "it is not valid yet",
    10: "it has expired",
    18: _UNKNOWN_ISSUER,
    19: _UNKNOWN_ISSUER,
    20: _UNKNOWN_ISSUER,
    21: _UNKNOWN_ISSUER,
    62: "it names another server",
}


def nobody() -> ssl.SSLContext:
    """Return a client's context that verifies servers and trusts no authority: all of them fail."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def trouble(error: OSError, host: str) -> str:
    """Return why a handshake with `host` failed, in words that are always the same."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = _WHY.get(error.verify_code, "it does not stand its check")
        return f"TLS: the certificate of {host} is not accepted: {why}"
    if isinstance(error, TimeoutError):
        return f"TLS: {host} was silent in the handshake"
    if isinstance(error, ssl.SSLEOFError) or not isinstance(error, ssl.SSLError):
        return "TLS: the connection ended in the handshake"
    return f"TLS: what {host} said in the handshake is no TLS that this device speaks"


class PoliteSocket(ssl.SSLSocket):
    """A socket inside TLS that tells the server when it leaves (RFC 8314 section 3.4).

    A close alert is sent, and the server's own is not waited for.
    """

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - ssl has it so
        """Do the handshake. Raises TlsFailed, the socket being closed."""
        try:
            super().do_handshake(block)
        except OSError as error:
            with suppress(OSError):  # What is left unread would reset the connection.
                super().shutdown(socket.SHUT_WR)  # From here on the socket is a plain one.
                while self.recv(BLOCK):
                    pass
            super().close()
            raise TlsFailed(trouble(error, str(self.server_hostname))) from None

    def shutdown(self, how: int) -> None:
        """Say that nothing more comes, and shut down."""
        self._say_that_it_ends()
        super().shutdown(how)

    def close(self) -> None:
        """Say that nothing more comes, and close."""
        self._say_that_it_ends()
        super().close()

    def _say_that_it_ends(self) -> None:
        # ValueError: there is no TLS, or no longer.
        with suppress(OSError, ValueError):
            self.settimeout(0)
            self.unwrap()
