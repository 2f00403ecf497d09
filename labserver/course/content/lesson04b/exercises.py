"""The exercises of lesson 04b: UIDs, folders, news that comes unasked, and the POP3 lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labserver.course.content.imap_goals import flagged_by, left_by, not_taken, saved_by, where
from labserver.course.content.inboxes import (
    KEY,
    LUNCH,
    OFFER,
    PICTURES,
    PLANS,
    holding,
    said_before,
)
from labserver.course.exercises.attempt import Attempt, Finding, Spoken
from labserver.course.exercises.goals import BEGIN_AGAIN
from labserver.course.plan import Exercise, Mistake
from labserver.snapshot.situation import State

if TYPE_CHECKING:
    from labserver.lab import Lab

__all__ = ["EXERCISES"]

_HOLIDAY = "Holiday"
_INBOX = frozenset({"INBOX"})


# What the solutions and the mistakes say alike.
_LAPTOP_OPENS = """mail = laptop.dial("imap")
mail.send("b1 LOGIN bob tulip")
mail.send("b2 SELECT INBOX")"""
_LAPTOP_WAITS = f"""{_LAPTOP_OPENS}
mail.send("b3 IDLE")"""
_PHONE_OPENS = """imap = phone.dial("imap")
imap.send("a1 LOGIN bob tulip")
imap.send("a2 SELECT INBOX")"""
_PHONE_READS = f"""{_PHONE_OPENS}
imap.send("a3 FETCH 3 BODY[]")"""
_PHONE_BY_POP3 = """pop2 = phone.dial("pop3")
pop2.send("USER bob")
pop2.send("PASS tulip")"""


def _first_gone() -> Lab:
    lab = holding(OFFER, PICTURES, KEY, PLANS)
    said_before(
        lab.device("laptop"),
        "z1 LOGIN bob tulip",
        "z2 SELECT INBOX",
        r"z3 STORE 1 +FLAGS (\Deleted)",
        "z4 EXPUNGE",
        "z5 LOGOUT",
    )
    return lab


def _five() -> Lab:
    return holding(OFFER, PICTURES, KEY, PLANS, LUNCH)


def _four() -> Lab:
    return holding(OFFER, PICTURES, KEY, PLANS)


def c_by_its_uid(attempt: Attempt) -> Finding | None:
    """C, whose UID is 3, whole on the phone, and no other letter."""
    for each in attempt.letters():
        if each != "C" and attempt.whole(each, "phone"):
            line = saved_by(attempt, each, "phone")
            if line is not None and line.text.upper().startswith("UID "):
                return Finding(
                    says=f"The phone has {each}: the first word of a line is its tag. Here UID was "
                    "the tag, and `FETCH` was the command.",
                    rule="RFC 3501 section 2.2.1",
                    next=f"{BEGIN_AGAIN} Put a tag of your own before UID.",
                    line=line,
                )
            return Finding(
                says=f"The phone has {each}, and C was wanted: "
                "a number without the word UID is a place, or it was another UID.",
                rule="RFC 3501 section 6.4.8",
                next=f"{BEGIN_AGAIN} Say which kind of number you mean.",
                line=line,
            )
    if attempt.whole("C", "phone"):
        return None
    refused = not_taken(attempt)
    if refused is not None and _fetch_before_uid(refused.line):
        return Finding(
            says="The two words are right, and their order is not.",
            rule="RFC 3501 section 6.4.8",
            next="UID comes first: it says which kind of number follows.",
            line=refused.line,
        )
    return refused or Finding(
        says="C is not on the phone yet.",
        rule="RFC 3501 section 6.4.8",
        next="Name C by its UID, and ask for `BODY.PEEK[]`.",
    )


def _fetch_before_uid(line: Spoken | None) -> bool:
    """Return whether a line has both words of UID FETCH, the second one first."""
    words = [] if line is None else line.text.upper().split()
    return "UID" in words and "FETCH" in words[: words.index("UID")]


def holiday_filed(attempt: Attempt) -> Finding | None:
    """B and D in the mailbox Holiday and nowhere else; A, C and E in INBOX."""
    for each in ("A", "C", "E"):
        if where(attempt, each) != _INBOX:
            return Finding(
                says=f"{each} is no letter about the holiday, and has left its place: "
                "after a MOVE the places behind it count one less.",
                rule="RFC 3501 section 7.4.1",
                next=f"{BEGIN_AGAIN} Move both with one line (`2,4`), or name them by UID.",
                line=left_by(attempt, each, _INBOX),
            )
    for each in ("B", "D"):
        if len(where(attempt, each)) > 1:
            return Finding(
                says=f"{each} is in two mailboxes now: COPY leaves the first one where it is.",
                rule="RFC 3501 section 6.4.7",
                next=f"{BEGIN_AGAIN} Then use the command that moves.",
                line=left_by(attempt, each, _INBOX),
            )
    missing = [each for each in ("B", "D") if where(attempt, each) != {_HOLIDAY}]
    if not missing:
        return None
    for each in missing:
        for name in sorted(where(attempt, each)):
            if name.casefold() == _HOLIDAY.casefold():
                return Finding(
                    says=f"{each} is in {name}, and {_HOLIDAY} was wanted: to the server these are "
                    "two names.",
                    rule="RFC 3501 section 5.1",
                    next=f"{BEGIN_AGAIN} Write the name with a capital letter.",
                    line=left_by(attempt, each, _INBOX),
                )
    refused = not_taken(attempt)
    if refused is not None:
        return refused
    return Finding(
        says=f"Not in a mailbox named {_HOLIDAY} yet: {' and '.join(missing)}.",
        rule="RFC 6851 section 3.3",
        next="Search for the word holiday, make the mailbox, then move what was found.",
    )


def told_unasked(attempt: Attempt) -> Finding | None:
    r"""C has \Seen, and the laptop was told of it during IDLE."""
    waiting = [
        line for each in attempt.sessions if each.device == "laptop" for line in each.said("IDLE")
    ]
    for line in waiting:
        news = [each for each in line.reply if each.startswith("* 3 FETCH")]
        if any(r"\Seen" in each for each in news):
            return None
        if news:
            return Finding(
                says="The laptop was told of another flag of C, and not that C was read.",
                rule="RFC 3501 section 2.3.2",
                next=r"Read C on the phone: `BODY[]` or STORE sets `\Seen`.",
                line=line,
            )
    return _not_told(attempt, waiting)


def _not_told(attempt: Attempt, waiting: list[Spoken]) -> Finding:
    """Return why the laptop was told nothing; `waiting` are its lines with IDLE."""
    seen = flagged_by(attempt, "C", r"\Seen")
    begin = "" if seen is None else f"{BEGIN_AGAIN} "
    if not waiting:
        refused = not_taken(attempt)
        if refused is not None:
            return refused
        return Finding(
            says="The laptop did not wait for news: it has not said IDLE."
            if seen is not None
            else "Nothing has happened yet.",
            rule="RFC 2177 section 3",
            next=f"{begin}Laptop: LOGIN, SELECT, IDLE. Only then read C on the phone.",
            line=seen,
        )
    if waiting[-1].state != "SELECTED":
        return Finding(
            says="The laptop waits, but it has no mailbox open: of which one should it be told?",
            rule="RFC 3501 section 5.2",
            next=f"{begin}SELECT INBOX comes before IDLE."
            if begin
            else "End the waiting with DONE. Then SELECT INBOX, and IDLE again.",
            line=waiting[-1],
        )
    if seen is not None:
        late = seen.step < waiting[-1].step
        return Finding(
            says="C was read before this IDLE: that is no news any more."
            if late
            else "C was read when the laptop had stopped waiting.",
            rule="RFC 2177 section 3",
            next=f"{begin}First IDLE on the laptop, then read C on the phone, and only then DONE.",
            line=waiting[-1] if late else seen,
        )
    if attempt.whole("C", "phone"):
        return Finding(
            says="The phone has C, and C is still new: there is nothing to tell.",
            rule="RFC 3501 section 6.4.5",
            next=r"Ask for `BODY[]` on the phone, with INBOX selected: that sets `\Seen`.",
            line=saved_by(attempt, "C", "phone"),
        )
    return not_taken(attempt) or Finding(
        says="The laptop waits, and nothing has happened to C.",
        rule="RFC 2177 section 3",
        next=r"Now read C on the phone: a session of its own, and `FETCH 3 BODY[]`.",
        line=waiting[-1],
    )


def beside_pop3(attempt: Attempt) -> Finding | None:
    """C whole on the phone, while the laptop's POP3 session is still open."""
    laptop = [each for each in attempt.sessions if each.device == "laptop"]
    if laptop and laptop[0].how is not None:
        return Finding(
            says="The laptop's session has ended, and it was to go on.",
            rule="RFC 1939 section 4",
            next=f"{BEGIN_AGAIN} There is another way in for the phone.",
            line=laptop[0].lines[-1],
        )
    if attempt.whole("C", "phone"):
        return None
    refused = next(
        (line for line in attempt.said("PASS", "pop3") if "[IN-USE]" in line.answered), None
    )
    if refused is not None and not any(
        each.protocol.startswith("imap") for each in attempt.sessions
    ):
        return Finding(
            says="The phone was refused: POP3 gives the mailbox to one session at a time.",
            rule="RFC 1939 section 4",
            next="Which protocol lets several devices in at once?",
            line=refused,
        )
    cell = attempt.cell("C", "phone")
    if cell is not None and cell.state is State.HEADERS:
        return Finding(
            says="The phone has the headers of C, and not the whole message.",
            rule="RFC 3501 section 6.4.5",
            next="Ask for `BODY[]` or `BODY.PEEK[]`, with nothing in the brackets.",
        )
    return not_taken(attempt) or Finding(
        says="C is not on the phone yet.",
        rule="RFC 3501 section 3",
        next="Call the server from the phone, log in, open INBOX, fetch C.",
    )


EXERCISES = (
    Exercise(
        key="04b.E1",
        title="By its own number",
        start=_first_gone,
        goal=c_by_its_uid,
        given='imap.send("a3 ____ 3 BODY.PEEK[]")',
        solution='imap.send("a3 UID FETCH 3 BODY.PEEK[]")',
        hints=(
            "3 is C's UID. Its place in the mailbox is another number.",
            "One word before FETCH says which kind of number follows.",
            "`UID FETCH 3` names the message with the UID 3, wherever it stands.",
        ),
        mistakes=(
            Mistake(
                lines='imap.send("UID FETCH 3 BODY.PEEK[]")',
                says="Here UID was the tag",
            ),
            Mistake(lines='imap.send("a3 FETCH 3 BODY.PEEK[]")', says="The phone has D, and C was"),
            Mistake(
                lines='imap.send("a3 UID FETCH 2 BODY.PEEK[]")', says="The phone has B, and C was"
            ),
            Mistake(lines='imap.send("a3 UID 3 BODY.PEEK[]")', says="The server did not do it"),
            Mistake(lines='imap.send("a3 FETCH UID 3 BODY.PEEK[]")', says="their order is not"),
        ),
        done="C is on the phone: its UID named it, though its place had changed.",
    ),
    Exercise(
        key="04b.E2",
        title="A folder for the holiday",
        start=_five,
        goal=holiday_filed,
        given="# your lines",
        solution="""imap.send("a3 SEARCH SUBJECT holiday")
imap.send("a4 CREATE Holiday")
imap.send("a5 MOVE 2,4 Holiday")""",
        hints=(
            "The server can search for you: SEARCH SUBJECT and a word.",
            "A mailbox must be there before something can move into it: CREATE.",
            "`CREATE Holiday`, then one line for both: `MOVE 2,4 Holiday`, each with a tag.",
        ),
        mistakes=(
            Mistake(
                lines='imap.send("a3 CREATE holiday")\nimap.send("a4 UID MOVE 2,4 holiday")',
                says="Holiday was wanted",
            ),
            Mistake(
                lines="""imap.send("a3 CREATE Holiday")
imap.send("a4 MOVE 2 Holiday")
imap.send("a5 MOVE 4 Holiday")""",
                says="E is no letter about the holiday",
            ),
            Mistake(
                lines='imap.send("a3 MOVE 2,4 Holiday")', says="There is no mailbox of that name"
            ),
            Mistake(
                lines="""imap.send("a3 CREATE Holiday")
imap.send("a4 COPY 2,4 Holiday")""",
                says="B is in two mailboxes now",
            ),
            Mistake(
                lines="""imap.send("a3 CREATE Holiday")
imap.send("a4 MOVE 2 Holiday")""",
                says="Not in a mailbox named Holiday yet: D",
            ),
        ),
        done="B and D are in Holiday, once each; the others are where they were.",
    ),
    Exercise(
        key="04b.E3",
        title="Tell me when it is read",
        start=_four,
        goal=told_unasked,
        given="# your lines",
        solution=f"""{_LAPTOP_WAITS}
{_PHONE_READS}
mail.listen()
mail.send("DONE")""",
        hints=(
            "Two sessions at once: the laptop waits, the phone reads.",
            "Who waits says IDLE in an open mailbox, before the news.",
            (
                "Laptop: dial, LOGIN, SELECT, IDLE. Phone: dial, LOGIN, SELECT, `FETCH 3 BODY[]`. "
                "Then `mail.listen()`."
            ),
        ),
        mistakes=(
            Mistake(
                lines=f"""{_PHONE_READS}
{_LAPTOP_WAITS}
mail.send("DONE")""",
                says="C was read before this IDLE",
            ),
            Mistake(
                lines=f"""{_LAPTOP_WAITS}
mail.send("DONE")
{_PHONE_READS}""",
                says="the laptop had stopped waiting",
            ),
            Mistake(
                lines=f"""{_LAPTOP_OPENS}
{_PHONE_READS}
mail.send("b3 FETCH 3 FLAGS")""",
                says="it has not said IDLE",
            ),
            Mistake(
                lines=f"""{_LAPTOP_WAITS}
{_PHONE_OPENS}
imap.send("a3 FETCH 3 BODY.PEEK[]")
mail.send("DONE")""",
                says="C is still new",
            ),
            Mistake(
                lines=f"""{_LAPTOP_WAITS}
{_PHONE_OPENS}""",
                says="nothing has happened to C",
            ),
            Mistake(
                lines=f"""mail = laptop.dial("imap")
mail.send("b1 LOGIN bob tulip")
mail.send("b2 IDLE")
{_PHONE_READS}""",
                says="it has no mailbox open",
            ),
            Mistake(
                lines=f"""mail = laptop.dial("imap")
mail.send("b1 LOGIN bob tulip")
mail.send("b2 IDLE")
{_PHONE_READS}
mail.send("DONE")
mail.send("b3 SELECT INBOX")
mail.send("b4 IDLE")
imap.send("a4 FETCH 3 BODY[]")""",
                says="C was read before this IDLE",
            ),
        ),
        done="The laptop did not ask, and was told in the same moment that C is read.",
    ),
    Exercise(
        key="04b.E4",
        title="Do not wait for the laptop",
        start=_four,
        goal=beside_pop3,
        given="# your lines",
        solution=_PHONE_READS,
        hints=(
            "The laptop has locked the mailbox for other POP3 sessions.",
            "There is a second protocol to read mail, and it takes no lock.",
            "On the phone: IMAP. LOGIN, SELECT, `FETCH 3 BODY[]`.",
        ),
        mistakes=(
            Mistake(
                lines=_PHONE_BY_POP3,
                says="The phone was refused",
            ),
            Mistake(
                lines=f"""pop.send("QUIT")
{_PHONE_BY_POP3}
pop2.send("RETR 3")""",
                says="The laptop's session has ended",
            ),
            Mistake(
                lines=f"""{_PHONE_OPENS}
imap.send("a3 UID FETCH 3 BODY.PEEK[HEADER]")""",
                says="The phone has the headers of C",
            ),
        ),
        done="C is on the phone, and the laptop's POP3 session goes on.",
    ),
)
