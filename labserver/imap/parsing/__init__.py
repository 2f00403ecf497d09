"""Reads commands: from the octets of a line and its literals to values. Nothing is done here.

`cursor` knows the terminals of the grammar, `words` what they stand for (names, flags, dates), and
the modules beside them the arguments of commands: one function a command, one dataclass a form.
Whether a command is allowed says `labserver.imap.table`; what it does, `labserver.imap.commands`.
"""
