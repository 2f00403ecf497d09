"""JupyterLab and Chromium for the tests. Without Chromium they are skipped; under CI they fail."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.browser.chromium import ABSENT, FLAGS, find_chromium
from tests.browser.jupyter import JupyterLab, running_jupyter
from tests.browser.lab_page import WIDE, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium."""
    found = find_chromium()
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"CI=true: the browser tests must run, but there is {ABSENT}")
    if found is None:
        pytest.skip(ABSENT)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One headless Chromium for all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def jupyter_lab(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    """One JupyterLab for all tests, with settings of its own and an empty folder."""
    assert chromium, "asked for first: without a browser nothing is started"
    with running_jupyter(tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture
def seen() -> Seen:
    """What went past while the page was open; `page` demands at the end that it is nothing."""
    return Seen()


@pytest.fixture
def page(browser: Browser, jupyter_lab: JupyterLab, seen: Seen) -> Iterator[Page]:
    """A page of its own, wide, at the server; no error and no request elsewhere may happen."""
    context = browser.new_context(base_url=jupyter_lab.url, viewport=WIDE)
    page = context.new_page()
    seen.watch(page, str(urlsplit(jupyter_lab.url).hostname))
    yield page
    context.close()
    assert seen.errors == [], "errors in the page"
    assert seen.foreign == [], "requests to other hosts"
