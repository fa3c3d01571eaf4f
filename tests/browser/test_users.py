"""Logging in, the pages of users, and what each role sees, as people have it: in both languages, light, dark, narrow."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.browser.conftest import ARTEFACTS, HERE, MARSAD, Watched, serving
from tests.browser.test_pages import AXE, WIDE, axe

PASSWORD = "طريق البحر الطويل"


@pytest.fixture(scope="module")
def there(record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with users, on a record of its own."""
    path = Path(shutil.copy(record, tmp_path_factory.mktemp("users") / "own.db"))
    for name, role in (("سامر", "admin"), ("ليلى", "reviewer"), ("A. Reader", "reader")):
        command = [*MARSAD, path, "users", "add", name, "--role", role]
        subprocess.run(command, input=PASSWORD, text=True, encoding="utf8", check=True, env=HERE)
    with serving(path, "--login") as url:
        yield url


@pytest.fixture
def context(browser: Browser, there: str) -> Iterator[BrowserContext]:
    opened, wrong = browser.new_context(base_url=there, viewport={"width": 1280, "height": 900}), Watched()
    wrong.over(opened, there)
    yield opened
    opened.close()
    assert wrong == []


def log_in(context: BrowserContext, name: str, to: str = "/ar/incidents") -> Page:
    page = context.new_page()
    page.goto(to)
    page.wait_for_url("**/login?next=*")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{to}")
    return page


def looked_at(page: Page, name: str) -> list[str]:
    """What is wrong with a page in light, dark and narrow; pictures of all are kept."""
    found: list[str] = []
    page.evaluate(AXE)
    for look in ("light", "dark", "360", "360-dark"):
        page.emulate_media(color_scheme="dark" if "dark" in look else "light")
        page.set_viewport_size({"width": 360 if "360" in look else 1280, "height": 900})
        page.wait_for_timeout(200)
        found += [f"{name} {look}: {finding}" for finding in (*axe(page), *page.evaluate(WIDE))]
        page.screenshot(path=ARTEFACTS / f"{name}-{look}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_pages_of_users_are_legible_to_all(context: BrowserContext, language: str) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    page = context.new_page()
    page.goto(f"/{language}/login")
    found = looked_at(page, f"{language}-users-login")
    assert page.locator(".site-nav, .site-tools form").count() == 0
    page.close()
    page = log_in(context, "سامر", f"/{language}/users")
    page.locator("details.fold summary").first.click()
    found += looked_at(page, f"{language}-users-list")
    page.goto(f"/{language}/account")
    page.fill("#f-label", "نسخ يومي")
    page.select_option("#f-role", "reader")
    page.locator("form[action$='account/token'] button").click()
    page.locator("code").wait_for()
    found += looked_at(page, f"{language}-users-account")
    page.goto(f"/{language}/incidents")
    page.locator("[data-map][data-ready]").wait_for()
    found += looked_at(page, f"{language}-users-incidents")
    assert found == []


def test_a_wrong_password_is_told_and_the_name_kept(browser: Browser, there: str) -> None:
    # a browser tells of the status 401 in its console
    page = browser.new_page(base_url=there)
    page.goto("/ar/login")
    page.fill("[name=name]", "ليلى")
    page.fill("[name=password]", "guess guess")
    page.keyboard.press("Enter")
    page.locator("#fault").wait_for()
    assert (
        page.locator("[name=name]").input_value() == "ليلى"
        and page.locator("[name=password]").input_value() == ""
    )
    assert looked_at(page, "ar-users-wrong") == []
    page.close()


def test_each_role_sees_what_it_may_and_logs_out(context: BrowserContext) -> None:
    for name, ways in (("A. Reader", (0, 0)), ("ليلى", (1, 0)), ("سامر", (1, 1))):
        page = log_in(context, name, "/en/incidents")
        seen = [page.locator(f"a[href='/en/{way}']").count() for way in ("review", "users")]
        assert tuple(seen) == ways, name
        page.locator(".site-tools form button").click()
        page.wait_for_url("**/en/login")
        page.goto("/en/incidents")
        page.wait_for_url("**/login?next=*")
        page.close()


def test_a_filter_after_the_session_ended_leads_to_where_one_logs_in(context: BrowserContext) -> None:
    page = log_in(context, "A. Reader", "/en/incidents")
    page.locator("[data-map][data-ready]").wait_for()
    context.clear_cookies()
    page.locator("[name=q]").fill("أريحا")
    page.locator("#filters button[type=submit]").click()
    page.wait_for_url("**/login?next=*")
    page.fill("[name=name]", "A. Reader")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/incidents?*q=*")


def test_a_rejected_event_is_shown_and_taken_back(context: BrowserContext) -> None:
    page = log_in(context, "ليلى", "/ar/review")
    event = page.locator("form [name=event]").first.input_value()
    with page.expect_navigation(url="**done=*"):
        page.keyboard.press("KeyR")
    page.goto(f"/ar/review?event={event}")
    assert page.locator(".notice.warn").count() == 1
    found = looked_at(page, "ar-review-rejected")
    page.goto(f"/en/review?event={event}")
    found += looked_at(page, "en-review-rejected")
    assert found == []
    with page.expect_navigation():
        page.locator("form[action$='/review/undo'] button").click()
    assert page.locator(".notice.warn").count() == 0
