"""Commands that ask: VRFY, EXPN, HELP."""

from __future__ import annotations

from labserver.smtp import grammar, replies, routing
from labserver.smtp.commands.addressing import Addressing, Place
from labserver.smtp.grammar import Path
from labserver.smtp.replies import Refused, Reply
from labserver.smtp.table import END_OF_DATA, LAST_CHUNK

__all__ = ["Asking"]

_TOPICS = {
    "EHLO": "EHLO host: begin, and hear what this server can do",
    "HELO": "HELO host: begin, without extensions",
    "STARTTLS": "STARTTLS: begin TLS, then EHLO again",
    "AUTH": "AUTH mechanism [initial-response]: log in",
    "MAIL": "MAIL FROM:<address>{}: begin a message; <> is nobody",
    "RCPT": "RCPT TO:<address>{}: one recipient",
    "DATA": "DATA: the message follows; a line with a single dot ends it",
    "BDAT": "BDAT octets [LAST]: so many octets of the message follow at once",
    "RSET": "RSET: give the message up",
    "VRFY": "VRFY user{}: is there such a user?",
    "EXPN": "EXPN list{}: who is on the list?",
    "HELP": "HELP [command]",
    "NOOP": "NOOP: nothing but an answer",
    "QUIT": "QUIT: end the session",
}
_PARAMETERS = {
    "MAIL": {
        "SIZE": "SIZE=octets",
        "BODY": "BODY=7BIT|8BITMIME",
        "SMTPUTF8": "SMTPUTF8",
        "RET": "RET=FULL|HDRS",
        "ENVID": "ENVID=text",
        "AUTH": "AUTH=address",
    },
    "RCPT": {"NOTIFY": "NOTIFY=NEVER|SUCCESS,FAILURE,DELAY", "ORCPT": "ORCPT=type;address"},
    "VRFY": {"SMTPUTF8": "SMTPUTF8"},
    "EXPN": {"SMTPUTF8": "SMTPUTF8"},
}


class Asking(Addressing):
    """Questions about users, lists and commands."""

    async def smtp_VRFY(self, arg: str) -> None:
        """Say whether there is such a user (RFC 5321 sections 3.5.2, 3.5.3 and 7.3)."""
        path, wide = self._asked("VRFY user", arg)
        if not self._context.policy.verify or "VRFY" not in self._offer:
            await self._reply(replies.CANNOT_VERIFY)
            return
        place = self._place(path)
        if place is Place.BESIDE:
            # The other server knows; this one sends there, or says where to.
            elsewhere = Reply(551, "7.1", f"User not local; please try {path}")
            if not (wide or path.text.isascii()):
                elsewhere = replies.CANNOT_SHOW  # RFC 6531 section 3.7.4.2
            await self._reply(replies.CANNOT_VERIFY if self._submission else elsewhere)
            return
        await self._reply(Reply(250, "1.5", f"<{self._found(path, place)}>"))

    async def smtp_EXPN(self, arg: str) -> None:
        """Say who is on a list; a user is a list of one (RFC 5321 section 3.5.1)."""
        path, _ = self._asked("EXPN list", arg)
        found = self._found(path, self._place(path))
        members = routing.members(self._context, path) or [found]
        await self._reply(Reply(250, "1.5", "\n".join(f"<{member}>" for member in members)))

    def _asked(self, form: str, argument: str) -> tuple[Path, bool]:
        """Read a name or an address; tell whether SMTPUTF8 stands behind it. Raises Refused."""
        command = form[:4]
        text, space, last = argument.rpartition(" ")
        # RFC 6531 section 3.7.4.2.
        wide = bool(space) and last.upper() == "SMTPUTF8" and self._offer.takes(command, "SMTPUTF8")
        if not wide:
            text = argument
        text = text.strip(" ")
        path = grammar.read_mailbox(text if "@" in text else f"{text}@{self._context.domain}")
        if path is None or not grammar.fits(path):
            raise Refused(replies.syntax(f"Syntax: {form}"))
        return path, wide

    def _found(self, path: Path, place: Place) -> str:
        if place is not Place.HERE:
            raise Refused(replies.NO_SUCH_DOMAIN if self._submission else replies.NO_RELAY)
        account = routing.resident(self._context, path)
        if account is not None:
            return account.address
        if routing.members(self._context, path) is None:
            raise Refused(replies.NO_SUCH_USER)
        return f"{path.local}@{self._context.domain}"

    async def smtp_HELP(self, arg: str) -> None:
        """Name the commands that may be given now, or say what one is for."""
        if arg:
            await self._reply(Reply(214, "0.0", self._topic(arg.upper())))
            return
        names = (
            name
            for name in self._table.allowed(self._state)
            if name not in {END_OF_DATA, LAST_CHUNK} and self._offer.knows(name)
        )
        state = f"You are in the state {self._state.value}. Allowed now:"
        await self._reply(Reply(214, "0.0", f"{state}\n{' '.join(names)}"))

    def _topic(self, command: str) -> str:
        if command not in self._table.rules or not self._offer.knows(command):
            raise Refused(replies.NO_HELP)
        topic = _TOPICS.get(command)
        if topic is None:
            raise Refused(replies.NO_HELP)
        known = _PARAMETERS.get(command, {}).items()
        told = [text for name, text in known if self._offer.takes(command, name)]
        return topic.format("".join(f" [{text}]" for text in told))
