"""The words that a text is in, as decisions weigh them: what is talked of, beside how it is told.

A number or a time is no word. A place goes by its country and how exact it is, never by its name: what
was learnt in one village must hold in the next. A side goes by its code, and by the words that name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, repeat

from marsad.lexicon import Lexicon
from marsad.read.actors import Mention
from marsad.read.layers import Layers
from marsad.read.naming import Naming
from marsad.read.triggers import Cluster
from marsad.text import Sentence

#: What observations of words begin with: they are many, so each is held close to zero (`bench/logistic.py`).
WORD = "word:"
_NEAR = 5
Names = tuple[str, ...]


class Vocabulary:
    """What each token of a text goes by: nothing, one name, or several; a word counts as often as it is there."""

    def __init__(self, names: Sequence[Names] = ()) -> None:
        """`names` has the names of each token."""
        self._names = names
        self._weighed: dict[tuple[str, str, int], float] = {}

    def around(self, cluster: Cluster) -> Iterator[str]:
        """What is observed of the words of a sentence that tells of an act, and of those close to the act."""
        return chain(self.of(cluster.sentence), self._near(cluster))

    def of(self, sentence: Sentence, towards: str = "") -> Iterator[str]:
        """What is observed of the words of a sentence: `towards` says of whom it is asked what they tell."""
        names = self._names[sentence.first : sentence.last]
        return chain.from_iterable(map(_placed, repeat(towards), names) if towards else names)

    def weigh_around(self, lexicon: Lexicon, decision: str, cluster: Cluster) -> float:
        """The weight of the words around an act in a decision."""
        near = _sum(lexicon.weights[decision], self._near(cluster))
        return self.weigh(lexicon, decision, cluster.sentence) + near

    def weigh(self, lexicon: Lexicon, decision: str, sentence: Sentence, towards: str = "") -> float:
        """The weight of a sentence's words, the same for all that it tells: it is summed once."""
        key = decision, towards, sentence.first
        known = self._weighed.get(key)
        if known is None:
            known = self._weighed[key] = _sum(lexicon.weights[decision], self.of(sentence, towards))
        return known

    def _near(self, cluster: Cluster) -> Iterator[str]:
        names, sentence, at = self._names, cluster.sentence, cluster.core[0]
        for k in range(max(sentence.first, at - _NEAR), min(at + 1 + _NEAR, sentence.last)):
            if names[k]:
                yield from _placed("act" if k == at else "before" if k < at else "behind", names[k])
        if at > sentence.first:
            yield from _placed("next-before", names[at - 1])
        if at + 1 < sentence.last:
            yield from _placed("next-behind", names[at + 1])


def _sum(weights: Mapping[str, float], words: Iterable[str]) -> float:
    return sum(map(weights.get, words, repeat(0.0)))


@lru_cache(maxsize=1 << 15)
def _placed(where: str, names: Names) -> Names:
    """The names of a token that stands there; few tokens' names are many, so each is made once."""
    return tuple(f"{WORD}{where}:{name.removeprefix(WORD)}" for name in names)


def vocabulary(layers: Layers, mentions: Sequence[Mention], places: Sequence[Naming]) -> Vocabulary:
    """What each token goes by."""
    names = [_word(key) for key in layers.text.keys]
    for amount in layers.amounts:
        names[amount.first : amount.last] = [()] * (amount.last - amount.first)
    for token in layers.time_tokens:
        names[token] = ()
    for named in layers.matches[
        "places"
    ]:  # also where it names none here: in the name of a side, of a speaker
        names[named.first : named.last] = [()] * (named.last - named.first)
    for mention in mentions:
        names[mention.first] = (f"{WORD}side:{mention.code}", *names[mention.first])
    for naming in places:
        country = naming.place.country if naming.place else None
        names[naming.first : naming.last] = [()] * (naming.last - naming.first)
        names[naming.first] = (f"{WORD}place:{country or '?'}:{round(naming.rank)}",)
    return Vocabulary(names)


@lru_cache(maxsize=1 << 14)
def _word(key: str) -> Names:
    if not key[:1].isalpha():
        return ()
    return (WORD + (key[2:] if key.startswith("ال") and len(key) > 4 else key),)
