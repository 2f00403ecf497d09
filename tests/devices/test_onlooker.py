"""What somebody on the way sees, whatever the pieces in which it goes by."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labserver.devices import Onlooker


def record(kind: int, content: bytes) -> bytes:
    return bytes([kind, 3, 3]) + len(content).to_bytes(2, "big") + content


def test_lines_before_tls_are_put_together_from_pieces() -> None:
    onlooker = Onlooker()
    onlooker.saw("S", b"+OK re")
    onlooker.saw("S", b"ady\r\n")
    onlooker.saw("C", b"USER bob\r\nPASS <&>\r\n")
    onlooker.saw("S", b"")
    assert str(onlooker) == "S: +OK ready\nC: USER bob\nC: PASS <&>"
    assert repr(onlooker) == str(onlooker)
    assert onlooker._repr_html_() == "<pre>S: +OK ready\nC: USER bob\nC: PASS &lt;&amp;&gt;</pre>"


def test_records_by_type_length_and_first_octets() -> None:
    onlooker = Onlooker()
    onlooker.begin_tls()
    onlooker.saw("C", record(22, bytes(range(100))))
    onlooker.saw("S", record(20, b"\x01") + record(21, b"\x02\x28"))
    onlooker.saw("S", record(23, b"x" * 700)[:30])
    assert str(onlooker).split("\n") == [
        "C: [TLS handshake, 100 octets] 16 03 03 00 64 00 01 02 03 04 05 06 07 08 09 0a ...",
        "S: [TLS change cipher spec, 1 octet] 14 03 03 00 01 01",
        "S: [TLS alert, 2 octets] 15 03 03 00 02 02 28",
        "S: [TLS application data, cut short after 30 octets] 17 03 03 02 bc" + 11 * " 78" + " ...",
    ]


def test_who_speaks_no_tls_is_seen_as_they_speak() -> None:
    onlooker = Onlooker()
    onlooker.begin_tls()
    onlooker.saw("C", record(22, b"hello"))
    onlooker.saw("S", b"554 What?\r\n")
    assert str(onlooker).endswith("68 65 6c 6c 6f\nS: 554 What?")


def test_what_is_endless_is_kept_in_part() -> None:
    onlooker = Onlooker()
    for _ in range(10):
        onlooker.saw("S", b"x" * 10_000)
    assert str(onlooker) == f"S: {'x' * 65536}\n   ... (34464 more octets)"


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=6), st.data())
def test_the_pieces_make_no_difference(contents: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(record(23, each) for each in contents)
    whole, pieces = Onlooker(), Onlooker()
    for each in (whole, pieces):
        each.begin_tls()
    whole.saw("S", stream)
    ends = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    for start, end in zip([0, *ends], [*ends, len(stream)], strict=True):
        pieces.saw("S", stream[start:end])
    assert str(pieces) == str(whole)
    assert len(str(whole).split("\n")) == len(contents)
