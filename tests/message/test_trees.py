"""Properties of the tree: any bytes give one, and a tree written out comes back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from hypothesis import example, given
from hypothesis import strategies as st

from labserver.message import (
    Part,
    UnknownEncoding,
    decode_body,
    envelope,
    fields,
    find,
    header,
    scan,
    searchable_text,
    select_fields,
    sent_moment,
    text,
)

# Pieces that make delimiters, headers and their damage likely.
_PIECES = [
    *(b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\n\n", b" ", b"\t", b"--", b"-", b"--b", b"--b--"),
    *(b"--bb\r\n", b"b", b":", b";", b'"', b"(", b")", b"\\", b"=", b"\x00", b"\xff", b"\xc3\xa4"),
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n",
    b"Content-Type: multipart/digest; boundary=bb\r\n\r\n",
    b"Content-Type: multipart/x; boundary=\r\n\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: text/plain; charset*0*=utf-8''x; charset*1=y\r\n",
    *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n"),
    *(b"Content-Transfer-Encoding: x\r\n", b"Content-Disposition: attachment; filename=x\r\n"),
    *(b"From: ", b"To: a@b, ", b"Subject: =?utf-8?q?=C3=A4?= =?x?b?A?=\r\n"),
    b"Date: Mon, 7 Sep 2026 09:00:00 +0200\r\n",
]
anything = st.one_of(
    st.binary(max_size=200),
    st.lists(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=4)), max_size=40).map(b"".join),
)


def check(data: bytes, part: Part) -> None:
    """Offsets are in order, children lie in their parent, one after the other."""
    assert 0 <= part.start <= part.body <= part.end <= len(data)
    assert part.lines == data[part.body : part.end].count(b"\n")
    position = part.body
    for child in part.children:
        assert position <= child.start
        assert child.end <= part.end
        position = child.end
        check(data, child)
    kind = part.type.lower()
    assert part.is_multipart == (kind == "multipart")
    if part.is_message:
        (child,) = part.children
        assert (child.start, child.end) == (part.body, part.end)
    elif kind == "message":
        assert part.subtype.lower() not in ("rfc822", "global")
    if part.children:
        assert part.is_multipart or part.is_message


@given(anything)
@example(b"\n--b")
def test_any_bytes_give_a_tree(data: bytes) -> None:
    root = scan(data)
    assert (root.start, root.end) == (0, len(data))
    assert header(data, root) + data[root.body : root.end] == data
    check(data, root)


def parts(part: Part) -> list[Part]:
    return [part, *(deeper for child in part.children for deeper in parts(child))]


@given(anything)
def test_nothing_raises_on_any_part(data: bytes) -> None:
    root = scan(data)
    for part in parts(root):
        known = fields(data, part)
        for one, after in itertools.pairwise(known):
            assert part.start <= one.start < one.end <= after.start
        names = {one.name for one in known}
        chosen = select_fields(data, part, names)
        blank = select_fields(data, part, ())
        assert chosen == b"".join(data[one.start : one.end] for one in known) + blank
        rest = select_fields(data, part, names, exclude=True)
        assert len(rest) == part.body - part.start - (len(chosen) - len(blank))
        assert rest.endswith(blank)
        assert select_fields(data, part, (), exclude=True) == header(data, part)
        date = envelope(data, part).date
        if date is not None:
            sent_moment(date)
        text(data, part)
        try:
            decode_body(data, part)
        except UnknownEncoding:
            assert part.encoding
    list(searchable_text(data, root, headers=True))


@dataclass
class Node:
    """A part to be written."""

    kind: str
    body: bytes = b""
    children: list[Node] = field(default_factory=list)
    fields: list[bytes] = field(default_factory=list)
    epilogue: bytes = b""


_LINES = st.lists(
    st.sampled_from([b"", b"text", b"--", b"-- ", b"--=_", b"--=_x", b" --=_0", b"A: b", b"\xff"]),
    max_size=5,
)
_FIELDS = st.lists(
    st.sampled_from([b"Subject: x", b"X-Long: a\n\tb", b"Content-ID: <x@y>", b"no field"]),
    max_size=3,
)
_leaf = st.builds(
    Node,
    kind=st.sampled_from(["text/plain", "text/html", "Image/GIF", "message/delivery-status", ""]),
    body=_LINES.map(b"\n".join),
    fields=_FIELDS,
)


def _composite(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    multi = st.builds(
        Node,
        kind=st.sampled_from(["multipart/mixed", "Multipart/Alternative", "multipart/digest"]),
        body=_LINES.map(b"\n".join),
        children=st.lists(inner, min_size=1, max_size=4),
        fields=_FIELDS,
        epilogue=_LINES.map(lambda lines: b"".join(b"\n" + line for line in lines)),
    )
    message = st.builds(
        Node,
        kind=st.sampled_from(["message/rfc822", "message/global"]),
        children=st.lists(inner, min_size=1, max_size=1),
        fields=_FIELDS,
    )
    return st.one_of(multi, message)


_trees = st.recursive(_leaf, _composite, max_leaves=12)


class Writer:
    """Writes a tree with one kind of line end, and notes where each part went."""

    def __init__(self, eol: bytes) -> None:
        self.eol = eol
        self.out = bytearray()
        self.boundaries = 0

    def put(self, content: bytes) -> None:
        self.out += content.replace(b"\n", self.eol)

    def write(self, node: Node, *, in_digest: bool = False) -> tuple[object, ...]:
        start = len(self.out)
        for line in node.fields:
            self.put(line + b"\n")
        kind = node.kind or ("text/plain" if not in_digest else "text/html")
        boundary = b"=_%06d" % self.boundaries
        multipart = kind.lower().startswith("multipart/")
        if node.kind or in_digest:
            parameter = b"; boundary=" + boundary if multipart else b""
            self.put(b"Content-Type: " + kind.encode() + parameter + b"\n")
        self.put(b"\n")
        body = len(self.out)
        children = []
        if multipart:
            self.boundaries += 1
            digest = kind.endswith("digest")
            self.put(node.body + b"\n")
            for child in node.children:
                self.put(b"--" + boundary + b"\n")
                children.append(self.write(child, in_digest=digest))
                self.put(b"\n")
            self.put(b"--" + boundary + b"--" + node.epilogue)
        elif node.children:
            children.append(self.write(node.children[0]))
        else:
            self.put(node.body)
        lines = self.out.count(b"\n", body)
        return kind, start, body, len(self.out), lines, tuple(children)


def note(part: Part) -> tuple[object, ...]:
    kind = f"{part.type}/{part.subtype}"
    below = tuple(note(child) for child in part.children)
    return kind, part.start, part.body, part.end, part.lines, below


@given(_trees, st.sampled_from([b"\r\n", b"\n"]))
def test_a_tree_written_out_comes_back(tree: Node, eol: bytes) -> None:
    writer = Writer(eol)
    expected = writer.write(tree)
    assert note(scan(bytes(writer.out))) == expected


@given(_trees, st.integers(min_value=0))
def test_a_message_cut_anywhere_gives_a_tree(tree: Node, cut: int) -> None:
    writer = Writer(b"\r\n")
    writer.write(tree)
    data = bytes(writer.out[: cut % (len(writer.out) + 1)])
    check(data, scan(data))


def numbered(root: Part, path: tuple[int, ...] = ()) -> list[tuple[tuple[int, ...], Part]]:
    """Every part number of a message and what it names, by walking instead of looking up."""
    if not root.is_multipart:
        found = [((*path, 1), root)]
    else:
        found = [((*path, n), child) for n, child in enumerate(root.children, 1)]
    for number, part in list(found):
        if part.is_message:
            found += numbered(part.children[0], number)
        elif part.is_multipart:
            found += numbered(part, number)
    return found


@given(_trees)
def test_every_part_has_its_number(tree: Node) -> None:
    writer = Writer(b"\r\n")
    writer.write(tree)
    root = scan(bytes(writer.out))
    for path, part in numbered(root):
        assert find(root, path) is part
    for path, part in numbered(root):
        if not part.children:
            assert find(root, (*path, 1)) is None
            assert find(root, (*path, 2)) is None
