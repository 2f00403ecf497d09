"""What listens in the lab: the well-known ports of two mail hosts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from labserver import imap, pop3, smtp
from labserver.errors import LabError
from labserver.events import Listener
from labserver.store import DOMAINS, HOSTS
from labserver.wire import Service

__all__ = ["HOSTS", "MAIL_HOST", "known", "services"]

MAIL_HOST = HOSTS[DOMAINS[0]]
"""The server of the first domain, where devices are at home."""


_INSIDE_TLS: dict[Listener, tuple[Listener, int]] = {
    "submission": ("submissions", 465),
    "pop3": ("pop3s", 995),
    "imap": ("imaps", 993),
}
"""The listeners that have a sister which begins with TLS (RFC 8314 section 3)."""


def services() -> dict[str, Service]:
    """Return every service of the lab, each with what it says when it must hang up.

    The key is the protocol alone for the first domain, and `PROTOCOL@DOMAIN` for the other.
    """
    return {
        service.protocol if domain == DOMAINS[0] else f"{service.protocol}@{domain}": service
        for domain, host in HOSTS.items()
        for service in _services(domain, host)
    }


def known(listener: str, names: Iterable[str]) -> list[str]:
    """Return the names of capabilities. Raises LabError if the listener does not have one."""
    has = {each.protocol: each.capabilities for each in services().values()}
    if listener not in has:
        raise LabError(f"there is no listener {listener!r}; there are {', '.join(has)}")
    found = list(names)
    for name in found:
        if name.upper() not in has[listener]:
            raise LabError(f"{listener} has no capability {name!r} that could be switched off")
    return found


def _services(domain: str, host: str) -> list[Service]:
    found: list[Service] = []
    for plain in _plain(domain, host):
        found.append(plain)
        if plain.protocol in _INSIDE_TLS:
            protocol, port = _INSIDE_TLS[plain.protocol]
            found.append(replace(plain, protocol=protocol, port=port, secure=True))
    return found


def _plain(domain: str, host: str) -> tuple[Service, ...]:
    return (
        Service(
            protocol="smtp",
            port=25,
            host=host,
            domain=domain,
            make=smtp.receiving,
            capabilities=smtp.names(submission=False),
            busy=smtp.busy(host),
            idle=smtp.idle(host),
            closing=smtp.closing(host),
        ),
        Service(
            protocol="submission",
            port=587,
            host=host,
            domain=domain,
            make=smtp.submission,
            capabilities=smtp.names(submission=True),
            busy=smtp.busy(host),
            idle=smtp.idle(host),
            closing=smtp.closing(host),
        ),
        Service(
            protocol="pop3",
            port=110,
            host=host,
            domain=domain,
            make=pop3.Pop3Session,
            capabilities=frozenset(each.name for each in pop3.CAPABILITIES),
            busy=b"-ERR [SYS/TEMP] Too many connections\r\n",
        ),
        Service(
            protocol="imap",
            port=143,
            host=host,
            domain=domain,
            make=imap.ImapSession,
            capabilities=frozenset(
                each.name.upper() for each in imap.CAPABILITIES if not each.base
            ),
            busy=b"* BYE Too many connections\r\n",
            idle=b"* BYE Autologout; idle for too long\r\n",
        ),
    )
