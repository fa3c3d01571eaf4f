"""One incident: what is known, according to whom, in which words, and why its tellings are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from marsad.decision import Standing
from marsad.errors import QueryError
from marsad.link.rules import load_rules
from marsad.link.voices import counts, voices
from marsad.model import Account, Capture, Document, Event, Incident, Join, Period, Span, Telling, Toll
from marsad.pipeline import find, texts
from marsad.pipeline.deciding import history
from marsad.publish import dossier
from marsad.web.charts import range_bar
from marsad.web.comparisons import term
from marsad.web.errors import Missing
from marsad.web.evidence import KINDS, direction, marked, marks, shown_excerpts
from marsad.web.i18n import _, preferred
from marsad.web.render import Seen, page
from marsad.web.reviewers import reviewer_of
from marsad.web.site import Site
from marsad.web.view import View
from marsad.web.visitor import Visitor

router = APIRouter(include_in_schema=False)
#: Longer texts have a page of their own.
_WHOLE = 30_000


@router.get("/i/{id_}")
def permanent(request: Request, id_: str) -> RedirectResponse:
    """The address to cite: it leads to the page in the reader's language."""
    language = preferred(request.headers.get("accept-language", ""))
    return RedirectResponse(f"/{language}/incidents/{id_}", status_code=307)


@router.get("/{language}/incidents/{id_}.json")
def as_json(view: Seen, id_: str) -> JSONResponse:
    """The incident with every value, its quote and the place of the quote in the text."""
    found = incident_of(view.site, id_)
    return JSONResponse(incident_json(found, view.site))


@router.get("/{language}/incidents/{id_}.geojson")
def as_geojson(view: Seen, id_: str) -> JSONResponse:
    """The incident's point with its precision and the radius of its doubt, as the map draws it."""
    found = incident_of(view.site, id_)
    return JSONResponse(
        {"type": "FeatureCollection", "features": [_feature(found, view)]}, media_type="application/geo+json"
    )


@router.get("/{language}/incidents/{id_}")
def incident(request: Request, view: Seen, id_: str) -> Response:
    """The page."""
    found = incident_of(view.site, id_)
    if found.id != id_:
        return RedirectResponse(view.url(f"incidents/{found.id}"), status_code=307)
    documents = texts(view.site.record, found)
    captures = view.site.record.captures(list(documents))
    return _page(view, found, documents, captures, reviewer_of(request))


def incident_of(site: Site, id_: str) -> Incident:
    """The incident of that whole id, or the one that took its place; raises `Missing`."""
    try:
        found = find(site.record, id_)
    except QueryError:
        raise Missing(_("incident"), id_) from None
    if id_ not in (found.incident.id, found.asked):
        raise Missing(_("incident"), id_)
    return found.incident


def incident_json(found: Incident, site: Site) -> dict[str, Any]:
    """The incident as JSON values."""
    documents = texts(site.record, found)
    return dossier.values(found, documents, site.record.captures(list(documents)))


def _feature(found: Incident, view: View) -> dict[str, Any]:
    place = found.location
    known = place is not None and place.lat is not None
    return {
        "type": "Feature",
        "id": found.id,
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]} if place and known else None,
        "properties": {
            "n": 1, "precision": place.precision if place else None, "radius_km": place.radius_km if place else None,
            "area": place.place_id if place and place.precision == 4 else None, "method": place.method if place else None,
            "anchors": list(place.anchors) if place else [], "title": _title(found, view),
            "url": view.url(f"incidents/{found.id}"),
        },
    }  # fmt: skip


def _title(found: Incident, view: View) -> str:
    events = [telling.event for telling in found.tellings]
    return view.title(
        found.type,
        sorted({party.code for event in events for party in event.initiators}),
        sorted({party.code for event in events for party in event.targets}),
    )


def _page(
    view: View, found: Incident, documents: Mapping[str, Document], captures: Mapping[str, Sequence[Capture]],
    me: Visitor | None,
) -> HTMLResponse:  # fmt: skip
    period, place = found.period or Period(None, None), found.location
    counted = counts(found.tellings, voices(found.tellings), view.site.names.actors)
    rule = load_rules().grade(counted)
    tellings = {telling.event_id: telling for telling in found.tellings}
    title = _title(found, view)
    where = _place(found, view)
    return page(
        view, "incident.html",
        incident=found, title=title, verdicts=VERDICTS, states=STATES, where=where, days=view.period(period.first, period.last),
        losses=view.losses(found.tolls), why=rule.words[view.language], witnesses=found.witnesses,
        place=place, kinds=[(kind, view.gettext(KIND_NAMES[kind])) for kind in KINDS],
        tolls=[_shown_toll(toll, view) for toll in found.tolls],
        tellings=[shown_telling(t, documents[t.document_id], captures[t.document_id], view) for t in found.tellings],
        joins=[shown_join(join, tellings, view) for join in found.joins],
        decisions=_decisions(view, found), judged=view.site.record.judged(list(tellings)),
        citation=_citation(found, title, where, period, view),
        me=me, form_token=me.form_token if me else "",
    )  # fmt: skip


#: What each kind of mark is evidence of.
KIND_NAMES = {
    "who": _("who did it"), "whom": _("to whom"), "what": _("what happened"), "where": _("where"), "when": _("when"),
    "figure": _("how many"), "weapon": _("with what"), "speaker": _("who says so"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    """What `View.place` asks of a place."""

    place: str
    place_id: str | None
    precision: int | None
    admin1: str | None
    country: str | None


def _place(found: Incident | Event, view: View) -> str:
    told = found.location
    if told is None:
        return view.gettext("place not told")
    return (
        view.place(_Place(told.name, told.place_id, told.precision, told.admin1, told.country)) or told.name
    )


# ── figures ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """One voice's count: on which day, who, through whom, how many, and what it gave."""

    account: Account
    bar: Markup
    gave: tuple[str, ...]
    replaced: bool


@dataclass(frozen=True, slots=True)
class ShownToll:
    """One measure with all that was said of it, in the order of days, on one scale."""

    toll: Toll
    most: int
    accounts: tuple[ShownAccount, ...]


def _shown_toll(toll: Toll, view: View) -> ShownToll:
    said = toll.history
    most = max([toll.high or 0, toll.best, *(max(a.low or 0, a.high or 0) for a in said)])
    # room for what has no told top
    most = most if all(a.high is not None for a in said) else round(most * 1.25) + 1

    def bar(low: int | None, best: int | None, high: int | None) -> Markup:
        label = view.between_in_words(low, high)
        return range_bar(low, best, high, most=most, label=label)

    bounds = (
        (view.gettext("lowest"), toll.low_from),
        (view.gettext("best"), toll.best_from),
        (view.gettext("highest"), toll.high_from),
    )
    shown = tuple(
        ShownAccount(
            account, bar(account.low, account.best, account.high),
            tuple(name for name, given in bounds if account in given and len(toll.accounts) > 1),
            account in toll.earlier and account not in toll.accounts,
        )
        for account in said
    )  # fmt: skip
    return ShownToll(toll, most, shown)


# ── tellings ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ShownTelling:
    """One source's telling: where it stands, who says it through whom, its words, its values."""

    telling: Telling
    document: Document
    captures: Sequence[Capture]
    direction: str
    chain: tuple[tuple[str, str], ...]
    excerpts: tuple[tuple[Markup, bool, bool], ...]
    whole: Markup | None
    values: tuple[tuple[str, str, str], ...]


def shown_telling(
    telling: Telling, document: Document, captures: Sequence[Capture], view: View
) -> ShownTelling:
    """The telling as its article tells it, marked, with its values in words."""
    event, text = telling.event, document.text
    seen = marks(event)
    shown = tuple(shown_excerpts(document, seen, event.evidence))
    cut = any(before or after for _, before, after in shown)
    whole = marked(text, Span(0, len(text)), seen) if cut and len(text) <= _WHOLE else None
    return ShownTelling(
        telling, document, captures, direction(document), _chain(telling, captures, view), shown, whole,
        tuple(_values(event, text, view)),
    )  # fmt: skip


def _chain(telling: Telling, captures: Sequence[Capture], view: View) -> tuple[tuple[str, str], ...]:
    """From the outlet through those between to whoever says it, each with what it is."""
    said = telling.event.attribution
    outlet = next((capture.outlet for capture in captures if capture.outlet), None) or telling.source
    out = [(outlet, view.gettext("outlet"))]
    out += [(name, view.gettext("relays it")) for name in said.via]
    if said.speaker:
        out.append((said.speaker, view.term("speakers", said.speaker_class)))
    return tuple(out)


def _values(event: Event, text: str, view: View) -> list[tuple[str, str, str]]:
    """Every value of the event in the reader's language: its name, itself, and the words that say it."""

    def words(span: Span | None) -> str:
        return span.of(text) if span else ""

    out = [(view.gettext("Type"), view.term("types", event.type), words(event.trigger))]
    if event.count != 1:
        number = view.gettext("several") if event.count is None else view.num(event.count)
        out.append((view.gettext("How many such events"), number, ""))
    if event.period:
        out.append(
            (
                view.gettext("When"),
                view.period(event.period.first, event.period.last),
                words(event.period_span),
            )
        )
    if event.location:
        where = _place(event, view)
        if event.location.precision:
            where += f" ({view.term('precisions', event.location.precision)})"
        out.append((view.gettext("Where"), where, words(event.location.span)))
    for name, parties in (
        (view.gettext("Initiator"), event.initiators),
        (view.gettext("Target"), event.targets),
    ):
        out += [(name, view.actor(party.code), words(party.span)) for party in parties]
    for figure in event.figures:
        said = f"{view.between_in_words(figure.low, figure.high)} ({view.term('groups', figure.group)})"
        if figure.attribution.speaker and figure.attribution.speaker != event.attribution.speaker:
            according = view.gettext("says")  # out of the f-string, where the catalogue would miss it
            said += f"{'،' if view.language == 'ar' else ','} {according} {figure.attribution.speaker}"
        out.append((view.term("measures", figure.measure), said, words(figure.span)))
    out += [
        (view.gettext("Weapon"), view.term("weapons", weapon.code), words(weapon.span))
        for weapon in event.weapons
    ]
    return out


# ── why these are one ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ShownJoin:
    """A compared pair: whose tellings, the score, and every term, the weightiest first."""

    join: Join
    first: Telling
    second: Telling
    terms: tuple[tuple[str, str, str, float], ...]


def shown_join(join: Join, tellings: Mapping[str, Telling], view: View) -> ShownJoin:
    """The comparison with its terms in words; `tellings` holds both by their events' ids."""
    terms = sorted(join.terms, key=lambda t: -abs(t.weight))
    return ShownJoin(
        join, tellings[join.event_a], tellings[join.event_b],
        tuple((term(t.name, view), t.a, t.b, t.weight) for t in terms),
    )  # fmt: skip


#: What people decide, as the history tells it.
VERDICTS = {
    "accept": _("accepted as read"), "reject": _("rejected"), "correct": _("corrected"), "same": _("put together"),
    "different": _("kept apart"), "withdraw": _("taken back"),
}  # fmt: skip
STATES = {
    "applied": _("in effect"), "conflict": _("no effect: people disagree"), "superseded": _("replaced by a later decision"),
    "unanchored": _("no effect: its words are not read any more"), "withdrawn": _("taken back"),
}  # fmt: skip


def _decisions(view: View, found: Incident) -> tuple[Standing, ...]:
    """Who decided what of it, the latest first; nothing is asked of a record without decisions."""
    record = view.site.record
    return history(record, found.id)[::-1] if record.decision_head()[0] else ()


def _citation(found: Incident, title: str, where: str, period: Period, view: View) -> str:
    """A line to cite: what, where, when, who told it, and the id that stays."""
    sources = ("، " if view.language == "ar" else ", ").join(found.sources)
    return view.gettext("Marsad, incident %(id)s: %(title)s, %(where)s, %(days)s. Told by: %(sources)s.") % {
        "id": found.id, "title": title, "where": where, "days": view.period(period.first, period.last), "sources": sources,
    }  # fmt: skip
