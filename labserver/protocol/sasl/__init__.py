"""SASL: how a client proves who it is, the same for IMAP, POP3 and SMTP. No I/O.

`exchange` holds what every mechanism shares, the framing included: base64 lines, `*` to cancel.
The modules beside it are the mechanisms, each a generator that yields challenges, is sent
responses and returns the account that was proved.
"""

from collections.abc import Mapping

from labserver.protocol.sasl.cram import CRAM_MD5
from labserver.protocol.sasl.exchange import (
    Cancelled,
    Denied,
    Exchange,
    Malformed,
    Mechanism,
    NotAuthorized,
    SaslError,
    Site,
    decode,
    encode,
)
from labserver.protocol.sasl.passwords import LOGIN, PLAIN, by_password
from labserver.protocol.sasl.scram import SCRAM_SHA_256

__all__ = [
    "MECHANISMS",
    "Cancelled",
    "Denied",
    "Exchange",
    "Malformed",
    "Mechanism",
    "NotAuthorized",
    "SaslError",
    "Site",
    "by_password",
    "decode",
    "encode",
]

MECHANISMS: Mapping[str, Mechanism] = {
    mechanism.name: mechanism for mechanism in (PLAIN, LOGIN, CRAM_MD5, SCRAM_SHA_256)
}
"""Every mechanism there is, by its name."""
