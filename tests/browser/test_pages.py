"""Every page, in both languages, as a reader has it: whole, legible, ours alone.

Pages are those of the app's routes, found by following links: a new page is tested as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.conftest import ARTEFACTS, Watched

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf8")


#: Pages that answer a question, and those that say what is wrong with one: name, address, status.
ASKED = (
    (
        "claims-asked",
        "claims?text=شهدنا 50 هجوماً خلال أسبوعين مقابل 20 هجوماً خلال شهرين&said=2022-01-31",
        200,
    ),
    ("brief-asked", "brief?from=2021-01-01&to=2021-12-31", 200),
    ("incidents-asked", "incidents?type=bombing&grade=single+source&min_killed=2&from=2020-01-01", 200),
    ("incidents-none", "incidents?q=ليس في السجل", 200),
    ("incidents-wrong", "incidents?from=yesterday&min_killed=many&color=red", 400),
    ("missing", "incidents/inone", 404),
)


@dataclass
class Visit:
    """What was seen of one page."""

    path: str
    expected: int
    status: int = 0
    wrong: Watched = field(default_factory=Watched)
    axe: dict[str, list[str]] = field(default_factory=dict)
    too_wide: dict[str, Any] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)
    reversed: list[str] = field(default_factory=list)


def axe(page: Page) -> list[str]:
    """Findings of the rules of WCAG A and AA."""
    result = page.evaluate("tags => axe.run({ runOnly: tags, resultTypes: ['violations'] })", RULES)
    return [
        f"{rule['id']}: {node['html'][:160]} {node['any'][0]['message'][:160] if node['any'] else ''}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def settle(page: Page) -> None:
    """Waits for what the page draws by itself."""
    page.wait_for_load_state("networkidle")
    for island in ("[data-map].live", "[data-brush][data-ready]"):
        if page.locator(island).count():
            page.locator(f"{island}[data-ready]").first.wait_for(timeout=20_000)


#: Elements that stand out of the page although nothing around them scrolls.
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
    const box = e.getBoundingClientRect();
    return (box.right > innerWidth + 1 || box.left < -1) && !e.closest('.table-wrap, .site-nav, .visually-hidden');
  }).slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""


#: Days, ranges and signed numbers whose first character does not stand before their last, as it must in both languages.
REVERSED = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    if (node.parentElement.closest('.source-text, q, option') || !node.parentElement.checkVisibility()) continue;
    for (const { 0: token, index } of node.data.matchAll(/\\d{4}-\\d{2}-\\d{2}|[\\d,]+–[\\d,]+|[+−-]\\d+[.]\\d+/g)) {
      const [first, last] = [index, index + token.length - 1].map(at => {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        return range.getBoundingClientRect();
      });
      if (first.top === last.top && first.left > last.left) found.push(token);
    }
  }
  return found;
}"""


@pytest.fixture(scope="session")
def visits(browser: Browser, address: str, pages: dict[str, dict[str, str]]) -> list[Visit]:
    """Each page loaded once and looked at in light and dark, wide and narrow, and as it is printed."""
    ARTEFACTS.mkdir(exist_ok=True)
    for old in ARTEFACTS.glob("*.png"):
        old.unlink()
    seen = []
    for language, found in pages.items():
        named = [
            (re.sub(r"[^a-z]+", "-", route.removeprefix("/{language}/")).strip("-"), path, 200)
            for route, path in found.items()
        ]
        for name, path, expected in (
            *named,
            *((name, f"/{language}/{path}", status) for name, path, status in ASKED),
        ):
            name = f"{language}-{name}"
            context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
            page = context.new_page()
            visit = Visit(path, expected)
            visit.wrong.over(context, address)
            answer = page.goto(path)
            visit.status = answer.status if answer else 0
            settle(page)
            visit.reversed = page.evaluate(REVERSED)
            page.evaluate(AXE)
            visit.axe["light"] = axe(page)
            page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)
            page.emulate_media(color_scheme="dark")
            visit.axe["dark"] = axe(page)
            page.screenshot(path=ARTEFACTS / f"{name}-dark.png", full_page=True)
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": 360, "height": 740})
            page.wait_for_timeout(300)
            visit.axe["narrow"] = axe(page)
            visit.too_wide["360"] = page.evaluate(WIDE)
            page.screenshot(path=ARTEFACTS / f"{name}-360.png", full_page=True)
            page.set_viewport_size({"width": 794, "height": 1123})
            page.emulate_media(media="print")
            visit.printed = page.evaluate(
                "() => [...document.querySelectorAll('.site-nav, .filters, button')]"
                ".filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))"
            )
            page.screenshot(path=ARTEFACTS / f"{name}-print.png", full_page=True)
            context.close()
            seen.append(visit)
    return seen


def test_every_route_is_linked_to(
    routes: dict[str, re.Pattern[str]], pages: dict[str, dict[str, str]]
) -> None:
    assert {language: sorted(set(routes) - set(found)) for language, found in pages.items()} == {
        "ar": [],
        "en": [],
    }


def test_pages_load_without_an_error_and_from_nowhere_else(visits: list[Visit]) -> None:
    # a page with another status than 200 is told of in the console by the browser itself
    wrong = {v.path: [w for w in v.wrong if f"status of {v.expected} " not in w] for v in visits}
    assert {
        v.path: (v.status, wrong[v.path]) for v in visits if v.status != v.expected or wrong[v.path]
    } == {}


@pytest.mark.parametrize("mode", ["light", "dark", "narrow"])
def test_no_finding_of_wcag_a_or_aa(visits: list[Visit], mode: str) -> None:
    assert {v.path: v.axe[mode] for v in visits if v.axe[mode]} == {}


def test_nothing_stands_out_of_a_narrow_page(visits: list[Visit]) -> None:
    assert {v.path: v.too_wide["360"] for v in visits if v.too_wide["360"]} == {}


def test_days_and_ranges_keep_their_order_among_arabic_words(visits: list[Visit]) -> None:
    assert {v.path: v.reversed for v in visits if v.reversed} == {}


def test_print_leaves_out_what_is_for_the_screen(visits: list[Visit]) -> None:
    assert {v.path: v.printed for v in visits if v.printed} == {}


def test_pages_are_whole_without_scripts(
    browser: Browser, address: str, pages: dict[str, dict[str, str]]
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    empty = []
    for found in pages.values():
        for path in found.values():
            page.goto(path)
            if page.locator("h1").count() != 1 or len(page.locator("main").inner_text()) < 40:
                empty.append(path)
    context.close()
    assert empty == []
