"""Connections: TCP and in memory, with the tap and the connection faults as one filter."""

from labserver.wire.callers import YOU
from labserver.wire.clear import Clear
from labserver.wire.errors import CannotListen, PortTaken, UnknownConnection, WireError
from labserver.wire.joined import Joined
from labserver.wire.memory import MemoryConnection
from labserver.wire.service import Carried, Service
from labserver.wire.tls import Certificates, server_context
from labserver.wire.wire import Wire

__all__ = [
    "YOU",
    "CannotListen",
    "Carried",
    "Certificates",
    "Clear",
    "Joined",
    "MemoryConnection",
    "PortTaken",
    "Service",
    "UnknownConnection",
    "Wire",
    "WireError",
    "server_context",
]
