"""An anatomy as one HTML page that needs nothing else: no network, no script, no font of its own.

The text stands whole, sentence by sentence, with marks coloured by kind; what layers saw is in
tables, what was weighed in bars. Marks are bare: padding or an isolate within a word would break
the joins of Arabic letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from marsad.anatomy import (
    LAYER,
    Anatomy,
    CandidateSeen,
    Choice,
    EventSeen,
    Option,
    Seen,
    SentenceSeen,
    View,
    Weighed,
)
from marsad.model import Span
from marsad.publish.dossier import Value, days_in_words, place_in_words, values_of
from marsad.publish.html import Html, joined, safe, tag
from marsad.publish.lines import runs
from marsad.publish.marks import KINDS, marked, style
from marsad.publish.verdicts import (
    claim_in_words,
    counts_of,
    neighbour_of,
    sides,
    signed,
    standing,
    sum_of,
    told_here,
    verdict,
)

_KIND_NAMES = {
    "act": "acts", "toll": "what became of whom", "number": "numbers", "time": "times", "place": "places",
    "side": "sides and people", "weapon": "weapons", "speaker": "who says so", "status": "plans, denials, doubt",
    "grammar": "grammar",
}  # fmt: skip
_SHOWN_AT_ONCE = frozenset(KINDS) - {"grammar"}
#: How many rivals are shown of a choice, and of a candidate.
_RIVALS, _NEAREST = 4, 2
#: How many terms of each side stand open.
_HEAVY = 7
#: The weight whose bar is full.
_FULL = 2.0
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(views: Iterable[View]) -> Iterator[str]:
    """The page, piece by piece."""
    yield "<!doctype html>\n"
    yield Html('<html lang="en" dir="ltr"><head>')
    yield joined(
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", "Marsad: what was seen, and why"),
        tag("style", Html(style())),
    )
    yield Html("</head><body>")
    yield _legend()
    yield Html("<main>")
    yield _homes()
    for number, view in enumerate(views, 1):
        yield _document(view, f"d{number}")
    yield Html("</main></body></html>\n")


def _legend() -> Html:
    switches = [
        tag(
            "label",
            tag("input", type="checkbox", id=f"show-{kind}", checked=kind in _SHOWN_AT_ONCE),
            tag("span", _KIND_NAMES[kind], class_=f"swatch a-{kind}"),
        )
        for kind in KINDS
    ]
    return tag("form", tag("fieldset", tag("legend", "Show"), *switches), class_="legend")


def _homes() -> Html:
    """Which file to open for what each layer gives."""
    rows = [
        tag("tr", tag("th", tag("span", layer.name, class_="layer"), scope="row"), tag("td", layer.says),
            tag("td", tag("code", layer.home)), class_=f"of-{layer.kind}")
        for layer in LAYER.values()
    ]  # fmt: skip
    return tag(
        "details",
        tag("summary", "The layers, and the file in src/marsad that each is mended in"),
        tag("div", tag("table", *rows, class_="layers"), class_="scroll"),
    )


# ── a document ────────────────────────────────────────────────────────────────────────────


def _document(view: View, id_: str) -> Html:
    anatomy = view.anatomy
    document = anatomy.document
    capture = document.capture
    name = document.title or capture.source_id or document.id
    day = f"published {document.published}" if document.published else "day of publication unknown"
    about = [tag("bdi", part) for part in (capture.source_id, day, capture.outlet) if part]
    if capture.url:
        about.append(tag("bdi", capture.url, dir="ltr"))
    sentences = [_sentence(view, n, anatomy.sentences[n], id_) for n in view.sentences]
    if not anatomy.sentences:
        sentences = [tag("p", document.text, class_="text", dir="rtl", lang="ar")]
    return tag(
        "section",
        tag(
            "header",
            tag("h1", tag("bdi", name)),
            tag("p", *_between(about), class_="about"),
            tag("p", counts_of(anatomy), class_="counts"),
            tag("p", f"{anatomy.reading.reader}, lexicon {anatomy.lexicon}, document {document.id}", class_="fine"),
        ),
        "" if view.narrowed else _overview(anatomy, id_),
        tag("h2", "The text, sentence by sentence"),
        *sentences,
        tag("h2", "How each event got its values") if view.events else "",
        *(_event(anatomy, anatomy.events[n], id_) for n in view.events),
        "" if view.narrowed else joined(_claims(anatomy), _issues(anatomy)),
        class_="document",
        id=id_,
    )  # fmt: skip


def _between(pieces: Sequence[Html]) -> Iterator[Html]:
    for n, piece in enumerate(pieces):
        yield joined(" · ", piece) if n else piece


def _overview(anatomy: Anatomy, id_: str) -> Html:
    refused = [c for c in anatomy.candidates if c.outcome == "refused"]
    missed = [
        joined(tag("a", f"candidate {c.number + 1}", href=f"#{id_}-c{c.number + 1}"), f" {c.event.type} ",
               _quote(anatomy, c.event.trigger), f" ({signed(anatomy.happenings[c.happening].worth.total)})")
        for c in refused
    ]  # fmt: skip
    below = tag("p", "Not made: ", *_between(missed), class_="skipped") if missed else ""
    if not anatomy.events:
        return joined(tag("p", "No event was made of this text."), below)
    rows = []
    for seen in anatomy.events:
        event = seen.event
        main = anatomy.happenings[seen.happening].main
        toll = ", ".join(f"{v.value} {v.field}" for v in values_of(event, anatomy.document.text)
                         if v.field in ("killed", "wounded", "arrested"))  # fmt: skip
        rows.append(
            tag(
                "tr",
                tag("th", tag("a", f"event {seen.number + 1}", href=f"#{id_}-e{seen.number + 1}"), scope="row"),
                tag("td", event.type.replace("_", " ")),
                tag("td", tag("bdi", days_in_words(event.period))),
                tag("td", _mixed(place_in_words(event.location))),
                tag("td", ", ".join(p.code for p in event.initiators) or "unknown"),
                tag("td", ", ".join(p.code for p in event.targets)),
                tag("td", toll),
                tag("td", tag("a", f"candidate {main + 1}", href=f"#{id_}-c{main + 1}"), " ",
                    _quote(anatomy, event.trigger)),
            )
        )  # fmt: skip
    heads = ("", "type", "days", "place", "who", "to whom", "how many", "told by")
    head = tag("tr", *(tag("th", name, scope="col") if name else tag("td") for name in heads))
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="events")
    return joined(tag("div", table, class_="scroll"), below)


def _claims(anatomy: Anatomy) -> Html:
    if not anatomy.reading.claims:
        return Html("")
    items = [
        tag("li", _mixed(claim_in_words(claim)), " ", _quote(anatomy, claim.evidence))
        for claim in anatomy.reading.claims
    ]
    return joined(tag("h2", "Numbers claimed"), tag("ul", *items))


def _issues(anatomy: Anatomy) -> Html:
    if not anatomy.reading.issues:
        return Html("")
    items = [
        tag("li", f"{issue.kind}: {issue.message} ", _quote(anatomy, issue.span) if issue.span else "")
        for issue in anatomy.reading.issues
    ]
    return joined(tag("h2", "What could not be resolved"), tag("ul", *items))


def _mixed(text: str) -> Html:
    """A text of ours that names Arabic words, each run of them in an isolate."""
    return joined(*(tag("bdi", run, lang="ar") if arabic else run for run, arabic in runs(text)))


def _quote(anatomy: Anatomy, span: Span) -> Html:
    return tag("q", span.of(anatomy.document.text), dir="rtl", lang="ar")


# ── a sentence ────────────────────────────────────────────────────────────────────────────


def _sentence(view: View, number: int, sentence: SentenceSeen, id_: str) -> Html:
    anatomy = view.anatomy
    seen = [s for s in sentence.seen if s.layer in view.layers]
    title = f"Sentence {number + 1}{', the headline' if sentence.headline else ''}"
    cards = [
        _candidate(anatomy, candidate, id_)
        for candidate in anatomy.candidates
        if candidate.sentence == number and candidate.number in view.candidates
    ]
    return tag(
        "section",
        tag("h3", title),
        tag("p", *marked(anatomy.document.text, sentence.span, seen), class_="text", dir="rtl", lang="ar"),
        tag("p", "Not read: ", _mixed(sentence.skipped), class_="skipped") if sentence.skipped else "",
        _refusals(anatomy, seen),
        _layers(anatomy, sentence, seen, opened=view.narrowed),
        *cards,
        class_="sentence",
        id=f"{id_}-s{number + 1}",
    )


def _refusals(anatomy: Anatomy, seen: Sequence[Seen]) -> Html:
    """The words for acts that tell none here: the first thing one looks for who misses an event."""
    items = [
        tag("li", _quote(anatomy, item.span), " ", tag("code", item.source), " ", _mixed(item.outcome))
        for item in seen
        if item.refused and item.layer == "events"
    ]
    return tag("ul", *items, class_="refusals") if items else Html("")


def _layers(anatomy: Anatomy, sentence: SentenceSeen, seen: Sequence[Seen], *, opened: bool) -> Html:
    order = {name: n for n, name in enumerate(LAYER)}
    rows = []
    for item in sorted(seen, key=lambda s: (order[s.layer], s.span)):
        layer = LAYER[item.layer]
        rows.append(
            tag(
                "tr",
                tag("th", tag("span", layer.name, class_="layer"), scope="row"),
                tag("td", _quote(anatomy, item.span), class_="words"),
                tag("td", tag("code", item.source) if item.source else ""),
                tag("td", _mixed(item.gives)),
                tag("td", _mixed(item.outcome), class_="skipped" if item.refused else None),
                class_=f"of-{layer.kind}",
            )
        )  # fmt: skip
    heads = ("layer", "words", "entry", "gives", "what became of it")
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="layers")
    unknown = [_quote(anatomy, word.span) for word in sentence.words if not word.known]
    keys = [
        tag(
            "div", tag("dt", _quote(anatomy, word.span)), tag("dd", " ".join(word.keys), dir="rtl", lang="ar")
        )
        for word in sentence.words
        if word.keys[0].isalnum()
    ]
    return tag(
        "details",
        tag("summary", f"What each layer saw ({len(rows)})"),
        tag("div", table, class_="scroll"),
        tag("p", "No entry knows: ", *_between(unknown), class_="unknown") if unknown else "",
        tag(
            "details",
            tag("summary", "The keys under which each word is looked up"),
            tag("dl", *keys, dir="rtl"),
        ),
        open=opened,
    )


# ── a candidate ───────────────────────────────────────────────────────────────────────────

_BADGES = {"made": "made", "joined": "joined", "refused": "not made"}


def _candidate(anatomy: Anatomy, candidate: CandidateSeen, id_: str) -> Html:
    happening = anatomy.happenings[candidate.happening]
    apart = [n for n in candidate.neighbours if not n.joined][:_NEAREST]
    compared = [*(n for n in candidate.neighbours if n.joined), *apart]
    event = (
        tag("a", f"event {happening.event + 1}", href=f"#{id_}-e{happening.event + 1}")
        if happening.event is not None
        else ""
    )
    return tag(
        "article",
        tag(
            "h4",
            tag("span", _BADGES[candidate.outcome], class_="badge"),
            f" Candidate {candidate.number + 1}: {candidate.event.type.replace('_', ' ')} ",
            *(joined(_quote(anatomy, span), " ") for span in candidate.words),
            event,
        ),
        tag("p", _mixed(verdict(anatomy, candidate)), class_="verdict"),
        _values(list(told_here(anatomy, candidate))[1:]),
        tag("p", "Its values were looked for in ", _quote(anatomy, candidate.territory), class_="fine"),
        tag(
            "details",
            tag("summary", "What was weighed"),
            tag(
                "div",
                _weighed("Does it tell a happening? (told)", candidate.told),
                _weighed("Is it worth an event? (worth)", happening.worth) if candidate.outcome != "joined" else "",
                *(_weighed(f"The same? (same) {_sentence_case(neighbour_of(n))}", n.pairs[0].weighed)
                  for n in compared),
                class_="weighings",
            ),
        ),
        class_=f"candidate {candidate.outcome}",
        id=f"{id_}-c{candidate.number + 1}",
    )  # fmt: skip


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _values(values: Sequence[Value]) -> Html:
    items = [
        tag(
            "div",
            tag("dt", value.field),
            tag("dd", _mixed(value.value), " ",
                tag("q", value.quote, dir="rtl", lang="ar") if value.quote else "",
                joined(" says ", _mixed(value.said_by)) if value.said_by else ""),
        )
        for value in values
    ]  # fmt: skip
    return tag("dl", *items) if items else Html("")


def _weighed(title: str, weighed: Weighed) -> Html:
    return _bars(joined(_mixed(title), " ", tag("b", sum_of(weighed))), weighed)


def _bars(title: Html, weighed: Weighed, *, rival: bool = False) -> Html:
    """The heaviest terms of each side, the lighter ones folded away: together they are the sum.

    Of a rival the lighter ones are only summed up.
    """
    heavy = [term for side in sides(weighed) for term in side[:_HEAVY]]
    light = [term for side in sides(weighed) for term in side[_HEAVY:]]
    lighter = f"{len(light)} lighter, together {signed(sum(weight for _, weight in light))}"
    silent = f"Observed, without weight: {', '.join(weighed.silent)}"
    folded = tag(
        "details",
        tag("summary", lighter),
        tag("table", *(_term(*term) for term in light)),
        tag("p", _mixed(silent), class_="fine") if weighed.silent else "",
    )
    return tag(
        "div",
        tag("table", tag("caption", title), *(_term(*term) for term in heavy)),
        (tag("p", lighter, class_="fine") if rival else folded) if light else "",
        class_="weighing",
    )


def _term(name: str, weight: float) -> Html:
    """One row: a page has tens of thousands, so it is made at once and short."""
    side = "for" if weight > 0 else "against"
    length = min(abs(weight) / _FULL, 1.0) * 50
    bar = f'<i class="{side}" style="--l:{length:.0f}%"></i>'
    return Html(f"<tr><th>{_mixed(name)}</th><td>{signed(weight)}</td><td>{bar}</td></tr>")


# ── an event ──────────────────────────────────────────────────────────────────────────────


def _event(anatomy: Anatomy, seen: EventSeen, id_: str) -> Html:
    members = anatomy.happenings[seen.happening].members
    told = _between([tag("a", f"candidate {n + 1}", href=f"#{id_}-c{n + 1}") for n in members])
    return tag(
        "article",
        tag("h3", f"Event {seen.number + 1}: {seen.event.type.replace('_', ' ')} ", _quote(anatomy, seen.event.trigger)),
        tag("p", f"{seen.event.status}, {seen.event.recency}, told by ", *told, f" · id {seen.id}", class_="fine"),
        _values(list(values_of(seen.event, anatomy.document.text))),
        *(_choice(anatomy, choice) for choice in seen.choices),
        class_="event",
        id=f"{id_}-e{seen.number + 1}",
    )  # fmt: skip


def _choice(anatomy: Anatomy, choice: Choice) -> Html:
    chosen = [option for option in choice.options if option.chosen]
    rivals = [option for option in choice.options if not option.chosen]
    more = len(rivals) - _RIVALS
    taken = joined(*_between([_mixed(option.value) for option in chosen])) or safe(choice.otherwise)
    return tag(
        "details",
        tag("summary", f"Why {choice.slot}: ", tag("b", taken)),
        tag("p", choice.note, class_="fine") if choice.note else "",
        tag("div", *(_option(anatomy, o) for o in [*chosen, *rivals[:_RIVALS]]), class_="weighings"),
        tag("p", f"{more} more had less for them", class_="fine") if more > 0 else "",
    )


def _option(anatomy: Anatomy, option: Option) -> Html:
    mark = "taken" if option.chosen else "not taken"
    title = joined(
        tag("span", mark, class_=f"badge {'made' if option.chosen else 'refused'}"), " ", _mixed(option.value), " ",
        joined(_quote(anatomy, option.span), " ") if option.span else "", tag("b", standing(option)),
    )  # fmt: skip
    return _bars(title, option.weighed, rival=not option.chosen)
