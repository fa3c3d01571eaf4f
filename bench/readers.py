"""Many readers of the web app, while nobody writes and while news is taken in.

    python -m bench.readers [--on sqlite|postgresql] [--readers 200] [--seconds 60] [--articles 2000]

Each asks for a page, reads for a second on average, and asks for the next. `marsad run` takes the sample's
articles in meanwhile, over and over, each a little another text. The record is of made-up news
(`bench.synthetic`). All readers are one process, which needs a part of the machine itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from bench.ground import ROOT, Tally, base, fill, serving

SAMPLE = ROOT / "src" / "marsad" / "data" / "sample" / "articles.jsonl"
#: What readers ask for.
PAGES = (
    "/ar/incidents", "/en/incidents?sort=deadliest", "/ar/incidents?type=bombing", "/api/v1/incidents?limit=50",
    "/ar/incidents?q=قصف", "/en/trends", "/api/v1/events?limit=50", "/ar/places",
)  # fmt: skip


async def reader(client: httpx.AsyncClient, number: int, end: asyncio.Event, out: Tally) -> None:
    """One reader, who asks for page after page, each a second after the last."""
    chance = random.Random(number)
    while True:
        with_pause = asyncio.create_task(end.wait())
        done, _ = await asyncio.wait({with_pause}, timeout=chance.random() * 2)
        if done:
            return
        with_pause.cancel()
        began = time.perf_counter()
        try:
            answer = await client.get(chance.choice(PAGES))
        except httpx.HTTPError as error:
            out.faults[type(error).__name__] += 1
            continue
        if answer.status_code == 200:
            out.taken.append(time.perf_counter() - began)
        else:
            out.faults[f"{answer.status_code} {answer.text[:80]}"] += 1


async def read(where: str, readers: int, *, seconds: float | None, command: list[str]) -> tuple[Tally, float]:
    """What readers meet for so many seconds, or while the command runs."""
    total, end, began = Tally(), asyncio.Event(), time.perf_counter()
    # the server ends what was idle for 5 seconds; who asks in that moment would have to ask again, as browsers do
    limits = httpx.Limits(max_connections=readers, max_keepalive_connections=readers, keepalive_expiry=4)
    async with httpx.AsyncClient(base_url=where, timeout=120, limits=limits) as client:
        tasks = [asyncio.create_task(reader(client, number, end, total)) for number in range(readers)]
        if seconds is not None:
            await asyncio.sleep(seconds)
        else:
            run = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)
            if await run.wait():
                raise RuntimeError(f"{command} failed")
        took = time.perf_counter() - began
        end.set()
        await asyncio.gather(*tasks)
    return total, took


def news(path: Path, number: int) -> None:
    """The sample's articles, over and over, each a little another text."""
    rows = [json.loads(line) for line in SAMPLE.read_text("utf8").splitlines()]
    with path.open("w", encoding="utf8") as file:
        for n in range(number):
            row = rows[n % len(rows)]
            changed = {"id": f"{row['id']}-{n}", "url": f"{row['url']}?{n}", "text": f"{row['text']}\n({n})"}
            file.write(json.dumps({**row, **changed}, ensure_ascii=False) + "\n")


def main() -> int:
    """Lets them read and prints the tally."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--articles", type=int, default=2000)
    asked = parser.parse_args()
    with base(asked.on) as address, tempfile.TemporaryDirectory() as folder:
        fill(address, asked.events)
        path = Path(folder) / "news.jsonl"
        news(path, asked.articles)
        os.environ |= {"PYTHONPATH": str(ROOT / "src"), "MARSAD_RECORD": address}
        run = [sys.executable, "-m", "marsad", "run", str(path)]
        print(f"{asked.readers} readers on {asked.on}")
        with serving(address) as (where, _):
            alone, took = asyncio.run(read(where, asked.readers, seconds=asked.seconds, command=run))
            print(f"nobody writes:    {alone.line(took)}", flush=True)
            beside, took = asyncio.run(read(where, asked.readers, seconds=None, command=run))
            print(f"while {asked.articles} articles are taken in ({took:.0f} s): {beside.line(took)}")
        return int(bool(alone.faults or beside.faults))


if __name__ == "__main__":
    sys.exit(main())
