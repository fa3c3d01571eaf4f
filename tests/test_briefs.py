"""Briefs: every sentence stands on incidents that exist, in every form and both languages; charts tell no lies."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html
from typer.testing import CliRunner

from marsad import definitions, lexicon, pipeline
from marsad.analyse.windows import Window
from marsad.brief import Brief
from marsad.cli import app
from marsad.pipeline.briefing import before, brief
from marsad.publish import charts
from marsad.publish.brief_docx import document
from marsad.publish.brief_html import page
from marsad.publish.brief_md import markdown
from marsad.publish.brief_pdf import pdf
from marsad.publish.quotes import WORDS, quote
from marsad.publish.sheet import style
from marsad.record import Record
from marsad.wording import Words, words_for

SAMPLE = Path(__file__).parents[1] / "src" / "marsad" / "data" / "sample" / "articles.jsonl"
JULY = Window(date(2021, 7, 1), date(2021, 7, 31))
RULES = definitions.load()
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    path = tmp_path_factory.mktemp("record") / "sample.db"
    with Record.open(path, create=True) as opened:
        pipeline.run(opened, [SAMPLE], workers=1)
        yield opened


@pytest.fixture(scope="module")
def july(record: Record) -> Brief:
    return brief(record, JULY, RULES, made=date(2021, 8, 2))


# ── what is said ──────────────────────────────────────────────────────────────────────────


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(date(2018, 6, 1), date(2024, 12, 1)), st.integers(0, 700))
def test_every_sentence_stands_on_incidents_or_documents_that_exist(
    record: Record, first: date, days: int
) -> None:
    made = brief(record, Window(first, first + timedelta(days=days)), RULES)
    incidents = {summary.id for summary in record.summaries()}
    documents = set(record.document_ids())
    for sentence in made.sentences:
        assert sentence.incidents or sentence.documents, sentence.says.key
        assert set(sentence.incidents) <= incidents and set(sentence.documents) <= documents
        assert set(sentence.incidents) <= set(made.numbers)
    for section in made.sections:
        for chart in section.charts:
            assert chart.incidents and set(chart.incidents) <= set(made.numbers)
    assert len({reference.id for reference in made.references}) == len(made.references)
    for words in (words_for("ar"), words_for("en")):
        for sentence in made.sentences:
            told = words.sentence(sentence.says)
            assert told.strip() and "{" not in told


def test_what_is_counted_is_what_is_named(record: Record, july: Brief) -> None:
    total = july.sentences[0]
    assert total.says.key in ("brief.total", "brief.total_among")
    for id_ in total.incidents:
        period = record.incident(id_).period
        assert period is not None and period.first is not None and period.last is not None
        assert JULY.first <= period.first <= period.last <= JULY.last
    number = dict(total.says.values)["number"]
    assert number == type(number)("incident", len(total.incidents), len(total.incidents))  # type: ignore[call-arg, misc]


def test_citations_are_short_and_stand_in_their_documents(record: Record, july: Brief) -> None:
    assert any(reference.citations for reference in july.references)
    for reference in july.references:
        for citation in reference.citations:
            source = record.document(citation.document)
            assert source is not None
            words = citation.words.removeprefix("… ").removesuffix(" …")
            assert len(words.split()) <= WORDS
            assert words in " ".join(source.text.split())


def test_disagreeing_figures_stand_side_by_side(july: Brief) -> None:
    told = [s for s in july.sentences if s.says.key == "brief.figures"]
    assert told and all(len(s.incidents) == 1 for s in told)
    assert any("25" in words_for("en").sentence(s.says) for s in told)


def test_an_area_narrows_and_nothing_says_so(record: Record) -> None:
    places = lexicon.load().places
    baghdad = brief(record, JULY, RULES, areas=(places["irq-baghdad"],))
    whole = brief(record, JULY, RULES)
    assert 0 < len(baghdad.sentences[0].incidents) < len(whole.sentences[0].incidents)
    empty = brief(record, Window(date(1990, 1, 1), date(1990, 1, 31)), RULES)
    assert empty.sentences == () and empty.references == ()
    assert words_for("en").say("brief.nothing") in page(empty, words_for("en"))


def test_thin_periods_are_not_compared(july: Brief) -> None:
    assert july.watch.thin
    keys = {sentence.says.key for sentence in july.sentences}
    assert "brief.change_untold" in keys
    assert not keys & {"brief.change_up", "brief.change_down", "brief.change_none", "brief.part_up"}


# ── what it is compared with ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "last", "start", "end"),
    [
        ("2021-03-01", "2021-03-31", "2021-02-01", "2021-02-28"),
        ("2021-01-01", "2021-01-31", "2020-12-01", "2020-12-31"),
        ("2021-01-01", "2021-12-31", "2020-01-01", "2020-12-31"),
        ("2021-04-01", "2021-06-30", "2021-01-01", "2021-03-31"),
        ("2021-04-06", "2021-04-19", "2021-03-23", "2021-04-05"),
    ],
)
def test_whole_months_are_compared_with_whole_months(first: str, last: str, start: str, end: str) -> None:
    asked = Window(date.fromisoformat(first), date.fromisoformat(last))
    assert before(asked) == Window(date.fromisoformat(start), date.fromisoformat(end))


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 1000))
def test_the_period_before_ends_the_day_before(first: date, days: int) -> None:
    window = Window(first, first + timedelta(days=days))
    assert before(window).last == window.first - timedelta(days=1)
    assert abs(before(window).days - window.days) <= 31


def test_a_quote_holds_the_word_within_which_it_is_asked_for() -> None:
    assert quote("قصف والقصف هنا", "القصف", 1) == "… والقصف …"


@given(st.lists(st.text("ابجد", min_size=1, max_size=4), min_size=1, max_size=60), st.data())
def test_a_quote_is_words_in_a_row_around_those_asked_for(said: list[str], data: st.DataObject) -> None:
    most, at = data.draw(st.integers(1, 40)), data.draw(st.sampled_from(said))
    text = data.draw(st.sampled_from([" ", "\n", " \n "])).join(said)
    short = quote(text, at, most)
    words = short.removeprefix("… ").removesuffix(" …")
    assert len(words.split()) <= most and words in " ".join(said)
    assert text.find(at) < 0 or at in words
    assert (words == short) == (len(said) <= most)
    assert quote(text, at, None) == text


# ── the forms ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", [words_for("ar"), words_for("en")], ids=["ar", "en"])
def test_page_links_each_sentence_to_its_incidents(july: Brief, words: Words) -> None:
    tree = html.fromstring(page(july, words))
    assert tree.get("dir") == words.direction and tree.get("lang") == words.language
    ids = {element.get("id") for element in tree.iter() if element.get("id")}
    links = [a.get("href") for a in tree.iter("a") if (a.get("href") or "").startswith("#")]
    assert links and {link.removeprefix("#") for link in links} <= ids
    told = [p.get("data-incidents") for p in tree.iter("p") if p.get("data-incidents")]
    assert told == [" ".join(s.incidents) for s in july.sentences if s.incidents]
    assert not list(tree.iter("script")) and "javascript:" not in page(july, words)
    assert all(i in page(july, words) for i in july.numbers)


def test_words_of_sources_are_no_markup(july: Brief) -> None:
    from dataclasses import replace

    nasty = '<img src=x onerror=alert(1)> #link("x") *b* [x](javascript:y) `q` $x$'
    citation = replace(
        next(r for r in july.references if r.citations).citations[0], words=nasty, url="javascript:alert(1)"
    )
    evil = replace(july, references=tuple(replace(r, citations=(citation,)) for r in july.references))
    assert "<img" not in page(evil, words_for("en")) and "javascript:alert" not in page(evil, words_for("en"))
    assert "<img" not in markdown(evil, words_for("en"))
    assert pdf(evil, words_for("en")).startswith(b"%PDF")


@pytest.mark.parametrize("words", [words_for("ar"), words_for("en")], ids=["ar", "en"])
def test_footnotes_of_markdown_resolve(july: Brief, words: Words) -> None:
    text = markdown(july, words)
    called = set(re.findall(r"\[\^(\d+)\](?!:)", text))
    noted = re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)
    assert called and called <= set(noted) and len(noted) == len(set(noted)) == len(july.references)
    assert ('dir="rtl"' in text) == (words.language == "ar")


def test_word_document_runs_as_its_language_does(july: Brief) -> None:
    docx = pytest.importorskip("docx")
    for language, right_to_left in (("ar", True), ("en", False)):
        out = docx.Document(io.BytesIO(document(july, words_for(language))))
        first = next(p for p in out.paragraphs if p.text)
        assert bool(first._p.xpath("./w:pPr/w:bidi")) == right_to_left
        told = [words_for(language).sentence(s.says) for s in july.sentences]
        texts = "\n".join(p.text for p in out.paragraphs)
        assert all(sentence.translate(dict.fromkeys(range(0x2066, 0x206A))) in texts for sentence in told)


def test_pdf_is_set_in_letters_that_are_there(july: Brief) -> None:
    pytest.importorskip("typst")
    for language in ("ar", "en"):
        assert pdf(july, words_for(language)).startswith(b"%PDF")


# ── charts ────────────────────────────────────────────────────────────────────────────────

LTR = charts.Drawing("ltr", "en", lambda n: f"{n:g}")
RTL = charts.Drawing("rtl", "ar", lambda n: f"{n:g}")
values = st.one_of(st.none(), st.integers(0, 900))
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@st.composite
def points(draw: st.DrawFn) -> charts.Point:
    value = draw(values)
    if value is None:
        return charts.Point(draw(texts), None)
    return charts.Point(
        draw(texts), value, value - draw(st.integers(0, value)), value + draw(st.integers(0, 50))
    )


def drawn(svg: str) -> Any:
    return etree.fromstring(svg.encode())


def parts(svg: str, class_: str) -> list[Any]:
    return [e for e in drawn(svg).iter() if class_ in (e.get("class") or "").split()]


@given(st.lists(points(), max_size=40), st.sampled_from([LTR, RTL]))
def test_charts_are_sound_and_told_to_those_who_do_not_see(
    row: list[charts.Point], drawing: charts.Drawing
) -> None:
    lines = [charts.Line(tuple(row), "a"), charts.Line(tuple(row), "b")]
    for svg in (
        charts.bars(row, drawing, title="t <", says="s &"), charts.line(row, drawing, title="t <", says="s &"),
        charts.multiples(lines, drawing, title="t <", says="s &"),
    ):  # fmt: skip
        tree = drawn(svg)
        assert tree.get("role") == "img" and tree.get("lang") == drawing.language
        assert [tree.find(f"{SVG}{name}").text for name in ("title", "desc")] == ["t <", "s &"]
        labelled = (tree.get("aria-labelledby") or "").split()
        assert {e.get("id") for e in tree.iter() if e.get("id")} == set(labelled)
        width = float(tree.get("width"))
        for rect in tree.iter(f"{SVG}rect"):
            assert (
                float(rect.get("x")) >= 0 and float(rect.get("x")) + float(rect.get("width")) <= width + 0.2
            )


@given(st.lists(points(), min_size=1, max_size=40))
def test_what_is_unknown_is_a_gap_and_never_nothing(row: list[charts.Point]) -> None:
    svg = charts.line(row, LTR, title="t", says="s")
    known = [point for point in row if point.value is not None]
    drawn_points = sum(len(re.findall(r"[ML]", path.get("d"))) for path in parts(svg, "line"))
    assert drawn_points == len(known)
    assert bool(parts(svg, "silence")) == (len(known) < len(row))


def test_bars_grow_as_reading_does() -> None:
    row = [charts.Point("a", 10), charts.Point("b", 5)]
    ltr, rtl = (parts(charts.bars(row, d, title="t", says="s"), "bar") for d in (LTR, RTL))
    assert len({bar.get("x") for bar in ltr}) == 1
    assert len({float(bar.get("x")) + float(bar.get("width")) for bar in rtl}) == 1
    assert float(ltr[0].get("width")) == pytest.approx(2 * float(ltr[1].get("width")), abs=0.2)


def test_bounds_are_drawn_and_told() -> None:
    svg = charts.bars([charts.Point("a", 5, 3, 9)], RTL, title="t", says="s")
    assert parts(svg, "whisker") and "من 3 إلى 9" in svg
    assert not parts(charts.bars([charts.Point("a", 5, 5, 5)], LTR, title="t", says="s"), "whisker")


def luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_hold_their_contrast_by_day_and_by_night() -> None:
    assert contrast(charts._INK, "#ffffff") >= 4.5 and contrast(charts._BAR, "#ffffff") >= 3
    schemes = re.findall(r":root \{(.*?)\}", style(), re.DOTALL)
    assert len(schemes) == 2
    for scheme in schemes:
        colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", scheme))
        for ground in ("paper", "card"):
            assert all(contrast(colour[name], colour[ground]) >= 4.5 for name in ("ink", "soft", "link"))
            assert contrast(colour["bar"], colour[ground]) >= 3
        for outcome in ("agrees", "fewer", "more", "cannot_tell"):
            assert contrast(colour[outcome], colour[f"{outcome}-tint"]) >= 4.5


# ── the command ───────────────────────────────────────────────────────────────────────────


def test_the_command_writes_every_form(record: Record, tmp_path: Path) -> None:
    for form, begins in (("html", b"<!doctype html>"), ("md", b"# "), ("docx", b"PK"), ("pdf", b"%PDF")):
        out = tmp_path / f"brief.{form}"
        words = [
            "-r",
            record.address,
            "brief",
            "--from",
            "2021-07-01",
            "--to",
            "2021-07-31",
            "-f",
            form,
            "-o",
            str(out),
        ]
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, result.output
        assert out.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--from", "2021-07-31", "--to", "2021-07-01"], "ends before it begins"),
        (["--from", "July", "--to", "2021-07-01"], "no day"),
        (["--from", "2021-07-01", "--to", "2021-07-31", "--lang", "fr"], "ar or en"),
        (["--from", "2021-07-01", "--to", "2021-07-31", "--area", "Nowhereville"], "no place"),
        (["--from", "2021-07-01", "--to", "2021-07-31", "--months", "french"], "levant or western"),
        (["--from", "2021-07-01", "--to", "2021-07-31", "-o", "/nowhere/at/all.html"], "cannot write"),
    ],
)
def test_what_the_command_refuses(record: Record, words: list[str], message: str) -> None:
    result = CliRunner().invoke(app, ["-r", record.address, "brief", *words])
    assert result.exit_code == 2 and message in result.stderr
