"""Verb or noun: the past of a verb and its noun are often spelled alike (قصف، خطف، طرد، نهب).

The words around them tell: a preposition governs a noun, a subject before it or a conjunction asks for a verb;
at the head of a clause it is a verb where an object follows, a noun where only what governs one does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from marsad.forms import Form
from marsad.lexicon import Match
from marsad.text import Sentence, Text

_VERB, _NOUN = Form("v", "past", "s", "m"), Form("n", "", "s", "m")
#: Verbs whose object is an act: right before it, or before their subject ('the army announced the shelling of').
_OF_ACTS = frozenset(
    "اعلن اعلنت اكد اكدت نفي نفت ادان ادانت واصل واصلت استانف استانفت كثف كثفت صعد صعدت جدد جددت بدا بدات "
    "اوقف اوقفت شهد شهدت تبني تبنت".split()
)
#: What else governs a noun, or has one as its subject, when it stands right before.
_BEFORE_NOUN = _OF_ACTS | frozenset(
    "من في علي عن الي مع بعد قبل خلال اثر جراء نتيجه عقب اثناء بسبب بين ضد حول منذ رغم دون عبر وسط ضمن بفعل لدي عند "
    "تم جري يتم تمت يجري عمليه عمليات حمله حملات محاوله محاولات حادثه حوادث جريمه جرائم اعمال حاله حالات تهمه "
    "تجدد استمر تواصل يستمر يتواصل توقف وقف تكرر تسبب تشهد يشهد هذا ذلك اي كل بدء استمرار مقابل كان كانت".split()
)
_BEFORE_VERB = frozenset("قد حيث عندما بعدما حينما ثم الذي انه انهم انها بينما حين كما فيما لما فقد".split())
#: After these أن begins a clause with a verb: 'after he bombed'.
_CLAUSES = frozenset({"بعد", "قبل", "منذ", "الي"})
_BREAKS = frozenset('،,؛;:.!؟?…()[]-–—/«»"“”')
_REACH = 9
#: Endings of feminines and of plurals of things, and plurals without them.
_FEMININE = ("ه", "ات")
_PLURALS = frozenset("فصائل ميليشيا مليشيا وحدات كتائب عصابات".split())
#: A word of no more letters that begins with ل has no preposition in it, mostly.
_SHORT = 4


def settled(text: Text, matches: Mapping[str, list[Match]]) -> dict[str, list[Match]]:
    """The matches with the form of each homograph as the words around it tell."""
    out = dict(matches)
    named: set[int] | None = None
    for layer in ("events", "casualties"):
        for n, match in enumerate(matches[layer]):
            if not match.form.twin:
                continue
            if named is None:
                found = (*matches["actors"], *matches["people"])
                named = {k for m in found for k in range(m.first, m.last)}
            if out[layer] is matches[layer]:
                out[layer] = list(matches[layer])
            noun = _is_noun(text.keys, match, text.sentences[text.sentence_at(match.first)], named)
            out[layer][n] = match._replace(form=_NOUN if noun else _VERB)
    return out


def _is_noun(keys: Sequence[str], match: Match, sentence: Sentence, named: Set[int]) -> bool:
    if match.article or match.proclitics.strip("وف"):
        return True
    before = match.first - 1
    head = before < sentence.first or keys[before] in _BREAKS or match.proclitics != ""
    if not head:
        word = keys[before].removeprefix("و")
        if word in ("ان", "بان"):
            if keys[before - 1] in _CLAUSES:
                return False
        elif word in _BEFORE_VERB:
            return False
        elif word in _BEFORE_NOUN or (word.startswith(("ب", "ل")) and before not in named):
            return True
        else:
            return not _after_subject(keys, before, sentence.first, named)
    return not _takes_object(keys, match, sentence, named)


def _after_subject(keys: Sequence[str], last: int, floor: int, named: Set[int]) -> bool:
    """Whether what ends at `last` is its subject, and not that of a verb whose object it is."""
    k = last
    while k >= floor and (k in named or keys[k].startswith("ال")):
        k -= 1
    return k < last and (k < floor or keys[k].removeprefix("و") not in _OF_ACTS)


def _takes_object(keys: Sequence[str], match: Match, sentence: Sentence, named: Set[int]) -> bool:
    """Whether an object follows, past the subject: bare words that nothing governs."""
    k, end = match.last, min(sentence.last, match.last + _REACH)
    if k < end and (keys[k].endswith(_FEMININE) or keys[k] in _PLURALS):
        return False  # as a verb it would agree: قصفت القوات
    while k < end and (k in named or keys[k].startswith("ال")):
        k += 1
    governed = k < end and k > match.last and keys[k].startswith("ل") and len(keys[k]) > _SHORT
    return k < end and keys[k] not in _BREAKS and keys[k] not in _BEFORE_NOUN and not governed
