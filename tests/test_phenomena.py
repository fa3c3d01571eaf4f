"""tests/corpus/phenomena.yaml through the whole reader: README.md there says what a case asks for.

`open.yaml` lists the cases that do not hold yet, with what is read instead. A case that holds may not
be listed, and open_cases.py, which writes the list, refuses to make it longer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.scoring import bare_name, same_name

from marsad.lexicon import load
from marsad.model import Document, Span
from marsad.publish.coding import coding, days
from marsad.read import Reader
from marsad.read.assemble import find_all
from marsad.read.layers import annotate

CORPUS = Path(__file__).parent / "corpus"

Case = dict[str, Any]
CASES: list[Case] = yaml.load((CORPUS / "phenomena.yaml").read_text("utf8"), yaml.BaseLoader)
OPEN: dict[str, str] = yaml.load((CORPUS / "open.yaml").read_text("utf8"), yaml.BaseLoader) or {}
LEXICON = load()
READER = Reader(LEXICON)


def keys(cases: Iterable[Case]) -> list[str]:
    """The number of each case's phenomenon; the second case of one phenomenon is `2b`."""
    seen: Counter[str] = Counter()
    out = []
    for case in cases:
        number = case["phenomenon"]
        out.append(number + " bcdefgh"[seen[number]].strip())
        seen[number] += 1
    return out


KEYS = keys(CASES)


# ── agreement of one field ────────────────────────────────────────────────────────────────


def plain(value: Any) -> Any:
    """A value of the base loader as the reader gives it: `null` is none, digits are a number."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if value == "null":
        return None
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def codes(value: Iterable[str]) -> set[str]:
    return set(value) - {"UNKNOWN"}  # none named, and named as unknown, are one thing


def bounds(figure: Case) -> tuple[Any, Any, Any]:
    return figure["measure"], figure["low"], figure["high"]


def same_figures(expected: Sequence[Case], read: Sequence[Case]) -> bool:
    wanted = [{key: plain(value) for key, value in figure.items()} for figure in expected]
    return set(map(bounds, wanted)) == set(map(bounds, read)) and all(
        any(bounds(f) == bounds(w) and f["group"] == w["group"] for f in read) for w in wanted if "group" in w
    )


def same_field(field: str, expected: Any, read: Any) -> bool:
    if field in ("initiators", "targets"):
        return codes(expected) == codes(read)
    if field == "weapons":
        return set(expected) == set(read)
    if field == "figures":
        return same_figures(expected, read)
    if field in ("place", "area", "speaker", "trigger"):
        return same_name(plain(expected), read) or (plain(expected) is None and not bare_name(read))
    if field in ("type", "measure") and isinstance(expected, list):
        return read in expected
    return bool(plain(expected) == read)


# ── agreement of a case ───────────────────────────────────────────────────────────────────


def shown(value: Any) -> str:
    """A value in few words: `killed 2-2`, `ISIS+GUNMEN`, `none`."""
    if isinstance(value, dict):
        group = f" {value['group']}" if "group" in value else ""
        return f"{value['measure']}{group} {shown(value['low'])}-{shown(value['high'])}"
    if isinstance(value, list | tuple):
        return "+".join(map(shown, value)) or "none"
    return "none" if value in (None, "null") else str(value)


def differences(expected: Case, read: Case) -> list[str]:
    return [
        f"{field} {shown(read.get(field))} for {shown(value)}"
        for field, value in expected.items()
        if not same_field(field, value, read.get(field))
    ]


def each_has_its_own(expected: Sequence[Case], read: Sequence[Case]) -> bool:
    """Whether every listed item can be given a different item that was read and agrees with it."""
    if not expected:
        return True
    first, rest = expected[0], expected[1:]
    return any(
        not differences(first, item) and each_has_its_own(rest, [*read[:i], *read[i + 1 :]])
        for i, item in enumerate(read)
    )


def nearest(expected: Case, read: Sequence[Case]) -> str:
    name = expected.get("type", expected.get("measure"))
    if not read:
        return f"no {shown(name)}"
    fewest = min(range(len(read)), key=lambda i: len(differences(expected, read[i])))
    return f"{shown(name)}: " + ", ".join(differences(expected, read[fewest]))


def judge(name: str, expected: Sequence[Case], read: Sequence[Case], *, exact: bool) -> list[str]:
    faults = []
    if not each_has_its_own(expected, read):
        faults += [nearest(item, read) for item in expected if all(differences(item, r) for r in read)]
        faults = faults or [f"two {name} are read as one"]
    if (exact or not expected) and len(read) > len(expected):
        told = [f"{r.get('type', r.get('measure'))} ‹{r['evidence'][:60]}›" for r in read]
        faults.append(f"{len(read)} {name} for {len(expected)}: {'; '.join(told)}")
    return faults


@dataclass(frozen=True)
class Told:
    """A number or a day of the lower layers, with where it stands."""

    span: Span
    value: tuple[Any, ...]


def occurrences(part: str, text: str, *, as_word: bool) -> list[Span]:
    found = [Span(i, i + len(part)) for i in range(len(text)) if text.startswith(part, i)]
    if not as_word:
        return found
    alone = [s for s in found if not text[s.end : s.end + 1].isalnum() and not text[: s.start][-1:].isalnum()]
    assert alone, part
    return alone


def judge_layer(
    name: str, asked: Iterable[Case], told: Sequence[Told], value: Callable[[Case], Any], text: str
) -> list[str]:
    faults = []
    for item in asked:
        none = "none" in item
        at = occurrences(item["text"], text, as_word=none)
        here = [t for t in told if any(t.span.overlaps(span) for span in at)]
        if none and here:
            faults.append(f"{name} at {item['text']}: {shown(here[0].value)}")
        if not none and not any(t.value == value(item) for t in here):
            faults.append(
                f"{name} at {item['text']}: {shown([t.value for t in here])} for {shown(value(item))}"
            )
    return faults


def faults(case: Case) -> list[str]:
    """What is read otherwise than the case asks for, in words."""
    published = plain(case["published"])
    document = Document(case["text"], published=date.fromisoformat(published) if published else None)
    read = coding(document, READER.read(document))
    out = judge("events", case["events"], read["events"], exact="exact_events" in case)
    if "claims" in case:
        out += judge("claims", case["claims"], read["claims"], exact=False)
    layers = annotate(document, LEXICON)
    numbers = [Told(a.span, (a.low, a.high)) for a in layers.amounts if a.first in layers.amount_at]
    numbers += [Told(c.span, (c.low, c.high)) for c in find_all(layers).counts]
    times = [Told(t.span, tuple(days(t.period))) for t in layers.times if t.period is not None]
    text = case["text"]
    out += judge_layer(
        "number", case.get("numbers", ()), numbers, lambda i: (plain(i["low"]), plain(i["high"])), text
    )
    out += judge_layer(
        "date", case.get("dates", ()), times, lambda i: (plain(i["first"]), plain(i["last"])), text
    )
    return out


# ── tests ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("key", "case"), list(zip(KEYS, CASES, strict=True)), ids=KEYS)
def test_case(key: str, case: Case) -> None:
    wrong = faults(case)
    if key in OPEN:
        assert wrong, f"{case['trap']}: holds now: python -m tests.open_cases takes it off the list"
    else:
        assert not wrong, f"{case['trap']}\n{case['text']}\n" + "\n".join(wrong)


def test_the_open_list_names_cases_and_says_why() -> None:
    assert set(OPEN) <= set(KEYS)
    assert list(OPEN) == [key for key in KEYS if key in OPEN], "in the order of the corpus"
    assert all(reason.startswith("open: ") and len(reason) > 10 for reason in OPEN.values())
