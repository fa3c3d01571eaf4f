"""The types that every stage speaks: frozen, slotted dataclasses of the standard library only.

Offsets are code points of `Document.text`. A value that was not told is `None` or an empty
tuple: unknown is never zero and never a default.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

EventType = Literal[
    "armed_clash", "attack", "bombing", "suicide_bombing", "shelling", "air_strike",
    "assassination", "abduction", "security_operation", "arrest", "weapons_seizure",
    "prison_break", "territory_change", "deployment", "property_destruction", "protest",
    "riot", "agreement", "displacement",
]  # fmt: skip
Status = Literal["asserted", "claimed", "denied", "unconfirmed"]
Recency = Literal["news", "background"]
Measure = Literal[
    "killed", "wounded", "arrested", "abducted", "missing", "escaped", "freed", "displaced",
    "surrendered", "casualties", "destroyed", "seized", "other",
]  # fmt: skip
Group = Literal["fighters", "security_forces", "civilians", "mixed", "unknown", "objects"]
SpeakerClass = Literal["official", "armed_group", "local", "media", "organisation", "expert", "outlet"]
ClaimMeasure = Literal[
    "attacks", "operations", "killed", "wounded", "arrested", "fighters", "troops", "detainees",
    "displaced", "foreign_fighters", "territory", "trained", "trend", "other",
]  # fmt: skip
Unit = Literal["count", "percent", "other"]
Qualifier = Literal["exact", "about", "more_than", "less_than", "up_to", "range"]
DatedBy = Literal["input", "metadata", "dateline"]
#: Days before the first of these years or after the last are placeholders of publishing systems
#: (0001-01-01, 1899-12-30, 9999-12-31), not days.
FIRST_YEAR, LAST_YEAR = 1900, 2199
#: The languages of rows of coded data sets: none (`zxx` of ISO 639), but columns.
UCDP_GED = "zxx-x-ucdp-ged"
ACLED = "zxx-x-acled"
#: The outlet of rows that Marsad wrote out in the columns of another set.
EXPORT = "Marsad"
#: Outlets that are coded data sets: what such a set lists apart are happenings apart.
DATA_SETS = frozenset({"UCDP GED", "ACLED", EXPORT})
Method = Literal["name", "offset", "sector", "between", "line", "parent"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points in a document's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of `text` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def cover(self, other: Span) -> Span:
        """The shortest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """First and last possible day, both inclusive; a side that is open is `None`."""

    first: date | None
    last: date | None

    @property
    def known(self) -> bool:
        """Whether both ends are told."""
        return self.first is not None and self.last is not None


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes that came in next to each other; `start` is where they begin in their file.

    Of a packed file it is the place in what was unpacked; `None` where there is no file.
    """

    data: bytes = field(repr=False)
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes that a document was made from, as they came in.

    `recipe` is the way of `ingest` that made the document of the joined pieces, with its version
    (`lines/1`), `item` which of several documents in them it is. `file` is the file or stream as
    it was named. `head` is of what came over HTTP: the status line and the headers, a line each,
    with the empty line that ends them; the pieces are its body without its transfer and content
    encodings, and the headers say so (`ingest.http_head`).
    """

    pieces: tuple[Piece, ...]
    recipe: str
    media_type: str
    file: str = ""
    item: str = ""
    head: bytes = b""

    @property
    def body(self) -> bytes:
        """The pieces, joined."""
        return b"".join(piece.data for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Capture:
    """One taking-in of a document: which input gave it, and what that input said of it.

    `source_id` is the id the input gave (a JSONL `id`, a file name); `retrieved` the moment
    of capture where the input tells it. `raw` goes with the document into the record; what is
    read from a record comes without it (`Record.kept` has it).
    """

    source_id: str
    url: str | None = None
    outlet: str | None = None
    retrieved: datetime | None = None
    raw: Raw | None = field(default=None, compare=False, repr=False, metadata={"written": False})


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of a record's log of captures: its number, its document, and the capture with its bytes.

    `hash` seals the row and all before it.
    """

    number: int
    document_id: str
    capture: Capture
    hash: str


@dataclass(frozen=True, slots=True)
class Document:
    """One text as captured, never normalised.

    `text` begins with the headline where there is one; `headline` is its span, so that every
    piece of evidence, from headline or body, is `text[start:end]`. `published` is the day of
    publication, `dated_by` how it was found; both `None` when it was not told.
    """

    text: str
    published: date | None = None
    dated_by: DatedBy | None = None
    headline: Span | None = None
    language: str | None = None
    capture: Capture = field(default=Capture(""), compare=False)

    @property
    def id(self) -> str:
        """The content hash: equal for equal text, headline and day of publication."""
        head = self.headline.end if self.headline else 0
        day = self.published.isoformat() if self.published else ""
        basis = f"{head}\n{day}\n{self.text}"
        return hashlib.sha256(basis.encode("utf-8", "surrogatepass")).hexdigest()[:24]

    @property
    def coded(self) -> bool:
        """Whether it is a row of a coded data set, written out, and no news in a language."""
        return self.language in (UCDP_GED, ACLED)

    @property
    def title(self) -> str | None:
        """The headline's characters."""
        return self.headline.of(self.text) if self.headline else None


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the gazetteer. `radius_km` is its extent and the uncertainty of its point.

    `homonym` is the group of places that share a spelling. `valid` tells years: `2014/` of the
    place itself, `التأميم 1976/2006` of a name that it had then.
    """

    id: str
    name_ar: str
    name_en: str
    type: str
    country: str
    lat: float
    lon: float
    radius_km: float
    admin1: str | None = None
    parent: str | None = None
    variants_ar: tuple[str, ...] = ()
    weight: int = 0
    needs_cue: bool = False
    pcode: str | None = None
    source: str = ""
    name_ku: str | None = None
    homonym: str | None = None
    valid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Location:
    """A place as told.

    `name` is the most specific name as written (`span`); `precision` is UCDP's `where_prec`
    (1 exact, 2 near a known point, 3 district, 4 governorate, 5 line or fuzzy area,
    6 country, 7 international). `place_id` is `None` for a name that no table knows: it is
    kept as told, without a point. `anchors` are the places that the point was reckoned from.
    """

    name: str
    span: Span
    place_id: str | None = None
    admin1: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    radius_km: float | None = None
    precision: int | None = None
    method: Method = "name"
    runner_up: str | None = None
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """An entry of the actor table: a code of the codebook with its names and side.

    `state` is the country whose force it is, `roles` the generic words (army, police, air)
    that mean this actor once that country is known.
    """

    code: str
    name_en: str
    name_ar: str
    side: str
    state: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """One who acts or is acted on: an actor code, with the words that name it.

    `span` is `None` where only the context of the article names the party.
    """

    code: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says so: the speaker as written, its class, and the words that relay it.

    `via` names those who pass it on, nearest to the outlet first. Never responsibility:
    that is a role of the event.
    """

    speaker: str | None = None
    speaker_class: SpeakerClass = "outlet"
    span: Span | None = None
    cue: Span | None = None
    via: tuple[str, ...] = ()


OUTLET = Attribution()


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of people or things that the event produced, as one source tells it.

    `best` is the count that the source itself holds likeliest between `low` and `high`; news
    tells none.
    """

    measure: Measure
    group: Group
    low: int | None
    high: int | None
    span: Span
    attribution: Attribution = OUTLET
    best: int | None = None


@dataclass(frozen=True, slots=True)
class Weapon:
    """A weapon that the text says was used, with the words that name it."""

    code: str
    span: Span


@dataclass(frozen=True, slots=True)
class Event:
    """One happening as one document tells it.

    `trigger` names the act, `evidence` is the stretch that says most, `mentions` are the
    triggers of other tellings of it in the same document. `count` is how many such events
    the words cover, `None` for several, number unsaid.
    """

    type: EventType
    trigger: Span
    evidence: Span
    status: Status = "asserted"
    recency: Recency = "news"
    count: int | None = 1
    period: Period | None = None
    period_span: Span | None = None
    location: Location | None = None
    initiators: tuple[Party, ...] = ()
    targets: tuple[Party, ...] = ()
    figures: tuple[Figure, ...] = ()
    weapons: tuple[Weapon, ...] = ()
    attribution: Attribution = OUTLET
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A number, a rise or a fall said of a period, an area or a stock."""

    measure: ClaimMeasure
    low: int | None
    high: int | None
    evidence: Span
    unit: Unit | None = "count"
    qualifier: Qualifier | None = "exact"
    direction: Literal["up", "down"] | None = None
    period: Period | None = None
    area: Span | None = None
    subject: str | None = None
    attribution: Attribution = OUTLET


@dataclass(frozen=True, slots=True)
class Issue:
    """A fault as a value: what could not be resolved, and where the text says it."""

    kind: str
    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What `read(document)` gives."""

    document_id: str
    reader: str
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """One event of an incident with where it comes from.

    `source` is the key by which sources count as independent (the outlet, else the site, else
    the input it came from; of a reprint, that of the text it copies, which is `copy_of`);
    `headline` whether the headline tells the event; `retrieved` the latest capture, which orders
    versions of one page.
    """

    event_id: str
    document_id: str
    event: Event
    source: str = ""
    published: date | None = None
    retrieved: datetime | None = None
    headline: bool = False
    copy_of: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What one voice says of a measure, and where: the event and the spans of its figures.

    `speaker` is the voice where it is somebody named, whom `source` relays; else it is `source`
    itself. `said` is the day of publication.
    """

    source: str
    event_id: str
    low: int | None
    high: int | None
    speaker: str | None = None
    said: date | None = None
    figures: tuple[Span, ...] = ()
    best: int | None = None

    @property
    def least(self) -> int:
        """Its lower bound, else its upper."""
        return self.low if self.low is not None else self.high or 0

    @property
    def point(self) -> int:
        """The one number that it counts as: what it holds likeliest where it says so, else its least."""
        return self.best if self.best is not None else self.least


@dataclass(frozen=True, slots=True)
class Toll:
    """Low, best and high count of one measure over an incident's voices.

    `low` and `high` are the extremes of what the voices last said (`accounts`), `best` their lower
    median; `high` is `None` where it has no upper bound. `earlier` is what a voice's later word replaced.
    """

    measure: Measure
    low: int
    best: int
    high: int | None
    accounts: tuple[Account, ...] = ()
    earlier: tuple[Account, ...] = ()

    @property
    def low_from(self) -> tuple[Account, ...]:
        """The accounts that gave the low figure."""
        return tuple(account for account in self.accounts if account.least == self.low)

    @property
    def best_from(self) -> tuple[Account, ...]:
        """The accounts that gave the best figure."""
        return tuple(account for account in self.accounts if account.point == self.best)

    @property
    def high_from(self) -> tuple[Account, ...]:
        """The accounts that gave the high figure; where it is open, those that leave it so."""
        if self.high is None:
            top = max((account.point for account in self.accounts), default=0)
            return tuple(a for a in self.accounts if a.high is None and a.point == top)
        return tuple(account for account in self.accounts if account.high == self.high)

    @property
    def history(self) -> tuple[Account, ...]:
        """Everything said of it, by the day on which it was published."""
        return tuple(
            sorted(
                (*self.earlier, *self.accounts),
                key=lambda a: (a.said or date.min, a.source, a.speaker or "", a.event_id),
            )
        )


@dataclass(frozen=True, slots=True)
class Term:
    """One named comparison: the two values as compared, and what it adds to the score."""

    name: str
    a: str
    b: str
    weight: float


@dataclass(frozen=True, slots=True)
class Join:
    """A compared pair of events: its score and every term of it.

    `barred` names the contradiction that forbids joining the two, whatever the score.
    """

    event_a: str
    event_b: str
    score: float
    terms: tuple[Term, ...]
    barred: str | None = None


Grade = Literal["confirmed", "likely", "single source", "contested", "denied"]


@dataclass(frozen=True, slots=True)
class Incident:
    """One happening in the world: the events that tell it, and what they say together.

    `sources` are the independent origins (of reprints, the text they copy), `speakers` those whom
    they name, `witnesses` how many independent ones they come to; `data/rules.yaml` has the rules.
    """

    id: str
    type: EventType
    tellings: tuple[Telling, ...]
    period: Period | None
    location: Location | None
    tolls: tuple[Toll, ...]
    joins: tuple[Join, ...]
    grade: Grade
    sources: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    witnesses: int = 1
    status: Status = "asserted"

    @property
    def count(self) -> int | None:
        """How many happenings its words cover, by the lower median of what is told; `None` for several, number unsaid."""
        told = sorted(t.event.count for t in self.tellings if t.event.count is not None)
        return told[(len(told) - 1) // 2] if told else None

    @property
    def copies(self) -> tuple[tuple[str, ...], ...]:
        """Documents that are one text: the original, then those that copy it."""
        by_text: dict[str, set[str]] = {}
        for telling in self.tellings:
            if telling.copy_of:
                by_text.setdefault(telling.copy_of, set()).add(telling.document_id)
        return tuple((original, *sorted(by_text[original])) for original in sorted(by_text))

    @property
    def reported_in(self) -> frozenset[str]:
        """The documents whose news it is."""
        return frozenset(t.document_id for t in self.tellings if t.event.recency == "news")

    @property
    def recalled_in(self) -> frozenset[str]:
        """The documents that only come back to it: background, retrospects, anniversaries."""
        return frozenset(t.document_id for t in self.tellings) - self.reported_in


def _derived_id(letter: str, *parts: object) -> str:
    basis = "\n".join(map(str, parts))
    return letter + hashlib.sha256(basis.encode("utf-8", "surrogatepass")).hexdigest()[:15]


def event_ids(reading: Reading) -> tuple[str, ...]:
    """The ids of a reading's events, in order: by document, type and trigger.

    They survive a better reader as long as it finds the same act at the same words.
    """
    seen: dict[tuple[EventType, Span], int] = {}
    out = []
    for event in reading.events:
        key = (event.type, event.trigger)
        seen[key] = seen.get(key, 0) + 1
        out.append(event_id(reading.document_id, *key, seen[key]))
    return tuple(out)


def event_id(document_id: str, type_: str, trigger: Span, nth: int) -> str:
    """The id of the `nth` event of that type at those words of a document."""
    return _derived_id("e", document_id, type_, trigger.start, trigger.end, nth)


def claim_ids(reading: Reading) -> tuple[str, ...]:
    """The ids of a reading's claims, in order: by document, measure and evidence."""
    seen: dict[tuple[str, Span], int] = {}
    out = []
    for claim in reading.claims:
        key = (claim.measure, claim.evidence)
        seen[key] = seen.get(key, 0) + 1
        out.append(
            _derived_id(
                "c", reading.document_id, claim.measure, claim.evidence.start, claim.evidence.end, seen[key]
            )
        )
    return tuple(out)


def incident_id(anchor: str) -> str:
    """The id of the incident whose earliest telling is of the event `anchor`."""
    return _derived_id("i", anchor)
