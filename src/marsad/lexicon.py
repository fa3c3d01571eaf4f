"""Reads, checks and compiles the data files: the only module that knows their formats.

`load()` gives a `Lexicon`: every entry of `data/<language>/*.yaml`, the actor table and the
place table, compiled into one trie over folded token keys. Compiling takes about a second, so
the result is cached on disk under a digest of the data; a cache that cannot be written is
only slower.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import asdict, astuple, dataclass, field, replace
from functools import lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from platformdirs import user_cache_dir

from marsad.errors import LexiconError
from marsad.forms import Form, expand
from marsad.gazetteer.table import Gazetteer, names_of, places_in, table_rows
from marsad.model import ACLED, UCDP_GED, Actor, EventType, Place, Span, SpeakerClass
from marsad.text import Text, Token, Word, word

#: Raised when the compiled form changes its shape.
_COMPILED = 13
#: Says nothing to the reader, so it is no part of the version.
_UNREAD = "given.yaml"
_ENTRY_KEYS = {"id", "forms", "gives", "unless", "yes", "no", "note"}
#: Distinct words that are remembered with what they begin.
_HEADS = 400_000
LAYERS = (
    "numbers", "dates", "events", "casualties", "people", "weapons", "company", "attribution", "status",
    "grammar", "cues", "claims", "actors", "places",
)  # fmt: skip


#: The file of each coded data set, by the language of its rows.
_CODED = {UCDP_GED: "ucdp_ged.yaml", ACLED: "acled.yaml"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One lexicon entry: `gives` is what it states, `yes`/`no` the sentences that prove it."""

    id: str
    layer: str
    gives: Mapping[str, Any] = field(default_factory=dict)
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Codes:
    """What the columns of a coded data set say in the words of the codebook (`data/coded/`).

    `columns` are those of places and sources by what they hold, `separator` parts the names in one.
    `types` and `weapons` by the set's own code, `parties` and `speakers` by its names, `provinces` by
    its names without the kind of division. `precision` is its code of precision as UCDP's
    (`where_prec`), by which `radius_km` goes; `days` by its code of time.
    """

    columns: Mapping[str, str | tuple[str, ...]]
    separator: str
    types: Mapping[str, EventType]
    parties: Mapping[str, str]
    provinces: Mapping[str, str]
    speakers: Mapping[str, SpeakerClass]
    radius_km: Mapping[int, float]
    precision: Mapping[int, int]
    weapons: Mapping[str, str]
    days: Mapping[int, int]


class Match(NamedTuple):
    """An entry found at tokens `first` to `last` (half-open).

    `proclitics` are the letters cut off the first token, `start` the code point where the
    entry's own letters begin (after the proclitics, before the article); `gives` is what the
    entry states.
    """

    entry: Entry
    form: Form
    first: int
    last: int
    proclitics: str
    article: bool
    start: int
    end: int
    gives: Mapping[str, Any]

    @property
    def span(self) -> Span:
        """The characters of the match without its proclitics."""
        return Span(self.start, self.end)


#: Makes a match of a tuple; the class's own constructor is a Python function, and slow for hundreds an article.
_match = partial(tuple.__new__, Match)


@dataclass(frozen=True, slots=True)
class Blocked:
    """A phrase at tokens `first` to `last` that an entry of the layer names under `unless`."""

    layer: str
    first: int
    last: int


_Terminal = tuple[Entry | None, Form, str]
#: A match before its tokens are known: layer, tokens, entry, form, proclitics, article, and where its letters begin.
_Alone = tuple[str, int, Entry | None, Form, str, bool, int]
_Longer = tuple["_Node", str, bool, int]
#: What a word is alone, what it may begin, and the steps by which any of that goes on.
_Head = tuple[tuple[_Alone, ...], tuple[_Longer, ...], frozenset[str]]


_VERBAL_NOUN = Form("n", "", "s", "m")


class _Node:
    """A trie node: entries that end here, by layer, and the next keys."""

    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.ends: list[_Terminal] = []
        self.next: dict[str, _Node] = {}


def clitic_offset(item: Word, proclitics: str) -> int:
    """How many code points the proclitic letters take (marks and tatweel may stand between)."""
    bare = 0
    for at, char in enumerate(item.surface if proclitics else ""):
        if bare < len(item.bare) and char == item.bare[bare]:
            if bare == len(proclitics):
                return at
            bare += 1
    return 0


class Lexicon:
    """Compiled entries with their trie, the actor table and the gazetteer."""

    def __init__(
        self,
        entries: Iterable[tuple[Entry, list[tuple[tuple[str, ...], Form]], list[tuple[str, ...]]]],
        actors: Mapping[str, Actor],
        places: Mapping[str, Place],
        weights: Mapping[str, Mapping[str, float]],
        version: str,
        *,
        coded: Mapping[str, Codes],
    ) -> None:
        """`entries` come with their expanded forms and the phrases that block them."""
        self.actors = actors
        self.places = places
        self.gazetteer = Gazetteer(places)
        self.weights = weights
        self.version = version
        self.coded = coded
        self.entries: dict[str, Entry] = {}
        self._root = _Node()
        self._heads: dict[str, _Head] = {}
        for entry, forms, blocks in entries:
            self.entries[entry.id] = entry
            for keys, form in forms:
                self._insert(keys, (entry, form, entry.layer))
            for keys in blocks:
                self._insert(keys, (None, Form(), entry.layer))

    def with_weights(self, weights: Mapping[str, Mapping[str, float]]) -> Lexicon:
        """The same lexicon deciding by other weights; decisions not named keep theirs."""
        other = copy(self)
        other.weights = {**self.weights, **weights}
        return other

    def _insert(self, keys: tuple[str, ...], terminal: _Terminal) -> None:
        node = self._root
        for key in keys:
            node = node.next.setdefault(key, _Node())
        if all(layer != terminal[2] for _, _, layer in node.ends):
            node.ends.append(terminal)

    def _head(self, item: Word) -> _Head:
        """What the word is alone, and the trie nodes that it may begin, whole word first."""
        alone: dict[str, _Alone] = {}
        longer = []
        for cut in item.cuts:
            node = self._root.next.get(cut.key)
            if node is None:
                continue
            offset = clitic_offset(item, cut.proclitics)
            for entry, form, layer in node.ends:
                # الأسرة is no "its prisoner": what has the article has no owner
                if cut.article and form.suffix:
                    continue
                # and مسلحة is no "his gunman": ta marbuta folds to ha, the bare word keeps it
                if form.suffix == "ه" and item.bare.endswith("ة"):
                    continue
                # the noun of تظاهر is spelled as its past: what has the article is the noun
                if cut.article and form.tense == "past" and form.number == "s" and not form.suffix:
                    form = _VERBAL_NOUN if cut.key.startswith("ت") and form.gender == "m" else form
                alone.setdefault(layer, (layer, 1, entry, form, cut.proclitics, cut.article, offset))
            if node.next:
                longer.append((node, cut.proclitics, cut.article, offset))
        if len(self._heads) >= _HEADS:  # a crawl never runs out of new words
            self._heads.clear()
        steps = frozenset(step for node, *_ in longer for step in node.next)
        head = self._heads[item.surface] = tuple(alone.values()), tuple(longer), steps
        return head

    def entries_of(self, surface: str) -> Iterator[Entry]:
        """The entries that the word is by itself."""
        alone = (self._heads.get(surface) or self._head(word(surface)))[0]
        return (entry for _, _, entry, _, _, _, _ in alone if entry is not None)

    def scan(self, text: Text, *, blocked: list[Blocked] | None = None) -> dict[str, list[Match]]:
        """Every layer's matches, each layer left to right, longest first, no overlaps.

        `blocked` takes up the phrases that some entry's `unless` kept from matching.
        """
        found: dict[str, list[Match]] = {layer: [] for layer in LAYERS}
        free = dict.fromkeys(LAYERS, 0)
        tokens, heads = text.tokens, self._heads
        for sentence in text.sentences:
            for i in range(sentence.first, sentence.last):
                word, begin, _ = tokens[i]
                alone, longer, steps = heads.get(word.surface) or self._head(word)
                best: Iterable[_Alone] = alone
                if longer and i + 1 < sentence.last and not steps.isdisjoint(tokens[i + 1][0].steps):
                    best = _longest(tokens, i, sentence.last, alone, longer)
                for layer, depth, entry, form, proclitics, article, offset in best:
                    if i < free[layer]:
                        continue
                    free[layer] = last = i + depth
                    if entry is not None:
                        start, end = begin + offset, tokens[last - 1][2]
                        found[layer].append(
                            _match((entry, form, i, last, proclitics, article, start, end, entry.gives))
                        )
                    elif blocked is not None:
                        blocked.append(Blocked(layer, i, last))
        return found


def _longest(
    tokens: Sequence[Token], i: int, end: int, alone: Iterable[_Alone], longer: Iterable[_Longer]
) -> Iterable[_Alone]:
    """The longest match of each layer from token `i` on: of one word, or of several before `end`."""
    best: dict[str, _Alone] | None = None
    for node, proclitics, article, offset in longer:
        depth = 1
        while i + depth < end:
            following = _next(node, tokens[i + depth].word)
            if following is None:
                break
            node = following
            depth += 1
            for entry, form, layer in node.ends:
                if article and form.suffix:
                    continue
                if best is None:
                    best = {one[0]: one for one in alone}
                if layer not in best or depth > best[layer][1]:
                    best[layer] = (layer, depth, entry, form, proclitics, article, offset)
            if not node.next:
                break
    return alone if best is None else best.values()


def _next(node: _Node, item: Word) -> _Node | None:
    """Where the word leads from a node, by the first of its steps that leads anywhere."""
    for step in item.steps:
        following = node.next.get(step)
        if following is not None:
            return following
    return None


def _parse(path: Any) -> Any:
    """The YAML of a data file, all scalars as text (so that `no` and `12:30` stay words)."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return yaml.load(path.read_text("utf8"), Loader=loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise LexiconError(" ".join(str(error).split()), where=str(path)) from error


def _read_yaml(path: Any) -> list[dict[str, Any]]:
    raw = _parse(path)
    if not isinstance(raw, list):
        raise LexiconError("a lexicon file is a list of entries", where=str(path))
    for item in raw:
        unknown = set(item) - _ENTRY_KEYS
        if unknown:
            raise LexiconError(f"unknown keys {sorted(unknown)}", where=f"{path}: {item.get('id')}")
        if "id" not in item or "forms" not in item:
            raise LexiconError("an entry needs id and forms", where=f"{path}: {item}")
    return raw


_Compiled = dict[str, Any]


def _compile(data: Any) -> _Compiled:
    """All data files as plain JSON values: entries with forms expanded, actors, places."""
    entries: list[list[Any]] = []
    seen: set[str] = set()
    for layer in LAYERS:
        if layer in ("actors", "places"):
            continue
        path = data / "ar" / f"{layer}.yaml"
        if not path.is_file():
            continue
        for item in _read_yaml(path):
            if item["id"] in seen:
                raise LexiconError("two entries of one id", where=f"{path}: {item['id']}")
            seen.add(item["id"])
            forms = _expanded(item["forms"])
            blocks = [list(k) for p in item.get("unless", ()) for k in expand(p)]
            entries.append(
                [
                    item["id"],
                    layer,
                    item.get("gives", {}),
                    item.get("yes", []),
                    item.get("no", []),
                    forms,
                    blocks,
                ]
            )
    actors: dict[str, Any] = {}
    actor_items = _parse(data / "actors.yaml")
    for item in actor_items:
        code = item["code"]
        actors[code] = [
            code, item["name_en"], item["name_ar"], item["side"], item.get("state"), item.get("roles", []),
        ]  # fmt: skip
        for kind in ("names", "short", "adjective"):
            names = item.get(kind, [])
            if names:
                entries.append(
                    [f"actor.{code}.{kind}", "actors", {"code": code, "kind": kind},
                     item.get("yes", []) if kind == "names" else [], item.get("no", []) if kind == "names" else [],
                     _expanded(names), [list(k) for p in item.get("unless", ()) for k in expand(p)]]
                )  # fmt: skip
    rows = table_rows((data / "places.tsv").read_text("utf8"))
    by_name: dict[str, list[str]] = {}
    for row in rows:
        for name in names_of(row):
            by_name.setdefault(name, []).append(row["id"])
    merged: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for name, ids in by_name.items():
        keys = tuple(sorted(expand(name)))
        merged.setdefault(keys, []).extend(i for i in ids if i not in merged.get(keys, []))
    for number, (forms_keys, ids) in enumerate(merged.items()):
        forms = [[list(keys), asdict(Form())] for keys in forms_keys]
        entries.append([f"place.{number}", "places", {"ids": list(dict.fromkeys(ids))}, [], [], forms, []])
    return {
        "entries": entries,
        "actors": actors,
        "places": rows,
        "coded": {language: _parse(data / "coded" / name) for language, name in _CODED.items()},
        "weights": {
            path.name.removesuffix(".yaml"): {k: float(v) for k, v in _parse(path).items()}
            for path in sorted((data / "weights").iterdir(), key=lambda p: p.name)
        },
    }


def _expanded(patterns: Iterable[str]) -> list[Any]:
    forms: dict[tuple[str, ...], Form] = {}
    for pattern in patterns:
        for keys, form in expand(pattern).items():
            known = forms.get(keys)
            # استعادة stands before استعاد + ه, which folds to the same letters
            if known is None or (known.suffix == "ه" and not form.suffix):
                forms[keys] = form
            elif known.twins(form):
                forms[keys] = replace(known, twin=True)
    return [[list(keys), list(astuple(form))] for keys, form in forms.items()]


def _digest(data: Any) -> str:
    digest = hashlib.sha256(str(_COMPILED).encode())
    files = [
        data / "actors.yaml",
        data / "places.tsv",
        *(data / "coded" / name for name in _CODED.values()),
        *sorted((data / "weights").iterdir(), key=lambda p: p.name),
        *sorted((p for p in (data / "ar").iterdir() if p.name != _UNREAD), key=lambda p: p.name),
    ]
    for path in files:
        if path.name.endswith((".yaml", ".tsv")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _cached(data: Any, version: str) -> _Compiled:
    """The compiled data, from the disk cache when it holds this very version."""
    folder = Path(os.environ.get("MARSAD_CACHE") or user_cache_dir("marsad"))
    path = folder / f"lexicon-{version}.json"
    try:
        loaded: _Compiled = json.loads(path.read_text("utf8"))
        return loaded
    except (OSError, ValueError):
        pass
    compiled = _compile(data)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(compiled, ensure_ascii=False), "utf8")
        temporary.replace(path)
    except OSError:
        pass
    return compiled


@lru_cache(maxsize=2)
def english_claims(folder: str | None = None) -> tuple[tuple[Entry, tuple[str, ...]], ...]:
    """The entries of `en/claims.yaml` with their phrases: words of claims that people type in English."""
    data: Any = Path(folder) if folder else resources.files("marsad") / "data"
    return tuple(
        (
            Entry(
                item["id"],
                "claims",
                item.get("gives", {}),
                tuple(item.get("yes", ())),
                tuple(item.get("no", ())),
            ),
            tuple(item["forms"]),
        )
        for item in _read_yaml(data / "en" / "claims.yaml")
    )


@lru_cache(maxsize=2)
def person_words(folder: str | None = None) -> tuple[tuple[Entry, Mapping[tuple[str, ...], Form]], ...]:
    """The entries of `ar/given.yaml` with their forms: names of persons, which the reader does not look for."""
    data: Any = Path(folder) if folder else resources.files("marsad") / "data"
    return tuple(
        (
            Entry(item["id"], "given", item["gives"], tuple(item.get("yes", ())), tuple(item.get("no", ()))),
            {keys: form for pattern in item["forms"] for keys, form in expand(pattern).items()},
        )
        for item in _read_yaml(data / "ar" / _UNREAD)
    )


@lru_cache(maxsize=4)
def load(folder: str | None = None) -> Lexicon:
    """The lexicon of the data folder (the package's own when none is named).

    Raises `LexiconError` when a data file breaks its own rules.
    """
    data: Any = Path(folder) if folder else resources.files("marsad") / "data"
    # A hundred thousand objects that all stay: the collector would walk them again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _load(data)
    finally:
        if collecting:
            gc.enable()


def _load(data: Any) -> Lexicon:
    version = _digest(data)
    compiled = _cached(data, version)
    forms: dict[tuple[str, ...], Form] = {}

    def form(values: Any) -> Form:
        key = tuple(values) if isinstance(values, list) else tuple(values.values())
        if key not in forms:
            forms[key] = Form(*key)
        return forms[key]

    entries = (
        (
            Entry(id_, layer, gives, tuple(yes), tuple(no)),
            [(tuple(keys), form(values)) for keys, values in expanded],
            [tuple(keys) for keys in blocks],
        )
        for id_, layer, gives, yes, no, expanded, blocks in compiled["entries"]
    )
    actors = {
        code: Actor(v[0], v[1], v[2], v[3], v[4], tuple(v[5])) for code, v in compiled["actors"].items()
    }
    places = places_in(compiled["places"])
    codes = {language: _codes(told) for language, told in compiled["coded"].items()}
    return Lexicon(entries, actors, places, compiled["weights"], version, coded=codes)


def _codes(told: Mapping[str, Any]) -> Codes:
    radius = {int(code): float(km) for code, km in told["radius_km"].items()}
    return Codes(
        columns={k: tuple(v) if isinstance(v, list) else v for k, v in told["columns"].items()},
        separator=told["separator"],
        types=told["types"],
        parties=told["parties"],
        provinces=told["provinces"],
        speakers=told["speakers"],
        radius_km=radius,
        precision={int(k): int(v) for k, v in told.get("precision", {}).items()} or {k: k for k in radius},
        weapons=told.get("weapons", {}),
        days={int(code): int(count) for code, count in told.get("days", {}).items()},
    )
