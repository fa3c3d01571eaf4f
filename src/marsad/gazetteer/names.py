"""Which places bear a name, in any spelling, with or without the type word before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from marsad.forms import expand
from marsad.gazetteer.table import Gazetteer, places_in, table_rows
from marsad.model import Place
from marsad.text import fold

#: What parts the words of a name as people write it.
_APART = str.maketrans(dict.fromkeys("_-–—/,،.'\"()«»“”\t\u00a0", " "))
_SPACES = re.compile(" {2,}")


def name_key(name: str) -> str:
    """What all spellings of one name share."""
    return name_keys(name.replace("\n", " "))[0]


def name_keys(names: str) -> list[str]:
    """The key of each line: a whole table is folded at once, which is ten times as fast."""
    return [key.strip() for key in _SPACES.sub(" ", fold(names).translate(_APART)).split("\n")]


def loose_key(key: str) -> str:
    """What is left of a key without articles and spaces: دير الزور and ديرالزور are one."""
    return "".join(w[2:] if w.startswith("ال") and len(w) > 3 else w for w in key.split())


class Names:
    """The spellings of a table of places; `kinds` are the words that say what kind of place a name is of."""

    def __init__(self, gazetteer: Gazetteer, kinds: Mapping[str, str]) -> None:
        self.gazetteer = gazetteer
        self._kinds = kinds
        spelt = [(name, place.id) for place in gazetteer.places.values() for name in _spellings(place)]
        self._exact: dict[str, list[str]] = {}
        for key, (_, id_) in zip(name_keys("\n".join(name for name, _ in spelt)), spelt, strict=True):
            ids = self._exact.setdefault(key, [])
            # the spellings of one place follow each other
            if not ids or ids[-1] != id_:
                ids.append(id_)

    @cached_property
    def _loose(self) -> dict[str, list[str]]:
        """The same without articles and spaces; most names need it never."""
        loose: dict[str, list[str]] = {}
        for key, ids in self._exact.items():
            found = loose.setdefault(loose_key(key), [])
            found.extend(id_ for id_ in ids if id_ not in found)
        return loose

    def bearers(self, name: str, *, year: int | None = None) -> tuple[list[str], str | None]:
        """Ids of the places that bear a name, and the kind that a type word before it says.

        A spelling of the table stands before the same letters after a type word, and both before
        what is the same without articles and spaces. With a `year`, former and later names and
        places are left out.
        """
        key = name_key(name)
        found, kind, rest = self._exact.get(key), None, key
        if not found:
            kind, rest = self._kind(key)
            found = self._spelt(rest) if kind is not None else None
            if not found:
                kind, found = None, self._loose.get(loose_key(key), [])
        if year is not None:
            found = [id_ for id_ in found if self._borne(id_, rest, year)]
        return found, kind

    def _spelt(self, key: str) -> list[str] | None:
        return self._exact.get(key) or self._exact.get(f"ال{key}") or self._loose.get(loose_key(key))

    def _borne(self, id_: str, key: str, year: int) -> bool:
        """Whether the place was there in that year, and had that name."""
        for item in self.gazetteer.places[id_].valid:
            name, _, years = item.rpartition(" ")
            if not name or loose_key(name_key(name)) == loose_key(key):
                first, _, last = years.partition("/")
                if not int(first or 0) <= year <= int(last or 9999):
                    return False
        return True

    def _kind(self, key: str) -> tuple[str | None, str]:
        head, _, rest = key.partition(" ")
        kind = self._kinds.get(head) or self._kinds.get(head.removeprefix("ال"))
        return (kind, rest) if kind and rest else (None, key)


def _spellings(place: Place) -> Iterator[str]:
    yield place.name_ar
    yield from place.variants_ar
    yield place.name_en
    if place.type == "governorate" and place.admin1:
        yield place.admin1
    if place.name_ku:
        yield place.name_ku


def type_words(text: str) -> dict[str, str]:
    """The single words of `cues.yaml` that say what kind of place a name is of."""
    out: dict[str, str] = {}
    for entry in yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # noqa: S506
        kind = entry["gives"].get("type")
        for form in entry["forms"] if kind else ():
            for keys, grammar in expand(form).items():
                if len(keys) == 1 and not grammar.suffix and grammar.number in ("", "s"):
                    out.setdefault(keys[0], kind)
    return out


@lru_cache(maxsize=2)
def load_names(folder: str | None = None) -> Names:
    """The names of the data folder's table (the package's own when none is named), without the lexicon."""
    data: Any = Path(folder) if folder else resources.files("marsad") / "data"
    kinds = type_words((data / "ar" / "cues.yaml").read_text("utf8"))
    return Names(Gazetteer(places_in(table_rows((data / "places.tsv").read_text("utf8")))), kinds)
