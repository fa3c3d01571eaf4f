"""Places beside places: what holds a name that no table knows, and names in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from marsad.gazetteer.choose import common_holder
from marsad.gazetteer.lines import load_lines
from marsad.lexicon import Lexicon
from marsad.model import Place
from marsad.read.layers import Layers
from marsad.read.naming import SMALL, Naming


def hold(
    layers: Layers, namings: Sequence[Naming], state: str, headings: Sequence[tuple[int, Place]] = ()
) -> list[Naming]:
    """Give each name that no table knows the known place that the text puts it in or near.

    `headings` are governorates that head a part of the text, with the token where it begins.
    """
    whole: Counter[str] = Counter(n.place.admin1 for n in namings if n.place and n.place.admin1)
    out: list[Naming] = []
    for n, naming in enumerate(namings):
        if naming.place is not None or (naming.parent is not None and naming.parent.admin1):
            out.append(naming)
            continue
        if naming.bearing is not None and naming.kind != "countryside":
            # north of a village that no table knows is not north of what holds it
            naming = replace(naming, bearing=None, km=None)
        sentence = layers.sentence(naming.first)
        heads = [place for first, place in headings if first <= naming.first]
        best: tuple[float, int, Naming] | None = None
        for other in namings:
            if other.place is None or not sentence.first <= other.first < sentence.last:
                continue
            gap = other.first - naming.last
            abroad = other.place.country not in ("", state) and 0 <= gap <= 1
            if other.place.type in ("country", "region") and other.place.admin1 is None and not abroad:
                continue
            cost = float(gap) if gap >= 0 else 4.0 - gap
            if gap > 5 and any(layers.is_break(k) for k in range(naming.last, other.first)):
                cost += 8.0
            if best is None or cost < best[0]:
                best = (cost, gap, other)
        if best is not None:
            inside = best[1] >= 0 and naming.kind == "neighbourhood"
            out.append(_seen_from(replace(naming, parent=best[2].place, within=inside), best[2], best[1]))
            continue
        before = next((o.place for o in namings[:n][::-1] if o.place and o.place.admin1), None)
        earlier = heads[-1] if heads else before
        leading = whole.most_common(1)
        if earlier is None and leading and leading[0][1] * 2 > sum(whole.values()):
            earlier = next(o.place for o in namings if o.place and o.place.admin1 == leading[0][0])
        governorate = _governorate(layers.lexicon, earlier) if earlier else None
        out.append(replace(naming, parent=governorate or naming.parent))
    return out


def _seen_from(naming: Naming, holder: Naming, gap: int) -> Naming:
    """The naming as it lies from the place right behind it: 'the village of N, north of X'."""
    if naming.within or naming.bearing is not None or holder.relation == "referring" or not 0 <= gap <= 1:
        return naming
    return replace(naming, bearing=holder.bearing, km=holder.km)


def _governorate(lexicon: Lexicon, place: Place) -> Place:
    """The governorate that holds the place, else the place."""
    return lexicon.gazetteer.held_by(place, "governorate") or place


_QUOTES = frozenset('"“”«»')


def _listed(layers: Layers, a: Naming, b: Naming) -> bool:
    """Whether `b` goes on with a list that `a` is in."""
    if a.relation == "referring" or b.relation == "referring" or abs(a.rank - b.rank) > 3.2:
        return False
    if (a.kind == "country") != (b.kind == "country") or layers.sentence(a.first) != layers.sentence(b.first):
        return False
    gap = b.first - a.last
    apart = layers.key(a.last) if gap == 1 else ""
    if gap not in (0, 1) or not (apart == "و" or layers.key(b.first).startswith("و")):
        return False
    if apart == "و":
        # A و B, but not "A" و "B": names in quotation marks are told one by one
        return b.relation == "" and not _QUOTES & {*layers.text.between(a.last - 1, b.first)}
    if gap == 1 and apart != "،":
        return False
    clitic = layers.text.tokens[b.first].start < b.span.start
    return clitic or b.cue is not None


def join(layers: Layers, namings: Sequence[Naming]) -> tuple[Naming, ...]:
    """Put names in a row ('A, B and C') into one naming."""
    named = Counter(naming.admin1 for naming in namings)
    out: list[Naming] = []
    for naming in namings:
        last = out[-1] if out else None
        if last is None or not (
            _listed(layers, last.members[-1] if last.members else last, naming)
            or _joined(layers, last, naming)
        ):
            out.append(naming)
            continue
        start = last
        while not start.members and len(out) > 1 and _comma(layers, out[-2], start):
            previous = out.pop(-2)
            start = replace(start, first=previous.first, members=(*(previous.members or (previous,)), start))
        members = _at_home(layers.lexicon, (*(start.members or (start,)), naming), named)
        known = [member.place or member.parent for member in members]
        common = common_holder(layers.lexicon.gazetteer, [p for p in known if p]) if all(known) else None
        out[-1] = Naming(members[0].first, naming.last, members[0].span.cover(naming.span), common, members[0].cue, "list",
                         members=members, line=_line(layers, members))  # fmt: skip
    return tuple(out)


def _at_home(
    lexicon: Lexicon, members: tuple[Naming, ...], named: Mapping[str | None, int]
) -> tuple[Naming, ...]:
    """The members, where a small one lies far from all the others as a namesake that lies with them."""
    for n, member in enumerate(members):
        others = [m for k, m in enumerate(members) if k != n]
        home = {m.admin1 for m in others}
        if (
            member.place is None
            or member.place.type not in SMALL
            or member.place.weight >= 55
            or len(home) > 1
            or member.admin1 in home
            or named[member.admin1] > 1
            or named[others[0].admin1] < 3
        ):
            continue
        known = others[0].place or others[0].parent
        holder = _governorate(lexicon, known) if known else None
        stranger = replace(member, place=None, cue=member.cue or member.place.type, parent=holder)
        return (*members[:n], stranger, *members[n + 1 :])
    return members


def _comma(layers: Layers, a: Naming, b: Naming) -> bool:
    """Whether only a comma stands between two names of like rank."""
    return (b.first - a.last == 1 and layers.key(a.last) == "،" and abs(a.rank - b.rank) <= 1.0 and not a.members
            and a.relation == b.relation == "" and a.kind != "country")  # fmt: skip


def _line(layers: Layers, members: Sequence[Naming]) -> str:
    """Whether something lies between two places named in a row, or along the way from one to the other."""
    first = members[0].first
    if len(members) == 2 and _joined(layers, *members):
        return "along"
    if len(members) != 2 or layers.key(first - 1) not in ("بين", "مابين"):
        return ""
    told = (layers.key(k).removeprefix("ال") for k in range(max(first - 4, 0), first - 1))
    return "along" if any(key in _WAYS for key in told) else "between"


_WAYS = frozenset({"طريق", "بالطريق", "بطريق", "لطريق", "رابط", "واصل", "اوتوستراد", "اوتستراد", "اتستراد"})
#: What may stand between a road and the places that it joins.
_OF_ROADS = frozenset(
    {
        "الدولي",
        "الدوليه",
        "السريع",
        "العام",
        "عام",
        "الرييسي",
        "القديم",
        "الجديد",
        "الحديث",
        "M4",
        "M5",
        "m4",
        "m5",
    }
)
_DASHES = frozenset("-–—")


def _joined(layers: Layers, a: Naming, b: Naming) -> bool:
    """Whether two places are the ends of a road: 'the road A - B'."""
    if a.members or b.first - a.last != 1 or layers.key(a.last) not in _DASHES or b.relation:
        return False
    first = a.first
    while layers.key(first - 1) in _OF_ROADS:
        first -= 1
    # the type word may belong to the name
    return any(layers.key(k).removeprefix("ال") in _WAYS for k in (first, first - 1))


#: What a stretch of a road, a river or a border is named by, and how many words away.
_SETTLED = frozenset(
    {
        "governorate",
        "district",
        "subdistrict",
        "city",
        "town",
        "village",
        "area",
        "crossing",
        "camp",
        "region",
    }
)
_BESIDE_WORDS = 6


def beside_lines(layers: Layers, namings: Sequence[Naming]) -> list[Naming]:
    """Give each road, river and border the place that it is told with."""
    lines = load_lines()
    out = []
    for naming in namings:
        if naming.place is not None and naming.place.id in lines and naming.place.admin1 is None:
            near = [
                (min(abs(other.first - naming.last), abs(naming.first - other.last)), n)
                for n, other in enumerate(namings)
                if other.place is not None
                and other.place.type in _SETTLED
                and other.place.admin1 is not None
                and layers.sentence(other.first) == layers.sentence(naming.first)
            ]
            gap, number = min(near, default=(_BESIDE_WORDS + 1, 0))
            if gap <= _BESIDE_WORDS:
                beside = namings[number].place
                if beside is not None and beside.type == "region":
                    beside = _governorate(layers.lexicon, beside)
                naming = replace(naming, beside=beside)
        out.append(naming)
    return out
