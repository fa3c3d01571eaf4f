"""The list of incidents: filter, counts, map, timeline, table and address say the same."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, expect

Open = Callable[..., Page]
MAP = "[data-map][data-ready='1']"


def count(page: Page) -> int:
    """The number of incidents as the page says it."""
    return int(page.locator("#count").inner_text().replace(",", ""))


def asked(page: Page) -> dict[str, list[str]]:
    """The question that the address asks."""
    return parse_qs(urlsplit(page.url).query)


def agree(page: Page) -> int:
    """Waits for the map, and checks that counts, map, data and table are of the same set."""
    page.locator(MAP).wait_for()
    told = count(page)
    answer = page.request.get(page.url.replace("/incidents", "/incidents.json", 1)).json()
    assert answer["totals"]["incidents"] == told
    unplaced = answer["totals"]["unplaced"]
    assert int(page.locator(MAP).get_attribute("data-count") or -1) == told - unplaced
    assert page.locator("#results tbody tr").count() == min(told, len(answer["incidents"]))
    return told


def test_a_filter_changes_counts_map_and_address_together(opened: Open) -> None:
    page = opened("/ar/incidents")
    everything = agree(page)
    page.locator("[name=q]").fill("أريحا")
    page.locator("#filters button[type=submit]").click()
    page.wait_for_url("**q=*")
    expect(page.locator("#count")).not_to_have_text(str(everything))
    some = agree(page)
    assert 0 < some < everything
    assert asked(page)["q"] == ["أريحا"]
    page.reload()
    assert agree(page) == some

    page.go_back()
    expect(page.locator("#count")).to_have_text(str(everything))
    assert agree(page) == everything
    assert "q" not in asked(page)


def test_the_map_is_kept_over_a_change_of_filters(opened: Open) -> None:
    page = opened("/ar/incidents")
    agree(page)
    page.evaluate("document.querySelector('[data-map] canvas').dataset.same = '1'")
    page.locator("[name=q]").fill("أريحا")
    page.locator("#filters button[type=submit]").click()
    page.wait_for_url("**q=*")
    agree(page)
    assert page.locator("[data-map] canvas[data-same='1']").count() == 1


def test_dragging_over_the_timeline_asks_for_these_days(opened: Open) -> None:
    page = opened("/ar/incidents")
    everything = agree(page)
    chart = page.locator("[data-brush][data-ready] svg.brush-chart")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + 40, steps=6)
    page.mouse.up()
    page.wait_for_url("**from=2*")
    some = agree(page)
    assert 0 < some < everything
    days = asked(page)
    assert days["from"][0] < days["to"][0]
    assert page.locator("[name=from]").input_value() == days["from"][0]
    assert page.locator("[data-brush][data-ready] .selection").bounding_box()


def test_what_the_map_shows_can_be_listed(opened: Open) -> None:
    page = opened("/ar/incidents")
    everything = agree(page)
    before = page.locator("[data-map]").bounding_box()
    assert before
    for _ in range(3):
        page.locator(".maplibregl-ctrl-zoom-in").click()
        page.wait_for_timeout(600)
    page.locator(".map-frame-button").click()
    page.wait_for_url("**bbox=*")
    expect(page.locator("#count")).not_to_have_text(str(everything))
    west, south, east, north = map(float, asked(page)["bbox"][0].split(","))
    assert west < east and south < north
    answer = page.request.get(page.url.replace("/incidents", "/incidents.geojson", 1)).json()
    points = [feature["geometry"]["coordinates"] for feature in answer["features"]]
    assert len(points) == count(page) < everything
    assert all(west <= lon <= east and south <= lat <= north for lon, lat in points)


def test_filters_work_without_scripts(opened: Open) -> None:
    page = opened("/ar/incidents", java_script_enabled=False)
    everything = count(page)
    page.locator("[name=q]").fill("أريحا")
    page.locator("#filters button[type=submit]").click()
    assert 0 < count(page) < everything
    assert asked(page)["q"] == ["أريحا"]


def test_without_webgl_the_rest_of_the_page_works(chromium: Callable[..., Browser], address: str) -> None:
    page = chromium("--disable-3d-apis").new_page(base_url=address)
    page.goto("/ar/incidents")
    page.wait_for_load_state("networkidle")
    assert count(page) > 0
    assert page.locator("[data-map].live").count() == 0
    assert page.locator("#results tbody tr").count() > 0
