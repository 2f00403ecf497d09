"""The letters that lessons begin with: made to the octet, always the same."""

from __future__ import annotations

__all__ = ["letter"]

_WIDTH = 72
_FILLER = (
    "This line is one of many: it makes the message as long as a real one.",
    "Mail is text, line by line, and each line ends with CR and LF.",
    "A picture would be here in a real message, written as letters and digits.",
)


def letter(
    subject: str,
    body: str,
    *,
    octets: int | None = None,
    sender: str = "Alice <alice@home.example>",
    to: str = "Bob <bob@home.example>",
    date: str = "Sun, 01 Mar 2026 08:00:00 +0000",
    headers: tuple[str, ...] = (),
) -> bytes:
    """Return a message with CRLF line ends; of exactly that many octets if `octets` is given.

    Raises ValueError if it is longer than that already.
    """
    head = (f"From: {sender}", f"To: {to}", f"Date: {date}", f"Subject: {subject}", *headers)
    text = "".join(f"{line}\r\n" for line in (*head, "", *body.splitlines()))
    octets_now = len(text.encode())
    if octets is None:
        return text.encode()
    missing = octets - octets_now
    number = 0
    while missing > 2 * _WIDTH:
        line = _FILLER[number % len(_FILLER)]
        text += f"{line}\r\n"
        missing -= len(line) + 2
        number += 1
    while missing > 0:
        length = missing if missing <= _WIDTH else missing // 2
        if length < 2:
            raise ValueError(
                f"{octets} octets leave no room for a line end: {octets_now} are there"
            )
        text += "-" * (length - 2) + "\r\n"
        missing -= length
    if missing < 0:
        raise ValueError(f"the message has {octets_now} octets already, more than {octets}")
    return text.encode()
