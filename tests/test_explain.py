"""An explanation shows the very run that made the events, loses nothing and cannot be misused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from marsad.anatomy import LAYER, Anatomy, Weighed, view_of
from marsad.cli import app
from marsad.errors import QueryError
from marsad.lexicon import LAYERS, load
from marsad.model import Document, Span
from marsad.pipeline import documents
from marsad.publish import anatomy_page, anatomy_text
from marsad.publish.lines import drawn, isolated, line, mixed
from marsad.read import Reader
from marsad.read.dissect import dissect

SAMPLE = Path(__file__).parents[1] / "src" / "marsad" / "data" / "sample" / "articles.jsonl"
READER = Reader(load())
ARTICLE = (
    "مقتل جنديين بانفجار عبوة ناسفة في كركوك\n"
    "قتل جنديان أمس الثلاثاء بانفجار عبوة ناسفة في قضاء الحويجة جنوب غربي كركوك، بحسب مصدر أمني. "
    "وقال المصدر إن القوات تستعد لشن هجوم على مواقع التنظيم. "
    "كما قصفت طائرة مسيرة سيارة قرب بلدة الرشاد."
)


def anatomy(text: str, *, headline: str = "") -> Anatomy:
    head = Span(0, len(headline)) if headline else None
    return dissect(READER.steps(Document(text, headline=head)))


@pytest.fixture(scope="module")
def sampled() -> list[Anatomy]:
    """Every fourth article of the sample: enough to meet every slot and every outcome."""
    articles = [item for item in documents([SAMPLE]) if isinstance(item, Document)][::4]
    return [dissect(READER.steps(article)) for article in articles]


def weighings(found: Anatomy) -> list[Weighed]:
    told = [candidate.told for candidate in found.candidates]
    worth = [happening.worth for happening in found.happenings]
    same = [pair.weighed for c in found.candidates for n in c.neighbours for pair in n.pairs]
    slots = [o.weighed for event in found.events for choice in event.choices for o in choice.options]
    return [*told, *worth, *same, *slots]


# ── it is the reading's own run ───────────────────────────────────────────────────────────


def test_every_event_is_made_of_a_candidate_with_its_trigger(sampled: list[Anatomy]) -> None:
    for found in sampled:
        assert found.reading == READER.read(found.document)
        made = [c for c in found.candidates if c.outcome == "made"]
        assert [seen.event for seen in found.events] == list(found.reading.events)
        assert sorted(c.event.trigger for c in made) == sorted(e.trigger for e in found.reading.events)
        for seen in found.events:
            happening = found.happenings[seen.happening]
            assert happening.event == seen.number
            assert found.candidates[happening.main].event.trigger == seen.event.trigger


def test_every_candidate_is_made_joined_or_refused_with_a_reason(sampled: list[Anatomy]) -> None:
    outcomes = set()
    for found in sampled:
        for candidate in found.candidates:
            happening = found.happenings[candidate.happening]
            outcomes.add(candidate.outcome)
            assert candidate.number in happening.members
            assert happening.worth.passed == (happening.event is not None)
            assert (candidate.outcome == "joined") == (candidate.number != happening.main)
            if candidate.outcome == "refused":
                assert not happening.worth.passed
            joined = [n for n in candidate.neighbours if n.joined]
            if candidate.number == happening.members[0]:
                assert not joined and all(n.agreement <= n.threshold for n in candidate.neighbours)
            else:
                assert joined[0].agreement > joined[0].threshold
                assert joined[0].agreement == max(n.agreement for n in candidate.neighbours)
    assert outcomes == {"made", "joined", "refused"}


def test_the_weights_shown_are_all_of_the_sum(sampled: list[Anatomy]) -> None:
    for found in sampled:
        for weighed in weighings(found):
            assert sum(weight for _, weight in weighed.terms) == pytest.approx(weighed.total)
            assert all(weighed.terms) and not {n for n, _ in weighed.terms} & set(weighed.silent)


def test_what_is_shown_as_taken_is_what_the_event_has(sampled: list[Anatomy]) -> None:
    for found in sampled:
        for seen in found.events:
            event = seen.event
            taken = {c.slot: [o for o in c.options if o.chosen] for c in seen.choices}
            assert bool(taken.get("place")) == (event.location is not None)
            assert bool(taken.get("day") or taken.get("day from around")) == (event.period is not None)
            assert {o.value for o in taken["initiators"]} == {p.code for p in event.initiators}
            assert {o.value for o in taken["targets"]} == {p.code for p in event.targets}
            assert {o.value for o in taken.get("weapons", ())} == {w.code for w in event.weapons}
            speakers = {event.attribution.speaker} - {None}
            assert {o.value for o in taken.get("speaker", ())} == speakers
            assert bool(taken["recency"]) == (event.recency == "background")


# ── why a word tells nothing ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "word", "why"),
    [
        ("قال المصدر إن القوات تستعد لشن هجوم على مواقع التنظيم في كركوك.", "هجوم", "plan"),
        ("لم يسفر التفجير عن إصابات، ولن يقصف الجيش القرية في كركوك.", "يقصف", "negation"),
    ],
)
def test_a_word_that_makes_no_candidate_says_by_which_rule(text: str, word: str, why: str) -> None:
    found = anatomy(text)
    (seen,) = (
        s
        for sentence in found.sentences
        for s in sentence.seen
        if s.layer == "events" and word in s.span.of(text)
    )
    assert seen.outcome.startswith("no act here: ") and why in seen.outcome


def test_a_phrase_under_unless_is_told_as_blocked() -> None:
    text = "أعلن قائد عمليات الأنبار اعتقال مطلوبين في الرمادي."
    (blocked,) = (s for s in anatomy(text).sentences[0].seen if s.source == "unless" and s.layer == "events")
    assert "عمليات" in blocked.span.of(text) and "unless" in blocked.outcome


def test_a_word_without_entry_is_told_with_the_keys_it_was_looked_up_by() -> None:
    (sentence,) = anatomy("والزقزوق").sentences
    (word,) = sentence.words
    assert not word.known and word.keys[:2] == ("والزقزوق", "الزقزوق") and "زقزوق" in word.keys


# ── the part that was asked for ───────────────────────────────────────────────────────────


def test_a_view_is_of_the_words_asked_for_in_any_spelling() -> None:
    found = anatomy(ARTICLE, headline=ARTICLE.splitlines()[0])
    for words in ("الطائرة المسيرة", "طائرة", "قَصَفت طائره"):
        view = view_of(found, at=words)
        if words == "الطائرة المسيرة":
            assert view is None
            continue
        assert view is not None and view.sentences == (3,)
        assert {found.candidates[n].sentence for n in view.candidates} == {3}
    with pytest.raises(QueryError, match="no word"):
        view_of(found, at=" ")


def test_a_view_of_an_event_has_all_its_tellings() -> None:
    found = anatomy(ARTICLE, headline=ARTICLE.splitlines()[0])
    view = view_of(found, event=1)
    assert view is not None and view.events == (0,)
    assert view.candidates == found.happenings[found.events[0].happening].members
    assert view_of(found, event=99) is None


def test_a_layer_that_is_none_is_refused_with_the_names_of_all() -> None:
    with pytest.raises(QueryError, match="one of events, casualties") as refused:
        view_of(anatomy(ARTICLE), layers=["verbs"])
    assert all(name in str(refused.value) for name in LAYER)


def test_every_layer_of_the_lexicon_is_shown_with_the_file_it_is_mended_in() -> None:
    package = SAMPLE.parents[2]
    assert set(LAYERS) <= set(LAYER)
    assert all((package / layer.home).is_file() for layer in LAYER.values())


# ── the page ──────────────────────────────────────────────────────────────────────────────


class Page(HTMLParser):
    """What a browser would see: the text of the article, the elements, the attributes."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._inside = self._inside or (tag == "p" and ("class", "text") in attrs)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "p"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.text.append(data)


def page(found: Anatomy) -> Page:
    view = view_of(found)
    assert view is not None
    return Page("".join(anatomy_page.page([view])))


def test_marks_lose_no_character_of_the_article(sampled: list[Anatomy]) -> None:
    for found in sampled[::3]:
        assert "".join(page(found).text) == found.document.text


HOSTILE = st.lists(
    st.sampled_from(
        ["</p>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '" onmouseover="x', "&lt;", "&amp", "'",
         "قتل", "جنديان", "بانفجار", "في", "كركوك", "أمس", "قصفت", "بلدة", "\n", "\r\n", "\r", " ", "\u202e", "\u2069", "\x1b[2J",
         "\x07", "ـ", "َ", "،", ".", "12"]
    ),
    max_size=40,
).map(" ".join)  # fmt: skip
ELEMENTS = set(
    "html head meta title style body form fieldset legend label input span main section header h1 h2 h3 h4 p a bdi q mark "
    "details summary div table thead tbody caption tr th td b i code article dl dt dd ul li".split()
)


@settings(deadline=None, max_examples=60)
@given(HOSTILE)
def test_a_hostile_text_stays_text(text: str) -> None:
    found = anatomy(text)
    found = replace(
        found, document=replace(found.document, capture=replace(found.document.capture, source_id=text))
    )
    seen = page(found)
    assert "".join(seen.text) == text
    assert seen.elements <= ELEMENTS and not any(name.startswith("on") for name in seen.attributes)
    view = view_of(found)
    assert view is not None
    for shown in drawn(anatomy_text.lines(view)):
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067]", shown)


def test_the_page_needs_nothing_else() -> None:
    view = view_of(anatomy(ARTICLE))
    assert view is not None
    whole = "".join(anatomy_page.page([view]))
    assert "default-src &#x27;none&#x27;" in whole
    assert not re.search(r"url\(|@import|<script|<link|src=", whole)


# ── the terminal ──────────────────────────────────────────────────────────────────────────


def test_each_line_closes_the_isolates_that_it_opens() -> None:
    view = view_of(anatomy(ARTICLE))
    assert view is not None
    for width in (40, 100):
        for shown in drawn(anatomy_text.lines(view), width=width):
            assert shown.count("\u2068") == shown.count("\u2069")
    long = line(1, isolated("قصفت طائرة مسيرة سيارة قرب بلدة الرشاد " * 6))
    assert len(list(drawn([long], width=60))) > 3


def test_lines_are_no_wider_than_asked() -> None:
    view = view_of(anatomy(ARTICLE))
    assert view is not None
    for shown in drawn(anatomy_text.lines(view), width=100):
        words = re.sub("[\u2068\u2069]", "", shown)
        assert len(words) <= 100 or " " not in words.strip()


def test_arabic_within_latin_is_isolated_and_latin_is_not() -> None:
    assert mixed("place أريحا, Idlib") == "place \u2068أريحا\u2069, Idlib"
    assert mixed("shelling") == isolated("shelling") == "shelling"


# ── the command ───────────────────────────────────────────────────────────────────────────


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    (tmp_path / "one.txt").write_text(ARTICLE, "utf8")
    two = [{"id": "a", "text": ARTICLE, "published": "2021-05-05"}, {"id": "b", "text": "خبر آخر عن الطقس."}]
    (tmp_path / "two.jsonl").write_text("".join(json.dumps(a) + "\n" for a in two), "utf8")
    return tmp_path


def marsad(*words: str, code: int = 0, typed: str | None = None) -> Result:
    result = CliRunner().invoke(app, ["explain", *words], input=typed)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def test_explain_draws_layers_candidates_and_events() -> None:
    out = marsad("one.txt").stdout
    for expected in ("sentence 1", "candidate 1", "event 1", "ar.event.", "why place", "told ", "worth "):
        assert expected in out
    assert "\x1b" not in out


def test_explain_takes_what_read_takes(folder: Path) -> None:
    assert "candidate 1" in marsad("-", typed=ARTICLE).stdout
    (folder / "page.html").write_text(
        f"<html><head><title>خبر</title></head><body><article><p>{ARTICLE}</p></article></body></html>",
        "utf8",
    )
    assert "candidate 1" in marsad("page.html").stdout


def test_explain_of_several_documents_shows_all_or_one() -> None:
    assert marsad("two.jsonl").stdout.count("published") + marsad("two.jsonl").stdout.count("unknown") >= 2
    assert "الطقس" not in marsad("two.jsonl", "--only", "a").stdout
    assert "الطقس" in marsad("two.jsonl", "--only", "2").stdout
    assert "'c'" in marsad("two.jsonl", "--only", "c", code=2).stderr


def test_explain_narrows_to_words_event_and_layer() -> None:
    out = marsad("one.txt", "--at", "تستعد لشن هجوم").stdout
    assert "no act here: under" in out and "event 1" not in out
    assert "why place" in marsad("one.txt", "--event", "1").stdout
    only = marsad("one.txt", "--layer", "places", "--layer", "namings").stdout
    assert "namings" in only and not any(word in only for word in ("ar.event.", "candidate 1", "event 1"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--at", "زلزال"), "the words 'زلزال'"),
        (("--event", "9"), "an event 9"),
        (("--layer", "verbs"), "one of events"),
        (("--at", "،"), ""),
    ],
)
def test_a_question_that_finds_nothing_is_answered_in_one_line(words: tuple[str, ...], said: str) -> None:
    if words[1] == "،":
        assert marsad("one.txt", *words).stdout
        return
    result = marsad("one.txt", *words, code=2)
    assert result.stderr.startswith("error: ") and said in result.stderr and result.stdout == ""


def test_what_cannot_be_taken_in_is_reported() -> None:
    assert "none.txt" in marsad("none.txt", code=3).stderr


def test_the_page_is_written_where_asked(folder: Path) -> None:
    assert marsad("one.txt", "-f", "html", "-o", "why.html").stdout == ""
    written = (folder / "why.html").read_text("utf8")
    assert "".join(Page(written).text) == ARTICLE
    assert "cannot write" in marsad("one.txt", "-o", "no/where.txt", code=2).stderr


def test_colour_is_for_terminals_and_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" in marsad("one.txt", "--color").stdout
    assert "\x1b[" not in marsad("one.txt").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" in marsad("one.txt", "--color").stdout
