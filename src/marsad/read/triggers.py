"""Which words of a sentence tell a happening, and which of them tell the same one.

Triggers (words of the events layer) and casualty words are gathered into clusters, one for
each happening that the sentence tells: 'five were killed in a raid that hit X' is one. What is
planned, wished, feared, denied or habitual makes none.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from marsad.lexicon import Match
from marsad.model import EventType, Measure
from marsad.read.company import has_needs, type_of
from marsad.read.counts import Count
from marsad.read.layers import Layers
from marsad.text import Sentence, prefixed

FAMILY = {
    "armed_clash": "fight", "attack": "fight", "assassination": "fight", "bombing": "explosion",
    "suicide_bombing": "explosion", "shelling": "explosion", "air_strike": "explosion",
    "security_operation": "operation", "weapons_seizure": "operation", "protest": "unrest", "riot": "unrest",
}  # fmt: skip
#: Families whose words may name one and the same violent act.
_VIOLENT = frozenset({"fight", "explosion"})


def family(event_type: str) -> str:
    """The family of an event type: types that tellings of one event confuse."""
    return FAMILY.get(event_type, event_type)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The words of one sentence that tell one happening.

    `first`..`last` is its territory, where its place, time and parties are looked for;
    `counts` its figures; `lead` the trigger that names it, `None` when only casualties tell it.
    """

    sentence: Sentence
    triggers: tuple[Match, ...]
    counts: tuple[Count, ...]
    first: int
    last: int

    #: The trigger that says most: the most specific one, the first among equals.
    lead: Match | None = field(init=False, compare=False)
    #: First and last token of its own words.
    core: tuple[int, int] = field(init=False, compare=False)
    #: Where its act stands: the first token of the lead, else of its own words.
    anchor: int = field(init=False, compare=False)

    def holds(self, token: int) -> bool:
        """Whether the token lies in its territory."""
        return self.first <= token < self.last

    def __post_init__(self) -> None:
        lead = min(self.triggers, key=_vagueness, default=None)
        firsts = [m.first for m in self.triggers] + [min(c.act, c.first) for c in self.counts]
        lasts = [m.last for m in self.triggers] + [max(c.act + 1, c.last) for c in self.counts]
        core = min(firsts), max(lasts)
        object.__setattr__(self, "lead", lead)
        object.__setattr__(self, "core", core)
        object.__setattr__(self, "anchor", core[0] if lead is None else lead.first)

    @property
    def manner(self) -> str:
        """How its lead tells it: the tense of a verb, 'definite' or 'noun'; 'none' without one."""
        if self.lead is None:
            return "none"
        if self.lead.form.pos == "v":
            return self.lead.form.tense
        return "definite" if self.lead.article else "noun"


def _vagueness(match: Match) -> tuple[bool, bool, int]:
    gives = match.gives
    return bool(gives.get("weak") or gives.get("needs")), bool(gives.get("open")), match.first


#: Types that the present tense tells only as a state or habit.
_SETTLED = frozenset(
    {"territory_change", "deployment", "arrest", "displacement", "agreement", "security_operation"}
)
_AUXILIARY = prefixed({"كان", "كانت", "كانوا", "بدا", "بدات", "بداوا", "اخذ", "اخذت"}, "و")
_HARD = frozenset({"فيما", "بينما", "كما", "في حين"})


#: Before ان these tell what came next: 'they attacked it before they clashed with'.
_UNTIL = frozenset({"قبل", "وقبل", "الي"})


def _unreal(layers: Layers, match: Match, sentence: Sentence) -> str:
    """Under what plan, purpose, negation, condition or prevention the trigger stands, if any."""
    present = match.form.tense == "present"
    if match.form.pos == "v" and (match.article or match.proclitics.endswith("ل")):
        return "a verb under ال or ل tells no act"
    if "س" in match.proclitics:
        return "the future"
    before = layers.key(match.first - 1)
    if present and before == "ان" and layers.key(match.first - 2) not in _UNTIL:
        return "the present after أن: an intention"
    if present and not sentence.headline and type_of(layers, match) in _SETTLED:
        # 'they hold the town, keep prisoners, move about': a state
        if _AUXILIARY.isdisjoint(layers.keys(max(sentence.first, match.first - 4), match.first)):
            return "the present of this type tells a state or a habit"
    if match.form.pos != "v" and match.proclitics.endswith("ل") and match.gives["frame"] in _DEEDS:
        suffered = _suffered(layers, match, sentence)
        if suffered is not None:
            return _governed(layers, suffered, sentence)
        if not match.article:
            return "a purpose: a deed after ل"
    launches = layers.within("grammar", max(sentence.first, match.first - 4), match.first)
    if any(
        m.gives["role"] == "launch" and m.form.tense == "present" and m.proclitics.endswith("س")
        for m in launches
    ):
        # 'Turkey will carry out new strikes'
        return "what carries it out is in the future"
    return _governed(layers, match, sentence)


#: Frames of deeds: after ل they are purposes ('to attack'), unless they were suffered.
_DEEDS = frozenset({"strike", "take", "move", "lose", "clash", "flee"})
_SUFFERED_OVER = 40


def _suffered(layers: Layers, match: Match, sentence: Sentence) -> Match | None:
    """The word whose object stands under ل: 'came under shelling', 'led to a clash'.

    What came under fire may be a long list of places, but no act stands between.
    """
    for k in range(match.first - 1, max(sentence.first, match.first - _SUFFERED_OVER) - 1, -1):
        word = layers.at["grammar"].get(k)
        if word is not None and word.gives["role"] == "suffer":
            return word
        near = 0 if word is None else {"result": 2, "cause": 0}.get(word.gives["role"], -1)
        if word is not None and match.first - word.last <= near:
            return word
        act = layers.at["events"].get(k)
        if act is not None and not act.gives.get("needs"):
            return None
    return None


def _words(layers: Layers, first: int, last: int) -> int:
    """How many words lie there; the name of a side is one, however long."""
    return last - first - sum(m.last - m.first - 1 for m in layers.within("actors", first, last))


def _asked(layers: Layers, call: Match, match: Match) -> bool:
    """Whether the match is what is called for: it follows at once or under a preposition, or is to be halted."""
    launched = layers.role("grammar", match.first - 1) == "launch" or layers.key(match.first - 1) in _HALT
    head = match.first - 1 if launched else match.first
    if layers.key(head) in _HALT:
        return head == call.last or layers.key(head - 1) in _PREPOSITIONS
    cut = layers.at["grammar"][head].proclitics if head != match.first else match.proclitics
    return head == call.last or cut.endswith(("ب", "ل")) or layers.key(head - 1) in _PREPOSITIONS


def _possible(layers: Layers, may: Match, match: Match) -> bool:
    """Whether قد means 'may' here: before the present tense, of the act or of what leads to it."""
    after = layers.key(may.last)
    she = after.startswith("ت") and not after.endswith("ت") and after not in _PERFECT
    return match.form.tense == "present" or after.startswith("ي") or she


#: What is asked for when an act is to end.
_HALT = frozenset({"وقف", "ايقاف", "انهاء"})
#: Verbs that begin with ت in the past, so that قد before them tells that it was so.
_PERFECT = frozenset("تم تمكن تعرض تسبب توغل تقدم توصل توفي تحول تراجع تجاوز تزامن تبني تلقي تحدث تبين تزايد تصاعد "
                     "تعهد تولي تسلم تسلل تجدد تواصل تحرك تمركز تعامل توقف تبادل تظاهر تجمع تدخل تكبد تحطم".split())  # fmt: skip
_PREPOSITIONS = frozenset({"الي", "من", "علي", "ب", "ل"})


#: Types that are events when they are only tried, and when they are foiled: 'foiled an escape, a smuggling run'.
_EVEN_TRIED: frozenset[EventType] = frozenset({"prison_break", "assassination"})
_EVEN_PREVENTED: frozenset[EventType] = _EVEN_TRIED | {"arrest", "security_operation", "weapons_seizure"}


#: Roles of words that make what they reach unreal.
_UNREAL = frozenset({"negation", "plan", "purpose", "condition", "prevented", "attempt", "call"})


def _is_one_of(layers: Layers, match: Match, types: frozenset[EventType]) -> bool:
    """Whether the match tells an act of one of the types; 'came under' tells none."""
    return "type" in match.gives and type_of(layers, match) in types


def _governed(layers: Layers, match: Match, sentence: Sentence) -> str:
    """What word of plan, purpose, negation, condition, attempt or prevention reaches the match, if any."""
    for status in layers.within("status", max(sentence.first, match.first - 16), match.first + 1):
        role = status.gives["role"]
        if role not in _UNREAL:
            continue
        if role == "attempt" and (
            _is_one_of(layers, match, _EVEN_TRIED)
            or any(
                word.gives.get("code") == "PROTESTERS"
                for word in layers.within("people", status.last, match.last + 3)
            )
        ):
            # an escape is one though it fails, and a crowd that tries to storm is a riot
            continue
        reach = int(status.gives["reach"])
        gap = match.first - status.last
        if status.first == match.first or gap < 0 or _words(layers, status.last, match.first) >= reach:
            continue
        if layers.walled(status.last, match.first):
            continue
        if role == "call" and not _asked(layers, status, match):
            continue
        if (
            role == "plan"
            and layers.key(status.first).lstrip("وف") == "قد"
            and not _possible(layers, status, match)
        ):
            continue
        if role == "prevented" and _is_one_of(layers, match, _EVEN_PREVENTED):
            continue
        return f"under «{status.span.of(layers.text.source)}», {status.entry.id} ({role})"
    return ""


def refusal(layers: Layers, match: Match, sentence: Sentence, blocked: frozenset[int]) -> str:
    """Why a word of the events layer tells no happening here, empty where it does; names are `blocked`."""
    if match.first in blocked:
        return "in the name of a side or a speaker"
    if match.first in layers.time_tokens:
        return "in the words of a time"
    if match.first in layers.at["places"] and layers.at["places"][match.first].last > match.last:
        return "in the name of a place"
    unreal = _unreal(layers, match, sentence)
    if unreal:
        return unreal
    paired = match.first - 1 in layers.at["casualties"] and match.proclitics.startswith("و")
    if paired and match.form.pos == "n" and match.first in layers.at["casualties"]:
        # 'led to the killing and arrest of': results of the act before, no act of their own
        return "a result of the act before it"
    if _in_passing(layers, match, sentence):
        return "what was destroyed in the act before it"
    if not has_needs(layers, match, sentence):
        return f"an act only in company that is missing here: {match.gives['needs']}"
    return ""


#: What adds one more result to those told: ', and also the destruction of'.
_ADDING = prefixed(prefixed({"اضافه", "فضلا", "علاوه", "كما", "وكذلك", "كذلك"}, "بال"), "و")


def _in_passing(layers: Layers, match: Match, sentence: Sentence) -> bool:
    """'An attack that killed ten and destroyed two cars': what was destroyed is a result, no event."""
    told = layers.at["casualties"].get(match.first)
    if told is None or told.gives["measure"] != "destroyed":
        return False
    added = not _ADDING.isdisjoint(layers.keys(match.first - 3, match.first))
    if not added and not match.proclitics.startswith("و") and layers.key(match.first - 1) != "و":
        return False
    acts = [m for layer in ("events", "casualties") for m in layers.within(layer, sentence.first, match.first)
            if layer == "events" or m.gives["role"] == "act"]  # fmt: skip
    return bool(acts) and not _turns(layers, max(m.first for m in acts) + 1, match.first)


_OTHER = frozenset({"اخر", "اخري", "ثان", "ثانيه", "ثالث", "ثالثه", "مماثل", "مماثله"})


def _answered(layers: Layers, first: int, last: int) -> bool:
    """Whether a new deed begins between the tokens: ', and the army replied with'."""
    return any(
        word.gives["role"] == "launch"
        and (
            (
                word.form.tense == "past"
                and (word.proclitics.startswith("و") or layers.is_break(word.first - 1))
            )
            or (word.form.tense == "present" and word.proclitics == "ل" and layers.is_break(word.first - 1))
        )
        for word in layers.within("grammar", first, last)
    )


def _turns(layers: Layers, first: int, last: int) -> bool:
    """Whether the text turns to something else between the tokens."""
    return "turn" in layers.roles("grammar", first, last)


#: 'In one of the largest operations'.
_ONE_OF = prefixed({"واحده", "احدي", "احد"}, "ك")
#: What leads in the means or cause of the act told before.
_BY = frozenset({"في", "عبر", "بواسطه", "اثر", "جراء", "نتيجه", "خلال"})
#: How many words a word that sums an act up may be from the word for the act itself.
_SUMMED_UP = 40


def _joined(layers: Layers, a: Match, b: Match) -> bool:
    """Whether two triggers in a row tell one happening."""
    fa, fb = family(type_of(layers, a)), family(type_of(layers, b))
    between = range(a.last, b.first)
    hard = not _HARD.isdisjoint(layers.keys(a.last, b.first)) or _turns(layers, a.last, b.first)
    if (
        not hard
        and ({fa, fb} <= _VIOLENT | {"operation"})
        and not _ONE_OF.isdisjoint(layers.keys(max(a.last, b.first - 4), b.first))
    ):
        # 'strikes ..., in one of the largest operations': the same in other words
        return True
    violent = fa in _VIOLENT and fb in _VIOLENT
    by = b.proclitics.endswith("ب") or layers.key(b.first - 1) in _BY
    if not hard and violent and by and a.gives.get("summary") and len(between) <= _SUMMED_UP:
        # 'a massacre in X that took seven lives, by the shelling of a market'
        return True
    if hard or len(between) > 16:
        return False
    comma = layers.walled(a.last, b.first)
    if comma and layers.key(b.first - 1) in _OTHER:
        # 'a car bomb in X, and another hit Y'
        return False
    if _answered(layers, a.last, b.first):
        return False
    if layers.key(b.first - 1) == "مع" and not a.gives.get("weak") and a.gives["type"] != b.gives["type"]:
        # 'the strikes came together with shelling'
        return False
    if fa == fb and len(between) <= 2 and not comma:
        return True
    if fa == "operation" and b.gives.get("weak") and not b.proclitics and not comma and len(between) <= 6:
        return True
    if not violent:
        return False
    weak_a, weak_b = bool(a.gives.get("weak")), bool(b.gives.get("weak"))
    if weak_b and not b.proclitics.startswith("و") and (not comma or b.form.gender):
        return True
    if weak_a and not b.proclitics.startswith("و") and len(between) <= 3:
        return True
    return by and (not comma or len(between) < 8)


#: Acts that nobody is killed or hurt by: who dies in an abduction is told with an act of its own.
_HARMLESS = frozenset(
    "abduction arrest agreement displacement deployment territory_change weapons_seizure".split()
)
#: What can be the result of few acts only.
_ONLY = {
    "arrested": frozenset({"arrest", "security_operation", "prison_break"}),
    "abducted": frozenset({"abduction"}),
    "displaced": frozenset({"displacement"}),
}
_HARMED = frozenset({"killed", "wounded", "casualties"})


def can_result(kind: EventType, measure: Measure) -> bool:
    """Whether an act of the type can have such a figure, as the codebook counts it."""
    if measure in _HARMED:
        return kind not in _HARMLESS
    only = _ONLY.get(measure)
    return only is None or kind in only


def _alike(one: Count, other: Count) -> bool:
    """Whether two tolls that no act is named for may be of one: the killed and the arrested are not."""
    return one.measure == other.measure or (one.measure not in _ONLY and other.measure not in _ONLY)


_CAUSED = frozenset({"في", "اثر", "جراء", "نتيجه", "بعد", "خلال", "اثناء", "عقب"})


def _forward(layers: Layers, count: Count, triggers: list[Match]) -> Match | None:
    """The trigger after a casualty word that it was caused by ('killed ... in a raid')."""
    following = next((m for m in triggers if m.first >= count.act), None)
    if (
        following is None
        or following.first - count.act > 22
        or not can_result(type_of(layers, following), count.measure)
    ):
        return None
    if following.first == count.act:
        return following
    if following.proclitics.startswith("و") or (
        following.form.pos == "v" and not following.gives.get("weak")
    ):
        return None
    first, last = max(count.act + 1, count.last), following.first
    words = layers.keys(first, last)
    if not _HARD.isdisjoint(words) or _answered(layers, first, last):
        return None
    caused = following.proclitics.endswith("ب") or not _CAUSED.isdisjoint(words)
    return following if caused or {"cause", "result"} & layers.roles("grammar", first, last) else None


#: What tells a happening without a word that names it.
_TOLLS = frozenset({"killed", "wounded", "casualties", "abducted", "arrested"})


def clusters(
    layers: Layers, sentence: Sentence, counts: list[Count], blocked: frozenset[int]
) -> list[Cluster]:
    """The happenings of one sentence, left to right."""
    triggers = [m for m in layers.within("events", sentence.first, sentence.last)
                if not refusal(layers, m, sentence, blocked)]  # fmt: skip
    groups: list[list[Match]] = []
    for match in triggers:
        if groups and _joined(layers, groups[-1][-1], match):
            groups[-1].append(match)
        else:
            groups.append([match])
    owned: list[list[Count]] = [[] for _ in groups]
    loose: list[list[Count]] = []
    index = {id(m): n for n, g in enumerate(groups) for m in g}
    for count in counts:
        target = _forward(layers, count, triggers)
        if target is None:
            target = next((m for m in triggers[::-1] if m.first <= count.act), None)
            if (
                target is not None
                and target.first < count.act
                and not can_result(type_of(layers, target), count.measure)
            ):
                target = None
            if target is not None and _turns(layers, target.last, count.act):
                target = None
        if target is not None:
            owned[index[id(target)]].append(count)
        elif loose and _alike(loose[-1][-1], count) and not _turns(layers, loose[-1][-1].last, count.act):
            loose[-1].append(count)
        else:
            loose.append([count])
    parts: list[tuple[tuple[Match, ...], tuple[Count, ...]]] = [
        (tuple(g), tuple(o)) for g, o in zip(groups, owned, strict=True)
    ]
    parts += [((), tuple(told)) for told in loose if any(c.measure in _TOLLS and not c.period for c in told)]
    bare = [Cluster(sentence, g, c, 0, 0) for g, c in parts]
    bare.sort(key=lambda c: c.core)
    return _territories(layers, sentence, bare)


def _territories(layers: Layers, sentence: Sentence, found: list[Cluster]) -> list[Cluster]:
    """Cut the sentence between neighbours at the last break before the next one's own words."""
    out: list[Cluster] = []
    begin = sentence.first
    for n, cluster in enumerate(found):
        end = sentence.last
        if n + 1 < len(found):
            nxt = found[n + 1].core[0]
            own_end = min(cluster.core[1], nxt)
            end = nxt
            for k in range(nxt, own_end, -1):
                word = layers.text.tokens[k - 1].word
                if layers.is_break(k - 1) or word.key in _HARD:
                    end = k - 1
                    break
        out.append(Cluster(sentence, cluster.triggers, cluster.counts, begin, max(end, begin + 1)))
        begin = max(end, begin + 1)
    return out
