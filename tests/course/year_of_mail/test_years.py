"""A year of mail: what is drawn is what took place, and the same each time."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from labserver.course.year_of_mail import drawing, living
from labserver.course.year_of_mail.figures import KIB, WEEKS
from labserver.course.year_of_mail.living import Year, year

MOST_OCTETS = 40_000


@pytest.fixture(scope="module")
def imap() -> Year:
    return year("imap", storage=640)


@pytest.fixture(scope="module")
def pop3() -> Year:
    return year("pop3", storage=640, backup=True)


def test_with_imap_the_mailbox_fills_up_to_the_quota_and_then_mail_is_refused(imap: Year) -> None:
    sizes = [week.server for week in imap.weeks]
    assert sizes == sorted(sizes)
    assert 630 * KIB < sizes[-1] <= 640 * KIB
    assert imap.refused > 0
    assert imap.reply.startswith("552 5.2.2 ")
    assert all(week.laptop == week.server for week in imap.weeks if week.number % 2 == 0)
    assert imap.newcomer == 2 * WEEKS - imap.refused


def test_with_pop3_the_server_stays_empty_and_the_laptop_and_its_backup_grow(pop3: Year) -> None:
    assert max(week.server for week in pop3.weeks) < 40 * KIB
    assert pop3.refused == 0
    assert pop3.reply == ""
    assert all(week.server == 0 for week in pop3.weeks if week.number % 2 == 0)
    assert all(week.backup == week.laptop for week in pop3.weeks if week.number % 4 == 0)
    assert pop3.weeks[-1].laptop > pop3.sent  # each has got a line for its way
    assert pop3.newcomer == 0


def test_the_same_year_comes_to_the_same(imap: Year) -> None:
    assert living.year.__wrapped__("imap", storage=640) == imap


def svg_of(html: str) -> str:
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert found is not None
    return b64decode(found[1]).decode()


def test_it_is_drawn_the_same_each_time_without_date_or_version(imap: Year) -> None:
    assert imap.html() == imap.html()
    assert len(imap.html()) < MOST_OCTETS
    svg = svg_of(imap.html())
    assert ET.fromstring(svg).tag.endswith("}svg")
    assert "dc:date" not in svg
    assert "Matplotlib v" not in svg


def test_the_drawing_and_its_text_say_what_the_weeks_say(imap: Year, pop3: Year) -> None:
    assert "26 messages refused" in svg_of(imap.html())
    assert "26 messages are refused, the first in week 38." in imap.html()
    assert "refused" not in svg_of(pop3.html())
    assert "server 0 KiB" in svg_of(pop3.html())
    doubled = replace(imap.weeks[-1], server=2 * imap.weeks[-1].server)
    other = replace(imap, weeks=(*imap.weeks[:-1], doubled))
    assert svg_of(drawing.picture(other)) != svg_of(drawing.picture(imap))
    assert f"server {2 * imap.weeks[-1].server // KIB} KiB" in svg_of(drawing.picture(other))


def test_the_values_stand_in_a_table_with_headers_and_in_plain_text(pop3: Year) -> None:
    html = pop3.html()
    assert html.count('<th scope="col">') == 5
    assert html.count('<th scope="row">') == 4
    last = [row[3] for row in pop3.rows()]
    assert last == ["backup", *(f"{pop3.weeks[n].backup // KIB} KiB" for n in (12, 25, 38, 51))]
    for row in pop3.rows():
        assert all(value in repr(pop3) and value in html for value in row)


def test_without_a_backup_there_is_no_column_for_it(imap: Year) -> None:
    assert "backup" not in repr(imap)
    assert "backup" not in svg_of(imap.html())
