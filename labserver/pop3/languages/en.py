"""English: what is spoken until LANG says otherwise. ASCII only (RFC 6856 section 3.2)."""

from __future__ import annotations

from collections.abc import Mapping

from labserver.pop3.languages.text import Text

__all__ = ["ENGLISH"]

ENGLISH: Mapping[Text, str] = {
    Text.READY: "POP3 server ready",
    Text.ONE_MESSAGE: "1 message",
    Text.MESSAGES: "{count} messages",
    Text.OCTETS: "{octets} octets",
    Text.MARKED: "Marked",
    Text.BYE: "Bye",
    Text.BYE_ONE_LEFT: "Bye (1 message left)",
    Text.BYE_LEFT: "Bye ({count} messages left)",
    Text.BEGIN_TLS: "Begin TLS negotiation",
    Text.UTF8: "UTF-8 from here on",
    Text.LANGUAGE: "English from here on",
    Text.NOT_ASCII: "A command is printable ASCII text",
    Text.NOT_UTF8: "This is no UTF-8 text",
    Text.BARE_LF: "A line ends with CR and LF, not with LF alone",
    Text.LONG_LINE: "A line has at most {limit} octets",
    Text.UNKNOWN: "Unknown command",
    Text.USAGE: "Write: {usage}",
    Text.LOG_IN_FIRST: "Log in first",
    Text.LOGGED_IN: "You are logged in already",
    Text.USER_FIRST: "Send USER first",
    Text.TLS_ACTIVE: "TLS is active already",
    Text.STLS_FIRST: "STLS comes before UTF8",
    Text.NEEDS_TLS: "A password in clear text is taken inside TLS only",
    Text.NO_MECHANISM: "There is no such mechanism now: CAPA lists those there are",
    Text.BAD_RESPONSE: "{why}",
    Text.CANCELLED: "The login is cancelled",
    Text.WRONG_LOGIN: "User name or password is wrong",
    Text.NOT_YOURSELF: "Nobody may act as somebody else here",
    Text.IN_USE: "Mailbox is open in another session",
    Text.TOO_SOON: "You have logged in a moment ago: wait {seconds} s",
    Text.NO_LANGUAGE: "There is no such language: LANG lists those there are",
    Text.NO_MESSAGE: "No message {number} (the numbers are 1 to {last})",
    Text.EMPTY: "No message {number} (the maildrop is empty)",
    Text.IS_MARKED: "Message {number} is marked as deleted",
    Text.IS_GONE: "Message {number} is gone: another session removed it",
    Text.NEEDS_UTF8: "Message {number} has UTF-8 in its header: send UTF8 before you log in",
    Text.NOT_REMOVED: "The marked messages could not be removed",
    Text.FAILED: "The server failed to do this",
    Text.TOO_MANY_ERRORS: "Too many errors: closing the connection",
    Text.TOO_MANY_LOGINS: "Too many failed logins: closing the connection",
}
