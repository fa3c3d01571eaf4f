"""Places against tables of known ones: are they where they are, by whichever name, and how fast.

    python -m bench.places [--wrong]

`shared/data/places.tsv` has places with their spellings, `places_relative.tsv` expressions such as
'15 km south of X'. A place counts where every one of its spellings is answered to within 10 km, or
within the radius stated for it. `--wrong` lists what is answered otherwise.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.coded import GOLD, SHARED
from marsad.atlas import where
from marsad.gazetteer import areas as polygons
from marsad.gazetteer.answer import Answer, Question, of_name
from marsad.gazetteer.geometry import Point, distance_km
from marsad.gazetteer.names import load_names
from marsad.gazetteer.spots import point_of
from marsad.gazetteer.table import Gazetteer
from marsad.lexicon import Lexicon, load
from marsad.model import Document, Place
from marsad.pipeline import read_stateless
from marsad.read.assemble import find_all
from marsad.read.layers import annotate
from marsad.text import fold, tokenise

#: The table names countries by two letters.
_CODES = {
    "IQ": "IRQ", "SY": "SYR", "LB": "LBN", "TR": "TUR", "KW": "KWT", "YE": "YEM", "PS": "PSE", "EG": "EGY",
    "IL": "ISR", "IR": "IRN", "IT": "ITA", "FR": "FRA", "US": "USA", "JO": "JOR", "SA": "SAU",
}  # fmt: skip
_LEAST_KM = 10.0
_SETTLED = ("city", "town", "village", "neighbourhood")

Figures = dict[str, float]


@dataclass(frozen=True)
class Known:
    """A row: the names of a place, where it is, to how many kilometres, in which country."""

    names: tuple[str, ...]
    point: Point
    within_km: float
    country: str | None

    def is_at(self, point: Point) -> bool:
        """Whether a point is near enough."""
        return distance_km(point, self.point) <= self.within_km

    def answered(self, answer: Answer) -> bool:
        """Whether an answer is near enough."""
        return answer.spot is not None and self.is_at(answer.spot.point)


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    with (SHARED / "data" / name).open(encoding="utf8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


def _known(row: Mapping[str, str], names: tuple[str, ...]) -> Known:
    point = float(row["lat"]), float(row["lon"])
    return Known(names, point, max(_LEAST_KM, float(row["unc_km"])), _CODES.get(row.get("country", "")))


def known_places() -> list[Known]:
    """The places with their spellings."""
    return [_known(row, tuple(row["name_ar"].split("|"))) for row in _rows("places.tsv")]


def expressions() -> list[Known]:
    """The expressions, each a name of its own."""
    return [_known(row, (row["expression"],)) for row in _rows("places_relative.tsv")]


def bearers(lexicon: Lexicon, name: str) -> list[Place]:
    """The places of the table that bear the name, with or without the type word it may begin with."""
    text = tokenise(name)
    found = [m for m in lexicon.scan(text)["places"] if m.last == len(text.tokens)]
    return [lexicon.places[id_] for match in found for id_ in match.gives["ids"]]


def resolved(lexicon: Lexicon, name: str) -> Place | None:
    """The place that the reader gives the name when it stands alone after a preposition."""
    layers = annotate(Document(f"في {name}"), lexicon)
    named = [n for n in find_all(layers).places if fold(n.span.of(layers.text.source)) in fold(name)]
    return named[0].place if named else None


def wrong(rows: list[Known], *, told: bool) -> list[tuple[str, Answer]]:
    """The names answered elsewhere, or not at all; with `told` the country is given."""
    out = []
    for row in rows:
        question = Question(row.country if told else None)
        answers = zip(row.names, where(row.names, question), strict=True)
        out += [(name, answer) for name, answer in answers if not row.answered(answer)]
    return out


def _share(rows: list[Known], faults: list[tuple[str, Answer]]) -> float:
    names = {name for name, _ in faults}
    return sum(not names.intersection(row.names) for row in rows) / len(rows)


def divided(gazetteer: Gazetteer) -> float:
    """The share of settled places whose governorate is told from their point, without the place itself."""
    areas = polygons.load_areas()
    kinds = [p for p in gazetteer.places.values() if p.country in ("IRQ", "SYR") and p.type in _SETTLED]
    right = seen = 0
    for place in kinds[::3]:
        others = {id_: p for id_, p in gazetteer.places.items() if point_of(p) != point_of(place)}
        governorate = gazetteer.held_by(place, "governorate")
        if governorate is not None and governorate.id in others:
            found = polygons.division(Gazetteer(others), areas, point_of(place)).governorate
            seen += 1
            right += found is not None and found.id == governorate.id
    return right / seen


def located() -> float:
    """The share of the gold articles' events with a place that have coordinates."""
    places = [
        event.location
        for name in GOLD
        for item in read_stateless([SHARED / "gold" / f"{name}.articles.jsonl"])
        if isinstance(item, tuple)
        for event in item[1].events
        if event.location is not None
    ]
    return sum(place.lat is not None for place in places) / len(places)


def figures() -> Figures:
    """Every figure, by name."""
    lexicon, rows = load(), known_places()
    home = [row for row in rows if row.country in ("IRQ", "SYR")]
    first = [(row, resolved(lexicon, row.names[0])) for row in home]
    held = sum(any(row.is_at(point_of(p)) for n in row.names for p in bearers(lexicon, n)) for row in home)
    relative = expressions()
    return {
        "place.table": held / len(home),
        "place.read": sum(place is not None and row.is_at(point_of(place)) for row, place in first)
        / len(home),
        "place.told-country": _share(rows, wrong(rows, told=True)),
        "place.bare": _share(rows, wrong(rows, told=False)),
        "place.relative": _share(relative, wrong(relative, told=False)),
        "place.located": located(),
        "place.governorate": divided(lexicon.gazetteer),
    }


_LOAD = """
import json, re, resource, sys, time
start = time.process_time()
from marsad.gazetteer.names import load_names
imported = time.process_time()
load_names()
done = time.process_time()
try:
    # ru_maxrss of a child begins with what its parent had
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
print(json.dumps([imported - start, done - imported, peak]))
"""


def speed() -> list[tuple[str, str]]:
    """What loading the table takes in a new process, and names a second of one core."""
    loaded = subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, text=True, check=True)
    imported, took, peak = json.loads(loaded.stdout)
    names = load_names()
    asked = [(place.name_ar, Question(place.country)) for place in names.gazetteer.places.values()] * 4
    begin = time.process_time()
    for name, question in asked:
        of_name(names, name, question)
    rate = len(asked) / (time.process_time() - begin)
    return [
        ("places, import", f"{imported:.2f} s"),
        ("places, load", f"{took:.2f} s, {peak:.0f} MiB in all"),
        ("places, names", f"{rate:,.0f} a second"),
    ]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wrong", action="store_true", help="list the names that are answered otherwise")
    if parser.parse_args().wrong:
        cases = ((known_places(), True), (known_places(), False), (expressions(), False))
        for rows, told in cases:
            for name, answer in wrong(rows, told=told):
                print(
                    "country told" if told else "bare",
                    name,
                    answer.place.id if answer.place else "-",
                    sep="\t",
                )
        return 0
    for name, value in figures().items():
        print(f"{name:20}{value:.3f}")
    for name, text in speed():
        print(f"{name:20}{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
