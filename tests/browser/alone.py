"""A widget's live face on a page of its own: its script and style as a notebook gets them.

No JupyterLab: a model that holds the traits, and tells of changes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from labserver.widgets.base import script

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from labserver.widgets.base import LabWidget

BODY = {"light": "#ffffff", "dark": "#111111"}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A picture of the lab</title>
<style>{style}</style>
<style>body {{ margin: 8px; background: {ground}; font-family: system-ui, sans-serif; }}</style>
<body data-jp-theme-light="{light}"><main id="place" tabindex="-1"></main></body></html>"""
START = """async ([source, traits]) => {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const widget = (await import(url)).default;
    const heard = new Set();
    window.model = {
        get: (name) => traits[name],
        on: (_, callback) => heard.add(callback),
        off: (_, callback) => heard.delete(callback),
        set: (view) => { traits.view = view; for (const each of heard) each(); },
    };
    // What the page asks for, nobody answers here.
    const asked = { set: (name, value) => { traits[name] = value; }, save_changes: () => {} };
    const model = { ...window.model, ...asked };
    const started = performance.now();
    widget.render({ model, el: document.getElementById('place') });
    document.getElementById('place').getBoundingClientRect();
    return performance.now() - started;
}"""
CHANGE = """(view) => {
    const started = performance.now();
    window.model.set(view);
    document.getElementById('place').getBoundingClientRect();
    return performance.now() - started;
}"""


def show(
    page: Page, widget: LabWidget, folder: Path, theme: Literal["light", "dark"] = "light"
) -> float:
    """Draw the widget; return the milliseconds that took, with the layout.

    `folder` is that of the widget's own script.
    """
    style = str(widget._css)
    light = "true" if theme == "light" else "false"
    page.set_content(PAGE.format(style=style, ground=BODY[theme], light=light))
    traits: dict[str, Any] = {
        name: getattr(widget, name)
        for name in ("view", "symbols", "key", "choice")
        if widget.has_trait(name)
    }
    took: float = page.evaluate(
        START, [script(folder / "widget.js"), json.loads(json.dumps(traits))]
    )
    return took


def change(page: Page, widget: LabWidget) -> float:
    """Have the page hear of the widget's present view; return the milliseconds that took."""
    took: float = page.evaluate(CHANGE, json.loads(json.dumps(widget.view)))
    return took


def root(page: Page) -> Locator:
    """Return the picture."""
    return page.locator("#place > *")


def show_saved(page: Page, html: str, theme: Literal["light", "dark"] = "light") -> None:
    """Show a saved face on a page of its own; text is in the colour of the page's theme."""
    ink = {"light": "#111111", "dark": "#eeeeee"}[theme]
    style = f"#place {{ color: {ink}; }}"
    light = "true" if theme == "light" else "false"
    page.set_content(PAGE.format(style=style, ground=BODY[theme], light=light))
    page.evaluate("html => { document.getElementById('place').innerHTML = html; }", html)
