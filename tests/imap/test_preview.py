"""PREVIEW: the first words of messages, made by the server (RFC 8970)."""

from __future__ import annotations

import pytest

from tests.imap.driver import Client, Server, letter

LOREM = (
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit.\r\n"
    "Curabitur aliquam turpis et ante dictum, et pulvinar dui congue.\r\n"
    "Maecenas hendrerit, lorem non imperdiet pellentesque, nulla\r\nligula nullam\r\n"
)


def previews(client: Client, command: str) -> list[str]:
    *lines, done = client.do(command)
    assert done.endswith("FETCH completed")
    return [line.partition("PREVIEW ")[2].removesuffix(")") for line in lines]


def test_fetch(server: Server) -> None:
    # Section 3.2, the example
    server.deliver(letter(body="Preview text!\r\n"))
    client = server.selected()
    assert client.do("FETCH 1 (PREVIEW)") == [
        '* 1 FETCH (PREVIEW "Preview text!")',
        "OK FETCH completed",
    ]
    assert client.do("FETCH 1 preview")[0] == '* 1 FETCH (PREVIEW "Preview text!")'
    assert client.do("FETCH 1 FLAGS")[0] == "* 1 FETCH (FLAGS (\\Recent))"


def test_without_lazy(server: Server) -> None:
    # Section 5, example 1: at most 200 characters
    data = letter(body=LOREM)
    server.deliver(data)
    (line, _) = server.selected().do("FETCH 1 (RFC822.SIZE PREVIEW)")
    text = " ".join(LOREM.split())[:200].rstrip()
    assert line == f'* 1 FETCH (RFC822.SIZE {len(data)} PREVIEW "{text}")'


def test_lazy_shows_what_has_been_made_before(server: Server) -> None:
    # Section 5, example 2: messages 1 and 2 have one, and that of 2 is empty.
    bodies = (
        "Preview text for message 1.",
        "",
        "Message data from message 3.",
        "Message 4 preview",
    )
    for body in bodies:
        server.deliver(letter(body=body))
    client = server.selected()
    assert previews(client, "FETCH 1:2 PREVIEW") == ['"Preview text for message 1."', '""']
    lines = client.do("FETCH 1:4 (ENVELOPE PREVIEW (LAZY))")[:-1]
    assert all(" FETCH (ENVELOPE (" in line for line in lines)
    lazy = ['"Preview text for message 1."', '""', "NIL", "NIL"]
    assert [line.partition("PREVIEW ")[2] for line in lines] == [f"{each})" for each in lazy]
    # It stays so: LAZY makes none. Other sessions see the same.
    other = server.selected(command="EXAMINE")
    assert previews(other, "FETCH 1:4 PREVIEW (LAZY)") == lazy
    made = ['"Message data from message 3."', '"Message 4 preview"']
    assert previews(client, "FETCH 3:4 (PREVIEW)") == made
    assert previews(other, "FETCH 1:4 (PREVIEW (lazy))") == [*lazy[:2], *made]


def test_of_search_results(server: Server) -> None:
    # Section 5, example 3
    server.deliver(letter("FOO", "Preview!"))
    server.deliver(letter("bar"))
    server.deliver(letter("foo", "Another preview!"))
    client = server.selected()
    client.do("FETCH 1 PREVIEW")
    client.do("SEARCH RETURN (SAVE) SUBJECT FOO")
    assert client.do("FETCH $ (UID PREVIEW (LAZY))") == [
        '* 1 FETCH (UID 1 PREVIEW "Preview!")',
        "* 3 FETCH (UID 3 PREVIEW NIL)",
        "OK FETCH completed",
    ]
    assert client.do("UID FETCH 3 (PREVIEW)")[0] == '* 3 FETCH (UID 3 PREVIEW "Another preview!")'


def test_a_copy_has_it_at_once(server: Server) -> None:
    server.deliver(letter(body="Text"))
    client = server.selected()
    client.do("CREATE box")
    client.do("FETCH 1 PREVIEW")
    client.do("MOVE 1 box")
    client.do("SELECT box")
    assert previews(client, "FETCH 1 PREVIEW (LAZY)") == ['"Text"']


def test_what_is_no_7_bit_text_is_a_literal(server: Server) -> None:
    server.deliver(letter(body='"caf\u00e9" \u65e5'))
    server.deliver(letter(body='a "b" \\ c'))
    client = server.selected()
    expected = '{11}\r\n"caf\u00e9" \u65e5)\r\n'
    reply = client.raw(b"a FETCH 1 PREVIEW\r\n").decode()
    assert reply == f"* 1 FETCH (PREVIEW {expected}a OK FETCH completed\r\n"
    assert previews(client, "FETCH 2 PREVIEW") == ['"a \\"b\\" \\\\ c"']


def test_html_in_a_multipart(server: Server) -> None:
    server.deliver(
        b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<style>p {}</style><p class=3Dx>Dear&nbsp;<b>Bob</b>,<p>hello!\r\n--b--\r\n"
    )
    assert previews(server.selected(), "FETCH 1 PREVIEW") == ['"Dear Bob, hello!"']


def test_the_parentheses_of_fetch_itself(server: Server) -> None:
    server.deliver(letter(body="Text"))
    client = server.selected()
    for item in ("PREVIEW", "PREVIEW (LAZY)", "(PREVIEW (LAZY LAZY))", "(PREVIEW (LAZY) UID)"):
        assert client.do(f"FETCH 1 {item} (CHANGEDSINCE 99)")[-1] == "OK FETCH completed"
    assert client.do("UID FETCH 1 PREVIEW (PARTIAL 1:5)")[0] == '* 1 FETCH (UID 1 PREVIEW "Text")'


def test_both_at_once(server: Server) -> None:
    server.deliver(letter(body="Text"))
    (line, _) = server.selected().do("FETCH 1 (PREVIEW (LAZY) PREVIEW)")
    assert line == '* 1 FETCH (PREVIEW "Text" PREVIEW "Text")'


def test_news_of_a_message_can_have_it(server: Server) -> None:
    client = server.selected()
    client.do("NOTIFY SET (SELECTED (MessageNew (PREVIEW) MessageExpunge))")
    server.deliver(letter(body="Text"))
    assert any(line.endswith('PREVIEW "Text")') for line in client.news())


def test_of_a_message_that_is_expunged_meanwhile(server: Server) -> None:
    server.deliver(letter(body="One"))
    server.deliver(letter(body="Two"))
    client, other = server.selected(), server.selected()
    other.do("STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.do("EXPUNGE")
    lines = client.do("FETCH 1:2 PREVIEW")
    assert '* 2 FETCH (PREVIEW "Two")' in lines
    assert lines[-1].startswith("NO [EXPUNGEISSUED]")


@pytest.mark.parametrize(
    "items",
    [
        "PREVIEW (SLOW)",
        "PREVIEW ()",
        "(PREVIEW ())",
        "(PREVIEW (LAZY)",
        "PREVIEW (LAZY FAST)",
        "PREVIEW (LAZY )",
        "PREVIEW(LAZY)",
        "(PREVIEW (UID))",
        "PREVIEW (LAZYX)",
        "PREVIEW[1]",
        "PREVIEW (LAZY) (LAZY)",
    ],
)
def test_malformed(server: Server, items: str) -> None:
    server.deliver()
    assert server.selected().do(f"FETCH 1 {items}")[0].startswith("BAD ")


@pytest.mark.parametrize(
    "items", ["PREVIEW", "PREVIEW (LAZY)", "(UID PREVIEW)", "(PREVIEW (LAZY))"]
)
def test_switched_off_it_is_nowhere(server: Server, items: str) -> None:
    server.deliver()
    client = server.selected(without=["PREVIEW"])
    assert client.do(f"FETCH 1 {items}") == ["BAD There is no FETCH item PREVIEW"]
