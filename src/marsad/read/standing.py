"""How the parties that a sentence names stand to the act that it tells: plain observations.

Each observation is a name: the governing word, the side of the act's word, what lies between,
whether it is counted among the victims. `leaning` weighs them; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marsad.lexicon import Match
from marsad.read.actors import Mention
from marsad.read.company import frame_of
from marsad.read.layers import WALLS, Layers
from marsad.read.triggers import Cluster
from marsad.text import Sentence

#: Verbal nouns whose governed party is the one acted on.
_OBJECTIVE = frozenset({"ar.event.assassination", "ar.event.abduction", "ar.event.arrest", "ar.event.target",
                        "ar.event.weapons", "ar.event.destruction", "ar.event.bombing", "ar.event.expel"})  # fmt: skip
#: Who repels an attack suffered it.
_REPEL = "ar.event.repel"
_OWNED = frozenset({"تابعه", "التابعه", "تابع", "التابع", "تابعين", "تتبع", "مواليه", "المواليه"})
_HELD = frozenset({"لسيطره", "سيطره", "السيطره", "بسيطره", "لنفوذ", "نفوذ", "معقل", "معاقل", "عليها", "عليه", "انتشار",
                   "تواجد", "تسيطر", "يسيطر", "الخاضعه", "خاضعه", "المشتركه", "لسيطرة"})  # fmt: skip
_THAT = frozenset({"ان", "انه", "انها", "انهم", "بان"})
_EXPOSED = frozenset({"تعرض", "تعرضت", "يتعرض", "تتعرض", "تعرضها", "تعرضه", "تعرضهم", "تعرضوا"})
_PREPOSITIONS = frozenset(
    {"من", "في", "مع", "بين", "علي", "ضد", "عن", "الي", "ب", "ل", "نحو", "قرب", "داخل", "ضمن"}
)
_REACH = 5
#: Breaks that part what و joins.
_PARTING = WALLS - {"،"}
#: Measures of what was done to people.
HARM = frozenset({"killed", "wounded", "casualties", "abducted", "missing", "arrested"})


@dataclass(frozen=True, slots=True)
class Scene:
    """The parties that one sentence names, seen once for all acts that it tells.

    `heads` maps the first token of each mention to the first of those that و joins it to.
    """

    mentions: tuple[Mention, ...]
    heads: Mapping[int, Mention]


def scene_of(
    layers: Layers, sentence: Sentence, mentions: Sequence[Mention], speaker: frozenset[int]
) -> Scene:
    """The parties of the sentence; who only speaks is none."""
    near = tuple(m for m in mentions if sentence.first <= m.first < sentence.last and m.first not in speaker)
    return Scene(near, {m.first: joined_to(layers, m, near) for m in near})


def frame_in(layers: Layers, cluster: Cluster) -> str:
    """The frame of the cluster's act; `toll` where only casualties tell it."""
    return frame_of(layers, cluster.lead) if cluster.lead is not None else "toll"


def _shape(match: Match) -> str:
    """The grammar of an act's word, as far as it says where doer and target stand."""
    if match.form.pos == "v":
        tense = "past" if match.form.tense == "past" else "pres"
        return f"v-{tense}{'+' if match.form.suffix else ''}"
    kind = "obj" if match.entry.id in _OBJECTIVE else "noun"
    return f"{kind}{'+' if match.form.suffix else ''}"


def governed(layers: Layers, mention: Mention, floor: int) -> str:
    """The word that governs a mention: by, against, or a preposition; nouns may lie between.

    `~` marks that something lies between, `held:` that the mention only holds the place meant.
    """
    held = ""
    near = ""
    if mention.proclitics.endswith(("ل", "ب")):
        near = mention.proclitics[-1]
    first = layers.governor(mention.first) + 1
    for k in range(first - 1, max(floor, first - _REACH) - 1, -1):
        key = layers.key(k)
        over = "" if first - k == 1 else "~"
        bare = key.removeprefix("و")
        if bare in _HELD or key in _HELD:
            held = "held:"
            continue
        role = layers.role("grammar", k)
        if role == "agent":
            return f"{held}by"
        if layers.is_break(k) or key in _THAT or k in layers.at["casualties"]:
            break
        if role == "against" and key != "نحو":
            return f"{held}against{over}"
        if k in layers.at["events"]:
            break
        if bare in _OWNED:
            near = near or "of"
            if near == "ل":
                near = "of"
            continue
        if bare in _PREPOSITIONS:
            if near:
                return f"{held}{near}<{bare}"
            if bare in ("من", "في") and held:
                continue
            return f"{held}{bare}{over}"
        if layers.role("attribution", k) == "verb":
            return f"{held}{near or 'says'}"
    return f"{held}{near}"


def _between_the(mention: Mention, first: int, last: int) -> tuple[int, int]:
    """The tokens between the act's word at `first`..`last` and a mention (half-open)."""
    return (last, mention.first) if mention.first >= last else (mention.last, first)


def _gap(layers: Layers, mention: Mention, first: int, last: int) -> str:
    """What lies between the act's word at `first`..`last` and a mention."""
    begin, end = _between_the(mention, first, last)
    if layers.walled(begin, end):
        return "broken"
    if all(k in layers.time_tokens or k in layers.amount_at for k in range(begin, end)):
        return "next"
    return "near" if end - begin <= 4 else "mid" if end - begin <= 9 else "far"


def _crossed(layers: Layers, mention: Mention, first: int, last: int) -> bool:
    """Whether another act, casualty or verb of saying lies between."""
    begin, end = _between_the(mention, first, last)
    return (
        layers.has("events", begin, end)
        or layers.has("casualties", begin, end)
        or "verb" in layers.roles("attribution", begin, end)
    )


def _side(mention: Mention, first: int, last: int) -> str:
    return "after" if mention.first >= last else "before" if mention.last <= first else "in"


def joined_to(layers: Layers, mention: Mention, mentions: Sequence[Mention]) -> Mention:
    """The first of those that و joins the mention to."""
    here = mention
    for k in range(mentions.index(mention) - 1, -1, -1):
        if not adjoined(layers, mentions[k], here):
            break
        here = mentions[k]
    return here


def adjoined(layers: Layers, one: Mention, other: Mention) -> bool:
    """Whether و joins the later mention to the earlier."""
    if other.first - one.last > 2:
        return False
    gap = layers.keys(one.last, other.first)
    return (other.proclitics.startswith("و") or "و" in gap) and _PARTING.isdisjoint(gap)


def standing(layers: Layers, cluster: Cluster, frame: str, mention: Mention, scene: Scene) -> Iterator[str]:
    """What holds of one mention towards the cluster's act, whose frame is `frame`."""
    inside = cluster.first <= mention.first < cluster.last
    head = scene.heads[mention.first]
    lead = cluster.lead
    # the doer stands right after the act's own verb: استهدف is 'against' only to those beyond it
    follows = lead is not None and lead.last == head.first
    sign = governed(layers, head, head.first if follows else cluster.sentence.first)
    if head is not mention:
        yield "joined"
    yield f"kind:{mention.kind}"
    yield f"group:{mention.group}:{frame}"
    if mention.weak:
        yield "weak"
    if not inside:
        yield "outside:before" if mention.first < cluster.first else "outside:after"
    counted = [c for c in cluster.counts if c.first <= mention.first < c.last]
    for count in counts_of(cluster, mention):
        yield f"counted:{count}"
        if count in HARM:
            yield "harmed"
            yield f"harmed:{frame}"
    if among(layers, mention, cluster.sentence.first):
        yield "among"
    if sign.startswith("held"):
        yield f"holds:{frame}"
    owner = _thing_before(layers, head)
    if owner:
        yield owner if inside else f"{owner}:outside"
    if mention.kind == "people" and mention.code == "ISIS" and mention.number == "s" and not counted:
        yield "epithet"
    yield f"sign:{sign}" if inside else f"sign:{sign}:outside"
    if lead is None:
        act = cluster.counts[0].act
        match = layers.at["casualties"].get(act)
        shape = "v" if match is not None and match.form.pos == "v" else "n"
        yield from _toward(layers, head, f"toll-{shape}", act, act + 1, sign, inside)
        return
    yield from _toward(layers, head, _shape(lead), lead.first, lead.last, sign, inside)
    yield f"{frame}:{_side(head, lead.first, lead.last)}:{sign}"
    for trigger in cluster.triggers:
        if trigger is not lead:
            yield from (f"also:{o}" for o in _toward(layers, head, _shape(trigger)[:1], trigger.first, trigger.last,
                                                      sign, inside) if "crossed" not in o)  # fmt: skip
    for act in sorted({c.act for c in cluster.counts}):
        match = layers.at["casualties"].get(act)
        if match is not None and match.form.pos == "v" and not counted:
            yield f"act:{_side(head, act, act + 1)}:{_gap(layers, head, act, act + 1)}"
    yield from _launched(layers, cluster, head, lead, scene.mentions)
    if frame in ("clash", "accord"):
        yield from _between(layers, head, lead, cluster.sentence.last, scene.mentions)


def counts_of(cluster: Cluster, mention: Mention) -> list[str]:
    """The measures under which the mention is counted."""
    found = {("part" if c.part else c.measure) for c in cluster.counts
             if c.first <= mention.first < c.last and c.group != "objects"}  # fmt: skip
    return sorted(found)


def _toward(
    layers: Layers, mention: Mention, shape: str, first: int, last: int, sign: str, inside: bool
) -> Iterator[str]:
    side = _side(mention, first, last)
    gap = _gap(layers, mention, first, last)
    yield f"{shape}:{side}:{sign}"
    if sign in ("", "ل", "من") or side == "in":
        yield f"{shape}:{side}:{sign}:{gap}"
    if _crossed(layers, mention, first, last):
        yield f"crossed:{side}"
    elif inside:
        yield f"clear:{side}:{sign}"


def _launched(
    layers: Layers, cluster: Cluster, mention: Mention, lead: Match, mentions: Sequence[Mention]
) -> Iterator[str]:
    """Where the mention stands to the verb that launches the act, or that exposes one to it."""
    first = max(cluster.sentence.first, lead.first - 14)
    launch = _last_launch(layers.within("grammar", first, lead.first))
    if mention.last <= lead.first:
        repelled = next((m for m in layers.within("events", first, lead.first) if m.entry.id == _REPEL), None)
        if repelled is not None:
            yield f"repels:{'subject' if mention.first > repelled.first else 'before'}"
    if mention.last <= lead.first and not _EXPOSED.isdisjoint(layers.keys(first, lead.first)):
        yield "exposed"
    if launch is None:
        return
    if mention.last <= launch.first:
        yield f"launch:before:{_gap(layers, mention, launch.first, launch.last)}"
    elif launch.last <= mention.first < lead.first:
        yield f"launch:subject:{_gap(layers, mention, launch.first, launch.last)}"
    elif mention.first >= lead.last:
        # 'X dealt a blow to Y': who launches it is named, so ل gives whom it hits
        launched = any(launch.last <= m.first < lead.first for m in mentions)
        yield "launch:past:by-another" if launched else "launch:past"


def _last_launch(before: Sequence[Match]) -> Match | None:
    return next((m for m in before[::-1] if m.gives["role"] == "launch"), None)


def _between(
    layers: Layers, mention: Mention, lead: Match, end: int, mentions: Sequence[Mention]
) -> Iterator[str]:
    """First or second of 'clashes between A and B', 'between A and B on one side and C on the other'."""
    between = next((k for k in range(lead.last, min(lead.last + 8, end)) if layers.key(k) == "بين"), None)
    if between is None:
        return
    two = [m for m in mentions if m.first > between and m.kind != "nationality"]
    place = two.index(mention) if mention in two else -1
    one_side = next((k for k in range(between, end) if layers.key(k) == "جهه"), None)
    if place >= 0 and one_side is not None:
        yield f"between:{'one' if mention.last <= one_side else 'other'}-side"
    else:
        yield "between:none" if place < 0 else f"between:{min(place, 3)}"


def _thing_before(layers: Layers, mention: Mention) -> str:
    """Whether the mention only owns what stands before it: 'positions of X', 'a convoy of X'."""
    for k in range(mention.first - 1, mention.first - 4, -1):
        people = layers.at["people"].get(k)
        if people is not None and people.last <= mention.first:
            if people.gives.get("site") or people.gives.get("thing"):
                return "owns:site"
            return "owns:thing" if people.gives.get("group") == "objects" else "owns:people"
        if layers.is_break(k) or k in layers.at["events"] or k in layers.at["casualties"]:
            return ""
    return ""


def among(layers: Layers, mention: Mention, floor: int) -> bool:
    """Whether it is named only as one of those counted: 'among them an officer with the rank of major'."""
    for k in range(mention.first - 1, max(floor, mention.first - 4) - 1, -1):
        if layers.is_break(k) or (layers.key(k).startswith("و") and k not in layers.at["people"]):
            return False
        if layers.role("grammar", k) == "subset" or layers.key(k) in ("برتبه", "رتبه"):
            return True
    return False
