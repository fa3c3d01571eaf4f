"""Counted phrases: how many of whom or of what, wherever a text says it.

A phrase is a number with its noun (خمسة جنود), a noun whose form tells its number (جنديان,
جنود, شخص), or one of many (أحد الموظفين). What became of them is the matter of `figures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from marsad.lexicon import Lexicon, Match
from marsad.model import Group
from marsad.read.actors import Mention
from marsad.read.layers import Layers
from marsad.read.numbers import Amount
from marsad.text import tokenise


@dataclass(frozen=True, slots=True)
class Phrase:
    """A counted phrase over tokens `first`..`last`; its own letters begin at `start`.

    `numeral` says that a number stands there, `named` that some people noun does; `thing` that
    objects are counted, `site` objects that nobody carries off, `other` people besides those
    named before. `governed`: it stands under a preposition; `joined`: و ties it to what is before.
    """

    low: int | None
    high: int | None
    first: int
    last: int
    start: int
    group: Group = "unknown"
    codes: tuple[str, ...] = ()
    numeral: bool = False
    named: bool = False
    thing: bool = False
    site: bool = False
    weapon: bool = False
    other: bool = False
    definite: bool = False
    governed: bool = False
    joined: bool = False

    @property
    def many(self) -> bool:
        """Whether more than one is counted."""
        return self.high is None or self.high > 1


_ONE = frozenset({"احد", "احدي"})
_ENDS_IN_ONE = tuple(_ONE)
_TWO = frozenset({"اثنين", "اثنان", "اثنتين", "اثنتان"})
_OTHERS = frozenset({"اخر", "اخري", "اخرين", "اخرون", "اخران", "اخريين", "اخريان"})
_TRAILING = _OTHERS | _TWO | {"واحد", "واحده", "واحدا", "عده", "عديده", "عديدون", "عديدين"}
#: What follows a number that counts neither people nor things.
_MEASURES = frozenset(
    "عام عاما سنه سنوات سنين يوم يوما ايام ساعه ساعات دقيقه دقائق شهر شهرا اشهر شهور اسبوع اسابيع مره مرات متر مترا "
    "امتار كيلومتر كيلومترا كيلومترات كم ميل ميلا اميال دولار دولارا دينار دينارا ليره يورو مليون مليار درجه بالمءه بالمئه "
    "نقاط صوت صوتا مقعد مقعدا قريه قري مدينه مدن محافظه محافظات دوله دول وحدات فرق فصائل كتيبه كتائب لواء الويه "
    "هكتار دونم دونما برميل غاره غارات عمليه عمليات".split()
)  # fmt: skip
_PREPOSITIONS = frozenset(
    "في من علي عن الي مع ضد بين لدي عند نحو برصاص بيد بايدي بنيران بعد قبل عقب خلال حول بحق تجاه منذ اثر جراء نتيجه "
    "بسبب رغم باستثناء سوي دون حتي".split()
)  # fmt: skip
#: What a number of people is hurt by, right after it: no noun that is counted.
_HURT = frozenset("بحالات باصابات بكدمات بجروح بجراح بحروق بكسور بشظايا برصاص برصاصات".split())
_BELONGING = frozenset({"من", "ل", "في", "تابعين", "تابعه", "ينتمون", "الي", "صفوف"})
_AGE = frozenset({"العمر", "عمره", "عمرها", "عمرهم", "اعمارهم", "سن"})
_DUAL_SIGN = frozenset({"منهما", "احدهما", "كلاهما", "كليهما", "بينهما", "اللذين", "اللذان", "اللتين"})


@lru_cache(maxsize=4096)
def _has_form(lexicon: Lexicon, word: str) -> bool:
    return bool(lexicon.scan(tokenise(word))["people"])


def sound_plural(lexicon: Lexicon, key: str) -> bool:
    """Whether a noun in -ين is a plural before it is a dual: its plural is in -ون too.

    Two policemen are شرطيين; the many are رجال الشرطة.
    """
    if "شرطي" in key:
        return False
    stem = key.removesuffix("ين") if key.endswith("ين") else key.removesuffix("ي")
    return _has_form(lexicon, stem + "ون")


def find_phrases(layers: Layers, mentions: tuple[Mention, ...]) -> dict[int, Phrase]:
    """Every counted phrase of the text by its first token; none overlap."""
    by_token = {m.first: m for m in mentions}
    ones = (k for k, key in enumerate(layers.text.keys) if key.endswith(_ENDS_IN_ONE))
    out: dict[int, Phrase] = {}
    free = 0
    for token in sorted({*layers.amount_at, *by_token, *ones}):
        if token >= free:
            phrase = _phrase_at(layers, by_token, token, layers.sentence(token).last)
            if phrase is not None:
                out[token] = phrase
                free = phrase.last
    return out


def _phrase_at(layers: Layers, by_token: Mapping[int, Mention], token: int, end: int) -> Phrase | None:
    amount = layers.amount_at.get(token)
    if amount is not None:
        return _of_amount(layers, by_token, amount, end) if amount.unit == "count" else None
    cuts = layers.text.tokens[token].word.cuts
    one = next((cut for cut in cuts if cut.key in _ONE and not cut.article), None)
    if one is not None:
        return _of_one(layers, by_token, token, one.proclitics)
    mention = by_token.get(token)
    return _of_noun(layers, by_token, mention, end) if mention is not None else None


def _gives(layers: Layers, mention: Mention) -> Mapping[str, str]:
    match = layers.at["people"].get(mention.first)
    return match.gives if match is not None else {}


def _at_end(layers: Layers, last: int, high: int | None) -> tuple[int, int | None]:
    """The bound that follows a phrase: 'two people, at least' has no upper end."""
    at = last + 1 if layers.key(last) in ("،", ",") else last
    if (layers.key(at), layers.key(at + 1)) in (("علي", "الاقل"), ("علي", "الاءقل"), ("كحد", "ادني")):
        return at + 2, None
    return last, high


def _clitics(layers: Layers, token: int, start: int) -> str:
    tokens = layers.text.tokens
    return layers.text.source[tokens[token].start : start]


def _ties(layers: Layers, token: int, proclitics: str) -> tuple[bool, bool]:
    """Whether a preposition governs the phrase, and whether و joins it to what stands before."""
    before = layers.key(token - 1)
    governed = any(c in proclitics for c in "بلك") or (before in _PREPOSITIONS and not proclitics)
    joined = proclitics.startswith("و") or before == "و"
    return governed, joined


def _of_one(layers: Layers, by_token: Mapping[int, Mention], token: int, proclitics: str) -> Phrase | None:
    """'One of the guards'."""
    mention = by_token.get(token + 1)
    if mention is None and layers.key(token + 1).startswith("ال"):
        return _of_unmentioned(layers, token, proclitics)
    if mention is None or mention.kind not in ("people", "name"):
        return None
    gives = _gives(layers, mention)
    if gives.get("band") or gives.get("thing"):
        return None
    governed, joined = _ties(layers, token, proclitics)
    start = layers.text.tokens[token].start + len(proclitics)
    return Phrase(1, 1, token, mention.last, start, mention.group, (mention.code,), named=True,
                  thing=mention.group == "objects", site="site" in gives, governed=governed, joined=joined)  # fmt: skip


def _of_unmentioned(layers: Layers, token: int, proclitics: str) -> Phrase | None:
    """'One of the' a plural that names nobody known, or that a place is called after too."""
    people = layers.at["people"].get(token + 1)
    if people is None and not layers.key(token + 1).endswith(("ين", "ات")):
        return None
    group: Group = people.gives["group"] if people is not None else "unknown"
    governed, joined = _ties(layers, token, proclitics)
    start = layers.text.tokens[token].start + len(proclitics)
    return Phrase(1, 1, token, token + 2, start, group, named=True, thing=group == "objects",
                  governed=governed, joined=joined)  # fmt: skip


def _of_noun(layers: Layers, by_token: Mapping[int, Mention], mention: Mention, end: int) -> Phrase | None:
    """A noun that tells its number by its form."""
    gives = _gives(layers, mention)
    match = layers.at["people"].get(mention.first)
    thing = mention.group == "objects" or bool(gives.get("thing"))
    if match is None or (mention.kind != "people" and not thing):
        return None
    token, last = mention.first, mention.last
    adjective = match.form.suffix == "ه" and layers.text.tokens[token].word.bare.endswith("ة")
    if adjective or _in_place_name(layers, token) or _of_what_is_before(layers, mention, match, by_token):
        return None
    governed, joined = _ties(layers, token, mention.proclitics)
    definite = match.article or bool(match.form.suffix)
    weapon = layers.has("weapons", token, last)
    key = layers.key(token)
    other = key in _OTHERS or layers.key(last) in _OTHERS
    if gives.get("band"):
        return _of_band(layers, mention, end)
    low, high, numeral = (1, 1, False) if key == "اخري" else _grammatical(layers, mention, end)
    if low is None:
        return None
    after = layers.amount_at.get(last)
    if definite and after is not None and layers.key(last).startswith("ال") and not after.vague:
        # المهاجمين الثلاثة: the number follows as an adjective
        low, high, last, numeral, definite = after.low, after.high, after.last, True, False
    group, codes = mention.group, (mention.code,)
    beside = by_token.get(last)
    if beside is not None and beside.code == "GUNMEN" and _agree(layers, mention, beside):
        # رجل مسلح, شخص مجهول: one, not two
        last = beside.last
        if not layers.key(beside.first).startswith("مجهول"):
            group, codes = beside.group, (beside.code,)
    while last < end and layers.key(last) in _TRAILING:
        last += 1
    last, high = _at_end(layers, last, high)
    return Phrase(low, high, token, last, mention.span.start, "objects" if thing else group, codes,
                  numeral=numeral, named=True, thing=thing, site="site" in gives, weapon=weapon, other=other,
                  definite=definite, governed=governed, joined=joined)  # fmt: skip


def _agree(layers: Layers, noun: Mention, adjective: Mention) -> bool:
    """Whether two singular nouns in a row may be a noun and its adjective."""
    both = noun.number == adjective.number == "s" and not adjective.proclitics
    return (
        both
        and not layers.key(noun.first).startswith("ال")
        and not layers.key(adjective.first).startswith("ال")
    )


def _of_what_is_before(
    layers: Layers, mention: Mention, match: Match, by_token: Mapping[int, Mention]
) -> bool:
    """Whether a word with the article describes the one before: the armed conflict is nobody."""
    if not match.article or mention.number != "s" or mention.proclitics:
        return False
    before = by_token.get(mention.first - 1)
    return layers.key(mention.first - 1).startswith("ال") and (before is None or before.kind == "nationality")


def _in_place_name(layers: Layers, token: int) -> bool:
    """Whether the token is a place's name or the end of one: the سوريا of شمال سوريا."""
    return any(place.last > token for place in layers.within("places", token - 3, token + 1))


def _of_band(layers: Layers, mention: Mention, end: int) -> Phrase | None:
    """'A gang of four people' counts four; a gang alone counts nobody."""
    for i in range(mention.last, min(mention.last + 4, end)):
        amount = layers.amount_at.get(i)
        if (
            amount is not None
            and layers.key(i - 1) in ("من", "تضم")
            and not amount.vague
            and amount.unit == "count"
        ):
            return Phrase(amount.low, amount.high, mention.first, amount.last, mention.span.start, mention.group,
                          (mention.code,), numeral=True, named=True)  # fmt: skip
        if layers.is_break(i):
            return None
    return None


def _grammatical(layers: Layers, mention: Mention, end: int) -> tuple[int | None, int | None, bool]:
    """Low, high and whether a word for two confirms it."""
    key = layers.key(mention.first)
    if mention.number == "s":
        return 1, 1, False
    near = [layers.key(i) for i in range(mention.last - 1, min(mention.last + 2, end))]
    if any(k in _TWO for k in near):
        return 2, 2, True
    if mention.number == "d":
        surface = layers.text.tokens[mention.first].word.surface
        told = "َي" in surface or any(k in _DUAL_SIGN for k in near)
        construct = key.endswith("ي") and not key.endswith("تي")
        if (key.endswith("ين") or construct) and not told and sound_plural(layers.lexicon, key):
            return 2, None, False
        return 2, 2, False
    if mention.number == "p":
        return 2, None, False
    return None, None, False


def _of_amount(layers: Layers, by_token: Mapping[int, Mention], amount: Amount, end: int) -> Phrase | None:
    """A number with its noun and those they belong to: 'fifteen of the fighters of X'."""
    head = amount.last
    key = layers.key(head)
    if layers.key(amount.first - 1) in _AGE or layers.key(amount.core - 1) in _AGE:
        return None
    if head < end and head not in by_token:
        date = layers.at["dates"].get(head)
        event = layers.at["events"].get(head)
        act = event is not None and event.form.pos != "v"  # 120 ألفا فروا counts people
        if key in _MEASURES or (date is not None and "unit" in date.gives) or act:
            return None
        if key.endswith("ات") and len(key) > 4 and key not in _HURT:
            return None
    if _definite_number(layers, amount) and not amount.vague and head not in by_token:
        return None
    group: Group = "unknown"
    codes: tuple[str, ...] = ()
    thing = site = weapon = other = named = False
    i = last = head
    while i < min(end, head + 8):
        mention = by_token.get(i)
        key = layers.key(i)
        if mention is not None:
            gives = _gives(layers, mention)
            if mention.proclitics:
                break
            if not named:
                thing = mention.group == "objects" or bool(gives.get("thing"))
                site = "site" in gives
                weapon = layers.has("weapons", i, mention.last)
                if mention.kind == "nationality":
                    group = mention.group if group == "unknown" else group
                else:
                    named = True
                    codes, group = (mention.code,), "objects" if thing else mention.group
                other = other or layers.key(mention.last - 1) in _OTHERS
            elif mention.kind == "nationality":
                pass
            elif codes in ((), ("UNKNOWN",), ("GUNMEN",)) or (
                mention.kind in ("name", "short") and not thing
            ):
                codes = (mention.code,)
                group = mention.group if mention.group not in ("unknown", "objects") else group
            else:
                break
            i = last = mention.last
        elif key in _TRAILING:
            other = other or key in _OTHERS
            i = last = i + 1
        elif key in ("منهم", "منهن", "منها") and i == head:
            i = last = i + 1
            break
        elif key in _BELONGING and (i + 1 in by_token or layers.key(i + 1) in ("صفوف", "صفوفه", "صفوفها")):
            if key in ("في", "ل", "الي") and layers.key(i + 1) != "صفوف" and (i != last or not named):
                break
            i += 1
        elif i == head and _plain(layers, i):
            i = last = i + 1
        else:
            break
    if (
        last == head
        and layers.text.tokens[amount.core].word.kind == "number"
        and 1900 <= (amount.low or 0) < 2100
    ):
        # a bare 2020 is a year
        return None
    last, high = _at_end(layers, last, amount.high)
    governed, joined = _ties(layers, amount.first, _clitics(layers, amount.first, amount.span.start))
    return Phrase(amount.low, high, amount.first, last, amount.span.start, group, codes, numeral=True, named=named,
                  thing=thing, site=site, weapon=weapon, other=other, governed=governed, joined=joined)  # fmt: skip


def _definite_number(layers: Layers, amount: Amount) -> bool:
    """Whether the number has the article; a thousand only looks so."""
    key = layers.key(amount.core)
    return key.startswith("ال") and not key.startswith("الف")


def _plain(layers: Layers, token: int) -> bool:
    """Whether the token may be the counted noun though no layer knows it."""
    word = layers.text.tokens[token].word
    known = ("grammar", "casualties", "events", "attribution", "status", "places", "cues")
    if word.kind != "arabic" or word.key.startswith(("ال", "و", "بال", "لل")):
        return False
    if word.key in _PREPOSITIONS or word.key in _HURT:
        return False
    return not any(token in layers.at[name] for name in known) and token not in layers.time_tokens
