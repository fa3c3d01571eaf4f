"""A sitting in the browser: keys, words selected in the text, and back again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.browser.conftest import Watched, serving
from tests.browser.test_pages import AXE, axe

from marsad.decision import Decision
from marsad.pipeline import deciding
from marsad.record import Record


@pytest.fixture
def path(record: Path, tmp_path: Path) -> Path:
    """A record of one's own: what is decided stays in it."""
    return Path(shutil.copy(record, tmp_path / "own.db"))


@pytest.fixture
def desk(browser: Browser, path: Path) -> Iterator[BrowserContext]:
    """A reviewer who has said a name."""
    with serving(path) as url:
        context, wrong = browser.new_context(base_url=url), Watched()
        wrong.over(context, url)
        page = context.new_page()
        page.goto("/ar/review")
        page.fill("[name=name]", "ليلى")
        page.click("main button")
        page.wait_for_url("**/ar/review")
        page.close()
        yield context
        context.close()
        assert wrong == []


def made(path: Path) -> list[Decision]:
    with Record.open(path, readonly=True) as record:
        return list(record.decisions())


def asked(page: Page) -> str:
    return page.locator("form [name=event]").first.input_value()


def test_keys_decide_skip_and_take_back(desk: BrowserContext, path: Path) -> None:
    page = desk.new_page()
    page.goto("/ar/review")
    first = asked(page)
    page.keyboard.press("n")
    page.wait_for_url("**after=*")
    second = asked(page)
    assert second != first and made(path) == []
    with page.expect_navigation(url="**done=*"):  # as an Arabic keyboard sends it
        page.evaluate(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ش', code: 'KeyA', bubbles: true}))"
        )
    assert asked(page) not in (first, second)
    page.evaluate(AXE)
    assert axe(page) == []
    with page.expect_navigation(url=f"**event={second}"):
        page.keyboard.press("KeyU")
    assert asked(page) == second
    assert [d.verdict for d in made(path)] == ["accept", "withdraw"]


def test_a_value_is_corrected_from_words_of_a_long_text(desk: BrowserContext, path: Path) -> None:
    with Record.open(path, readonly=True) as record:
        far = [
            (telling, document)
            for one in record.incidents()
            for telling in one.tellings
            if (document := record.document(telling.document_id)) and len(document.text) > 400
        ]
    telling, document = max(far, key=lambda pair: pair[0].event.trigger.start)
    page = desk.new_page()
    page.goto(f"/en/review?event={telling.event_id}")
    page.evaluate(
        """() => getSelection().selectAllChildren(
             [...document.querySelectorAll('.source-text[data-document] mark.k-what')].at(-1))"""
    )
    page.wait_for_function("document.querySelector('form[data-pick] [name=quote]').value")
    quote = page.locator("#quote").input_value()
    page.keyboard.press("KeyC")
    page.select_option("#field", "killed")
    page.fill("#value", "4")
    with page.expect_navigation(url="**done=*"):
        page.click("button[value=correct]")
    (one,) = made(path)
    assert one.span and one.span.of(document.text) == quote
    with Record.open(path, readonly=True) as record:
        (standing,) = deciding.standings(record)
    assert (standing.state, standing.event_id) == ("applied", telling.event_id)
    assert asked(page) == telling.event_id
