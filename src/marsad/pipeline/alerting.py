"""Alert rules put to the record: what is new or changed is told once, whatever restarts come between.

What was told and what is still to be sent are one transaction of the record; sending follows, and is
tried again until it succeeds. After a crash between the two a message may go out twice, with the same id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, cast

from marsad import lexicon
from marsad.alerts import Alert, Alerted, AlertKind, Change, Field, Waiting
from marsad.brief import Citation, Reference
from marsad.model import Document, Incident, Period, Telling
from marsad.notify import Asked, Message, Rate, Rule, Rules, Undelivered, send
from marsad.pipeline.analysing import case
from marsad.pipeline.briefing import citation, tolls_of
from marsad.pipeline.releasing import private_names
from marsad.publish import alert_form
from marsad.publish.profiles import Profile, held_back, masked, profile, released, shown
from marsad.publish.quotes import quote
from marsad.wording import Counted, Days, Name, Real, Several, Term, Value, words_for

if TYPE_CHECKING:  # loading a database takes longer than what most commands do
    from marsad.net import Client
    from marsad.record import Alerting, Filters, Record, Summary

#: More at once than this come as one message.
_FLOOD = 10
#: Under this key a rule notes that it has begun; under this, when rates were looked at last.
_BEGUN, _LOOKED = "", "looked"
#: A message that could not be sent is tried again after so long, doubled each time, at most six hours.
_AGAIN, _LONGEST = timedelta(minutes=1), timedelta(hours=6)
#: No message has to wait for longer: one that is due later was dated by a clock that has been put right since.
_FARTHEST = timedelta(hours=26)
#: A change of level that began longer ago is no news.
_BINS = 3
_CITED = 3


@dataclass
class Outcome:
    """What rules found, what was sent, and what could not be."""

    alerts: list[Alert] = field(default_factory=list)
    begun: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    failed: list[str] = field(default_factory=list)
    waiting: int = 0


Send = Callable[..., None]


def alert(
    record: Record,
    rules: Rules,
    now: datetime,
    *,
    client: Client | None = None,
    dry: bool = False,
    backlog: bool = False,
    deliver: Send = send,
) -> Outcome:
    """Finds what the rules ask about, and tells it.

    A rule that is new takes what meets it already for known, unless `backlog` asks for it too. With
    `dry` nothing is written or sent, and a new rule shows what meets it.
    """
    out = Outcome()
    with record.alerting() as kept:
        for rule in rules.rules:
            _Finding(record, kept, rules, rule, now).find(out, dry=dry, backlog=backlog)
        for rate in rules.rates:
            _rates(record, kept, rules, rate, now, out, dry=dry)
    if not dry:
        _send(record, rules, now, client, deliver, out)
    return out


# ── incidents ─────────────────────────────────────────────────────────────────────────────


@dataclass
class _Finding:
    record: Record
    kept: Alerting
    rules: Rules
    rule: Rule
    now: datetime

    def find(self, out: Outcome, *, dry: bool, backlog: bool) -> None:
        chosen = profile(self.rules.profile) if self.rules.profile else None
        before = {one.key: one for one in self.kept.alerted(self.rule.name)}
        begins = _BEGUN not in before
        of_event = {event: one for one in before.values() for event in one.events}
        found = {line.id: line for line in self._matching(chosen)}
        incidents = [
            incident
            for incident in self.record.incidents_of(sorted(found))
            if not (chosen and held_back(incident, self.now.date(), chosen.delay_days))
        ]
        alerts: list[Alert] = []
        told: list[Alerted] = [Alerted(self.rule.name, _BEGUN, self.now)] if begins else []
        met: set[str] = set()
        quiet = begins and not (backlog or dry)
        for incident in incidents:
            events = tuple(sorted(t.event_id for t in incident.tellings))
            was = next((of_event[event] for event in events if event in of_event), None)
            asked = _asked(found[incident.id], self.rule)
            if was is not None:
                met.add(was.key)
            if was is not None and was.asked == _spelt(asked) and not was.gone:
                if was.events != events:
                    told.append(replace(was, events=events))
                continue
            key = was.key if was else incident.id
            told.append(Alerted(self.rule.name, key, self.now, _spelt(asked), events))
            if not quiet:
                kind: AlertKind = "changed" if was else "new"
                changes = tuple(_changes(was.values, dict(asked))) if was else ()
                alerts.append(self._alert(kind, incident, asked, changes, chosen))
        gone = [one for one in before.values() if one.events and one.key not in met and not one.gone]
        for one, incident_ in self._gone(gone, chosen):
            told.append(replace(one, gone=True, at=self.now))
            asked = _asked_of(self.record, incident_, self.rule) if incident_ else ()
            changes = tuple(_changes(one.values, dict(asked))) if asked else ()
            if incident_ is not None:
                alerts.append(self._alert("gone", incident_, (*asked, ("gone", one.key)), changes, chosen))
        if begins:
            out.begun[self.rule.name] = len(incidents)
        if not dry:
            self.kept.put_alerted(told)
            self.kept.put_waiting(_messages(alerts, self.rule, self.rules, self.now))
        out.alerts += alerts

    def _matching(self, chosen: Profile | None) -> list[Summary]:
        """The incidents that the rule asks about and that were told first not too long ago."""
        delay = timedelta(days=chosen.delay_days if chosen else 0)
        filters = _filters(
            self.rule.asked, min_killed=self.rule.min_killed, min_wounded=self.rule.min_wounded,
            grades=self.rule.grades, sources=self.rule.sources,
            reported=(self.now - self.rules.recent - delay).date(),
        )  # fmt: skip
        return self.record.summaries(filters)

    def _gone(
        self, candidates: Sequence[Alerted], chosen: Profile | None
    ) -> Iterator[tuple[Alerted, Incident | None]]:
        """Those that meet the rule no more though they are not too old, with the incident as it is now."""
        since = (self.now - self.rules.recent - timedelta(days=chosen.delay_days if chosen else 0)).date()
        for one in candidates:
            ids = {id_ for event in one.events if (id_ := self.record.incident_of(event))}
            incidents = self.record.incidents_of(sorted(ids))
            days = [t.published for incident in incidents for t in incident.tellings if t.published]
            if incidents and days and min(days) >= since:
                yield one, incidents[0]

    def _alert(
        self,
        kind: AlertKind,
        incident: Incident,
        asked: tuple[tuple[str, str], ...],
        changes: tuple[Change, ...],
        chosen: Profile | None,
    ) -> Alert:
        id_ = _hash(self.rule.name, kind, incident.id, json.dumps(asked, ensure_ascii=False))
        return Alert(
            id_, self.rule.name, kind, self.now, reference=_reference(self.record, incident, chosen), changes=changes,
            profile=chosen.name if chosen else None,
        )  # fmt: skip


def _filters(asked: Asked, **more: object) -> Filters:
    from marsad.record import Filters

    return Filters(
        types=asked.types, place=asked.area, country=asked.country, actor=asked.actor, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _hash(*parts: str) -> str:
    return "a" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:15]


# ── what a rule asks about ────────────────────────────────────────────────────────────────


def _asked(line: Summary, rule: Rule) -> tuple[tuple[str, str], ...]:
    """The values that the rule asks about, in one spelling."""
    out: list[tuple[str, str]] = []
    if rule.asked.types:
        out.append(("type", line.type))
    if rule.asked.area or rule.asked.country:
        out.append(("place", json.dumps([line.place_id, line.place], ensure_ascii=False)))
    if rule.asked.actor:
        out.append(("actors", "\n".join(sorted({*line.initiators, *line.targets}))))
    if rule.min_killed:
        out.append(("killed", json.dumps([line.killed_low, line.killed_high])))
    if rule.min_wounded:
        out.append(("wounded", json.dumps([line.wounded_low, line.wounded_high])))
    if rule.grades:
        out.append(("grade", line.grade))
    return tuple(out)


def _spelt(asked: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{name}\t{value}" for name, value in asked)


def _asked_of(record: Record, incident: Incident, rule: Rule) -> tuple[tuple[str, str], ...]:
    from marsad.record import Filters

    line = next((s for s in record.summaries(Filters(types=(incident.type,))) if s.id == incident.id), None)
    return _asked(line, rule) if line else ()


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in after:
        if name in before and before[name] != after[name]:
            known = cast(Field, name)
            yield Change(known, _value(known, before[name]), _value(known, after[name]))


def _value(name: Field, told: str) -> Value:
    table = lexicon.load()
    if name in ("type", "grade"):
        return Term(name, told)
    if name in ("killed", "wounded"):
        low, high = json.loads(told)
        return Counted(name, low, high)
    if name == "actors":
        actors = [table.actors.get(code) for code in told.split("\n") if code]
        return Several(tuple(Name(a.name_ar, a.name_en) for a in actors if a is not None))
    place_id, written = json.loads(told)
    place = table.places.get(place_id or "")
    return Name(place.name_ar, place.name_en) if place else Name(written, None)


# ── what is told of an incident ───────────────────────────────────────────────────────────


def _reference(record: Record, incident: Incident, chosen: Profile | None) -> Reference:
    """The incident with words of its sources, no more of either than the profile lets out."""
    table = lexicon.load()
    ids = sorted({telling.document_id for telling in incident.tellings})
    texts: dict[str, Document] = {document.id: document for document in record.documents(ids)}
    if chosen is not None:
        private = private_names(texts) if chosen.persons == "mask" else {}
        texts = {id_: masked(text, private.get(id_, ())) for id_, text in texts.items()}
        incident = released(incident, chosen, table.places, texts)
    one = case(incident, table.gazetteer)
    place = table.places.get(one.place_id or "")
    unit = table.gazetteer.held_by(place, "governorate") if place else None
    captures = record.captures(ids)
    citations: list[Citation] = []
    for telling in _latest(incident):
        told = citation(telling, texts[telling.document_id], captures[telling.document_id])
        if chosen is not None:
            trigger = telling.event.trigger.of(texts[telling.document_id].text)
            told = replace(told, words=shown(quote(told.words, trigger, chosen.quote_words)))
        citations.append(told)
    return Reference(
        id=incident.id,
        type=incident.type,
        period=Period(one.first, one.last) if one.first or one.last else None,
        place=Name(place.name_ar, place.name_en) if place else Name(one.place, None) if one.place else None,
        admin1=Name(unit.name_ar, unit.name_en) if unit else None,
        tolls=tuple(tolls_of(incident)),
        grade=incident.grade,
        sources=incident.sources,
        citations=tuple(citations),
    )


def _latest(incident: Incident) -> list[Telling]:
    """What each of the first sources wrote last: of an edited article, the text that stands."""
    by_source: dict[str, Telling] = {}
    for telling in sorted(
        incident.tellings, key=lambda t: (t.published or date.min, str(t.retrieved or ""), t.event_id)
    ):
        by_source[telling.source] = telling
    return list(by_source.values())[:_CITED]


# ── changes of level ──────────────────────────────────────────────────────────────────────


def _rates(
    record: Record, kept: Alerting, rules: Rules, rate: Rate, now: datetime, out: Outcome, *, dry: bool
) -> None:
    """Looks at most once an hour whether the alarm for a change of level was raised of late."""
    from marsad.errors import QueryError
    from marsad.pipeline.studies import study, trends

    before = {one.key: one for one in kept.alerted(rate.name)}
    looked = before.get(_LOOKED)
    if looked is not None and abs(now - looked.at) < timedelta(hours=1) and not dry:
        return
    try:
        found = next(iter(trends(study(record, _filters(rate.asked)), unit=rate.unit)))
    except QueryError as error:  # nothing is covered yet, or no packages for statistics
        out.failed.append(f"{rate.name}: {error}")
        return
    told = [Alerted(rate.name, _LOOKED, now)]
    alerts: list[Alert] = []
    known = found.series.known
    for at, one in enumerate(known):
        key = one.window.first.isoformat()
        if one.window.first not in found.alarms or at < len(known) - _BINS or key in before:
            continue
        earlier = [b.recorded for b in known[:at]]
        says = alert_form.rate(
            found.series.basis.definition, Days(Period(one.window.first, one.window.last)), one.recorded,
            Real(sum(earlier) / max(len(earlier), 1), 1),
        )  # fmt: skip
        alerts.append(Alert(_hash(rate.name, "rate", key), rate.name, "rate", now, says=says))
        told.append(Alerted(rate.name, key, now))
    if not dry:
        kept.put_alerted(told)
        kept.put_waiting(_messages(alerts, rate, rules, now))
    out.alerts += alerts


# ── messages ──────────────────────────────────────────────────────────────────────────────


def _messages(alerts: Sequence[Alert], rule: Rule | Rate, rules: Rules, now: datetime) -> Iterator[Waiting]:
    """The alerts to each channel of the rule: now, or with its digest."""
    words = words_for(rule.language)
    digest = rule.digest != "no" or len(alerts) > _FLOOD
    due = _slot(rule, rules, now)
    for one in alerts:
        for channel in rule.to:
            yield Waiting(
                id=_hash(one.id, channel),
                channel=channel,
                due=due,
                digest=digest,
                subject=alert_form.subject(one, words),
                text=alert_form.text(one, words),
                data=alert_form.data(one, words),
            )


def _slot(rule: Rule | Rate, rules: Rules, now: datetime) -> datetime:
    """When the next digest goes out; a daily one at its hour by the clock of this machine."""
    if rule.digest == "hourly":
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if rule.digest == "daily":
        local = now.astimezone()
        at = local.replace(hour=rules.digest_at.hour, minute=rules.digest_at.minute, second=0, microsecond=0)
        return at if at > local else at + timedelta(days=1)
    return now


def _send(
    record: Record, rules: Rules, now: datetime, client: Client | None, deliver: Send, out: Outcome
) -> None:
    """Sends what is due; what does not get through is due again later."""
    due = [one for one in record.unsent() if one.due <= now or one.due > now + _FARTHEST]
    for group in _grouped(due):
        channel = rules.channel(group[0].channel)
        if channel is None:
            out.failed.append(f"no channel is called {group[0].channel!r} any more")
            continue
        ids = [one.id for one in group]
        tries = max(one.tries for one in group)
        with record.alerting() as kept:
            kept.tried(ids, now + min(_AGAIN * 2.0 ** min(tries, 20), _LONGEST))
        language = str(group[0].data.get("language", "en"))
        subject, text = alert_form.together(
            [one.subject for one in group], [one.text for one in group], words_for(language)
        )
        message = Message(
            id=ids[0] if len(ids) == 1 else _hash(*ids), subject=subject, text=text,
            alerts=tuple(one.data for one in group), made=now, again=tries > 0,
        )  # fmt: skip
        try:
            deliver(channel, message, client)
        except Undelivered as error:
            out.failed.append(f"{channel.name}: {error}")
            continue
        with record.alerting() as kept:
            kept.sent(ids)
        out.sent += 1
    out.waiting = len(record.unsent())


def _grouped(due: Iterable[Waiting]) -> Iterator[list[Waiting]]:
    """Messages one by one, but those of a digest together, by channel and language."""
    digests: dict[tuple[str, str], list[Waiting]] = {}
    for one in due:
        if one.digest:
            digests.setdefault((one.channel, str(one.data.get("language"))), []).append(one)
        else:
            yield [one]
    yield from digests.values()
