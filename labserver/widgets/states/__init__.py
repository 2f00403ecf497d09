"""The states of a protocol, drawn from the server's own table, with the way a session took."""

from labserver.widgets.states.widget import StateDiagram

__all__ = ["StateDiagram"]
