"""A page told of change after change is the page that is drawn afresh from the last one."""

from __future__ import annotations

import contextlib
import io
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from labserver import Lab
from labserver.widgets import mailmap, replay, states, transcript
from labserver.widgets.base import script
from tests.browser.alone import BODY, PAGE
from tests.browser.situations import HELLO, LETTERS, LOG_IN, letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from labserver.devices import Dialogue
    from labserver.widgets.base import LabWidget

KINDS = {"map": mailmap, "transcript": transcript, "states": states, "replay": replay}
# Draws the first view, tells of each other one, and after each draws that one afresh beside it.
# Returns the first difference.
COMPARE = """async ([source, views, traits]) => {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const widget = (await import(url)).default;
    const place = document.getElementById('place');
    const drawn = (view) => {
        const heard = new Set();
        const held = { ...traits, view };
        const el = document.createElement('div');
        place.append(el);
        const end = widget.render({ el, model: {
            get: name => held[name],
            on: (_, callback) => heard.add(callback),
            off: (_, callback) => heard.delete(callback),
            set: (name, value) => { held[name] = value; },
            save_changes: () => {},
        } });
        for (const tool of el.querySelectorAll('.lm-tool')) tool.click();
        return {
            el,
            tell: (view) => { held.view = view; for (const each of heard) each(); },
            end: () => { end(); el.remove(); },
        };
    };
    const seen = (el) => {
        for (const each of el.querySelectorAll('input, select'))
            each.setAttribute('data-value', each.value);
        const copy = el.cloneNode(true);
        // What was said of a change is said of a change only.
        for (const each of copy.querySelectorAll('.lm-unseen[role="status"]')) each.remove();
        return copy;
    };
    const differ = (a, b) => {
        if (a.isEqualNode(b)) return null;
        const all = [...a.childNodes];
        if (all.length === b.childNodes.length && a.cloneNode().isEqualNode(b.cloneNode()))
            for (const [n, each] of all.entries()) {
                const found = differ(each, b.childNodes[n]);
                if (found) return found;
            }
        return [a, b].map(each => (each.outerHTML ?? each.textContent).slice(0, 1500));
    };
    const told = drawn(views[0]);
    for (const [n, view] of views.entries()) {
        if (n) told.tell(view);
        const afresh = drawn(view);
        const found = differ(seen(told.el), seen(afresh.el));
        afresh.end();
        if (found) return [n, ...found];
    }
    return null;
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own, on which nothing slides."""
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


class Sessions:
    """A lab to which things happen by chance, as `seed` has it; each is a command on the wire."""

    def __init__(self, lab: Lab, seed: int) -> None:
        self.lab = lab
        self.chance = random.Random(seed)
        self.devices = [lab.device("laptop")]
        self.talks: list[Dialogue] = []
        self.replay = lab.replay()
        self.pictures = {
            "map": lab.map(),
            "transcript": lab.transcript(),
            "states": lab.states("imap"),
            "replay": self.replay,
        }
        self.number = 0

    def act(self) -> None:
        """Let one thing happen."""
        deeds: list[tuple[int, Callable[[], object]]] = [
            (3, self.arrive),
            (1, self.refused),
            (2, self.join),
            (1, self.lose),
            (4, self.pop),
            (8, self.imap),
            (1, self.rewind),
            (6, self.look),
        ]
        weights = [weight for weight, _ in deeds]
        self.chance.choices([deed for _, deed in deeds], weights)[0]()

    def arrive(self) -> None:
        many = self.chance.choice((1, 1, 1, 9))
        for _ in range(many):
            sender, subject, octets = self.chance.choice(LETTERS)
            self.lab.load(letter(sender, f"{subject} {self.chance.random()}", octets))

    def refused(self) -> None:
        boxes = self.lab.snapshot().accounts["bob@home.example"].mailboxes.values()
        held = sum(copy.octets for each in boxes for copy in each.copies.values())
        self.lab.set_quota("bob", storage=held // 1024 + 5)
        smtp = self.devices[0].dial("smtp")
        for line in (*HELLO, "RCPT TO:<bob@home.example>", "DATA"):
            smtp.send(line)
        smtp.data(letter(*LETTERS[1]))
        self.lab.set_quota("bob", storage=None)

    def join(self) -> None:
        if len(self.devices) < 6:
            self.number += 1
            self.devices.append(self.lab.device(f"device-{self.number}"))

    def lose(self) -> None:
        if len(self.devices) > 2:
            self.devices.pop(self.chance.randrange(1, len(self.devices))).lose()

    def pop(self) -> None:
        pop = self.chance.choice(self.devices).dial("pop3")
        for line in ("USER bob", "PASS tulip", "RETR 1", "RETR 2", "DELE 1"):
            pop.send(line)
        self.chance.choice((lambda: pop.send("QUIT"), pop.cut))()

    def imap(self) -> None:
        talk = self.chance.choice([*self.talks, None])
        if talk is None or not talk.open:
            talk = self.chance.choice(self.devices).dial("imap")
            self.talks.append(talk)
            for line in LOG_IN:
                talk.send(line)
        said = (
            "x STORE 1 +FLAGS (\\Flagged)",
            "x STORE 1:2 -FLAGS (\\Flagged \\Deleted)",
            "x STORE 2 +FLAGS (\\Deleted)",
            "x FETCH 1:3 (UID FLAGS BODY.PEEK[])",
            "x FETCH 2 (UID FLAGS BODY.PEEK[HEADER])",
            "x EXPUNGE",
            "x CREATE Archive",
            "x COPY 1 Archive",
            "x MOVE 1 Archive",
            "x SELECT Archive",
            "x SELECT INBOX",
            "x DELETE Archive",
            "x LOGOUT",
        )
        talk.send(self.chance.choice(said))

    def rewind(self) -> None:
        self.lab.rewind(self.chance.randrange(self.lab.log.last // 2, self.lab.log.last))
        self.lab.set_quota("bob", storage=None)
        self.devices = self.devices[:1]

    def look(self) -> None:
        """Go through the log, back and forth, for a while."""
        back, on, live = self.replay.back, self.replay.on, self.replay.live

        def leap() -> None:
            self.replay.go_to(self.chance.randrange(self.lab.log.last))

        self.chance.choice((back, back, on, leap, live))()

    def views(self) -> dict[str, dict[str, Any]]:
        """Return what each picture's page is to show now."""
        for picture in self.pictures.values():
            assert picture._painter is not None
            picture._painter.now()
        return {name: json.loads(json.dumps(each.view)) for name, each in self.pictures.items()}


def traits(picture: LabWidget) -> dict[str, Any]:
    named = ("symbols", "key", "choice")
    return {name: getattr(picture, name) for name in named if picture.has_trait(name)}


@pytest.mark.parametrize("seed", range(3))
def test_the_page_is_the_same_told_of_changes_or_drawn_afresh(page: Page, seed: int) -> None:
    seen = []
    with contextlib.redirect_stdout(io.StringIO()), Lab(full_mailbox_waits=False) as lab:
        sessions = Sessions(lab, seed)
        for _ in range(30):
            sessions.act()
            seen.append(sessions.views())
        # Whatever stood there before: a page that was asleep hears of the last change only.
        seen += sessions.chance.sample(seen, 10)
        pictures = sessions.pictures
        for name, folder in KINDS.items():
            style = str(pictures[name]._css)
            page.set_content(PAGE.format(style=style, ground=BODY["light"], light="true"))
            source = script(Path(str(folder.__file__)).with_name("widget.js"))
            views = [each[name] for each in seen]
            assert page.evaluate(COMPARE, [source, views, traits(pictures[name])]) is None, name
