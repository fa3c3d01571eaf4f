"""A real server on a record of the bundled sample, and a real browser that can reach nothing else."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the browser tests need playwright: pip install -e '.[dev]'")

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "src/marsad/data/sample/articles.jsonl"
ARTEFACTS = Path(__file__).parent / "artefacts"
#: These sources, whatever else is installed.
MARSAD = (sys.executable, "-m", "marsad", "--record")
HERE = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
HREF = re.compile(r'href="(/(?:ar|en)/[^"#]*)"')


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in one worker, one browser; none of them is quick."""
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("browser"))


def need(there: object, otherwise: str) -> None:
    """Skips with one line what this machine cannot run; continuous integration must run it all."""
    if not there:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(otherwise)


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of the bundled sample."""
    path = tmp_path_factory.mktemp("browser") / "sample.db"
    subprocess.run([*MARSAD, path, "run", SAMPLE], check=True, capture_output=True, env=HERE)
    return path


@contextmanager
def serving(record: Path, *words: str) -> Iterator[str]:
    """Where `marsad serve` answers for that record, with `--review` or other words."""
    need((ROOT / "src/marsad/web/static/manifest.json").exists(), "the assets are not built: make assets")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*MARSAD, record, "serve", *(words or ("--review",)), "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env=HERE,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        if server.poll() is not None:
            pytest.fail(f"marsad serve ended: {server.stderr.read() if server.stderr else ''}")
        try:
            httpx.get(url)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield url
    server.terminate()
    server.communicate(timeout=20)


@pytest.fixture(scope="session")
def address(record: Path) -> Iterator[str]:
    """Where the record is served that no test changes."""
    with serving(record) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[..., Browser]]:
    """Starts the system's Chromium with the flags given."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    need(found, "no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        started: list[Browser] = []

        def start(*flags: str) -> Browser:
            started.append(playwright.chromium.launch(executable_path=found, args=["--no-sandbox", *flags]))
            return started[-1]

        yield start
        for one in started:
            one.close()


@pytest.fixture(scope="session")
def browser(chromium: Callable[..., Browser]) -> Browser:
    """A browser that draws WebGL without a graphics card."""
    return chromium("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")


class Watched(list[str]):
    """What went wrong in a context: calls to other hosts, errors of scripts and of the console."""

    def over(self, context: BrowserContext, address: str) -> None:
        """Watches every page of the context and lets none reach another host."""

        def gate(route: Route) -> None:
            url = route.request.url
            if url.startswith(address + "/"):
                route.continue_()
            else:
                self.append(f"request to {url}")
                route.abort()

        context.route("**/*", gate)
        context.on("console", lambda m: m.type in ("error", "warning") and self.append(f"console: {m.text}"))
        context.on("weberror", lambda e: self.append(f"error: {e.error}"))


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens a page of the server; at the end nothing may have gone wrong in it."""
    contexts: list[BrowserContext] = []
    wrong = Watched()

    def open_(path: str, **options: object) -> Page:
        context = browser.new_context(
            base_url=address, **{"viewport": {"width": 1280, "height": 900}, **options}
        )
        contexts.append(context)
        wrong.over(context, address)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def routes() -> dict[str, re.Pattern[str]]:
    """Every page of the app as its routes tell it: template of the address, and what matches it."""
    from fastapi.routing import APIRoute

    from marsad.web.pages import ROUTERS

    # those of users are only there where people log in, and have tests of their own
    every = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    paths = {r.path for r in every if r.path.startswith("/{language}/") and "GET" in r.methods}
    pages = sorted(path for path in paths if "." not in path.rsplit("/", 1)[1] and path != "/{language}/")
    assert "/{language}/incidents" in pages
    return {page: re.compile(re.sub(r"\{[^}]*\}", "[^/?]+", page) + r"(\?.*)?") for page in pages}


@pytest.fixture(scope="session")
def pages(address: str, routes: dict[str, re.Pattern[str]]) -> dict[str, dict[str, str]]:
    """For each language one address of each page, found as a reader does: by following links."""
    found: dict[str, dict[str, str]] = {}
    with httpx.Client(base_url=address, follow_redirects=True) as client:
        for language in ("ar", "en"):
            mine = found[language] = {}
            queue, seen = [f"/{language}/"], set[str]()
            while queue and len(seen) < 150:
                path = queue.pop(0)
                seen.add(path)
                answer = client.get(path)
                if "text/html" not in answer.headers["content-type"]:
                    continue
                assert answer.status_code == 200, f"a link leads to {path}: {answer.status_code}"
                for href in dict.fromkeys(HREF.findall(answer.text)):
                    link = href.replace("&amp;", "&")
                    route = next((name for name, form in routes.items() if form.fullmatch(link)), None)
                    if route and link.startswith(f"/{language}/") and link not in seen:
                        if route not in mine or mine[route].count("?") > link.count("?"):
                            mine[route] = link
                            queue.append(link)
    return found
