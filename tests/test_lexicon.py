"""The lexicon proves itself: examples that run, forms that match, closed lists, one owner for each form."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from importlib import resources
from typing import Any, get_args

import pytest
import yaml

from marsad.forms import expand
from marsad.lexicon import LAYERS, Entry, Lexicon, Match, load
from marsad.model import ClaimMeasure, EventType, Group, Measure, Span, SpeakerClass
from marsad.text import tokenise

LEXICON: Lexicon = load()
DATA = resources.files("marsad") / "data"
ENTRY_KEYS = {"id", "forms", "gives", "unless", "yes", "no", "note"}
ACTOR_KINDS = ("names", "short", "adjective")
ACTOR_KEYS = {*"code name_en name_ar side state roles unless yes no note".split(), *ACTOR_KINDS}
WEAPONS = set(
    "firearms sniper ied mine car_bomb suicide_vest grenade mortar rocket artillery missile aircraft helicopter drone "
    "knife fire chemical".split()
)

#: Codes with no names of their own: only generic words of people.yaml mean them.
NAMELESS = set(
    "GUNMEN TRIBE CIVILIANS PROTESTERS JOURNALISTS POLITICIANS AID_WORKERS PRISONERS UNKNOWN".split()
)

#: Pairs of one layer that share forms; the first owns them, in the second they are dead.
SHARED: set[tuple[str, str]] = {
    ("ar.date.part", "ar.date.part_after"),  # مساء: before a day, or after it
    ("ar.event.air_strike", "ar.event.target"),  # ضربته: its strike, it hit it
    ("ar.casualty.fate_killed", "ar.casualty.killed"),  # مصرعه: the people stand before it
    ("ar.casualty.wounded", "ar.casualty.wounded_noun"),  # جرحا
    ("ar.people.civilian", "ar.people.sites"),  # مدرسة is read as مدرسه, his teacher; مزارع as a farmer
    ("ar.said.verb", "ar.speaker.medium"),  # إفادة as أفاده
    ("ar.said.relay", "ar.speaker.document"),  # نشرة as نشره
    ("ar.speaker.official_unit", "ar.speaker.title"),  # محافظة as محافظه, its governor
    ("ar.speaker.media_unit", "ar.speaker.medium"),  # موقعه
    ("ar.grammar.agent", "ar.grammar.launch"),  # نفذه: an agent follows
    ("ar.grammar.against", "ar.grammar.locative"),  # نحو
    ("ar.grammar.launch", "ar.grammar.cause"),  # إثر, خلال
    ("ar.grammar.launch", "ar.grammar.locative"),  # وسط
    ("ar.grammar.cause", "ar.grammar.locative"),  # في
    ("ar.cue.square", "ar.cue.facility"),  # مفرق
    ("ar.claim.detainees", "ar.claim.held"),  # معتقلون
    ("ar.claim.displaced", "ar.claim.live"),  # نازحا
    ("ar.claim.missing", "ar.claim.need"),  # مفقود
    ("ar.claim.lands", "ar.claim.ground"),  # محافظات
    ("ar.claim.stock", "ar.claim.up"),  # نشط: active, became active
    ("ar.claim.move", "ar.claim.down"),  # تقلص: reduces, shrank
    ("ar.claim.up", "ar.claim.activity"),  # تصعيدا
    ("actor.GBR.names", "actor.GBR.adjective"),  # بريطانيا: the country, and the adjective with its ending
    ("actor.TUR.names", "actor.TUR.adjective"),
    ("actor.RUS.names", "actor.RUS.adjective"),
}

#: Entries with a literal form that finds nothing when it stands alone, and why.


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.load((DATA / name).read_text("utf8"), yaml.CBaseLoader)
    return found


ROWS = {
    layer: rows(f"ar/{layer}.yaml")
    for layer in LAYERS
    if layer not in ("actors", "places") and (DATA / "ar" / f"{layer}.yaml").is_file()
}
ACTORS = rows("actors.yaml")
#: What proves itself: each entry but places; an actor's examples stand at its names.
PROVEN = [
    e for e in LEXICON.entries.values() if e.layer not in ("actors", "places") or e.id.endswith(".names")
]
#: (layer, entry id, forms as written)
FORMS = [(layer, row["id"], row["forms"]) for layer in ROWS for row in ROWS[layer]] + [
    ("actors", f"actor.{row['code']}.{kind}", row[kind])
    for row in ACTORS
    for kind in ACTOR_KINDS
    if row.get(kind)
]
KEYS = {id_: {keys for form in forms for keys in expand(form)} for _, id_, forms in FORMS}


def owners() -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """The entries of each form, the one that owns it first."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for layer, id_, _ in FORMS:
        for keys in KEYS[id_]:
            found[layer, keys].append(id_)
    return found


OWNERS = owners()


def unmarked(says: str) -> tuple[str, Span]:
    """A sentence without its ‹marks›, and the span that they held."""
    before, rest = says.split("‹")
    inside, after = rest.split("›")
    return before + inside + after, Span(len(before), len(before) + len(inside))


def matches(text: str, layer: str) -> list[Match]:
    return LEXICON.scan(tokenise(text))[layer]


def shown(found: list[Match], text: str) -> str:
    return "; ".join(f"{m.entry.id}={m.span.of(text)}" for m in found) or "no match"


@pytest.mark.parametrize("entry", PROVEN, ids=[e.id for e in PROVEN])
def test_an_entry_matches_its_examples_and_no_look_alike(entry: Entry) -> None:
    assert entry.yes and entry.no, "each entry has sentences under `yes` and under `no`"
    for says in entry.yes:
        text, span = unmarked(says)
        found = matches(text, entry.layer)
        assert [m.span for m in found if m.entry.id == entry.id] == [span], f"{says}: {shown(found, text)}"
    # an actor's look-alike is not to be read as the actor by its short name or nationality either
    stem = entry.id.removesuffix("names") if entry.layer == "actors" else entry.id
    for text in entry.no:
        assert "‹" not in text
        found = [
            m for m in matches(text, entry.layer) if stem in (m.entry.id, m.entry.id.rpartition(".")[0] + ".")
        ]
        assert not found, f"{text}: {shown(found, text)}"


def test_no_example_stands_twice_in_an_entry() -> None:
    twice = {e.id: s for e in PROVEN for s, n in Counter((*e.yes, *e.no)).items() if n > 1}
    assert not twice


def written(form: str) -> str:
    """A literal form as it is met: `ل+` stands for the preposition at the head of some word."""
    return " ".join(word[:-1] + "زيد" if word.endswith("+") else word for word in form.split())


def mute(layer: str, id_: str, forms: list[str]) -> list[str]:
    """The literal forms that do not match from end to end as this entry or as one that owns the same form."""
    out = []
    for form in forms:
        if ":" in form:
            continue
        text = written(form)
        same = OWNERS[layer, next(iter(expand(form)))]
        found = matches(text, layer)
        if not any(m.entry.id in same and m.first == 0 and m.end == len(text) for m in found):
            out.append(f"{form} ({shown(found, text)})")
    return out


@pytest.mark.parametrize(("layer", "id_", "forms"), FORMS, ids=[id_ for _, id_, _ in FORMS])
def test_each_literal_form_matches_alone(layer: str, id_: str, forms: list[str]) -> None:
    assert not mute(layer, id_, forms)


def test_a_form_belongs_to_one_entry_of_its_layer() -> None:
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (_, keys), ids in OWNERS.items():
        for other in ids[1:]:
            shared[ids[0], other].append(" ".join(keys))
    fresh = {pair: sorted(forms) for pair, forms in shared.items() if pair not in SHARED}
    assert not fresh, "forms of two entries: take them out of the second, which never gets them"
    assert set(shared) >= SHARED, f"shared no more, take out of SHARED: {SHARED - set(shared)}"


@pytest.mark.parametrize("layer", ROWS)
def test_entries_have_known_keys_and_names_for_ids(layer: str) -> None:
    for row in ROWS[layer]:
        assert not set(row) - ENTRY_KEYS, row["id"]
        # halves, quarters and thirds of a period are called h1, q4, t3: their names, not running numbers
        assert re.fullmatch(r"ar(\.[a-z_]+)*(\.[a-z_]+|\.edge\.[hqt][1-4])", row["id"]), row["id"]
        assert row["forms"], row["id"]


def test_ids_are_unique() -> None:
    ids = Counter(id_ for _, id_, _ in FORMS)
    assert [id_ for id_, n in ids.items() if n > 1] == []
    codes = Counter(row["code"] for row in ACTORS)
    assert [code for code, n in codes.items() if n > 1] == []


def test_actors_have_known_keys_and_codes_for_ids() -> None:
    for row in ACTORS:
        assert not set(row) - ACTOR_KEYS, row["code"]
        # a side without a code of its own is OTHER with its name
        assert re.fullmatch(r"[A-Z]+(_[A-Z]+)*|OTHER:\S.*", row["code"])
        assert {"name_en", "name_ar", "side"} <= set(row), row["code"]


CODES = {row["code"] for row in ACTORS} | NAMELESS
#: layer, key of `gives`: the closed list that its value is from
CLOSED: Mapping[tuple[str, str], set[str]] = {
    ("events", "type"): set(get_args(EventType)),
    ("weapons", "type"): set(get_args(EventType)),
    ("weapons", "code"): WEAPONS,
    ("casualties", "measure"): set(get_args(Measure)),
    ("casualties", "group"): set(get_args(Group)),
    ("claims", "measure"): set(get_args(ClaimMeasure)),
    ("people", "group"): set(get_args(Group)),
    ("people", "code"): CODES,
    ("attribution", "class"): set(get_args(SpeakerClass)),
}


@pytest.mark.parametrize("entry", PROVEN, ids=[e.id for e in PROVEN])
def test_codes_are_of_the_codebook(entry: Entry) -> None:
    for key, value in entry.gives.items():
        closed = CLOSED.get((entry.layer, key))
        assert closed is None or value in closed, f"{entry.id}: {key} {value!r}"
