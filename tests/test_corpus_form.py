"""The form of tests/corpus: each case is complete, names codebook values, quotes its own text, and is our own writing."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
CORPUS = Path(__file__).parent / "corpus" / "phenomena.yaml"
COPIED = 40  # characters in a row that count as copying


def words(text: str) -> set[str]:
    return set(text.split())


TYPES = words(
    "armed_clash attack bombing suicide_bombing shelling air_strike assassination abduction security_operation arrest "
    "weapons_seizure prison_break territory_change deployment property_destruction protest riot agreement displacement"
)
MEASURES = words(
    "killed wounded arrested abducted missing escaped freed displaced surrendered casualties destroyed seized other"
)
GROUPS = words("fighters security_forces civilians mixed unknown objects")
WEAPONS = words(
    "firearms sniper ied mine car_bomb suicide_vest grenade mortar rocket artillery missile aircraft helicopter drone "
    "knife fire chemical"
)
ACTORS = words(
    "IRQ_ARMY IRQ_POLICE IRQ_CTS IRQ_PMF IRQ_TRIBAL IRQ_AIR IRQ_INTEL IRQ_FORCES IRQ_GOV KRG_PESHMERGA KRG_ASAYISH "
    "KRG_GOV COALITION USA GBR FRA TUR IRN RUS ISR NATO UN SYR_ARMY SYR_GOV SYR_PRO SDF SDF_ASAYISH SNA HTS REBELS ISIS "
    "ALQAEDA PKK HEZBOLLAH HAMAS HOUTHIS IRQ_MILITIA GUNMEN TRIBE CIVILIANS PROTESTERS JOURNALISTS POLITICIANS "
    "AID_WORKERS PRISONERS UNKNOWN"
)
ONE_OF = {
    "group": GROUPS,
    "status": {"asserted", "claimed", "denied", "unconfirmed"},
    "recency": {"news", "background"},
    "speaker_class": {"official", "armed_group", "local", "media", "organisation", "expert", "outlet"},
    "unit": {"count", "percent", "other"},
    "qualifier": {"exact", "about", "more_than", "less_than", "up_to", "range"},
    "direction": {"up", "down"},
}
CLAIM_MEASURES = words(
    "attacks operations killed wounded arrested fighters troops detainees displaced foreign_fighters territory trained "
    "trend other"
)
CASE_KEYS = words("phenomenon trap published text events claims not numbers dates exact_events")
EVENT_KEYS = words(
    "type date place admin1 initiators targets figures weapons status recency count speaker speaker_class trigger"
)
CLAIM_KEYS = words("measure low high unit qualifier direction period area subject speaker")

CASES: list[dict[str, Any]] = yaml.load(CORPUS.read_text(encoding="utf-8"), yaml.BaseLoader)
IDS = [f"{number:03}-phenomenon-{case.get('phenomenon')}" for number, case in enumerate(CASES, 1)]
each_case = pytest.mark.parametrize("case", CASES, ids=IDS)


def as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def check_quote(quote: str, text: str) -> None:
    assert quote == "null" or (quote and quote in text), f"not in the text: {quote!r}"


def check_days(days: list[str]) -> None:
    assert len(days) == 2, days
    known = [date.fromisoformat(day) for day in days if day != "null"]
    assert known == sorted(known), days


def check_bounds(entry: dict[str, Any]) -> None:
    known = [int(entry[key]) for key in ("low", "high") if entry.get(key, "null") != "null"]
    assert known == sorted(known), entry


def check_common(entry: dict[str, Any], text: str) -> None:
    """What events, figures and claims have in common: closed lists of values, quoted names."""
    for key, allowed in ONE_OF.items():
        assert key not in entry or entry[key] in allowed, f"{key}: {entry[key]}"
    for key in ("place", "trigger", "speaker", "area", "text"):
        if key in entry:
            check_quote(entry[key], text)
    for code in [*entry.get("initiators", []), *entry.get("targets", []), *as_list(entry.get("subject", []))]:
        assert code in ACTORS or code.startswith("OTHER:"), code
    assert set(entry.get("weapons", [])) <= WEAPONS


def untagged(value: Any) -> Any:
    """A safely loaded value written back the way the base loader gives it."""
    if isinstance(value, dict):
        return {untagged(key): untagged(item) for key, item in value.items()}
    if isinstance(value, list):
        return [untagged(item) for item in value]
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    assert isinstance(value, str | int), f"quote this: {value!r}"
    return str(value)


def test_both_loaders_give_the_same() -> None:
    assert untagged(yaml.safe_load(CORPUS.read_text(encoding="utf-8"))) == CASES


def test_each_phenomenon_has_a_case() -> None:
    assert {int(case["phenomenon"]) for case in CASES} == set(range(1, 109))


def test_no_text_stands_twice() -> None:
    assert len({case["text"] for case in CASES}) == len(CASES)


@each_case
def test_case(case: dict[str, Any]) -> None:
    assert {"phenomenon", "trap", "published", "text", "events"} <= set(case) <= CASE_KEYS, set(case)
    assert case["trap"].strip() and case["text"].strip()
    assert case["published"] == "null" or date.fromisoformat(case["published"])
    assert isinstance(case["events"], list) and isinstance(case.get("claims", []), list)
    assert case.get("exact_events", "true") == "true"
    assert "exact_events" not in case or case["events"], "events: [] says already that none may be read"


@each_case
def test_events(case: dict[str, Any]) -> None:
    for event in case["events"]:
        assert "type" in event and set(event) <= EVENT_KEYS, set(event)
        assert set(as_list(event["type"])) <= TYPES, event["type"]
        assert event.get("count", "null") == "null" or int(event["count"]) > 0
        check_common(event, case["text"])
        check_days(event.get("date", ["null", "null"]))
        for figure in event.get("figures", []):
            assert {"measure", "low", "high"} <= set(figure) <= {"measure", "low", "high", "group", "text"}, (
                set(figure)
            )
            assert figure["measure"] in MEASURES, figure["measure"]
            check_common(figure, case["text"])
            check_bounds(figure)


@each_case
def test_claims(case: dict[str, Any]) -> None:
    for claim in case.get("claims", []):
        assert "measure" in claim and set(claim) <= CLAIM_KEYS, set(claim)
        assert set(as_list(claim["measure"])) <= CLAIM_MEASURES, claim["measure"]
        assert ("direction" in claim) == (claim["measure"] == "trend"), claim
        check_common(claim, case["text"])
        check_bounds(claim)
        check_days(claim.get("period", ["null", "null"]))


@each_case
def test_numbers_and_dates(case: dict[str, Any]) -> None:
    for name, bounds in (("numbers", {"low", "high"}), ("dates", {"first", "last"})):
        for entry in case.get(name, []):
            assert set(entry) in ({"text", "none"}, {"text"} | bounds), entry
            check_quote(entry["text"], case["text"])
            assert entry.get("none", "true") == "true"
            if name == "numbers":
                check_bounds(entry)
            elif "first" in entry:
                check_days([entry["first"], entry["last"]])


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the folder shared/ is not here")
def test_texts_are_our_own_writing() -> None:
    def plain(text: str) -> str:
        return re.sub(r"\s+", " ", text)

    stretches: set[str] = set()
    for path in SEEDS.glob("*.txt"):
        seed = plain(path.read_text(encoding="utf-8"))
        stretches.update(seed[at : at + COPIED] for at in range(len(seed) - COPIED + 1))
    assert stretches, "no seed text found"
    for case in CASES:
        text = plain(case["text"])
        for at in range(len(text) - COPIED + 1):
            assert text[at : at + COPIED] not in stretches, (
                f"phenomenon {case['phenomenon']}: {text[at : at + COPIED]}"
            )
