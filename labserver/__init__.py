"""Mail Protocol Lab: SMTP, POP3 and IMAP by hand, and a true picture of where the mail is.

`from labserver import Lab` is all that a notebook needs.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labserver.lab import Lab

__all__ = ["Lab"]

# Nothing prints from the server's thread: without this, logging's last resort would.
logging.getLogger("labserver").addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    # Lazy: `import labserver` must not cost what the lab costs.
    if name == "Lab":
        from labserver.lab import Lab

        return Lab
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
