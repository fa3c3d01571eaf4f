"""What must stand beside a word for it to tell a happening: troops that enter, people who flee.

Many words tell an act only in company: an entry of the events layer says so with `needs`. What
stands beside it may also say what kind of act it is: prisoners who flee break out, others are
displaced; troops that leave are withdrawn, families are displaced.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from marsad.lexicon import Match
from marsad.model import EventType
from marsad.read.layers import Layers
from marsad.text import Sentence

_ARMS = frozenset("ied mine car_bomb suicide_vest firearms rocket missile mortar artillery grenade".split())
_AIR = frozenset({"aircraft", "drone", "helicopter"})
_FRAMES = {
    "prison_break": "break_",
    "displacement": "flee",
    "deployment": "move",
    "protest": "crowd",
    "security_operation": "strike",
    "shelling": "strike",
    "arrest": "strike",
    "abduction": "strike",
    "attack": "strike",
    "weapons_seizure": "strike",
    "property_destruction": "strike",
}
_ARMED = frozenset({"security_forces", "fighters"})
#: How far what is needed may stand, in tokens: after a verb or noun, and before a verb (its subject).
_AFTER, _BEFORE = 7, 6
_FAR = {
    "place": 14,
    "arms": 8,
    "prison": 8,
    "shots": 8,
    "bombs": 5,
    "aircraft": 8,
    "grip": 5,
    "captive": 3,
    "deal": 4,
}
#: What may also stand before the word: the subject of a verb, or what is said of a prison.
#: What takes the place of what is needed: pictures are published, ministers arrive.
_STOPS = {"gear": "print", "movers": "politician"}
#: How many people who gather are many.
_CROWD = 20
#: The longest aside, with its commas.
_ASIDE = 7
#: What may stand beyond a comma: the place, what a crowd wants.
_OVER_BREAKS = frozenset({"place", "prison", "demand"})
_SUBJECTS = frozenset({"munition", "troops", "protesters", "air_defence", "crowd", "folk", "movers", "state"})


def has_needs(layers: Layers, match: Match, sentence: Sentence) -> bool:
    """Whether all that the entry asks for stands beside the match."""
    needs: str = match.gives.get("needs", "")
    return all(
        any(beside(layers, match, sentence, kind) for kind in need.split("|")) for need in needs.split()
    )


def beside(layers: Layers, match: Match, sentence: Sentence, kind: str) -> bool:
    """Whether something of the kind stands in the clause of the match."""
    if kind == "launch":
        return _launched(layers, match, sentence)
    if kind == "place" and match.form.pos == "v" and match.form.suffix:
        return True
    if kind == "person" and match.form.suffix:
        # 'arrested him', 'his arrest'
        return True
    if _nearest(layers, match, sentence, (kind,)):
        return True
    # before a noun: 'protesters began the blocking of', 'protesters set about blocking'
    # and 'were forced into the leaving of'
    begun = (
        match.form.pos == "v"
        or match.proclitics.endswith("ب")
        or layers.key(match.first - 1) == "علي"
        or "launch" in layers.roles("grammar", match.first - 3, match.first)
    )
    if kind == "prison" or (kind in _SUBJECTS and begun):
        for k in range(match.first - 1, max(sentence.first, match.first - _BEFORE) - 1, -1):
            if layers.is_wall(k):
                break
            if _is(layers, k, kind):
                return True
    return False


def _nearest(layers: Layers, match: Match, sentence: Sentence, kinds: Collection[str]) -> str:
    """The first of the kinds that stands after the match, each within its reach, if any does."""
    left = {kind: _FAR.get(kind, _AFTER) for kind in kinds}
    breaks = any(kind in _OVER_BREAKS for kind in kinds)
    for k in _rightward(layers, match.last, sentence.last, breaks=breaks):
        for kind in tuple(left):
            if left[kind] <= 0:
                del left[kind]
            elif _is(layers, k, kind):
                return kind
            elif kind in _STOPS and _is(layers, k, _STOPS[kind]):
                del left[kind]
            else:
                left[kind] -= 1
        if not left:
            break
    return ""


def _rightward(layers: Layers, first: int, last: int, *, breaks: bool) -> Iterator[int]:
    """The tokens of the clause from `first` on; a time or source set off by commas does not end it."""
    k = first
    while k < last:
        if not breaks and layers.is_wall(k):
            after = next((n for n in range(k + 1, min(k + _ASIDE, last)) if layers.is_break(n)), None)
            if after is None or layers.has("events", k + 1, after):
                return
            k = after
        else:
            yield k
        k += 1


def _launched(layers: Layers, match: Match, sentence: Sentence) -> bool:
    near = layers.within("grammar", max(sentence.first, match.first - 4), match.first)
    after = layers.within("grammar", match.last, min(sentence.last, match.last + 5))
    return any(m.gives["role"] == "launch" for m in near + after) or any(
        m.gives["role"] == "result" for m in after
    )


def _is(layers: Layers, k: int, kind: str) -> bool:
    """Whether something of the kind begins at token `k`."""
    if kind == "place":
        return k in layers.at["places"] or k in layers.at["cues"]
    word = layers.at["company"].get(k)
    if kind == "arms" and word is not None and word.proclitics.endswith("ب"):
        # 'destroyed a tank with a missile'
        return False
    if kind == "with_gear":
        return word is not None and "gear" in word.gives["kinds"] and word.proclitics.endswith("ب")
    if word is not None and kind in word.gives["kinds"]:
        return True
    weapon = layers.at["weapons"].get(k)
    if kind == "arms":
        return weapon is not None and weapon.gives["code"] in _ARMS
    if kind == "aircraft":
        return weapon is not None and weapon.gives["code"] in _AIR and not weapon.gives.get("strike")
    person = layers.at["people"].get(k)
    if kind == "state":
        return k in layers.at["actors"] or (person is not None and person.gives.get("role") == "government")
    if kind in ("crowd", "protesters"):
        return person is not None and person.gives.get("code") == "PROTESTERS"
    if kind == "folk":
        return person is not None and person.gives.get("code") == "CIVILIANS"
    if kind == "troops":
        return _is_force(layers, k) or (
            person is not None
            and person.gives["group"] in _ARMED
            and person.gives.get("role") != "government"
        )
    if kind == "politician":
        return person is not None and person.gives.get("code") == "POLITICIANS"
    if kind == "many" and k in layers.amount_at:
        return (layers.amount_at[k].low or 0) >= _CROWD
    if kind == "person":
        return k in layers.amount_at or (person is not None and person.gives["group"] != "objects")
    if kind == "site":
        return person is not None and person.gives.get("site") == "1"
    if kind == "movers":
        return _is(layers, k, "troops") or _is(layers, k, "folk") or _is(layers, k, "batch")
    return False


def _is_force(layers: Layers, k: int) -> bool:
    """Whether an actor that can move is named: no state as such, no nationality."""
    match = layers.at["actors"].get(k)
    if match is None or match.gives["kind"] == "adjective":
        return False
    actor = layers.lexicon.actors[match.gives["code"]]
    return actor.state != actor.code and not actor.code.endswith("_GOV") and actor.code != "UN"


def frame_of(layers: Layers, match: Match) -> str:
    """Who stands where around the match (`frame` in events.yaml), as what stands beside it decides."""
    frame: str = match.gives["frame"]
    turned = _turned(layers, match)
    return _FRAMES.get(turned, frame) if turned else frame


def type_of(layers: Layers, match: Match) -> EventType:
    """The type that the word tells, as what stands beside it decides."""
    told: EventType = match.gives["type"]
    return _turned(layers, match) or told


def _turned(layers: Layers, match: Match) -> EventType | None:
    """The type of a word that is open to who moves or is held; `None` where the word itself says it."""
    kind = match.gives.get("open")
    turns: Mapping[str, EventType] | None = match.gives.get("turns")
    if turns is not None:
        sentence = layers.sentence(match.first)
        near = _nearest(layers, match, sentence, turns)
        near = near or next((k for k in turns if beside(layers, match, sentence, k)), "")
        return turns.get(near)
    if kind == "leave":
        sentence = layers.sentence(match.first)
        if _protesters(layers, match, sentence) or _marches(layers, match, sentence):
            return "protest"
        if beside(layers, match, sentence, "folk"):
            return "displacement"
        forces = any(beside(layers, match, sentence, k) for k in ("column", "outpost"))
        return "deployment" if forces or _state_forces(layers, match, sentence) else "displacement"
    if kind == "block":
        sentence = layers.sentence(match.first)
        return (
            "protest"
            if beside(layers, match, sentence, "crowd") or not beside(layers, match, sentence, "gates")
            else "security_operation"
        )
    if kind == "arrive":
        sentence = layers.sentence(match.first)
        if _protesters(layers, match, sentence):
            return "protest"
        forces = beside(layers, match, sentence, "troops")
        return "deployment" if forces else "displacement"
    return None


def _protesters(layers: Layers, match: Match, sentence: Sentence) -> bool:
    return any(m.gives.get("code") == "PROTESTERS" for m in _people_around(layers, match, sentence))


def _marches(layers: Layers, match: Match, sentence: Sentence) -> bool:
    """Whether who leaves goes on to protest: 'came out in a demonstration'."""
    following = layers.within("events", match.last, min(sentence.last, match.last + _AFTER))
    return any(m.gives["frame"] == "crowd" for m in following) or beside(layers, match, sentence, "demand")


def _state_forces(layers: Layers, match: Match, sentence: Sentence) -> bool:
    return any(m.gives.get("group") == "security_forces" for m in _people_around(layers, match, sentence))


def _people_around(layers: Layers, match: Match, sentence: Sentence) -> list[Match]:
    first, last = max(sentence.first, match.first - _BEFORE), min(sentence.last, match.last + _AFTER)
    return layers.within("people", first, last)
