"""Two records beside each other, as text, as a page and as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from marsad.publish import charts
from marsad.publish.html import Html, joined, tag
from marsad.publish.sheet import sheet
from marsad.versus import Bin, Pair, Side, Versus
from marsad.wording import Words

FIELDS = (
    "found", "score", "here", "there", "days_here", "days_there", "type_here", "type_there", "place_here", "place_there",
    "admin1", "country", "killed_here", "killed_there", "outlets_here", "days", "place", "deaths", "parties",
)  # fmt: skip
#: How many incidents of each kind a page lists; the rows have them all.
_LISTED = 40


def rows(found: Versus) -> Iterator[dict[str, Any]]:
    """One row a matched pair, then one an incident that only one record has."""
    for pair in found.pairs:
        yield {"found": "both", "score": pair.score, **_side(pair.here, "here"), **_side(pair.there, "there"),
               **_where(pair.here), **pair.parts}  # fmt: skip
    for case in found.only_here:
        yield {"found": "here", **_side(case, "here"), **_where(case)}
    for case in found.only_there:
        yield {"found": "there", **_side(case, "there"), **_where(case)}


def _side(case: Side, side: str) -> dict[str, Any]:
    return {
        side: case.id,
        f"days_{side}": _days(case),
        f"type_{side}": case.type,
        f"place_{side}": case.place,
        f"killed_{side}": case.killed,
        f"outlets_{side}": list(case.outlets),
    }


def _where(case: Side) -> dict[str, Any]:
    return {"admin1": case.admin1, "country": case.country}


def _days(case: Side) -> str | None:
    if case.first is None or case.last is None:
        return None
    return str(case.first) if case.first == case.last else f"{case.first} to {case.last}"


def facts(found: Versus, words: Words) -> list[tuple[str, str]]:
    """The figures of the comparison, each with what it is."""
    both, here, there = len(found.pairs), len(found.only_here), len(found.only_there)
    out = [
        (words.label("window"), f"{found.first} to {found.last}"),
        (words.label("versus_here"), words.number(both + here)),
        (words.label("versus_there"), words.number(both + there)),
        (words.label("versus_both"), words.number(both)),
        (words.label("versus_only_here"), words.number(here)),
        (words.label("versus_only_there"), words.number(there)),
        (words.label("versus_share_here"), _percent(found.share_here, words)),
        (words.label("versus_share_there"), _percent(found.share_there, words)),
        (words.label("versus_chance"), _percent(found.chance, words)),
        (words.label("versus_beyond"), _percent(found.beyond_chance, words)),
        (words.label("versus_correlation"),
         words.number(found.correlation, 2) if found.correlation is not None else "–"),
    ]  # fmt: skip
    out += [
        (f"{words.label('versus_set_aside')}: {why}", words.number(n))
        for why, n in sorted(found.set_aside.items())
    ]
    return out


def _percent(share: float | None, words: Words) -> str:
    return "–" if share is None else f"{words.number(100 * share, 1)} %"


def lines(found: Versus, words: Words) -> Iterator[str]:
    """The figures and the months as text."""
    told = facts(found, words)
    yield from (f"{value:>24}  {name}" for name, value in told)
    yield ""
    heads = (
        "versus_month",
        "versus_here",
        "versus_there",
        "versus_both",
        "versus_killed_here",
        "versus_killed_there",
    )
    yield "  ".join(f"{words.label(head):>20}" for head in heads)
    for bin_ in found.months:
        cells = (bin_.month, bin_.here, bin_.there, bin_.both, bin_.killed_here, bin_.killed_there)
        yield "  ".join(f"{cell:>20}" for cell in cells)


def page(found: Versus, words: Words) -> str:
    """The report as one page that needs nothing else."""
    drawing = charts.Drawing(
        "rtl" if words.direction == "rtl" else "ltr", words.language, words.number, "months"
    )
    month = [charts.Line(tuple(charts.Point(b.month, getattr(b, side)) for b in found.months), words.label(f"versus_{side}"))
             for side in ("here", "there")]  # fmt: skip
    parts = [
        tag("h1", words.label("versus")),
        tag(
            "dl",
            *(joined(tag("dt", name), tag("dd", tag("bdi", value))) for name, value in facts(found, words)),
        ),
        charts.multiples(month, drawing, title=words.label("versus"), says=words.label("versus_month")),
        tag("h2", words.label("versus_month")),
        _bins(found.months, words, "versus_month"),
        tag("h2", words.label("versus_governorate")),
        _bins(_by_place(found.governorates), words, "versus_governorate"),
        tag("h2", f"{words.label('versus_both')} ({words.number(len(found.pairs))})"),
        _pairs(found.pairs[:_LISTED], words),
    ]
    for name, cases in (("versus_only_here", found.only_here), ("versus_only_there", found.only_there)):
        deadliest = sorted(cases, key=lambda c: (-(c.killed or 0), c.id))
        parts += [
            tag("h2", f"{words.label(name)} ({words.number(len(cases))})"),
            _cases(deadliest[:_LISTED], words),
        ]
    return sheet(words.label("versus"), joined(*parts), words)


def _by_place(bins: Sequence[Bin]) -> list[Bin]:
    """The governorates over all months, where the other record has most first."""
    out: dict[str, Bin] = {}
    for b in bins:
        place = b.admin1 or "–"
        sums = out.get(place, Bin("", place, 0, 0, 0, 0, 0))
        out[place] = Bin(
            "", place, sums.here + b.here, sums.there + b.there, sums.both + b.both,
            sums.killed_here + b.killed_here, sums.killed_there + b.killed_there,
        )  # fmt: skip
    return sorted(out.values(), key=lambda b: (-b.there, b.admin1 or ""))


def _bins(bins: Iterable[Bin], words: Words, head: str) -> Html:
    heads = (head, "versus_here", "versus_there", "versus_both", "versus_killed_here", "versus_killed_there")
    body = []
    for b in bins:
        numbers = (b.here, b.there, b.both, b.killed_here, b.killed_there)
        cells = [tag("td", words.number(value), class_="n") for value in numbers]
        body.append(tag("tr", tag("td", tag("bdi", b.month or b.admin1 or "–")), *cells))
    return _table([words.label(name) for name in heads], body)


def _pairs(pairs: Iterable[Pair], words: Words) -> Html:
    body = [
        tag(
            "tr",
            tag("td", words.number(pair.score, 2), class_="n"),
            *_cells(pair.here, words),
            *_cells(pair.there, words),
        )
        for pair in pairs
    ]
    one = [words.label(name) for name in ("incident", "days", "place", "versus_killed")]
    return _table([words.label("versus_score"), *one, *one], body)


def _cases(cases: Iterable[Side], words: Words) -> Html:
    heads = [words.label(name) for name in ("incident", "days", "place", "versus_killed")]
    return _table(heads, [tag("tr", *_cells(case, words)) for case in cases])


def _cells(case: Side, words: Words) -> list[Html]:
    killed = words.number(case.killed) if case.killed is not None else "–"
    return [
        tag("td", tag("bdi", case.id, class_="id")),
        tag("td", tag("bdi", _days(case) or "–"), class_="n"),
        tag("td", tag("bdi", case.place or "–", dir="auto")),
        tag("td", killed, class_="n"),
    ]


def _table(heads: Sequence[str], body: Sequence[Html]) -> Html:
    header = tag("tr", *(tag("th", head, scope="col") for head in heads))
    return tag("div", tag("table", header, *body), class_="scroll")
