"""The reference as a notebook: its cells show the server's own tables."""

from __future__ import annotations

from nbformat import NotebookNode

from labserver.course.pages.cells import code, markdown, notebook

__all__ = ["reference_page"]

_HEAD = """\
# Reference: commands, replies and states

Here you can look things up. Nothing on this page is copied from a book: the tables are those that
the lab's own server works by. So what stands here is what it does.

Long tables are folded: a click on the small triangle opens a part. The documents that are named
are RFCs; the words are in the [glossary](glossary.ipynb)."""
_PROTOCOLS = {
    "SMTP": """\
Mail is sent to port 25. On this port a server takes mail from everybody, but only for people that
it knows.""",
    "Submission": """\
Port 587 is for the server's own users. They log in with `AUTH`, and then they may send to
everybody. All else is as in SMTP.""",
    "POP3": "Mail is fetched from port 110.",
    "IMAP": "A program works with mail on the server, on port 143.",
}
_STATES = """\
A box is a state, and an arrow a command that leads from one state to another. The session is
always in exactly one of them."""
_COMMANDS = """\
In a state that is not named, the server refuses the command. “Stays” means: the session is in the
same state afterwards."""
_REPLIES = {
    "smtp": "The first of the three digits says how it went.",
    "pop3": "`+OK` or `-ERR`: after some commands it means something special.",
    "imap": "An answer ends with one line that repeats the tag. Before it comes data, after a `*`.",
}
_CODES = {
    "smtp": "Three numbers after the reply code say more exactly what happened.",
    "pop3": "After `-ERR`, a word in brackets tells a program what was wrong.",
    "imap": "A word in brackets tells a program more. The text beside it is for people.",
}
_CAPABILITIES = {
    "smtp": "The server tells them in its reply to `EHLO`.",
    "pop3": "The server tells them when it is asked with `CAPA`. `APOP` it tells in its greeting.",
    "imap": "The server tells them when it is asked with `CAPABILITY`, and at the login.",
}


def reference_page() -> NotebookNode:
    """Return the notebook: protocol by protocol states, commands, replies, codes, capabilities."""
    cells = [
        markdown(_HEAD),
        code(
            "from labserver import Lab",
            "from labserver.course import reference",
            "",
            "lab = Lab()",
        ),
    ]
    for name, text in _PROTOCOLS.items():
        protocol = name.lower()
        cells += [markdown(f"## {name}", text, f"### {name}: states", _STATES)]
        cells += [code(f'lab.states("{protocol}")')]
        cells += _section(f"{name}: commands", _COMMANDS, "commands", protocol)
        if protocol == "submission":
            continue
        of_codes = "enhanced status codes" if protocol == "smtp" else "response codes"
        offered = "extensions" if protocol == "smtp" else "capabilities"
        cells += _section(f"{name}: replies", _REPLIES[protocol], "replies", protocol)
        cells += _section(f"{name}: {of_codes}", _CODES[protocol], "codes", protocol)
        cells += _section(f"{name}: {offered}", _CAPABILITIES[protocol], "capabilities", protocol)
    cells += [
        markdown("## The end", "The server of this page is not needed any more."),
        code("lab.close()"),
    ]
    return notebook(*cells)


def _section(heading: str, text: str, function: str, protocol: str) -> list[NotebookNode]:
    return [markdown(f"### {heading}", text), code(f'reference.{function}("{protocol}")')]
