"""What the world looks like: the one fold of the log, and what is read from it.

`fold(log)` gives the world now; `apply` takes it one entry on. `situation` says of each message
where it is, in the words of the picture, and `sentence` says it in a sentence.
"""

from labserver.snapshot.differing import differing
from labserver.snapshot.essential import essential
from labserver.snapshot.fold import EMPTY, apply, fold
from labserver.snapshot.playhead import Playhead
from labserver.snapshot.sentence import describe, sentence
from labserver.snapshot.situation import CellView, Kept, Row, Situation, State, situation
from labserver.snapshot.values import (
    Account,
    Cell,
    Changed,
    Connection,
    Copy,
    Device,
    Epoch,
    File,
    Ghost,
    Limits,
    Mailbox,
    Message,
    Origin,
    Place,
    Refusal,
    Said,
    Session,
    Snapshot,
    Waiting,
)

__all__ = [
    "EMPTY",
    "Account",
    "Cell",
    "CellView",
    "Changed",
    "Connection",
    "Copy",
    "Device",
    "Epoch",
    "File",
    "Ghost",
    "Kept",
    "Limits",
    "Mailbox",
    "Message",
    "Origin",
    "Place",
    "Playhead",
    "Refusal",
    "Row",
    "Said",
    "Session",
    "Situation",
    "Snapshot",
    "State",
    "Waiting",
    "apply",
    "describe",
    "differing",
    "essential",
    "fold",
    "sentence",
    "situation",
]
