"""The quality gate: what is read, linked and placed, against the floors of `baseline.json`.

    python -m bench.gate [--update [--allow-regression]]

It measures against the folder `shared` beside the repository; without it there is nothing to
measure. A figure more than `EPSILON` under its floor fails the gate (exit status 1). After a
change for the better, `--update` raises the floors to what is reached now; it refuses to lower
one unless `--allow-regression` says that this is meant. The floors belong to the gold files
whose digest stands beside them: with other files the gate fails until it is updated.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import places, plain
from bench.coded import CODINGS, GOLD, SAMPLE, SHARED, kept, scorer
from bench.sentences import FOUND, shares
from marsad.lexicon import load
from marsad.pipeline import read_stateless, run
from marsad.publish.coding import coding
from marsad.publish.tables import incident_row
from marsad.read import Reader
from marsad.record import Record

_BASELINE = Path(__file__).with_name("baseline.json")

#: How far a figure may fall under its floor. Reading is deterministic, so this is no noise: it
#: is room for a change that wins much and loses a little elsewhere. Of the 400 gold events it
#: is two, of the facts in all their slots about a dozen. Small sets move in larger steps.
EPSILON = 0.005

#: Per set only the headline figures have floors; over all sets each slot has one too.
_OF_A_SET = ("record", "events")
_OF_ALL = (
    "record", "events", "events_typed", "events_news_recall", "type", "date", "place", "admin1", "initiators",
    "targets", "figures", "weapons", "speaker", "status", "recency", "claims", "claims_measure", "claims_period",
)  # fmt: skip

#: Others than those that the parties are fitted on.
_PLAIN, _SEED = 600, 2

Figures = dict[str, float]


# ── reading ───────────────────────────────────────────────────────────────────────────────


def read_file(path: Path) -> dict[str, dict[str, Any]]:
    """The codings of a file's articles, by id."""
    out: dict[str, dict[str, Any]] = {}
    for item in read_stateless([path]):
        if not isinstance(item, tuple):
            sys.exit(f"not read: {item}")
        coded = coding(*item)
        out[coded["id"]] = coded
    return out


def f1(row: Mapping[str, int]) -> float:
    """F1 from counts of right, wrong and missed."""
    whole = 2 * row["tp"] + row["fp"] + row["fn"]
    return 2 * row["tp"] / whole if whole else 0.0


def reading() -> Figures:
    """F1 of the gold sets, of their sum (the micro-average), and of the bundled sample."""
    score = scorer()
    out: Figures = {}
    summed: dict[str, Counter[str]] = {name: Counter() for name in _OF_ALL}
    files = {
        name: (SHARED / "gold" / f"{name}.articles.jsonl", SHARED / "gold" / f"{name}.coded.jsonl")
        for name in GOLD
    }
    files["sample"] = (SAMPLE / "articles.jsonl", SAMPLE / "expected.jsonl")
    for name, (articles, coded) in files.items():
        table = score.score(score.load(articles), score.load(coded), read_file(articles))
        for slot in _OF_A_SET:
            out[f"read.{name}.{slot}"] = f1(table[slot])
        if name in GOLD:
            for slot in _OF_ALL:
                summed[slot].update({key: table[slot][key] for key in ("tp", "fp", "fn")})
    for slot, counts in summed.items():
        # what is added as recall alone counts no wrong ones: F1 would only hide it
        recall = counts["tp"] / ((counts["tp"] + counts["fn"]) or 1)
        out[f"read.all.{slot}"] = recall if slot.endswith("recall") else f1(counts)
    return out


def held_out() -> Figures:
    """F1 of articles that no weight was fitted on and no rule written for."""
    articles = list(kept("held_out"))
    reader = Reader(load())
    table = scorer().score(
        {a.id: {"id": a.id, "title": "", "text": a.body} for a in articles},
        {a.id: a.coding for a in articles},
        {a.id: coding(a.document, reader.read(a.document)) for a in articles},
    )
    return {f"read.held_out.{slot}": f1(table[slot]) for slot in _OF_A_SET}


def sentences() -> Figures:
    """Of newspaper sentences judged alone: the share found, and the share of the rest left alone."""
    out: Figures = {}
    for name in FOUND:
        of = shares(name)
        out[f"sentence.{name}.found"] = of["yes"]
        out[f"sentence.{name}.left"] = 1 - of["easy no"]
    return out


def plain_sentences() -> Figures:
    """Of sentences that any reader of Arabic understands alike: found, with the right parties, left alone."""
    figures = plain.read_right(Reader(load()), _PLAIN, _SEED)
    return {f"plain.{name}": share for name, share in figures.items()}


# ── linking ───────────────────────────────────────────────────────────────────────────────


def incidents_of(articles: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """Each incident of a run over the articles, with the ids of the articles that report and recall it."""
    with Record.open(folder / "gate.db", create=True) as record:
        report = run(record, [articles])
        for failure in report.failures:
            print(f"  {failure}", file=sys.stderr)
        captures = record.captures(record.document_ids())
        for incident in record.incidents():
            row = incident_row(incident, captures)
            yield {name: row[name] for name in ("id", "documents", "recalled_in")}


def linking() -> Figures:
    """Recall and precision of pairs of articles that are known to tell of one incident.

    An article that only recalls an incident weeks later counts as a wrong join with the scorer, which
    allows a week: `reported` are the figures of the articles that report an incident as news.
    """
    with tempfile.TemporaryDirectory() as folder:
        rows = list(incidents_of(SHARED / "data" / "articles.jsonl", Path(folder)))
        whole = [row | {"documents": sorted({*row["documents"], *row["recalled_in"]})} for row in rows]
        reported = _linked(rows, Path(folder) / "reported.jsonl")
        told = _linked(whole, Path(folder) / "told.jsonl")
    return {f"link.{name}": value for name, value in told.items()} | {
        f"link.reported.{name}": value for name, value in reported.items()
    }


def _linked(rows: Iterable[Mapping[str, Any]], path: Path) -> Figures:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf8")
    data = SHARED / "data"
    # the scorer of links is a program: it has no function to call
    command = [
        str(SHARED / "tools" / "score_links.py"),
        str(data / "articles.jsonl"),
        str(data / "groups.jsonl"),
        str(path),
    ]
    done = subprocess.run([sys.executable, *command, "--json"], capture_output=True, text=True, check=True)
    table = json.loads(done.stdout)
    return {name: table[name] for name in ("recall", "precision")}


# ── the gate ──────────────────────────────────────────────────────────────────────────────


def digest() -> str:
    """One hash over everything that the figures are measured against."""
    found = hashlib.sha256()
    files = sorted((SHARED / "gold").glob("*.jsonl"), key=lambda p: p.name)
    files += [
        SHARED / "data" / name
        for name in (
            "articles.jsonl",
            "groups.jsonl",
            "places.tsv",
            "places_relative.tsv",
            "gsr_assault.csv",
            "gsr_protest.csv",
        )
    ]
    files += [SAMPLE / name for name in ("articles.jsonl", "expected.jsonl")]
    files += [CODINGS / "held_out.jsonl"]
    for path in files:
        found.update(f"{path.name}\n".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def measure() -> Figures:
    """Every figure, by name."""
    return {
        name: round(value, 4)
        for part in (reading, held_out, sentences, plain_sentences, linking, places.figures)
        for name, value in part().items()
    }


def table(now: Figures, floors: Figures) -> Iterable[str]:
    """One line a figure: its name, its floor, what it is now, the difference."""
    yield f"{'figure':32}{'floor':>8}{'now':>8}{'delta':>9}"
    for name in [*now, *(n for n in floors if n not in now)]:
        floor, value = floors.get(name), now.get(name)
        cells = [f"{x:8.3f}" if x is not None else f"{'-':>8}" for x in (floor, value)]
        delta = (
            f"{value - floor:+9.3f}"
            if floor is not None and value is not None
            else f"{'new' if floor is None else 'gone':>9}"
        )
        yield f"{name:32}{cells[0]}{cells[1]}{delta}{'  BELOW' if name in below(now, floors) else ''}"


def below(now: Figures, floors: Figures) -> list[str]:
    """The figures that fell under their floors, or are not measured any more."""
    return [name for name, floor in floors.items() if now.get(name, -1.0) < floor - EPSILON]


def update(now: Figures, floors: Figures, corpus: str, *, same: bool, allow_regression: bool) -> int:
    """Stores new floors: never lower than before on the same corpus, unless that is allowed."""
    lowered = [name for name, floor in floors.items() if now.get(name, -1.0) < floor]
    if allow_regression:
        floors = now
    elif not same:
        print(
            "other gold files: floors may fall with them, so say --update --allow-regression", file=sys.stderr
        )
        return 1
    elif below(now, floors):
        print(
            f"not updated, {len(below(now, floors))} would be lowered: --allow-regression if that is meant",
            file=sys.stderr,
        )
        return 1
    else:
        # within EPSILON of its floor a figure keeps it: many small steps down are one large one
        floors = {name: max(value, floors.get(name, value)) for name, value in now.items()}
    _BASELINE.write_text(json.dumps({"corpus": corpus, "floors": floors}, indent=1) + "\n", "utf8")
    print(
        f"floors stored in {_BASELINE.name}"
        + (f", lowered: {', '.join(lowered)}" if allow_regression and lowered else "")
    )
    return 0


def main() -> int:
    """Measure, compare, say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--update", action="store_true", help="raise the floors to what is reached now")
    parser.add_argument("--allow-regression", action="store_true", help="with --update: lower floors too")
    options = parser.parse_args()
    if options.allow_regression and not options.update:
        parser.error("--allow-regression goes with --update")
    if not (SHARED / "gold").is_dir():
        print(
            f"nothing to measure: {SHARED} (gold codings, articles, scorers) is not here; put it there to run the gate"
        )
        return 0
    stored: dict[str, Any] = json.loads(_BASELINE.read_text("utf8")) if _BASELINE.is_file() else {}
    floors: Figures = stored.get("floors", {})
    corpus = digest()
    now = measure()
    print("\n".join(table(now, floors)))
    same = not stored or stored["corpus"] == corpus
    if options.update:
        return update(now, floors, corpus, same=same, allow_regression=options.allow_regression)
    if not floors:
        print("no floors yet: python -m bench.gate --update", file=sys.stderr)
        return 1
    if not same:
        print(
            "the gold files are not those that the floors were measured on: --update --allow-regression",
            file=sys.stderr,
        )
        return 1
    if failed := below(now, floors):
        print(
            f"{len(failed)} of {len(floors)} figures are below their floors by more than {EPSILON}",
            file=sys.stderr,
        )
        return 1
    print(f"all {len(floors)} floors hold")
    return 0


if __name__ == "__main__":
    sys.exit(main())
