"""Which language a text is in, by its letters: enough to tell Arabic from its neighbours."""

from __future__ import annotations

import re
from collections import Counter

#: Letters that one language of the Arabic script writes and Arabic does not.
_TELLING = {
    "ckb": "ێۆەڕڵڤ",
    "ur": "ٹڈڑےںہھ",
    "ps": "ټډړښځڅېۍ",
    "fa": "پچژگکی",
}
_FOREIGN = frozenset("".join(_TELLING.values()))
_ARABIC = re.compile(
    "[\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"
)
_ARTICLE = re.compile(r"\b[وف]?[بك]?ال\w|\b[وف]?لل\w")
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset("the of and in to a was were that by for on with from at said is as".split())
_TURKISH = frozenset("ığşİ")
#: Fewer letters than this say nothing.
_ENOUGH = 12
#: Share of foreign letters that Arabic with Iraqi or borrowed names stays under.
_FEW = 0.02
#: Share of words with the article that Arabic stays over; Persian and Urdu reach a tenth of it.
_ARTICLES = 0.1


def language_of(text: str) -> str | None:
    """The ISO 639 code of the language that most of `text` is in, or `None`.

    Arabic is a majority of Arabic letters with hardly any that Arabic does not use, or with
    the article on at least a tenth of the words: some sites write ی for ي throughout.
    """
    words = _WORD.findall(text)
    letters = sum(map(len, words))
    if letters < _ENOUGH:
        return None
    arabic = len(_ARABIC.findall(text))
    if arabic * 2 > letters:
        return _of_arabic_script(text, arabic, len(words))
    hebrew = sum("\u05d0" <= c <= "\u05ea" for c in text)
    if hebrew * 2 > letters:
        return "he"
    if _TURKISH & set(text):
        return "tr"
    english = sum(word.lower() in _ENGLISH for word in words)
    return "en" if english * 10 >= len(words) else None


def _of_arabic_script(text: str, letters: int, words: int) -> str:
    counts = Counter(c for c in text if c in _FOREIGN)
    if sum(counts.values()) < _FEW * letters or len(_ARTICLE.findall(text)) >= _ARTICLES * words:
        return "ar"
    # Persian letters are common to all four: it stands only when nothing more telling does.
    for code in ("ckb", "ur", "ps"):
        if sum(counts[c] for c in _TELLING[code]) >= _FEW * letters:
            return code
    return "fa"
