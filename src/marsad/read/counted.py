"""Who the counted are: civilians, fighters, forces, where the counted noun leaves it open.

'Five people', 'three dead' say nothing of themselves; whom the event hit, where, and who
else was counted mostly do. Each group is weighed on plain observations, each a claim about one group;
weights are fitted on coded articles (`bench/fit.py`, decision `group`). The heaviest group is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from marsad.model import Event, Figure, Group, Party
from marsad.read.layers import Layers
from marsad.read.weigh import weigh
from marsad.text import Token

GROUPS: tuple[Group, ...] = ("unknown", "civilians", "fighters", "security_forces", "mixed")
#: Beginnings of nouns that tell a fate or a number, not who.
_PLAIN = tuple("شخص اشخاص شهيد شهداء قتيل قتلي جريح جرحي مصاب اخر ضحايا جث منهم اسير معتقل".split())
#: Beginnings of words for where people live and trade, and for where forces stand.
_HOMES = tuple("سوق اسواق سكني مدني قري بلده منزل منازل مسجد مدرسه مخيم مشف مستشف اهالي سكان عائله اطفال نساء شارع "
               "مطعم مزرعه".split())  # fmt: skip
_POSTS = tuple("نقطه نقاط حاجز ثكن مقر دوريه رتل موقع مواقع قاعده معسكر عسكري عناصر مسلح تجمع مطار".split())


def observations(layers: Layers, event: Event, figure: Figure) -> Iterator[str]:
    """The names of what holds of a count of people beside its event."""
    yield f"said:{figure.group}"
    yield f"type:{event.type}"
    yield f"size:{'one' if figure.low == 1 == figure.high else 'some'}"
    yield from (f"doer:{side}" for side in _sides(layers, event.initiators))
    yield from (f"hit:{side}" for side in _sides(layers, event.targets))
    others = {f.group for f in event.figures if f is not figure and f.group != "objects"}
    yield from (f"beside:{group}" for group in sorted(others))
    tokens = layers.text.tokens
    first = layers.text.token_at(figure.span.start)
    last = layers.text.token_at(figure.span.end - 1) + 1
    words = [_bare(token) for token in tokens[first:last]]
    noun = next((beginning for word in words for beginning in _PLAIN if word.startswith(beginning)), "")
    yield f"noun:{noun or 'other'}"
    if figure.group != "unknown":
        return
    sentence = layers.sentence(first)
    near = [_bare(token) for token in tokens[sentence.first : sentence.last]]
    if any(word.startswith(_HOMES) for word in near):
        yield "homes"
    if any(word.startswith(_POSTS) for word in near):
        yield "posts"


def _bare(token: Token) -> str:
    """The folded word without و, ب and the article."""
    return token.word.key.removeprefix("و").removeprefix("ب").removeprefix("ال")


def _sides(layers: Layers, parties: tuple[Party, ...]) -> list[str]:
    """The sides of the parties."""
    out = set()
    for code in (p.code for p in parties if p.code != "UNKNOWN"):
        actor = layers.lexicon.actors.get(code)
        out.add("gunmen" if code == "GUNMEN" else actor.side if actor is not None else "other")
    return sorted(out or {"nobody"})


def about(group: Group, seen: list[str]) -> tuple[str, ...]:
    """What was seen, as claims about one group."""
    return (group, *(f"{group}|{name}" for name in seen))


def with_groups(layers: Layers, event: Event, weights: Mapping[str, float]) -> tuple[Figure, ...]:
    """The event's figures, each count of people with the group that weighs most."""
    figures: list[Figure] = []
    for figure in event.figures:
        if figure.group != "objects":
            seen = list(observations(layers, event, figure))
            group = max(GROUPS, key=lambda g: weigh(weights, about(g, seen)))
            figure = replace(figure, group=group) if group != figure.group else figure
        figures.append(figure)
    return tuple(figures)
