"""Commands that may be given before and after the login: CAPA, LANG, QUIT."""

from __future__ import annotations

import logging

from labserver.pop3 import parsing
from labserver.pop3.commands.command import Command
from labserver.pop3.core import Core
from labserver.pop3.languages import LANGUAGES, Text, matching
from labserver.pop3.replies import Chunks, Refused, multi_line
from labserver.pop3.states import TABLE

__all__ = ["COMMANDS"]

_LOG = logging.getLogger(__name__)


def capa(core: Core) -> Chunks:
    """List what the server can do, as it is now (RFC 2449 section 5)."""
    return multi_line(core.offer.lines(core.moment))


def lang(core: Core, wanted: str = "") -> Chunks:
    """Speak another language from this reply on, or list them (RFC 6856 section 3)."""
    if not wanted:
        return multi_line(f"{each.tag} {each.name}" for each in LANGUAGES)
    found = matching(wanted)
    if found is None:
        raise Refused(Text.NO_LANGUAGE)
    core.language = found
    return (f"+OK {found.tag} {found.texts[Text.LANGUAGE]}\r\n".encode(),)


def quit_(core: Core) -> Chunks:
    """Remove what is to be removed, and end the session (RFC 1939 sections 4 and 6)."""
    # Whatever happens in UPDATE, the lock goes and the connection closes.
    core.over = True
    drop = core.opened
    if drop is None:
        return core.ok(Text.BYE)
    try:
        core.enter(TABLE.after(core.state, "QUIT"))
        left = drop.remove(core.context.connection)
        drop.unmark()
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - logged, and answered as section 6 says
        _LOG.exception("POP3 connection %d: UPDATE failed", core.context.connection)
        raise Refused(Text.NOT_REMOVED, code="SYS/TEMP") from None
    finally:
        core.release()
    return core.ok(Text.BYE_ONE_LEFT) if left == 1 else core.ok(Text.BYE_LEFT, count=left)


COMMANDS = (
    Command("CAPA", "CAPA", parsing.nothing, capa),
    Command("LANG", "LANG or LANG tag", parsing.word_or_nothing, lang),
    Command("QUIT", "QUIT", parsing.nothing, quit_),
)
