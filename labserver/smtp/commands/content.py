"""Commands that carry a message: DATA, and BDAT chunk by chunk."""

from __future__ import annotations

import re
from functools import partial
from typing import cast

from labserver.protocol.table import Verdict
from labserver.smtp import delivery, grammar, replies, trace
from labserver.smtp.envelope import Envelope
from labserver.smtp.replies import Refused, Reply
from labserver.smtp.routing import RoutesLoop
from labserver.smtp.session import SmtpSession, no_argument
from labserver.smtp.table import END_OF_DATA, LAST_CHUNK
from labserver.smtp.together import deliveries
from labserver.store import OverQuota

__all__ = ["Content"]

_CHUNK = re.compile("([0-9]{1,20})(?: +(LAST))?", re.IGNORECASE)


class Content(SmtpSession):
    """The message itself."""

    async def smtp_DATA(self, arg: str) -> None:
        """Take a message and deliver it (RFC 5321 section 4.1.1.4)."""
        no_argument("DATA", arg)
        envelope = self._envelope
        if envelope.body == "BINARYMIME":
            raise Refused(replies.BODY_NEEDS_BDAT)  # RFC 3030 section 3
        self._succeed("DATA")
        await self._reply(replies.SEND_MESSAGE)
        stuffed = await self._intake.message(self._context.limits.message)
        # Whatever becomes of the message, the transaction is over.
        self._leave_transaction()
        try:
            self._strike(END_OF_DATA)
            if stuffed is None:
                raise Refused(replies.too_big(self._context.limits.message))
            accepted = await self._deliver(envelope, _unstuffed(stuffed))
        finally:
            self._succeed(END_OF_DATA)
        await self._reply(accepted)

    async def smtp_BDAT(self, arg: str) -> None:
        """Take a chunk of a message, and deliver it with the last one (RFC 3030 section 2).

        The octets are taken up first, also those of a chunk that is refused: else they would be
        read as commands. A chunk that fails ends its transaction, and so those that were sent
        behind it find none.
        """
        found = _CHUNK.fullmatch(arg)
        if found is None:
            raise Refused(replies.syntax("Syntax: BDAT octets [LAST]"))
        size, last = int(found[1]), found[2] is not None
        verdict = self._table.ask(self._state, "BDAT")
        possible = verdict is Verdict.ALLOWED and self._extended
        room = self._context.limits.message - sum(map(len, self._chunks))
        if possible and size <= room:
            self._chunks.append(await self._intake.chunk(size))
        else:
            await self._intake.discard(size)
        try:
            self._judge(verdict, fits=size <= room)
        except Refused:
            if possible:
                self._leave_transaction()
                self._succeed(LAST_CHUNK)
            raise
        if last:
            await self._last_chunk()
        else:
            self._succeed("BDAT")
            await self._reply(Reply(250, "0.0", f"{size} octets received"))

    def _judge(self, verdict: Verdict, *, fits: bool) -> None:
        """Refuse a chunk that has been taken up, if there is reason to."""
        if verdict is Verdict.ALLOWED and not self._extended:
            raise Refused(replies.EHLO_FIRST)
        self._ask("BDAT", verdict)
        if not fits:
            raise Refused(replies.too_big(self._context.limits.message))

    async def _last_chunk(self) -> None:
        envelope = self._envelope
        data = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._leave_transaction()
        try:
            self._strike(LAST_CHUNK)
            accepted = await self._deliver(envelope, data)
        finally:
            self._succeed(LAST_CHUNK)
        await self._reply(accepted)

    async def _deliver(self, envelope: Envelope, data: bytes) -> Reply:
        """Accept a message, or raise Refused."""
        device = self._context.device
        peer = None if self._peer is None else self._peer[0]
        origin = trace.Origin(
            hello=self._hello,
            info=trace.tcp_info(peer, device if grammar.domain(device) else ""),
            protocol=trace.protocol(
                extended=self._extended,
                utf8=envelope.utf8,
                secure=self._secure,
                login=self._account is not None,
            ),
        )
        try:
            queue_id = await deliveries(self._context.store).deliver(
                partial(
                    delivery.accept,
                    *(self._context, envelope, data, origin),
                    complete=self._submission,
                )
            )
        except OverQuota as error:
            raise self._no_room(error.account, envelope, data) from None
        except delivery.TooManyHops:
            raise Refused(replies.TOO_MANY_HOPS) from None
        except RoutesLoop:
            raise Refused(replies.ROUTES_LOOP) from None
        self._context.clock.accepted()
        return Reply(250, "0.0", f"OK id={queue_id}")

    @property
    def _peer(self) -> tuple[str, int] | None:
        return None if self.session is None else cast("tuple[str, int] | None", self.session.peer)


def _unstuffed(data: bytes) -> bytes:
    """Take away the dots that the client has put before dots (RFC 5321 section 4.5.2)."""
    if data.startswith(b"."):
        data = data[1:]
    return data.replace(b"\r\n.", b"\r\n")
