"""The parameters of MAIL and RCPT, and what each extension lets them say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, cast

from labserver.smtp.extensions import Offer
from labserver.smtp.grammar import BadArgument, read_mailbox
from labserver.smtp.replies import Refused, shortened, unknown_parameters

__all__ = ["OfMail", "OfRcpt", "of_mail", "of_rcpt", "split"]

Body = Literal["7BIT", "8BITMIME", "BINARYMIME"]
Returned = Literal["FULL", "HDRS"]

# RFC 5321 section 4.1.2, and UTF8-non-ascii by RFC 6531 section 3.3.
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\u0080-\U0010ffff]+))?")
_SIZE = re.compile("[0-9]{1,20}")
# RFC 3461 section 4, where also the lengths are from.
_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
_HEXCHAR = re.compile(r"\+([0-9A-F]{2})")
_PRINTABLE = re.compile("[ -~]*")
_ADDRESS_TYPE = re.compile(r"[A-Za-z0-9!#$%&'*/?^_`{|}~-]+")
_NOTIFY = frozenset({"SUCCESS", "FAILURE", "DELAY"})
_MAX_ENVID = 100
_MAX_ORCPT = 500


@dataclass(slots=True)
class OfMail:
    """What MAIL may say beside the sender. `size` is octets, 0 if not declared."""

    size: int = 0
    body: Body = "7BIT"
    utf8: bool = False
    ret: Returned | None = None
    envid: str | None = None


@dataclass(slots=True)
class OfRcpt:
    """What RCPT may say beside the recipient."""

    notify: frozenset[str] | None = None
    original: str | None = None


def of_mail(text: str, offer: Offer) -> OfMail:
    """Read what follows the path of MAIL. Raises BadArgument, Refused."""
    said = OfMail()
    for name, value in _known("MAIL", text, offer):
        if name == "BODY" and value.upper() == "BINARYMIME" and "BINARYMIME" not in offer:
            raise BadArgument("Syntax: BODY=7BIT or BODY=8BITMIME")
        _MAIL[name](said, value)
    return said


def of_rcpt(text: str, offer: Offer, *, utf8: bool) -> OfRcpt:
    """Read what follows the path of RCPT; `utf8`: its MAIL said SMTPUTF8."""
    if not (utf8 or text.isascii()):
        raise BadArgument("Parameters are ASCII: MAIL did not say SMTPUTF8")
    said = OfRcpt()
    for name, value in _known("RCPT", text, offer):
        _RCPT[name](said, value)
    return said


def split(text: str) -> dict[str, str]:
    """Read ESMTP parameters: name in capitals to value, empty if it has none. Raises BadArgument.

    None of those known here may stand twice (RFC 1870 section 6, RFC 3461 section 4.5).
    """
    read: dict[str, str] = {}
    for word in filter(None, text.split(" ")):  # no other space parts them (RFC 5321 s. 4.1.2)
        found = _PARAMETER.fullmatch(word)
        if found is None:
            raise BadArgument("Parameters are KEYWORD or KEYWORD=value, with spaces between")
        name = found[1].upper()
        if name in read:
            raise BadArgument(f"The parameter {shortened(name)} stands there twice")
        read[name] = found[2] or ""
    return read


def _known(command: str, text: str, offer: Offer) -> Iterable[tuple[str, str]]:
    given = split(text)
    unknown = [name for name in given if not offer.takes(command, name)]
    if unknown:
        raise Refused(unknown_parameters(unknown))
    return given.items()


def _size(said: OfMail, value: str) -> None:
    if not _SIZE.fullmatch(value):
        raise BadArgument("Syntax: SIZE=octets")
    said.size = int(value)


def _body(said: OfMail, value: str) -> None:
    if value.upper() not in {"7BIT", "8BITMIME", "BINARYMIME"}:
        raise BadArgument("Syntax: BODY=7BIT, BODY=8BITMIME or BODY=BINARYMIME")
    said.body = cast("Body", value.upper())


def _utf8(said: OfMail, value: str) -> None:
    if value:
        raise BadArgument("Syntax: SMTPUTF8, without a value")
    said.utf8 = True


def _auth(said: OfMail, value: str) -> None:
    """Read AUTH= and leave it: nobody is trusted to speak for others (RFC 4954 section 5)."""
    del said
    decoded = _decoded(value)
    if decoded is None or (decoded != "<>" and read_mailbox(decoded) is None):
        raise BadArgument("Syntax: AUTH=address or AUTH=<>")


def _ret(said: OfMail, value: str) -> None:
    if value.upper() not in {"FULL", "HDRS"}:
        raise BadArgument("Syntax: RET=FULL or RET=HDRS")
    said.ret = cast("Returned", value.upper())


def _envid(said: OfMail, value: str) -> None:
    decoded = _decoded(value)
    if not decoded or len(value) > _MAX_ENVID or not _PRINTABLE.fullmatch(decoded):
        raise BadArgument(f"Syntax: ENVID=xtext, of at most {_MAX_ENVID} printable characters")
    said.envid = value


def _notify(said: OfRcpt, value: str) -> None:
    words = frozenset(value.upper().split(","))
    if words != {"NEVER"} and not words <= _NOTIFY:
        raise BadArgument("Syntax: NOTIFY=NEVER, or some of SUCCESS,FAILURE,DELAY")
    said.notify = words


def _orcpt(said: OfRcpt, value: str) -> None:
    kind, semicolon, address = value.partition(";")
    # Only SMTPUTF8 lets characters outside ASCII come here; they are nobody's xtext.
    decoded = _decoded("".join(filter(str.isascii, address)))
    if (
        not semicolon
        or decoded is None
        or not address
        or len(value) > _MAX_ORCPT
        or not _ADDRESS_TYPE.fullmatch(kind)
        or not _PRINTABLE.fullmatch(decoded)
    ):
        raise BadArgument("Syntax: ORCPT=type;address, such as ORCPT=rfc822;bob@home.example")
    said.original = value


def _decoded(xtext: str) -> str | None:
    """Return what an xtext stands for, or None if it is none."""
    if not _XTEXT.fullmatch(xtext):
        return None
    return _HEXCHAR.sub(lambda found: chr(int(found[1], 16)), xtext)


_MAIL: dict[str, Callable[[OfMail, str], None]] = {
    "SIZE": _size,
    "BODY": _body,
    "SMTPUTF8": _utf8,
    "AUTH": _auth,
    "RET": _ret,
    "ENVID": _envid,
}
_RCPT: dict[str, Callable[[OfRcpt, str], None]] = {"NOTIFY": _notify, "ORCPT": _orcpt}
