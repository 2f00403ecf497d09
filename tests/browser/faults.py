"""What is wrong with how a picture looks: words clipped, over each other or small; what axe finds.

One helper goes through the lights and widths of a JupyterLab.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

from tests.browser.lab_page import WIDE, set_theme, take_screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

__all__ = ["SPACED", "WIDTHS", "axe", "faults", "in_any_light_and_width"]

WIDTHS = (360, 640, 700, 920, 1000, 1600)
"""Those asked for, and two at which a drawing hardly has room."""
SPACED = """* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
    line-height: 1.5 !important; } p { margin-bottom: 2em !important; }"""
"""What WCAG 1.4.12 has every text bear."""

# Words as they are seen: where they stand, how big they are, and what cuts them off. Not looked at
# is what screen readers only get, and what stands in a part that scrolls and is scrolled away.
_FAULTS = """root => {
    const out = [];
    const edge = root.getBoundingClientRect();
    const unseen = each => {
        for (let at = each; at !== root.parentElement; at = at.parentElement) {
            if (getComputedStyle(at).clipPath !== 'none') return true;
        }
        return false;
    };
    const scrolls = each => {
        for (let at = each; at !== root.parentElement; at = at.parentElement) {
            if (['auto', 'scroll'].includes(getComputedStyle(at).overflowX)) return at;
        }
        return null;
    };
    const name = each => each.outerHTML.slice(0, 160);
    for (const each of [root, ...root.querySelectorAll('*')]) {
        if (each.closest('defs') || unseen(each)) continue;
        const box = each.getBoundingClientRect();
        const style = getComputedStyle(each);
        if (!box.width || style.visibility === 'hidden') continue;
        const inner = each === root ? null : scrolls(each.parentElement);
        if (!inner && (box.right > edge.right + 1 || box.left < edge.left - 1))
            out.push(`sticks out: ${name(each)}`);
        // What is cut after some lines on purpose stands whole elsewhere.
        const cuts = style.overflowX !== 'visible' && style.webkitLineClamp === 'none';
        const hidden = ['hidden', 'clip'].includes(style.overflowX);
        if (each instanceof HTMLElement && cuts && !['INPUT', 'SELECT'].includes(each.tagName)) {
            const wide = each.scrollWidth > each.clientWidth + 1;
            const high = each.scrollHeight > each.clientHeight + 1;
            if (hidden && (wide || high)) out.push(`clipped: ${name(each)}`);
            if (!hidden && wide && !each.querySelector('table'))
                out.push(`scrolls sideways: ${name(each)}`);
        }
    }
    const words = [];
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const node = walk.currentNode;
        const parent = node.parentElement;
        if (!node.data.trim() || parent.closest('defs, title, option, style') || unseen(parent))
            continue;
        const style = getComputedStyle(parent);
        if (style.visibility === 'hidden') continue;
        const drawn = parent.closest('text');
        const range = document.createRange();
        range.selectNodeContents(node);
        const held = scrolls(parent)?.getBoundingClientRect();
        const boxes = [...(drawn ? [drawn.getBoundingClientRect()] : range.getClientRects())]
            .filter(box => box.width > 1 && (!held || (
                box.bottom < held.bottom && box.top > held.top && box.left < held.right)));
        if (!boxes.length) continue;
        const scale = drawn ? drawn.getScreenCTM().a : 1;
        const size = parseFloat(style.fontSize) * scale;
        const least = parent.matches('.lm-wires code, .lm-row code, .lm-line') ? 13 : 12;
        if (size < least - 0.01) out.push(`${size.toFixed(1)} px: ${node.data.slice(0, 60)}`);
        const sheet = drawn && drawn.ownerSVGElement.getBoundingClientRect();
        if (sheet && boxes.some(box => box.right > sheet.right + 1 || box.left < sheet.left - 1))
            out.push(`off the drawing: ${node.data}`);
        // A heading that stays while its lines go by covers them.
        if (!parent.closest('.lm-head')) for (const box of boxes) words.push([node, box]);
    }
    words.forEach(([node, a], n) => {
        for (const [other, b] of words.slice(n + 1)) {
            if (node === other) continue;
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 1 && high > 6)
                out.push(`over each other: ${node.data.slice(0, 60)} / ${other.data.slice(0, 60)}`);
        }
    });
    return out;
}"""
# Two frames: what watches its own size has been told of it, and has been drawn anew.
_DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_LAID_OUT = "* { content-visibility: visible !important; }"


def faults(shown: Locator) -> list[str]:
    """Return what is clipped, over each other, outside or too small in a picture."""
    shown.page.evaluate(_DRAWN)
    found: list[str] = shown.evaluate(_FAULTS)
    return found


def axe(page: Page, context: str) -> str:
    """Return what axe has to say against the parts of a page; nothing is nothing."""
    results = Axe().run(page, context=context)
    return results.generate_report() if results.violations_count else ""


def in_any_light_and_width(
    page: Page,
    *contexts: str,
    name: str,
    widths: tuple[int, ...] = (360, 1600),
    look: Callable[[str, int], None] | None = None,
    looks: bool = True,
) -> None:
    """Demand that pictures in a JupyterLab have no faults and that axe finds none.

    `contexts` are their selectors, `name` that of the screens that are kept; `look` is called with
    each light and width. Without `looks` it is axe alone that looks: at saved faces, of which
    JupyterLab's own style has a part.
    """
    # JupyterLab lays out no cell that is out of view: here all are looked at.
    page.add_style_tag(content=_LAID_OUT)
    first = page.locator(contexts[0]).last
    for theme in ("Light", "Dark"):
        set_theme(page, theme)
        for width in widths:
            page.set_viewport_size({"width": width, "height": WIDE["height"]})
            first.evaluate("root => root.scrollIntoView({ block: 'center' })")
            for context in contexts if looks else ():
                for shown in page.locator(context).all():
                    assert faults(shown) == [], (theme, width, context)
            if look is not None:
                look(theme, width)
            take_screen(page, f"{name}-{theme.lower()}-{width}")
            for context in contexts:
                assert axe(page, context) == "", (theme, width)
