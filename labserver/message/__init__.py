"""What a message is: a tree of parts, as offsets into the bytes that were received.

`scan` gives the tree, `outline` no more than where header and body are; the other functions read
from the same bytes what protocols show of it: headers, envelopes, addresses, dates, decoded text.
Nothing here writes or changes a message, and nothing raises on any bytes, except `decode_body` for
an encoding that it does not know.
"""

from labserver.message.addresses import Address, addresses, first_address
from labserver.message.dates import sent_date, sent_moment
from labserver.message.decode import UnknownEncoding, decode_body, text
from labserver.message.envelope import Envelope, envelope
from labserver.message.fields import (
    Field,
    field_values,
    fields,
    header,
    mime_header,
    select_fields,
    stray_lines,
)
from labserver.message.message_ids import message_ids
from labserver.message.parameters import decode_parameter, join_continuations
from labserver.message.parts import Disposition, Outline, Parameters, Part, find
from labserver.message.preview import preview
from labserver.message.scanner import MAX_DEPTH, MAX_PARTS, outline, scan
from labserver.message.searchable import part_headers, searchable_text
from labserver.message.words import decode_words

__all__ = [
    "MAX_DEPTH",
    "MAX_PARTS",
    "Address",
    "Disposition",
    "Envelope",
    "Field",
    "Outline",
    "Parameters",
    "Part",
    "UnknownEncoding",
    "addresses",
    "decode_body",
    "decode_parameter",
    "decode_words",
    "envelope",
    "field_values",
    "fields",
    "find",
    "first_address",
    "header",
    "join_continuations",
    "message_ids",
    "mime_header",
    "outline",
    "part_headers",
    "preview",
    "scan",
    "searchable_text",
    "select_fields",
    "sent_date",
    "sent_moment",
    "stray_lines",
    "text",
]
