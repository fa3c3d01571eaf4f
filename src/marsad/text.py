"""Tokens on the untouched source text, folded keys, clitic candidates, sentences.

Nothing here knows about conflict. A `Word` is one distinct surface, analysed once and cached
(news vocabulary repeats); a `Token` is one occurrence of it, with code-point offsets into the
document's text. Folding is done on the surface, never on the document, so offsets are native.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Literal, NamedTuple

from marsad.model import Span

Kind = Literal["arabic", "number", "latin", "symbol"]

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
_INVISIBLE = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_LETTERS = "\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\u0640\ufb50-\ufdff\ufe70-\ufefc"
_DIGITS = "0-9\u0660-\u0669\u06f0-\u06f9"
#: Characters that stand between words of one phrase without ending it: they make no token.
TRANSPARENT = frozenset("\"'«»“”„‟‘’‹›`´#_*|•●▪■◾\u2018\u2019")
_TOKEN = re.compile(
    # a word that an outlet hides from filters goes on behind the gap: مسـ ـيرة, قتـ.ـل
    f"[{_LETTERS}][{_LETTERS}{_MARKS}{_INVISIBLE}]*(?:(?<=\u0640)[ .]{{1,2}}(?=\u0640)[{_LETTERS}{_MARKS}{_INVISIBLE}]+)*"
    f"|[{_DIGITS}]+(?:[.,\u066b\u066c][{_DIGITS}]+)*"
    "|[A-Za-z\u00c0-\u024f]+"
    rf"|\n|[^\s{re.escape(''.join(sorted(TRANSPARENT)))}]"
)
#: What parts the halves of a hidden word.
_GAPS = {ord(" "): None, ord("."): None}
_DROPPED = re.compile(f"[{_MARKS}{_INVISIBLE}\u0640]")

_FOLD = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي",
        "ک": "ك", "ی": "ي", "ے": "ي", "ھ": "ه", "ە": "ه", "گ": "ك", "ڤ": "ف", "پ": "ب", "چ": "ج",
        **{chr(0x660 + d): str(d) for d in range(10)},
        **{chr(0x6F0 + d): str(d) for d in range(10)},
        "٫": ".", "٬": ",",
    }
)  # fmt: skip

#: What is read of a text. No article is near to it, and what weighs all names of a text against each
#: other takes four times as long for twice the text.
LONGEST_TEXT = 100_000
#: Tokens of a sentence; a longer one is parted, for the same reason. Sentences of news have 20 to 150.
LONGEST_SENTENCE = 600

_CONJUNCTIONS = ("و", "ف")
_PREPOSITIONS = ("ب", "ل", "ك", "س")


def fold(text: str) -> str:
    """`text` without marks and tatweel, with spelling variants and digits made one."""
    return _DROPPED.sub("", text).translate(_FOLD).lower()


def prefixed(words: Iterable[str], prefix: str) -> frozenset[str]:
    """The folded spellings that are one of `words` once `prefix` is taken off, where it stands."""
    told = frozenset(words)
    return frozenset(prefix + word for word in told) | {w for w in told if not w.startswith(prefix)}


class Cut(NamedTuple):
    """One way to take clitics off a word: what came off, and the key of what remains.

    `proclitics` holds conjunction and preposition letters; `article` whether ال was there.
    `key` still begins with ال in the cut that leaves the article on.
    """

    proclitics: str
    article: bool
    key: str


@dataclass(frozen=True, slots=True)
class Word:
    """A distinct surface: `bare` keeps hamza and ta marbuta, `key` folds them away.

    `steps` are the spellings under which it goes on with a phrase of several words: as it stands,
    without its article, by its last clitic (`ب+`).
    """

    surface: str
    bare: str
    key: str
    kind: Kind
    cuts: tuple[Cut, ...]
    number: int | None = None
    steps: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        stripped = (self.key[2:],) if self.key.startswith("ال") else ()
        clitics = (cut.proclitics[-1] + "+" for cut in self.cuts if cut.proclitics)
        object.__setattr__(self, "steps", (self.key, *stripped, *dict.fromkeys(clitics)))


class Token(NamedTuple):
    """A word at a place in the text."""

    word: Word
    start: int
    end: int

    @property
    def span(self) -> Span:
        """The token's characters."""
        return Span(self.start, self.end)


#: Makes a token of a tuple; the class's own constructor is a Python function, and slow for hundreds an article.
_token = partial(tuple.__new__, Token)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A half-open range of tokens, and whether it is the headline."""

    first: int
    last: int
    paragraph: int
    headline: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A document's text with its tokens and sentences."""

    source: str
    tokens: tuple[Token, ...]
    sentences: tuple[Sentence, ...]
    #: The folded spelling of each token.
    keys: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _firsts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", tuple([token[0].key for token in self.tokens]))
        object.__setattr__(self, "_firsts", tuple([s.first for s in self.sentences]))
        object.__setattr__(self, "_starts", tuple([token[1] for token in self.tokens]))

    def span(self, first: int, last: int) -> Span:
        """The characters from token `first` up to, not including, token `last`."""
        return Span(self.tokens[first].start, self.tokens[last - 1].end)

    def between(self, left: int, right: int) -> str:
        """The characters between the end of token `left` and the start of token `right`."""
        return self.source[self.tokens[left].end : self.tokens[right].start]

    def token_at(self, offset: int) -> int:
        """The last token that begins at or before a code point, the first where none does."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def sentence_at(self, token: int) -> int:
        """The number of the sentence that holds the token."""
        return bisect_right(self._firsts, token) - 1


def _cuts(key: str) -> tuple[Cut, ...]:
    """Candidate readings of a folded word, the whole word first, then ever deeper cuts."""
    out = [Cut("", False, key)]
    seen = {key}

    def add(proclitics: str, rest: str) -> None:
        article = rest.startswith("ال") and len(rest) > 3
        if proclitics and len(rest) > 1 and rest not in seen:
            seen.add(rest)
            out.append(Cut(proclitics, article, rest))
        if article and rest[2:] not in seen:
            seen.add(rest[2:])
            out.append(Cut(proclitics, True, rest[2:]))

    def prepositions(proclitics: str, rest: str) -> None:
        for letter in _PREPOSITIONS:
            if rest.startswith(letter) and len(rest) > 2:
                if letter == "ل" and rest[1] == "ل" and len(rest) > 3:
                    add(proclitics + letter, "ال" + rest[2:])
                    # للجيش is ل + الجيش, but لله and للبنان keep their lam
                    add(proclitics + letter, rest[1:])
                else:
                    add(proclitics + letter, rest[1:])

    add("", key)
    prepositions("", key)
    for letter in _CONJUNCTIONS:
        if key.startswith(letter) and len(key) > 2:
            add(letter, key[1:])
            prepositions(letter, key[1:])
    return tuple(out)


@lru_cache(maxsize=200_000)
def word(surface: str) -> Word:
    """The analysis of one surface."""
    bare = _DROPPED.sub("", surface)
    first = surface[0]
    if not first.isdecimal() and len(bare) > 1:
        bare = bare.translate(_GAPS)
    key = bare.translate(_FOLD).lower()
    if first.isdecimal():
        digits = key.replace(",", "")
        # 1.500 is a thousand and a half to many outlets; 40.5 is not
        parts = digits.split(".")
        value = None
        if len(parts) == 1 or all(len(p) == 3 for p in parts[1:]):
            joined = "".join(parts)
            value = int(joined) if len(joined) <= 12 else None
        return Word(surface, bare, key, "number", (Cut("", False, key),), value)
    if "\u0600" <= first <= "\u08ff" or "\ufb50" <= first <= "\ufefc":
        if first in "،؛؟٪":
            return Word(surface, bare, key, "symbol", (Cut("", False, key),))
        return Word(surface, bare, key, "arabic", _cuts(key) if key else ())
    if first.isalpha():
        return Word(surface, bare, key, "latin", (Cut("", False, key),))
    return Word(surface, bare, key, "symbol", (Cut("", False, key),))


def reach(source: str) -> int:
    """How many characters of a text are read: all, or those up to a break before `LONGEST_TEXT`."""
    if len(source) <= LONGEST_TEXT:
        return len(source)
    for mark in ("\n", ". ", " "):
        if (at := source.rfind(mark, LONGEST_TEXT * 4 // 5, LONGEST_TEXT)) >= 0:
            return at + 1
    return LONGEST_TEXT


_ENDS = frozenset(".!؟?…")
#: One-letter or titular abbreviations that a full stop may follow without ending anything.
_ABBREVIATIONS = frozenset({"د", "ا", "م", "ص", "ه", "ت", "ق", "ب", "ع", "س", "ج", "كم", "سم"})


def _ends_sentence(tokens: list[Token], i: int) -> bool:
    """Whether the stop at token `i` ends a sentence."""
    token = tokens[i]
    if token.word.key not in _ENDS:
        return False
    if token.word.key != ".":
        return True
    before = tokens[i - 1] if i else None
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if before is not None and before.end == token.start:
        if before.word.key in _ABBREVIATIONS:
            return False
        # "U.S." and "3.5": a stop glued between two Latin letters or digits
        glued = after is not None and after.start == token.end
        if glued and after is not None and before.word.kind == after.word.kind != "arabic":
            return False
    return not (after is not None and after.word.key == "." and after.start == token.end)


def tokenise(source: str, *, headline: Span | None = None) -> Text:
    """Tokens and sentences of `source`; `headline` is a sentence of its own.

    Sentences end at a line break, after `LONGEST_SENTENCE` tokens, at `!`, `؟`, and at a full stop that is not part of an
    abbreviation. Quotes, hashes and underscores make no token: `#صلاح_الدين` is two words.
    """
    tokens: list[Token] = []
    sentences: list[Sentence] = []
    stops: list[int] = []
    begin = paragraph = 0
    head_end = headline.end if headline else -1

    def close() -> None:
        """Parts what the paragraph holds; a full stop is judged with both neighbours known."""
        nonlocal begin
        if begin == len(tokens):
            return
        is_head = tokens[begin].start < head_end
        ends = [stop + 1 for stop in stops if _ends_sentence(tokens, stop)] if not is_head else []
        for end in (*ends, len(tokens)):
            while begin < end:
                last = min(end, begin + LONGEST_SENTENCE)
                sentences.append(Sentence(begin, last, paragraph, is_head))
                begin = last

    for match in _TOKEN.finditer(source):
        surface = match[0]
        if surface == "\n":
            close()
            stops.clear()
            paragraph += 1
        else:
            item = word(surface)
            if item.key:
                if surface in _ENDS:
                    stops.append(len(tokens))
                tokens.append(_token((item, *match.span())))
    close()
    return Text(source, tuple(tokens), tuple(sentences))
