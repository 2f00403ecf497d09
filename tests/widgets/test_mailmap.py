"""The map's Python faces: true, the same each time, small, and harmless whatever mail says."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from labserver import Lab
from labserver import events as e
from labserver.snapshot import State, sentence
from labserver.widgets import MailMap
from labserver.widgets.mailmap import shapes, view
from labserver.widgets.words import en
from tests.snapshot.scenes import (
    BOB,
    SCENES,
    Stage,
    after_quit,
    cut,
    digest,
    during,
    fresh,
    laptop_lost,
    two_imap,
)
from tests.snapshot.test_refused import refused

ROOT = Path(__file__).parents[2]
LIMIT = 40_000
HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(2)">'
    "</text></svg>]]>&lt;\x00\x1b[31m\u202egnp.exe\u2028'\"`"
)


class Tags(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def names(self) -> set[str]:
        return {tag for tag, _ in self.tags}


def still(stage: Stage, **options: Any) -> MailMap:
    return MailMap(stage, BOB, live=False, **options)


def drawing(page: str) -> str:
    source = next(attrs["src"] for tag, attrs in Tags(page).tags if tag == "img")
    assert source is not None
    kind, _, coded = source.partition(",")
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(coded).decode()


def written(document: str) -> str:
    return " ".join(ET.fromstring(document).itertext())


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_has_three_small_faces_that_say_the_sentence(name: str) -> None:
    stage = SCENES[name]()
    said = sentence(stage.snapshot(), BOB)
    widget = still(stage)
    page = widget.html()
    assert len(page.encode()) < LIMIT
    assert widget.text().startswith(said)
    assert len(widget.text().splitlines()) <= 20
    assert said in " ".join(Tags(page).words)
    assert next(attrs["alt"] for tag, attrs in Tags(page).tags if tag == "img") == said
    assert ET.fromstring(drawing(page)).tag.endswith("svg")
    assert widget.view["label"] == said
    json.dumps(widget.view)


@pytest.mark.parametrize("name", SCENES)
def test_the_saved_face_is_made_of_what_an_untrusted_notebook_shows(name: str) -> None:
    tags = Tags(still(SCENES[name]()).html())
    allowed = {
        *("div", "img", "details", "summary", "table", "caption", "thead", "tbody"),
        *("tr", "th", "td", "code", "br", "p"),
    }
    assert tags.names <= allowed
    used = {attribute for _, attrs in tags.tags for attribute in attrs}
    assert used <= {"alt", "src", "style", "scope", "colspan"}
    assert all(attrs.get("scope") in ("row", "col") for tag, attrs in tags.tags if tag == "th")


def in_cells(widget: MailMap) -> list[list[str]]:
    return [[cell["label"] for cell in row["cells"]] for row in widget.view["rows"]]


def test_the_cells_stand_in_the_order_of_the_picture() -> None:
    widget = still(during())
    assert in_cells(widget) == [
        ["whole", "marked, DELE, POP no. 1", "never here"],
        ["whole", "marked, DELE, POP no. 2", "never here"],
        ["whole", "whole, POP no. 3", "never here"],
    ]
    assert [place["name"] for place in widget.view["places"]] == ["laptop", "SERVER", "phone"]


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        (fresh, ["whole"]),
        (during, ["marked", "POP no. 2", "RETR 3", "TRANSACTION", "POP3 110"]),
        (after_quit, ["removed", "laptop only", "closed"]),
        (cut, ["cut", "TRANSACTION, then cut"]),
        (two_imap, ["headers", "UID 1", "✓ read ★", "● new", "Archive", "IDLE", "IMAP 143"]),
        (laptop_lost, ["lost", "0 · LOST", "LOST"]),
        (SCENES["imap_laptop_lost"], ["gone"]),
    ],
)
def test_each_state_is_drawn_with_its_word(scene: Any, words: list[str]) -> None:
    drawn = written(drawing(still(scene()).html()))
    for word in words:
        assert word in drawn


def test_every_state_has_a_shape() -> None:
    assert set(shapes.SYMBOLS) == {state.name.lower() for state in State}


def test_what_was_carried_has_the_colour_of_what_carried_it() -> None:
    coloured = {name for name, drawn in shapes.SYMBOLS.items() if "currentColor" in str(drawn)}
    assert coloured == shapes.CARRIED


def test_the_shape_follows_the_state() -> None:
    uses = re.findall(r'href="#(\w+)"', drawing(still(after_quit()).html()))
    assert uses == ["whole", "removed", "never"] * 4, "three rows, and the key"


def test_the_saved_picture_has_the_key_to_what_it_bears_and_to_nothing_else() -> None:
    def key(stage: Stage) -> str:
        return written(drawing(still(stage).html())).rpartition(" Key ")[2]

    assert key(after_quit()).startswith("whole removed never here POP3 copy; ×2: two was here")
    said = key(two_imap())
    for word in ("whole", "headers", "never here", "IMAP", "tied: follows", "connection open"):
        assert word in said
    for word in ("marked", "lost", "POP3", "inside TLS", "closed", "only copy"):
        assert word not in said
    assert "Key" not in written(drawing(still(Stage()).html())), "nothing has happened"


def test_the_colour_follows_the_protocol() -> None:
    found = {cell["protocol"] for row in still(two_imap()).view["rows"] for cell in row["cells"]}
    assert found == {"smtp", "imap", ""}
    assert {row["cells"][0]["protocol"] for row in still(during()).view["rows"]} == {"pop3"}


def test_changed_cells_and_the_line_that_did_it_bear_the_mark() -> None:
    text = still(during()).text()
    assert text.count("▶") == 3
    assert "▶ C: RETR 3  S: +OK 3072 octets" in text
    assert next(line for line in text.splitlines() if "▶ whole" in line).startswith("C ")


def test_a_line_that_did_it_is_shown_though_more_was_said() -> None:
    stage = during()
    stage.said(1, "NOOP", "+OK")
    lines = still(stage).view["wires"][0]["lines"]
    assert lines == ["▶ C: RETR 3  S: +OK 3072 octets", "C: NOOP  S: +OK"]


def test_what_changed_before_is_not_ringed() -> None:
    stage = during()
    before = stage.log.last
    stage.said(1, "STAT", "+OK 1 3072")
    assert "▶" in still(stage).text()
    assert "▶" not in still(stage, since=before).text()


def test_an_end_that_did_it_bears_the_mark() -> None:
    lines = still(cut()).view["wires"][0]["lines"]
    assert lines == ["C: RETR 3  S: +OK 3072 octets", "▶ cut"]


def test_numbers_show_only_while_a_session_gives_them() -> None:
    stage = during()
    assert "POP no. 1" in still(stage).text()
    stage.quit(1)
    assert "POP no." not in still(stage).text()


def test_a_download_is_an_arrow_with_its_line() -> None:
    def arrows(stage: Stage) -> list[list[str]]:
        groups = [group[2] for group in still(stage).view["nodes"]]
        nodes = [node for group in groups for node in group]
        drawn = [node[2] for node in nodes if node[1].get("class") == "lm-arrow"]
        return [[each[2][0] for each in parts if each[0] == "text"] for parts in drawn]

    assert arrows(during()) == [["RETR 3"]]
    assert arrows(two_imap()) == []
    stage = fresh()
    n = stage.imap("phone")
    stage.said(n, "a9 UID FETCH 2 BODY[]")
    stage.save("phone", 2, n, protocol="imap")
    assert arrows(stage) == [["UID FETCH 2", "BODY[]"]]


def test_two_copies_in_one_cell_are_counted() -> None:
    stage = fresh()
    n = stage.pop()
    stage.retrieve(n, "laptop", 1, 1)
    stage.save("laptop", 1, n, file="again")
    assert "whole ×2" in still(stage).text()
    assert "whole ×2" in written(drawing(still(stage).html()))


def test_two_copies_of_which_one_is_marked() -> None:
    stage = fresh()
    stage.arrive(1, uid=9)
    stage.flags(9, "\\Deleted")
    assert "1 of them marked" in still(stage).text()


def test_inside_tls_it_is_the_same_protocol() -> None:
    stage = fresh()
    n = stage.imap("phone")
    stage.now(e.Secured(connection=n, version="TLSv1.3"))
    m = stage.connections + 1
    stage.now(e.Connected(connection=m, protocol="pop3s", port=995, device="laptop"))
    stage.said(m, "LIST", "+OK\r\n1 412\r\n.")
    wires = still(stage).view["wires"]
    assert [wire["protocol"] for wire in wires] == ["imap", "pop3"]
    assert [wire["secured"] for wire in wires] == ["TLSv1.3", ""]
    assert wires[1]["lines"] == ["C: LIST  S: +OK"]


def hostile() -> Stage:
    stage = Stage("laptop</text><script>")
    stage.new(1, HOSTILE, HOSTILE)
    stage.arrive(1)
    stage.mailbox(HOSTILE, 701)
    stage.arrive(1, uid=5, mailbox=HOSTILE, flags=(HOSTILE,))
    n = stage.pop("laptop</text><script>")
    stage.state(n, HOSTILE)
    stage.said(n, HOSTILE, HOSTILE)
    stage.now(e.Line(connection=n, direction="C", data=b"\xff\xfe<svg onload=x>\x00\r\n"))
    stage.save("laptop</text><script>", 1, n, flags=("\\Seen", HOSTILE))
    return stage


def test_nothing_in_mail_or_on_the_wire_can_act() -> None:
    widget = still(hostile())
    page = widget.html()
    tags = Tags(page)
    assert tags.names.isdisjoint({"script", "svg"})
    assert len([tag for tag, _ in tags.tags if tag == "img"]) == 1
    assert not any(name.startswith("on") for _, attrs in tags.tags for name in attrs)
    root = ET.fromstring(drawing(page))
    inside = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert inside <= {
        *("svg", "title", "style", "defs", "symbol", "use", "g", "rect", "path", "circle", "text")
    }
    for face in (page, drawing(page), widget.text(), json.dumps(widget.view)):
        assert not re.search("[\x00-\x08\x0b-\x1f\u202e\u2028]", face)
    assert "\\xff\\xfe" in widget.text()


def test_hostile_words_reach_the_live_face_as_words_only() -> None:
    def tags(nodes: list[Any]) -> set[str]:
        return {node[0] for node in nodes if not isinstance(node, str)} | {
            tag for node in nodes if not isinstance(node, str) for tag in tags(node[2])
        }

    assert tags(still(hostile()).view["nodes"]) <= {"g", "rect", "path", "circle", "text", "use"}
    script = (ROOT / "labserver/widgets/mailmap/widget.js").read_text("utf-8")
    script += (ROOT / "labserver/widgets/transcript/widget.js").read_text("utf-8")
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write"):
        assert way not in script


def crowd(count: int, *, odd: bool = False) -> Stage:
    stage = Stage("laptop")
    for message in range(1, count + 1):
        stage.log.append(
            e.NewMessage(
                message=message,
                sha256=f"{message:064}",
                octets=500,
                subject="A rather long subject " * 20,
                sender="Somebody with a long name " * 20,
            )
        )
        stage.log.append(
            e.Delivered(
                account=BOB,
                mailbox="INBOX",
                uidvalidity=700,
                uid=message,
                message=message,
                octets=500,
                sha256=f"{message:064}",
                flags=("\\Seen",) if odd and message % 2 else (),
                cause="load",
                connection=None,
            )
        )
    return stage


def test_rows_that_are_alike_collapse() -> None:
    widget = still(crowd(1000))
    assert "and 997 more, all alike" in widget.text()
    assert "and 997 more, all alike" in written(drawing(widget.html()))
    assert len(widget.html()) < LIMIT


def test_rows_that_are_not_alike_are_bounded_too() -> None:
    widget = still(crowd(1000, odd=True))
    assert len(widget.html()) < LIMIT
    assert len(widget.text().splitlines()) <= 20
    shown = [row for row in widget.view["rows"] if not row["more"]]
    assert widget.view["rows"][-1]["more"] == f"and {1000 - len(shown)} more, not all alike"


def test_six_places_are_still_small() -> None:
    stage = crowd(1000, odd=True)
    for name in ("a", "b", "c", "d"):
        stage.now(e.DeviceAdded(device=name, owner=BOB))
    assert len(still(stage).html().encode()) < LIMIT


def test_of_many_that_are_not_alike_what_matters_is_shown() -> None:
    stage = crowd(1000, odd=True)
    n = stage.imap("laptop")
    stage.said(n, "a3 STORE 900 +FLAGS (\\Flagged)")
    stage.flags(900, "\\Flagged", connection=n)
    shown = [row["letter"] for row in still(stage).view["rows"] if not row["more"]]
    assert e.letters(900) in shown
    count = sum(
        int(row["more"].split()[1].replace(",", ""))
        for row in still(stage).view["rows"]
        if row["more"]
    )
    assert count + len(shown) == 1000


def test_what_changed_is_not_collapsed_away() -> None:
    stage = crowd(40)
    n = stage.imap("laptop")
    stage.said(n, "a3 STORE 20 +FLAGS (\\Seen)")
    stage.flags(20, "\\Seen", connection=n)
    changed = [
        row["letter"]
        for row in still(stage).view["rows"]
        if any(cell["changed"] for cell in row["cells"])
    ]
    assert changed == ["T"]


def test_a_small_mailbox_is_shown_whole() -> None:
    assert not any(row["more"] for row in still(crowd(12)).view["rows"])


def test_three_devices_form_a_matrix() -> None:
    stage = Stage("desk", "laptop", "phone")
    stage.arrive(1)
    assert [place["name"] for place in still(stage).view["places"]] == [
        "SERVER",
        "desk",
        "laptop",
        "phone",
    ]
    assert ET.fromstring(drawing(still(stage).html())) is not None


def test_chosen_devices_and_an_earlier_step() -> None:
    stage = during()
    assert len(still(stage, devices=["phone"]).view["places"]) == 2
    first = next(x.number for x in stage.log if isinstance(x.event, e.Connected)) - 1
    earlier = MailMap(stage, BOB, step=first)
    assert earlier.text() == still(fresh()).text()


def test_mailboxes_are_shelves_and_a_message_in_two_of_them_has_one_row() -> None:
    stage = fresh()
    stage.mailbox("Archive", 701)
    stage.mailbox("Old", 702)
    stage.arrive(1, mailbox="Archive", uid=1, cause="copy")
    seen = still(stage).view
    assert [(shelf["name"], shelf["note"]) for shelf in seen["shelves"]] == [
        ("INBOX", ""),
        ("Archive", "also A"),
        ("Old", "empty"),
    ]
    assert seen["rows"][0]["cells"][1]["label"] == "whole ×2, INBOX, Archive"
    assert [row["letter"] for row in seen["rows"]] == ["A", "B", "C"]


def test_many_empty_mailboxes_are_not_all_shown() -> None:
    stage = fresh()
    for n in range(50):
        stage.mailbox(f"box {n:02}", 800 + n)
    assert len(still(stage).view["shelves"]) == 4
    stage.arrive(4, mailbox="box 49", uid=1)
    assert [shelf["name"] for shelf in still(stage).view["shelves"]][-1] == "box 49"


@pytest.mark.parametrize(
    ("storage", "messages", "said"),
    [
        (100, None, "51 of 100 KiB used"),
        (51, None, "51 of 51 KiB: FULL"),
        (None, 4, "3 of 4 messages used"),
        (100, 3, "3 of 3 messages: FULL"),
        (0, None, "51 of 0 KiB: FULL"),
    ],
)
def test_the_server_says_how_full_it_is(
    storage: int | None, messages: int | None, said: str
) -> None:
    stage = fresh()
    stage.now(
        e.QuotaChanged(
            account=BOB, storage=storage, messages=messages, mailboxes=None, connection=None
        )
    )
    widget = still(stage)
    assert widget.view["places"][1]["foot"] == said
    assert said in " ".join(Tags(widget.html()).words)
    bar = view.view(stage.snapshot(), BOB).places[1].fullness
    assert bar is not None
    assert len(bar.parts) == 3
    stage.now(
        e.QuotaChanged(account=BOB, storage=None, messages=None, mailboxes=None, connection=None)
    )
    assert "used" not in still(stage).text()


def test_what_was_refused_stands_at_the_door() -> None:
    stage = fresh()
    refused(stage, 4)
    widget = still(stage)
    row = widget.view["rows"][-1]
    assert (row["letter"], row["shelf"], row["tone"]) == ("D", -1, "refused")
    assert row["cells"][1]["words"] == ["refused", "552 5.2.2"]
    drawn = written(drawing(widget.html()))
    assert "back to the sender" in drawn
    assert "sender told" in drawn
    assert "0, sender told" in widget.text()


def test_what_waits_is_told_on_its_way() -> None:
    stage = fresh()
    for recipient in ("x@work.example", "y@work.example"):
        stage.now(
            e.Queued(
                host="mail.home.example",
                queue_id="q1",
                message=2,
                sender=BOB,
                recipient=recipient,
                connection=None,
            )
        )
    assert still(stage).view["paths"] == ["B waits at mail.home.example for mail.work.example."]
    assert "B waits at mail.home.example for mail.work.example." in still(stage).text()
    assert "B waits → mail.work.example" in written(drawing(still(stage).html()))


def test_who_sends_is_a_line_above_while_connected() -> None:
    stage = fresh()
    n = stage.dial("submission", "alice-laptop")
    assert still(stage).view["paths"] == ["alice-laptop speaks SMTP to mail.home.example."]
    stage.close(n)
    n = stage.dial("smtp", "you")
    assert still(stage).view["paths"] == ["You speak SMTP to mail.home.example."]
    stage.close(n)
    assert still(stage).view["paths"] == []


def test_webmail_and_a_backup_are_places() -> None:
    stage = Stage("laptop")
    stage.arrive(1)
    stage.now(e.DeviceAdded(device="webmail", owner=BOB, kind="webmail"))
    kinds = [(place["kind"], place["line"]) for place in still(stage).view["places"]]
    assert kinds == [
        ("device", "empty"),
        ("server", BOB),
        ("webmail", "keeps nothing"),
    ]


def test_a_blank_map_gives_nothing_away() -> None:
    stage = during()
    full = still(stage)
    blank = full.blank()
    drawn = written(drawing(blank.html()))
    map_, key = drawn.split(" Key ")
    assert all(word in key for word, _ in en.KEY.values()), "the marks to draw"
    for face in (blank.html(), blank.text(), map_):
        assert "Lunch on Friday?" in face
        assert "laptop" in face
        assert not re.search("marked|POP no|TRANSACTION|RETR|only on|3 messages", face)
    assert ">whole<" not in blank.html()
    assert blank.text() == MailMap(stage, BOB).blank().text()
    stage.retrieve(1, "laptop", 1, 1)
    assert blank.text() == full.blank().text()


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError):
        MailMap(fresh(), "nobody@home.example")
    with pytest.raises(KeyError):
        MailMap(fresh(), BOB, devices=["toaster"])


def test_a_lab_where_nothing_happened() -> None:
    text = still(Stage("laptop")).text()
    assert "No message has arrived yet." in text
    assert "No connection is open." in text


def test_a_device_file_that_is_no_message_is_told() -> None:
    stage = fresh()
    stage.save("phone", 77, stage.pop("phone"))
    assert "1 other file" in still(stage).text()


def test_many_connections_are_counted() -> None:
    stage = fresh()
    for _ in range(9):
        stage.imap("phone")
    shown = still(stage).view
    assert len(shown["wires"]) == 5
    assert shown["more_wires"] == "and 4 more connections"


PROGRAM = """
from tests.snapshot.scenes import SCENES
from labserver.widgets import MailMap, Transcript
for scene in SCENES.values():
    stage = scene()
    for widget in (MailMap(stage, live=False), Transcript(stage, live=False)):
        print(repr(widget), widget.html(), widget.text())
"""


def test_the_faces_are_the_same_in_every_process() -> None:
    said = set()
    for seed in ("1", "2", "3"):
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        )
        said.add(ran.stdout)
    assert len(said) == 1


def test_the_bundle_has_all_faces_and_no_address() -> None:
    widget = still(during())
    data, _ = widget._repr_mimebundle_()
    assert set(data) == {
        "application/vnd.jupyter.widget-view+json",
        "text/html",
        "text/plain",
    }
    assert data["text/plain"] == widget.text() == str(widget)
    assert "0x" not in repr(widget)


def test_a_view_is_a_value() -> None:
    stage = during()
    assert view.view(stage.snapshot(), BOB) == view.view(stage.snapshot(), BOB)
    assert digest(1) not in still(stage).html()


def test_new_stays_until_somebody_has_read_it() -> None:
    r"""Once flags mean something, no \Seen is told, whatever becomes of other messages."""

    def marks(stage: Stage) -> list[str]:
        rows = still(stage).view["rows"]
        return [word for row in rows for word in row["cells"][1]["words"] if word[0] in "●✓"]

    stage = fresh()
    assert marks(stage) == [], "nobody has opened the mailbox by IMAP yet"
    n = stage.imap("laptop")
    assert marks(stage) == ["● new"] * 3
    stage.said(n, "a3 STORE 1:2 +FLAGS (\\Seen \\Deleted)")
    for uid in (1, 2):
        stage.flags(uid, "\\Seen", "\\Deleted", connection=n)
    assert marks(stage) == ["✓ read", "✓ read", "● new"]
    assert "not read here" in written(drawing(still(stage).html()))
    stage.said(n, "a4 EXPUNGE")
    for uid in (1, 2):
        stage.expunge(uid, n)
    assert marks(stage) == ["● new"]
    stage.flags(3, "\\Seen")
    stage.flags(3)
    assert marks(stage) == ["● new"]


def test_the_own_marks_of_pop3_stay_told_too() -> None:
    def marks(stage: Stage) -> list[str]:
        rows = still(stage).view["rows"]
        return [word for row in rows for word in row["cells"][2]["words"] if word[0] in "●✓"]

    stage = SCENES["two_pop"]()
    assert marks(stage) == ["✓ read", "● new", "● new"]
    stage.now(e.Discarded(device="phone", file="phone-1-whole", connection=None))
    assert marks(stage) == ["● new", "● new"]


@pytest.mark.parametrize(
    ("storage", "messages", "refusal", "said"),
    [
        (60, None, 4, "51 of 60 KiB used; a message of 29.3 KiB did not fit"),
        (60, 4, 4, "51 of 60 KiB used; a message of 29.3 KiB did not fit"),
        (51, None, 4, "51 of 51 KiB: FULL; a message of 29.3 KiB did not fit"),
        (100, 3, 4, "3 of 3 messages: FULL; a message did not fit"),
        (52, None, None, "51 of 52 KiB used; a message of 29.3 KiB did not fit"),
    ],
)
def test_the_server_says_what_did_not_fit(
    storage: int, messages: int | None, refusal: int | None, said: str
) -> None:
    stage = fresh()
    stage.now(
        e.QuotaChanged(
            account=BOB, storage=storage, messages=messages, mailboxes=None, connection=None
        )
    )
    refused(stage, refusal)
    widget = still(stage)
    assert widget.view["places"][1]["foot"] == said
    assert said in widget.text()
    drawn = written(drawing(widget.html()))
    assert said.partition("; ")[2] in drawn
    assert ("FULL" in drawn) == ("FULL" in said)
    bar = view.view(stage.snapshot(), BOB).places[1].fullness
    assert bar is not None
    assert bar.full == ("FULL" in said)


def test_a_size_that_nobody_said_is_not_told() -> None:
    with Lab() as lab, contextlib.redirect_stdout(io.StringIO()):
        lab.set_quota("bob", storage=0)
        smtp = lab.device("desk", owner="alice").dial("smtp")
        for line in ("EHLO desk.home.example", "MAIL FROM:<alice@home.example>"):
            smtp.send(line)
        smtp.send("RCPT TO:<bob@home.example>")
        assert "0 of 0 KiB: FULL; a message did not fit" in str(lab.look())
        lab.set_quota("bob", storage=5)
        smtp.send("RSET")
        smtp.send("MAIL FROM:<alice@home.example> SIZE=6000")
        smtp.send("RCPT TO:<bob@home.example>")
        assert "0 of 5 KiB used; a message of 5.9 KiB did not fit" in str(lab.look())
