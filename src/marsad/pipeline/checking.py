"""Claims checked against a record: a text is read, its claims resolved, each put to the incidents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from marsad import lexicon
from marsad.analyse.checks import Base, Question
from marsad.analyse.claims import check_claims
from marsad.definitions import Definitions
from marsad.errors import QueryError
from marsad.findings import Asked, Check
from marsad.gazetteer.answer import Question as Where
from marsad.gazetteer.answer import of_name
from marsad.gazetteer.names import Names, load_names
from marsad.lexicon import Lexicon
from marsad.model import Claim, Document, Period, Place, Reading
from marsad.pipeline.analysing import cases, coverage
from marsad.read import Reader
from marsad.read.locate import locate
from marsad.read.typed import read_typed
from marsad.wording import Days, Name, Quote, Saying, Several

if TYPE_CHECKING:  # loading a database takes longer than what most commands do
    from marsad.record import Record

#: The tolls whose victims a claim may tell of.
_TOLLS = frozenset({"killed", "wounded"})
# العراق وسوريا, Iraq and Syria, Iraq, Syria: several areas
_AND = re.compile(r"\s+و\s*(?=\S)|\s+and\s+|[,،;]\s*")


@dataclass(frozen=True, slots=True)
class Asking:
    """What is said besides the text: the area and the actors of all claims in the place of those that it tells."""

    area: tuple[Place, ...] = ()
    actors: frozenset[str] = frozenset()


def base(record: Record, definitions: Definitions) -> Base:
    """The record as claims are checked against; raises `QueryError` where scipy is not installed."""
    if find_spec("scipy") is None:
        raise QueryError(
            "the package {package} is not installed", hint="pip install 'marsad[analyse]'", package="scipy"
        )
    words = lexicon.load()
    states = frozenset(code for code, actor in words.actors.items() if actor.state)
    return Base(cases(record), coverage(record), definitions, words.gazetteer, states)


def asking(*, area: str | None = None, actors: Iterable[str] = ()) -> Asking:
    """What the options say; raises `QueryError` for an area or an actor that no table knows."""
    words = lexicon.load()
    places: tuple[Place, ...] = ()
    if area is not None:
        found = _places(area, words)
        if found is None:
            raise QueryError(
                f"no place {area!r}",
                hint="a name of the table, as العراق or Kirkuk; `marsad place` finds them",
            )
        places = found
    codes = frozenset(code.upper() for code in actors)
    unknown = sorted(codes - {code.upper() for code in words.actors})
    if unknown:
        raise QueryError(f"no actor {unknown[0]!r}", hint=f"one of {', '.join(sorted(words.actors))}")
    return Asking(places, codes)


def check(document: Document, base: Base, asking: Asking = Asking()) -> tuple[Check, ...]:
    """Every claim of a text with what the record says of it, in the order of the text.

    What no claim was made of is a check that says so.
    """
    words = lexicon.load()
    reading = read_claims(document, words)
    resolve = _Resolver(document, base, asking, words)
    questions = [(claim, resolve.question(claim)) for claim in reading.claims]
    return tuple(check_claims(document, questions, base, reading.issues))


def read_claims(document: Document, words: Lexicon) -> Reading:
    """The claims of a text: by the grammar reader, of English words by the small grammar of typed claims."""
    if re.search("[\u0620-\u064a]", document.text):
        return Reader(words).read(document)
    return read_typed(document, words)


class _Resolver:
    """Turns claims of a document into questions to a record."""

    def __init__(self, document: Document, base: Base, asking: Asking, words: Lexicon) -> None:
        self._document = document
        self._base = base
        self._asking = asking
        self._words = words
        self._today = document.published or base.coverage.last_published

    def question(self, claim: Claim) -> Question:
        """What the claim asks of the record, with what of it could not be resolved."""
        faults: list[Saying] = []
        notes: list[Saying] = []
        period = self._period(claim, faults, notes)
        places, areas = self._areas(claim, faults, notes)
        doer, doers = self._doers(claim, notes)
        if claim.measure in _TOLLS:
            notes.append(Saying.of("note.group"))
        asked = Asked(
            claim.measure, claim.low, claim.high, claim.qualifier, period, areas, doer, doers,
        )  # fmt: skip
        towns = tuple(town for place in places if (town := _town(place, self._words)) is not None)
        if towns and not self._asking.area:
            notes.append(Saying.of("note.governorate", areas=Several(areas)))
        said = claim.evidence.of(self._document.text)
        return Question(said, asked, places, tuple(faults), tuple(notes), towns)

    def _period(self, claim: Claim, faults: list[Saying], notes: list[Saying]) -> Period | None:
        period = claim.period
        if period is None or period == Period(None, None):
            faults.append(Saying.of("fault.window"))
            return None
        if period.first is None:
            faults.append(Saying.of("fault.start"))
            return period
        if period.last is None:
            if self._today is None or self._today < period.first:
                faults.append(Saying.of("fault.window"))
                return period
            notes.append(Saying.of("note.ends", day=Days(Period(self._today, self._today))))
            return Period(period.first, self._today)
        return period

    def _areas(
        self, claim: Claim, faults: list[Saying], notes: list[Saying]
    ) -> tuple[tuple[Place, ...], tuple[Name, ...]]:
        places = self._asking.area
        if not places and claim.area is not None:
            told = claim.area.of(self._document.text)
            found = _places(told, self._words)
            if found is None:
                faults.append(Saying.of("fault.area", area=Quote(told)))
                return (), (Name(told, told),)
            places = found
            if not all(_borne(place, told) for place in places):
                used = tuple(_name(place) for place in places)
                notes.append(Saying.of("note.area_wider", asked=Quote(told), used=Several(used)))
        return places, tuple(_name(place) for place in places)

    def _doers(self, claim: Claim, notes: list[Saying]) -> tuple[Name | None, frozenset[str]]:
        codes = self._asking.actors or (frozenset({claim.subject}) if claim.subject else frozenset())
        if not codes:
            return None, frozenset()
        known = [self._words.actors[code] for code in sorted(codes) if code in self._words.actors]
        if not known:
            notes.append(Saying.of("note.actor"))
            return None, frozenset()
        name = Name("، ".join(actor.name_ar for actor in known), ", ".join(actor.name_en for actor in known))
        return name, frozenset().union(*(self._base.definitions.doers(actor.code) for actor in known))


def _name(place: Place) -> Name:
    return Name(place.name_ar, place.name_en or None)


def _town(place: Place, words: Lexicon) -> Place | None:
    """The town that bears the name of a governorate."""
    if place.type != "governorate":
        return None
    ids, _ = load_names().bearers(place.name_ar)
    towns = [words.places[i] for i in ids if place.id in words.gazetteer.holders(words.places[i])]
    return next((town for town in towns if town.type in ("city", "town")), None)


def _borne(place: Place, told: str) -> bool:
    ids, _ = load_names().bearers(told)
    return place.id in ids or any(place.id in load_names().bearers(part)[0] for part in _AND.split(told))


def _places(told: str, words: Lexicon) -> tuple[Place, ...] | None:
    """The places of an area as told: one name, several joined by 'and', or an expression; `None` where unknown."""
    names = load_names()
    told = told.replace("#", " ").strip()
    whole = _place(told, names, words)
    if whole is not None:
        return (whole,)
    parts = [_place(part.strip(), names, words) for part in _AND.split(told) if part.strip()]
    if len(parts) > 1 and all(parts):
        return tuple(place for place in parts if place is not None)
    location = locate(told, words)
    place = words.places.get(location.place_id or "") if location else None
    return (place,) if place else None


def _place(name: str, names: Names, words: Lexicon) -> Place | None:
    """The place of a name; a bare one that a governorate shares with its town is the governorate's.

    What is counted over weeks is told of governorates, and the town is tried beside it.
    """
    ids, kind = names.bearers(name)
    governorates = [i for i in ids if words.places[i].type == "governorate"] if kind is None else []
    if len(governorates) == 1:
        return words.places[governorates[0]]
    answer = of_name(names, name, Where())
    return words.places.get(answer.place.id) if answer and answer.place else None
