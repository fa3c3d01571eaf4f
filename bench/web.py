"""What the web app takes on a large record: the server alone, a browser, and many readers at once.

    python -m bench.web [RECORD] [--incidents 100000] [--login]

With `--login` the server asks who it is, and a reader is logged in.

Without a record one is made (see `bench.web_record`) and kept in build/. The server is `marsad serve`
in a process of its own; the browser is Chromium with WebGL in software; every page is loaded cold.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Request, sync_playwright
from rich.console import Console
from rich.table import Table

from bench.web_record import make
from marsad.accounts import Accounts, Role, Session, beside
from marsad.pipeline import reviewing
from marsad.record import Filters, Record
from marsad.web.visitor import COOKIE

ROOT = Path(__file__).parents[1]
PORT = 8765
ADDRESS = f"http://127.0.0.1:{PORT}"
FLAGS = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
READERS, EACH = 50, 6
PACKED = {"Accept-Encoding": "gzip"}
Cookies = Mapping[str, str]

#: What a reader asks of the list one after another.
FILTERS = (
    "type=shelling", "from=2018-01-01&to=2018-12-31", "min_killed=10", "country=SYR", "grade=contested", "q=أريحا",
    "q=كركوك", "place=الموصل", "actor=ISLAMIC_STATE", "type=bombing&from=2015-01-01", "bbox=42,33,46,36", "sort=deadliest",
)  # fmt: skip

Row = tuple[str, str, str]


def p95(taken: Sequence[float]) -> float:
    """The time that 19 of 20 stay under."""
    return statistics.quantiles(taken, n=20)[-1]


def said(taken: Sequence[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    return f"{statistics.median(taken) * 1000:.0f} ms, p95 {p95(taken) * 1000:.0f} ms"


@contextmanager
def serving(record: Path, *words: str) -> Iterator[None]:
    """`marsad serve` on the record, until it is no longer wanted."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "marsad", "--record", str(record), "serve", "--port", str(PORT), *words]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                httpx.get(ADDRESS + "/healthz", timeout=60)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()


def logged_in(record: Path, role: Role) -> Iterator[dict[str, str]]:
    """The cookie of somebody of that role, as long as it is wanted."""
    accounts = Accounts.open(beside(record), create=True)
    assert accounts is not None
    name, password = f"bench {role}", secrets.token_urlsafe(16)
    try:
        accounts.add(name, role, password, again=True)
        session = accounts.log_in(name, password, address="bench")
        assert isinstance(session, Session)
        yield {COOKIE: session.token}
    finally:
        accounts.remove(name)
        accounts.close()


def timed(client: httpx.Client, path: str) -> float:
    """Seconds until the whole answer is here."""
    start = time.perf_counter()
    answer = client.get(path)
    answer.raise_for_status()
    return time.perf_counter() - start


def server(ids: Sequence[str], cookies: Cookies) -> Iterator[Row]:
    """One reader, no browser: what the server takes for an answer, compressed."""
    with httpx.Client(base_url=ADDRESS, timeout=60, headers=PACKED, cookies=cookies) as client:
        yield "first page, server", said([timed(client, "/ar/incidents") for _ in range(60)]), "p95 < 150 ms"
        changes = [timed(client, f"/ar/incidents?{f}&page={page}") for page in (1, 2, 3) for f in FILTERS]
        yield "filter change, server", said(changes), "< 300 ms"
        yield (
            "points of the map, all",
            said([timed(client, "/ar/incidents/map.geojson") for _ in range(20)]),
            "",
        )
        yield (
            "bars of the timeline, all",
            said([timed(client, "/ar/incidents/series.json") for _ in range(20)]),
            "",
        )
        yield "an incident, server", said([timed(client, f"/ar/incidents/{id_}") for id_ in ids[:60]]), ""


def readers(ids: Sequence[str], cookies: Cookies) -> Iterator[Row]:
    """Many at once: each reads the list, filters it, opens incidents."""
    paths = [
        "/ar/incidents",
        *(f"/ar/incidents?{f}" for f in FILTERS),
        *(f"/ar/incidents/{id_}" for id_ in ids[:40]),
    ]

    def read(number: int) -> list[float | str]:
        out: list[float | str] = []
        with httpx.Client(base_url=ADDRESS, timeout=120, headers=PACKED, cookies=cookies) as client:
            for step in range(EACH):
                try:
                    out.append(timed(client, paths[(number * 7 + step * 3) % len(paths)]))
                except httpx.HTTPError as error:
                    out.append(str(error))
        return out

    start = time.perf_counter()
    with ThreadPoolExecutor(READERS) as pool:
        answers = [answer for one in pool.map(read, range(READERS)) for answer in one]
    took = time.perf_counter() - start
    times = [a for a in answers if isinstance(a, float)]
    wrong = len(answers) - len(times)
    yield (
        f"{READERS} readers at once, {len(answers)} pages",
        f"{wrong} errors, {len(times) / took:.0f} pages/s, {said(times)}",
        "0 errors",
    )


def loaded(browser: Browser, path: str, ready: str, cookies: Cookies) -> tuple[float, float]:
    """Seconds from asking for a page to its being ready, and kilobytes over the wire, with nothing kept from before."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": k, "value": v, "url": ADDRESS} for k, v in cookies.items()])
    page = context.new_page()
    finished: list[Request] = []  # those of the map's worker too
    page.on("requestfinished", lambda request: finished.append(request))
    start = time.perf_counter()
    page.goto(ADDRESS + path)
    page.locator(ready).first.wait_for(timeout=60_000)
    took = time.perf_counter() - start
    page.wait_for_load_state("networkidle")
    wire = sum(r.sizes()["responseBodySize"] + r.sizes()["responseHeadersSize"] for r in finished)
    context.close()
    return took, wire / 1000


def in_browser(documents: Sequence[str], cookies: Cookies) -> Iterator[Row]:
    """A cold browser: weight, the map, and a change of filters as it is seen."""
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if not found:
        yield "browser", "no Chromium here", ""
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        took, weight = loaded(browser, f"/ar/documents/{documents[0]}", ".source-text", cookies)
        yield "page without a map", f"{weight:.0f} kB", "< 250 kB"
        maps = [loaded(browser, "/ar/incidents", "[data-map][data-ready]", cookies) for _ in range(5)]
        took = statistics.median(seconds for seconds, _ in maps)
        yield "map interactive, cold", f"{took:.2f} s (of 5)", "< 3 s"
        yield "page with the map", f"{maps[0][1]:.0f} kB", ""
        yield "filter change, seen", said(list(changes(browser, cookies))), "< 300 ms"
        browser.close()


def changes(browser: Browser, cookies: Cookies) -> Iterator[float]:
    """Seconds from sending the form to the new counts standing there."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": k, "value": v, "url": ADDRESS} for k, v in cookies.items()])
    page = context.new_page()
    page.goto(ADDRESS + "/ar/incidents")
    page.locator("[data-map][data-ready]").wait_for(timeout=60_000)
    for word in ("أريحا", "كركوك", "الموصل", "إدلب", "ديالى", "حمص", "درعا", "الفلوجة") * 3:
        page.locator("[name=q]").fill(word)
        yield page.evaluate(
            """() => new Promise(done => {
              const start = performance.now();
              document.addEventListener('htmx:after:swap', () => done((performance.now() - start) / 1000), { once: true });
              document.querySelector('#filters').requestSubmit();
            })"""
        )
        # as one who looks before asking again
        page.locator("[data-map][data-ready], #results .empty").first.wait_for(timeout=60_000)
        page.wait_for_timeout(500)
    page.close()


def sitting(record: Path) -> Iterator[Row]:
    """What a reviewer waits for: the order of a sitting, made when they begin."""
    with Record.open(record, readonly=True) as opened:
        taken = []
        for _ in range(3):
            start = time.perf_counter()
            number = len(reviewing.queue(opened, author="bench"))
            taken.append(time.perf_counter() - start)
    yield f"order of a sitting, {number:,} events", f"{statistics.median(taken):.2f} s (of 3)", ""


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record", type=Path, nargs="?")
    parser.add_argument("--incidents", type=int, default=100_000)
    parser.add_argument("--login", action="store_true")
    asked = parser.parse_args()
    record = asked.record or ROOT / f"build/web-{asked.incidents}.db"
    if not record.exists():
        record.parent.mkdir(parents=True, exist_ok=True)
        make(record, asked.incidents)
    with Record.open(record) as opened:  # not read only: an older one is brought up to date
        number = opened.totals().incidents
        ids = [row.id for row in opened.summaries(Filters(limit=100), order="deadliest")]
        documents = [opened.incident(id_).tellings[0].document_id for id_ in ids[:3]]
    who = ", a reader logged in" if asked.login else ""
    table = Table(title=f"{number:,} incidents, {os.cpu_count()} cores{who}")
    for head in ("what", "measured", "wanted"):
        table.add_column(head)
    enter = contextmanager(logged_in)(record, "reader") if asked.login else nullcontext({})
    with enter as cookies, serving(record, *(["--login"] if asked.login else [])):
        for rows in (
            server(ids, cookies), in_browser(documents, cookies), readers(ids, cookies), sitting(record),
        ):  # fmt: skip
            for row in rows:
                table.add_row(*row)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
