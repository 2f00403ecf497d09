"""What whoever runs a mail server decides, and the RFCs leave open."""

from dataclasses import dataclass, field

from labserver.protocol.schedule import Schedule

__all__ = ["Policy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The choices of a lab.

    `cleartext_auth`: passwords may cross a connection outside TLS; it is what lessons show.
    `pop3_delete_after_retr`: at QUIT, POP3 removes what was retrieved (RFC 1939 section 8).
    `pop3_login_delay`: seconds of lab time before an account may open its maildrop by POP3 again
    (RFC 2449 section 6.5); 0: at once.
    `full_mailbox_waits`: SMTP answers for a full mailbox with 452, so that senders try again,
    and not with 552. `verify`: VRFY and EXPN tell who is there (RFC 5321 section 7.3). `schedule`:
    when a server tries again to pass mail on.
    """

    cleartext_auth: bool = True
    pop3_delete_after_retr: bool = False
    pop3_login_delay: int = 0
    full_mailbox_waits: bool = True
    verify: bool = False
    schedule: Schedule = field(default_factory=Schedule)
