"""Plain sentences made of patterns: who did what to whom where grammar alone decides.

News pairs the same few sides over and over, and what is fitted on it alone learns who usually hits whom
before it learns who stands where in the sentence. In these sentences (`plain.yaml`, our own writing) any
side acts on any other, so only the words can tell. `bench/fit.py` fits the parties on some of them beside the
coded articles; `bench/gate.py` measures others, made with another seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bench.coded import Coded
from marsad.model import Document, Event
from marsad.read import Reader

_DATA = Path(__file__).with_name("plain.yaml")
#: How many sentences a text has: mostly one or two, as in a short item.
_SENTENCES = (1, 1, 2, 3)
_SLOT = re.compile(r"\{([A-Za-z]+)(?:\.([gl])|:([^{}]+))?\}")
_CIVIL = ("homes", "civilians")
_VIOLENCE = frozenset(
    "armed_clash attack assassination bombing shelling air_strike security_operation arrest".split()
)


@dataclass(frozen=True, slots=True)
class Plain:
    """One sentence with what its event is: the types it may have, who did it, who suffered it, where, on which weekday.

    No types: it tells no event. `weekday` counts from Monday, 0; `None` where none is told.
    """

    text: str
    types: tuple[str, ...] = ()
    initiators: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    place: str = ""
    weekday: int | None = None


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.load(_DATA.read_text("utf8"), yaml.BaseLoader)
    return data


def sentences(count: int, seed: int) -> list[Plain]:
    """So many different sentences that tell an event, in turn of every pattern."""
    chance = random.Random(seed)
    patterns = [(act, pattern) for act in _data()["acts"] for pattern in act["patterns"]]
    return _different(count, lambda n: _filled(chance, *patterns[n % len(patterns)]))


def idle(count: int, seed: int) -> list[Plain]:
    """So many different sentences that use the words of acts and tell none."""
    chance, patterns = random.Random(seed), _data()["nothing"]
    ground = {"types": (), "does": "ground", "hits": "objects"}
    return _different(count, lambda n: Plain(_filled(chance, ground, patterns[n % len(patterns)]).text))


def articles(count: int, seed: int) -> Iterator[Coded]:
    """So many sentences as coded texts of one to three, whose events know nothing of each other."""
    chance, rest = random.Random(seed), sentences(count, seed)
    chance.shuffle(rest)
    while rest:
        part = [rest.pop() for _ in range(min(len(rest), chance.choice(_SENTENCES)))]
        body = chance.choice((" ", "\n")).join(one.text for one in part)
        name = f"plain-{seed}-{len(rest)}"
        yield Coded(
            name, Document(body), body, {"id": name, "events": [_coding(p) for p in part], "claims": []}
        )


def read_right(reader: Reader, count: int, seed: int) -> dict[str, float]:
    """Of so many sentences the share whose event is found (`found`), and found with the right parties (`parties`).

    `left` is the share left alone of half as many that tell none.
    """
    found = right = 0
    told = sentences(count, seed)
    for one in told:
        events = reader.read(Document(one.text)).events
        kin = [event for event in events if family(event.type) in {family(kind) for kind in one.types}]
        found += bool(kin)
        right += any(_same(event, one) for event in kin)
    none = idle(count // 2, seed)
    left = sum(not reader.read(Document(one.text)).events for one in none)
    return {"found": found / len(told), "parties": right / len(told), "left": left / len(none)}


def _same(event: Event, one: Plain) -> bool:
    roles = ((event.initiators, one.initiators), (event.targets, one.targets))
    return all({p.code for p in parties} - {"UNKNOWN"} == set(codes) for parties, codes in roles)


def family(kind: str) -> str:
    """What kind of event it is, where who acts and with what decides among several: a raid, a strike, a clash."""
    return "violence" if kind in _VIOLENCE else kind


def _coding(one: Plain) -> dict[str, Any]:
    """The sentence's event in the codebook's form, as far as it is known."""
    return {
        "type": one.types[0], "trigger": one.text, "evidence": one.text, "status": "asserted", "recency": "news",
        "count": 1, "date": [None, None], "place": None, "admin1": None, "country": None,
        "initiators": list(one.initiators), "targets": list(one.targets), "figures": [], "weapons": [],
        "speaker": None,
    }  # fmt: skip


def _different(count: int, make: Any) -> list[Plain]:
    out: dict[str, Plain] = {}
    for n in range(20 * count):
        one = make(n)
        out.setdefault(one.text, one)
        if len(out) == count:
            break
    return list(out.values())


def _filled(chance: random.Random, act: Mapping[str, Any], pattern: str) -> Plain:
    data = _data()
    speaks = re.search(r"\{A:أعلن", pattern) is not None
    doer = chance.choice(
        [p for p in data["parties"] if act["does"] in p["does"].split() and not (speaks and "silent" in p)]
    )
    troops = [p for p in data["parties"] if "men" in p and p["code"] != doer["code"]]
    other = chance.choice(troops)
    third = [p for p in troops if p["code"] != other["code"]]
    bystander = chance.choice(third)
    ally = chance.choice([p for p in third if p["code"] != bystander["code"]])
    hits = chance.choice([kind for kind in act["hits"].split() if "{B" not in pattern or kind not in _CIVIL])
    place, number = chance.choice(data["places"]), chance.choice(list(data["numbers"]))
    weekday = chance.choice(data["days"])
    words = {
        "where": chance.choice(data["where"]), "day": chance.choice(data["day"]).replace("{day}", weekday),
        "end": chance.choice(data["end"]), "tool": chance.choice(act.get("tools", [""])),
        "kind": place["kind"], "at": place["at"], "in": place["in"], "n": number,
    }  # fmt: skip
    if hits in ("objects", "homes"):
        words["obj"], words["obj.g"] = chance.choice(data[hits])
    elif hits in ("men", "civilians"):
        words["men"] = words["men.g"] = chance.choice(data[hits]).replace("{men}", other.get("men", ""))
    parties = {"A": doer, "B": other, "C": bystander, "D": ally}
    text = pattern
    while _SLOT.search(text):
        text = _SLOT.sub(lambda m: _word(m, words, parties), text)
    text = re.sub(r"،(?=[.،])", "", re.sub(r" +", " ", text)).replace("، .", ".")
    targets = ["CIVILIANS"] if hits in _CIVIL else [] if hits == "nobody" else [other["code"]]
    doers = tuple(parties[name]["code"] for name in ("A", "D") if f"{{{name}" in pattern)
    told = weekday in text.split() or f"{weekday}،" in text or f"{weekday}." in text
    where = place["at"] if place["at"] in text else place["in"]
    day = (data["days"].index(weekday) - 1) % 7 if told else None
    return Plain(text, tuple(act["types"]), doers, tuple(targets), where, day)


def _word(slot: re.Match[str], words: Mapping[str, str], parties: Mapping[str, Mapping[str, str]]) -> str:
    name, case, agreeing = slot.groups()
    if name not in parties:
        return words[f"{name}.{case}" if case else name]
    party = parties[name]
    if agreeing:
        return _agreeing(agreeing.split("|"), party["gender"])
    genitive = party.get("genitive", party["name"])
    if case == "l":
        return f"لل{genitive[2:]}" if genitive.startswith("ال") else f"ل{genitive}"
    return genitive if case == "g" else party["name"]


def _agreeing(forms: Sequence[str], gender: str) -> str:
    """Before its subject a verb knows no plural."""
    return forms[1] if gender == "f" else forms[2] if gender == "p" and len(forms) > 2 else forms[0]
