"""Mail on its way from one server of the lab to the other, and what is told when it fails.

`runner` empties the queues; `conversation` is one connection to the next server, on `line`, with
what `needs` says that the message needs there; `report` is what its sender is told.
"""
