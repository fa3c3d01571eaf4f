"""Changes of sound inputs that keep them near to what is read: words of news rather than bytes.

Bytes alone seldom make another Arabic word, number or date, so a fuzzer without these stays at the gate.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "src/marsad/data/sample/articles.jsonl"

#: What is put between and into the words of a text.
HOSTILE = (
    "\u200f", "\u200e", "\u202b", "\u202c", "\u2067", "\u2069", "\u200c", "\u200d", "\u200b", "\ufeff", "\u00ad",
    "\u0640", "\u0640\u0640\u0640", "\u064b", "\u0651\u0651", "\u0670", "\u00a0", "\u2028", "\x85", "\x0c", "\x00",
    "٠", "٩٩٩٩٩٩٩٩٩٩٩٩٩", "۱۲", "12.5.3", "1,000,000", "31/02/2021", "٣١/١٢/٩٩٩٩", "0/0/0", "-5", "²", "½", "①",
    "\U0001d7d9", "\U0001f4a3", "(", ")", "«", "»", "\n", "\n\n", ".", "...", "،", "؛", ":", "%", "٪", "#", "_",
    "و", "ال", "لل", "ب", "أ", "إ", "ى", "ﷺ", "ﻻ", "١٤٤٢هـ", "هـ", "م", "د.", "بين", "من", "إلى", "أو",
)  # fmt: skip
_NUMBERS = (
    "0", "1", "2", "3", "11", "12", "100", "1000", "٣", "١١", "٢٠٢١", "2021", "واحد", "اثنان", "ثلاثة", "أحد عشر",
    "مئة", "ألف", "مليون", "عشرات", "مئات", "نحو", "أكثر من", "ما لا يقل عن", "3-5", "٣ إلى ٥", "1.5", "نصف", "بضع",
    "اثنين", "الثاني", "الثالثة", "مئتين وخمسين", "سبعة وعشرين ألفا",
)  # fmt: skip
_DAYS = (
    "أمس", "اليوم", "غدا", "الثلاثاء", "أمس الأول", "الأسبوع الماضي", "قبل ثلاثة أيام", "منذ 2015", "1/2/2021", "2021-03-04",
    "٥ آذار", "5 مارس 2021", "آذار/مارس", "رمضان 1442", "بين 3 و5 أيار", "خلال شهرين", "نهاية العام", "في 2014", "فجر الجمعة",
    "الساعة 3:30", "حتى الآن", "من الأحد إلى الخميس", "14 هجري",
)  # fmt: skip
_JOINTS = (
    "و", "ثم", "أو", "فيما", "ما أسفر عن", "بينهم", "بحسب", "قال", "وأضاف", "ونفى", "إن", "أن", "بعد", "قبل", "خلال", "على", "من",
    "في", "قرب", "شمال", "بين", "ضد", "من قبل", "تم", "لم", "لن", "قد", "كانت", "إذا", "بنية", "يعتزم", "كلا", "منهم", "آخرين",
)  # fmt: skip
_ENDS = (".", "،", "؛", ":", "!", "؟", "\n", "...", " - ", "..")
_AROUND = (
    ("(", ")"),
    ("[", "]"),
    ("«", "»"),
    ('"', '"'),
    ("'", "'"),
    ("\u2067", "\u2069"),
    ("\u202b", "\u202c"),
)
_MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"
_DIGITS = re.compile(r"[0-9٠-٩۰-۹]+")


@cache
def articles() -> tuple[dict[str, Any], ...]:
    """The bundled articles."""
    return tuple(json.loads(line) for line in SAMPLE.read_text("utf8").splitlines())


@cache
def sentences() -> tuple[str, ...]:
    """Their sentences and clauses."""
    return tuple(
        part for one in articles() for part in re.split(r"(?<=[.،])\s+", one["text"]) if part.strip()
    )


@cache
def words() -> tuple[str, ...]:
    """Their words, and names of places and actors of the tables."""
    from marsad import lexicon

    found = {word for one in articles() for word in one["text"].split()}
    tables = lexicon.load()
    names = [place.name_ar for place in tables.places.values()][::20]
    return (*sorted(found), *names)


def changed(text: str, rng: random.Random) -> str:
    """The text after one to four changes: words, numbers, days, marks, brackets, clauses."""
    parts = re.split(r"(\s+)", text) or [""]
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(parts))
        match rng.randrange(12):
            case 0:
                parts[at] = rng.choice(words())
            case 1:
                parts.insert(at, f" {rng.choice(_JOINTS)} ")
            case 2:
                parts.insert(at, f" {rng.choice(_NUMBERS)} ")
            case 3:
                parts.insert(at, f" {rng.choice(_DAYS)} ")
            case 4:
                del parts[at : at + rng.choice((1, 1, 2, 6))]
                parts = parts or [""]
            case 5:
                word, cut = parts[at], rng.randint(0, len(parts[at]))
                parts[at] = word[:cut] + rng.choice(HOSTILE) + word[cut:]
            case 6:
                other = rng.randrange(len(parts))
                parts[at], parts[other] = parts[other], parts[at]
            case 7:
                begin, end = rng.choice(_AROUND)
                last = min(len(parts), at + rng.randint(1, 9))
                parts[at:last] = [begin, *parts[at:last], rng.choice((end, end, end, ""))]
            case 8:
                parts[at] = "".join(
                    char + rng.choice(_MARKS) if rng.random() < 0.3 else char for char in parts[at]
                )
            case 9:
                parts[at] = parts[at] + rng.choice(_ENDS)
            case 10:
                parts[at:at] = [" ", *re.split(r"(\s+)", rng.choice(sentences())), " "]
            case _:
                parts[at] = _DIGITS.sub(
                    lambda _: str(rng.choice((0, 1, 7, 31, 99, 1442, 2021, 10**9))), parts[at]
                )
    return "".join(parts)


def mutator() -> Callable[[bytes, int, int], bytes]:
    """Changes the words behind the first byte, seldom the bytes."""

    def change(data: bytes, size: int, seed: int) -> bytes:
        rng = random.Random(seed)
        if rng.random() < 0.15 or len(data) < 2:
            out = bytearray(data or b"\0")
            for _ in range(rng.randint(1, 4)):
                out[rng.randrange(len(out))] = rng.randrange(256)
            return bytes(out)[:size]
        text = changed(data[1:].decode("utf-8", "ignore"), rng)
        return data[:1] + text.encode("utf-8", "ignore")[: size - 1]

    return change
