"""The arguments of SMTP commands: paths, domains, address literals (RFC 5321 section 4.1.2).

Letters outside ASCII stand where RFC 6531 section 3.3 has them. Whether they are allowed is not
asked here: an argument of a session without SMTPUTF8 holds none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["BadArgument", "Path", "domain", "fits", "host", "read_mailbox", "read_path"]

# Said by what ASCII they leave out: whatever is outside it belongs to each, and a range of it would
# take long to compile.
_ATOM = r'[^\x00-\x20"(),.:;<>@\[\\\]\x7f]+'
_DOT_STRING = rf"{_ATOM}(?:\.{_ATOM})*"
_QUOTED = r'"(?:[^\x00-\x1f"\\\x7f]|\\[ -~])*"'
_LETTER = r"[^\x00-/:-@\[-`{-\x7f]"
_LABEL = rf"{_LETTER}(?:[^\x00-,./:-@\[-`{{-\x7f]*{_LETTER})?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_LITERAL = r"\[[!-Z^-~]+\]"
_MAILBOX = rf"({_DOT_STRING}|{_QUOTED})@({_DOMAIN}|{_LITERAL})"
# A source route must be recognised and is stripped (section 4.1.1.3).
_PATH = re.compile(rf"<(?:@{_DOMAIN}(?:,@{_DOMAIN})*:)?{_MAILBOX}>")
_BARE = re.compile(_MAILBOX)
_NULL = re.compile("<>")
_POSTMASTER = re.compile("<(postmaster)>", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*)")
_IS_LITERAL = re.compile(_LITERAL)
_IS_DOMAIN = re.compile(_DOMAIN)
_SNUM = r"(?:[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5])"
_IPV4 = re.compile(rf"{_SNUM}(?:\.{_SNUM}){{3}}")
_HEX = re.compile("[0-9A-Fa-f]{1,4}")

_MAX_LOCAL = 64
_MAX_DOMAIN = 255
_MAX_PATH = 256

_MAIL_SYNTAX = "1.7"
_RCPT_SYNTAX = "1.3"


class BadArgument(Exception):
    """An argument does not have its form; the text is for the reply, after its code.

    `detail` is the enhanced status code's.
    """

    def __init__(self, text: str, detail: str = "5.4") -> None:
        super().__init__(text)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Path:
    """Where mail comes from or goes to.

    `local` is without quotes; `text` is the mailbox as it was written, without a source route,
    empty for the null reverse-path. `domain` is empty for `<>` and `<Postmaster>`.
    """

    local: str
    domain: str
    text: str

    def __str__(self) -> str:
        return f"<{self.text}>"


def read_path(argument: str, keyword: str, *, null: bool) -> tuple[Path, str]:
    """Read `FROM:<path>` or `TO:<path>`; return the path and what follows it.

    `null` says that `<>` is allowed; otherwise `<Postmaster>` is. Raises BadArgument.
    """
    command, detail = ("MAIL", _MAIL_SYNTAX) if null else ("RCPT", _RCPT_SYNTAX)
    if argument[: len(keyword)].upper() != keyword:
        raise BadArgument(f"Syntax: {command} {keyword}<address>")
    # Spaces after the colon are not permitted (section 3.3), and often sent.
    text = argument[len(keyword) :].lstrip(" ")
    found = _PATH.match(text)
    if found is not None and _is_place(found[2]):
        path = Path(_unquoted(found[1]), found[2], f"{found[1]}@{found[2]}")
    else:
        found = (_NULL if null else _POSTMASTER).match(text)
        if found is None:
            raise BadArgument(f"Syntax: {command} {keyword}<address>, with the < and >", detail)
        path = Path("", "", "") if null else Path(found[1], "", found[1])
    if _octets(found[0]) > _MAX_PATH or not fits(path):
        raise BadArgument("Path too long", detail)
    rest = text[found.end() :]
    if rest and not rest.startswith(" "):
        raise BadArgument(f"Syntax: {command} {keyword}<address>, then a space, then parameters")
    return path, rest.strip(" ")


def read_mailbox(text: str) -> Path | None:
    """Read a mailbox with or without `<` and `>`; None if it is none."""
    found = _BARE.fullmatch(text) or _PATH.fullmatch(text)
    if found is None or not _is_place(found[2]):
        return None
    return Path(_unquoted(found[1]), found[2], found[1] + "@" + found[2])


def fits(path: Path) -> bool:
    """Tell whether a path's parts are within the limits of section 4.5.3.1."""
    return _octets(path.local) <= _MAX_LOCAL and _octets(path.domain) <= _MAX_DOMAIN


def host(text: str) -> str:
    """Read what EHLO or HELO names. Raises BadArgument.

    Underscores are not for domain names, but machines have them; and after an address literal
    some clients say more about themselves (section 4.1.1.1).
    """
    name, _, more = text.partition(" ")
    known = _HOST.fullmatch(name) is not None and not more
    if len(name) > _MAX_DOMAIN or not (known or _is_literal(name)):
        raise BadArgument("Give your host name, or your address in brackets")
    return name


def domain(text: str) -> bool:
    """Tell whether a text has the form of a domain name."""
    return _IS_DOMAIN.fullmatch(text) is not None and _is_place(text)


def _is_place(text: str) -> bool:
    """Tell whether what stands after the @ is a domain or an address literal."""
    if text.startswith("["):
        return _is_literal(text)
    return text.isascii() or all(map(_is_label, text.split(".")))


def _is_label(text: str) -> bool:
    """Tell whether one part of a domain is an LDH label or a U-label (RFC 6531 section 3.3)."""
    if text.isascii():
        return True
    import idna  # big, and rarely needed

    try:
        idna.check_label(text)
    except idna.IDNAError:
        return False
    return True


def _is_literal(text: str) -> bool:
    """Tell whether a text is an address literal (section 4.1.3): of IPv4, or of IPv6.

    Other tags must be registered, and none is.
    """
    if not _IS_LITERAL.fullmatch(text):
        return False
    address = text[1:-1]
    if address[:5].upper() == "IPV6:":
        return _is_ipv6(address[5:])
    return _IPV4.fullmatch(address) is not None


def _is_ipv6(text: str) -> bool:
    before, dots, last = text.rpartition(":")
    if _IPV4.fullmatch(last):
        text = f"{before}{dots}0:0"  # it stands for two groups
    left, gap, right = text.partition("::")
    groups = [group for half in (left, right) if half for group in half.split(":")]
    # "::" is at least two groups of zeros.
    enough = len(groups) <= 6 if gap else len(groups) == 8
    return enough and all(map(_HEX.fullmatch, groups))


def _unquoted(local: str) -> str:
    """Return what a local-part means: all quoted forms are equivalent (section 4.1.2)."""
    return re.sub(r"\\(.)", r"\1", local[1:-1]) if local.startswith('"') else local


def _octets(text: str) -> int:
    return len(text.encode("utf-8"))
