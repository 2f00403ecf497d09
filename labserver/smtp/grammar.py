"""The arguments of SMTP commands: paths, parameters, host names (RFC 5321 section 4.1.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["BadArgument", "Path", "domain", "host", "parameters", "read_mailbox", "read_path"]

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_STRING = rf"{_ATOM}(?:\.{_ATOM})*"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_LITERAL = r"\[[!-Z^-~]+\]"
_MAILBOX = rf"({_DOT_STRING}|{_QUOTED})@({_DOMAIN}|{_LITERAL})"
# A source route must be recognised and is stripped (section 4.1.1.3).
_PATH = re.compile(rf"<(?:@{_DOMAIN}(?:,@{_DOMAIN})*:)?{_MAILBOX}>")
_BARE = re.compile(_MAILBOX)
_NULL = re.compile("<>")
_POSTMASTER = re.compile("<(postmaster)>", re.IGNORECASE)
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~]+))?")
_HOST = re.compile(rf"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*)|{_LITERAL}")
_IS_DOMAIN = re.compile(_DOMAIN)

_MAX_LOCAL = 64
_MAX_DOMAIN = 255
_MAX_PATH = 256


class BadArgument(Exception):
    """An argument does not have its form; the text is for the reply, after its code."""


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
    command = "MAIL" if null else "RCPT"
    if argument[: len(keyword)].upper() != keyword:
        raise BadArgument(f"Syntax: {command} {keyword}<address>")
    # Spaces after the colon are not permitted (section 3.3), and often sent.
    text = argument[len(keyword) :].lstrip(" ")
    found = _PATH.match(text)
    if found is not None:
        path = Path(_unquoted(found[1]), found[2], f"{found[1]}@{found[2]}")
    else:
        found = (_NULL if null else _POSTMASTER).match(text)
        if found is None:
            raise BadArgument(f"Syntax: {command} {keyword}<address>, with the < and >")
        path = Path("", "", "") if null else Path(found[1], "", found[1])
    if found.end() > _MAX_PATH or len(path.local) > _MAX_LOCAL or len(path.domain) > _MAX_DOMAIN:
        raise BadArgument("Path too long")
    rest = text[found.end() :]
    if rest and not rest.startswith(" "):
        raise BadArgument(f"Syntax: {command} {keyword}<address>, then a space, then parameters")
    return path, rest.strip(" ")


def read_mailbox(text: str) -> Path | None:
    """Read a mailbox with or without `<` and `>`; None if it is none."""
    found = _BARE.fullmatch(text) or _PATH.fullmatch(text)
    return None if found is None else Path(_unquoted(found[1]), found[2], found[1] + "@" + found[2])


def parameters(text: str) -> dict[str, str | None]:
    """Read ESMTP parameters: name in capitals to value, None if it has none. Raises BadArgument."""
    read: dict[str, str | None] = {}
    for word in text.split():
        found = _PARAMETER.fullmatch(word)
        if found is None:
            raise BadArgument("Parameters are KEYWORD or KEYWORD=value, with spaces between")
        name = found[1].upper()
        if name in read:
            raise BadArgument(f"The parameter {name} stands there twice")
        read[name] = found[2]
    return read


def host(text: str) -> str:
    """Read what EHLO or HELO names. Raises BadArgument.

    Underscores are not for domain names, but machines have them; and after an address literal
    some clients say more about themselves (section 4.1.1.1).
    """
    name = text.split(" ", 1)[0]
    if not _HOST.fullmatch(name) or len(name) > _MAX_DOMAIN:
        raise BadArgument("Give your host name, or your address in brackets")
    return name


def domain(text: str) -> bool:
    """Tell whether a text has the form of a domain name."""
    return _IS_DOMAIN.fullmatch(text) is not None


def _unquoted(local: str) -> str:
    """Return what a local-part means: all quoted forms are equivalent (section 4.1.2)."""
    return re.sub(r"\\(.)", r"\1", local[1:-1]) if local.startswith('"') else local
