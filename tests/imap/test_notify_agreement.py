"""The random sessions of `test_agreement`; some have said by NOTIFY what they want to hear.

Who has SELECTED knows everything at once, between commands too; who has SELECTED-DELAYED all but
the expunges; to who has NONE nothing happens but what it does itself (RFC 5465 section 6.1).
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.imap.test_agreement import Model, Sessions, sessions

EVENTS = "(MessageNew (UID FLAGS) MessageExpunge FlagChange)"
WISHES = {"SELECTED": EVENTS, "SELECTED-DELAYED": EVENTS, "NONE": ""}


class Notified(Sessions):
    def __init__(self) -> None:
        super().__init__()
        self.wishes: dict[Model, str] = {}

    @rule(session=sessions, wish=st.sampled_from(sorted(WISHES)))
    def notify(self, session: int, wish: str) -> None:
        model = self.models[session]
        if not model.idle:
            command = "NONE" if wish == "NONE" else f"SET ({wish} {WISHES[wish]})"
            assert model.do(f"NOTIFY {command}")[-1] == "OK NOTIFY completed"
            self.wishes[model] = wish
            if wish != "NONE" and model.selected:
                self.agrees(model)
        self.done()

    def done(self) -> None:
        for model in self.models:
            told = model.client.news()
            wish = self.wishes.get(model)
            if wish == "NONE" or (wish is None and not model.idle):
                assert told == []
            if wish == "SELECTED-DELAYED" and not model.idle:
                assert not any(line.endswith(" EXPUNGE") for line in told)
            model.hear(told, "IDLE")

    def agrees(self, model: Model) -> None:
        if self.wishes.get(model) != "NONE":
            super().agrees(model)

    @invariant()
    def numbers_are_right(self) -> None:
        there = self.server.uids()
        for model in self.models:
            wish = self.wishes.get(model)
            if not model.selected:
                continue
            if wish == "SELECTED":
                self.agrees(model)
            elif wish is not None:
                assert None not in model.uids
                known = {uid for uid in model.uids if uid is not None}
                newest = max(known, default=0)
                assert known.issuperset(uid for uid in there if uid <= newest)
                if wish == "SELECTED-DELAYED":
                    assert known.issuperset(there)
            else:
                self.holds_without_notify(model, there)

    def holds_without_notify(self, model: Model, there: list[int]) -> None:
        known = [uid for uid in model.uids if uid is not None]
        if model.idle:
            assert len(model.uids) == len(there)
        assert known == sorted(set(known))


TestNotified = Notified.TestCase
