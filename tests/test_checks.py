"""Checks of claims: the rule, thin coverage, what counts, comparisons, and records with known counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from marsad import definitions, lexicon, pipeline
from marsad.analyse.cases import Case, Coverage
from marsad.analyse.checks import Base, bounds, judge
from marsad.analyse.comparisons import check_pace, ratio_of
from marsad.analyse.tallies import Query, counted, match
from marsad.analyse.watching import watch
from marsad.analyse.windows import Window
from marsad.cli import app
from marsad.errors import QueryError
from marsad.findings import Check, Match, Outcome, Tally
from marsad.model import Claim, Document, Span
from marsad.pipeline.checking import Asking, _Resolver, asking, check
from marsad.publish.check_page import page
from marsad.publish.check_text import text_lines, values
from marsad.record import Record
from marsad.wording import words_for

RULES = definitions.load()
RULE = RULES.thresholds
WORDS = lexicon.load()
FIRST = date(2021, 1, 1)
OUTLETS = ("صحيفة أ", "صحيفة ب", "صحيفة ج", "صحيفة د")


def covered(days: int = 400, *, each: int = 2, start: date = FIRST) -> Coverage:
    """Documents of changing outlets, so many a day."""
    return Coverage.of(
        (OUTLETS[(n + k) % 4], start + timedelta(days=n)) for n in range(days) for k in range(each)
    )


def case(id_: str, day: date | None, **more: Any) -> Case:
    values: dict[str, Any] = {
        "type": "attack", "place_id": "irq-kirkuk", "admin1": "Kirkuk", "country": "IRQ",
        "initiators": frozenset({"ISIS"}), "outlets": OUTLETS[:2], "grade": "likely", **more,
    }  # fmt: skip
    return Case(id=id_, first=day, last=day, **values)


def attacks(number: int, start: date, days: int, **more: Any) -> list[Case]:
    return [case(f"{start}-{n}", start + timedelta(days=n * days // number), **more) for n in range(number)]


def base(cases: Sequence[Case], coverage: Coverage | None = None) -> Base:
    states = frozenset(code for code, actor in WORDS.actors.items() if actor.state)
    return Base(cases, coverage or covered(), RULES, WORDS.gazetteer, states)


def checked(
    text: str, of: Base, *, published: str = "2021-07-01", asked: Asking | None = None
) -> tuple[Check, ...]:
    return check(Document(text, date.fromisoformat(published)), of, asked or Asking())


# ── the rule ──────────────────────────────────────────────────────────────────────────────

ORDER: tuple[Outcome, ...] = ("more", "agrees", "fewer")
numbers = st.integers(0, 400)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    certain, doubtful = draw(st.integers(0, 60)), draw(st.integers(0, 60))
    sure = [_match(n, ()) for n in range(certain)]
    open_ = [_match(n, ("day",)) for n in range(doubtful)]
    return counted([*sure, *open_], RULE, share=draw(st.floats(0.1, 1)), toll=draw(st.booleans()))


def _match(number: int, doubts: tuple[Any, ...], *, high: int = 1) -> Match:
    return Match(f"i{number}", "attack", None, None, 1, high, doubts, "likely", OUTLETS[:1])


@given(tallies(), numbers, numbers, st.booleans())
def test_thin_coverage_never_tells(tally: Tally, low: int, more: int, blind: bool) -> None:
    assert judge(low, low + more, tally, thin=True, blind=blind, rule=RULE) == "cannot_tell"


@given(tallies(), numbers, st.integers(1, 100))
def test_a_greater_claim_never_makes_the_record_show_more(tally: Tally, number: int, more: int) -> None:
    one, other = (judge(n, n, tally, thin=False, blind=False, rule=RULE) for n in (number, number + more))
    if "cannot_tell" not in (one, other):
        assert ORDER.index(one) <= ORDER.index(other)
    assert not (one == "fewer" and other != "fewer")
    assert not (other == "more" and one != "more")


@given(numbers, st.integers(0, 300), st.integers(0, 50))
def test_a_fuller_record_never_shows_fewer(claimed: int, count: int, more: int) -> None:
    one, other = (
        judge(claimed, claimed, counted([_match(k, ()) for k in range(n)], RULE, share=1, toll=False),
              thin=False, blind=False, rule=RULE)
        for n in (count, count + more)
    )  # fmt: skip
    assert ORDER.index(other) <= ORDER.index(one)


@given(st.integers(1, 200), st.sampled_from(["exact", "about", "range"]))
def test_a_record_that_holds_just_what_is_claimed_agrees(count: int, qualifier: str) -> None:
    tally = counted([_match(n, ()) for n in range(count)], RULE, share=1, toll=False)
    low, high = bounds(count, count, qualifier, RULE)
    assert judge(low, high, tally, thin=False, blind=False, rule=RULE) == "agrees"


@given(tallies(), numbers)
def test_a_record_of_deadly_events_alone_never_shows_fewer(tally: Tally, claimed: int) -> None:
    assert judge(claimed, claimed, tally, thin=False, blind=True, rule=RULE) != "fewer"


def test_too_much_in_doubt_agrees_with_nothing() -> None:
    matches = [_match(n, ()) for n in range(4)] + [_match(n, ("doer",)) for n in range(6)]
    tally = counted(matches, RULE, share=1, toll=False)
    assert judge(8, 8, tally, thin=False, blind=False, rule=RULE) == "cannot_tell"
    # but what even all of it does not reach is fewer
    assert judge(90, 90, tally, thin=False, blind=False, rule=RULE) == "fewer"


@settings(deadline=None)  # the first of them loads scipy
@given(st.integers(0, 300))
def test_interval_is_the_exact_one_of_poisson(count: int) -> None:
    from scipy.stats import poisson

    tally = counted([_match(n, ()) for n in range(count)], RULE, share=1, toll=False)
    assert poisson.cdf(count, tally.high) == pytest.approx(0.025, rel=1e-6)
    if count:
        assert poisson.sf(count - 1, tally.low) == pytest.approx(0.025, rel=1e-6)


def test_days_that_nobody_covered_widen_the_range() -> None:
    matches = [_match(n, ()) for n in range(10)]
    whole, half = (counted(matches, RULE, share=share, toll=False) for share in (1, 0.5))
    assert half.high == pytest.approx(2 * whole.high) and half.low == whole.low


def test_ratio_of_the_documented_case() -> None:
    """50 in 14 days against 20 in 60: 10.7, 6.3 to 19.0."""
    found = ratio_of(50, 14, 20, 60, spread=1, level=0.95)
    assert found is not None and [round(x, 1) for x in found] == [10.7, 6.3, 19.0]
    wider = ratio_of(50, 14, 20, 60, spread=3, level=0.95)
    assert wider is not None and wider[0] == found[0] and wider[1] < found[1] and wider[2] > found[2]
    assert ratio_of(0, 14, 0, 60, spread=1, level=0.95) is None


# ── what counts ───────────────────────────────────────────────────────────────────────────

WINDOW = Window(date(2021, 3, 1), date(2021, 3, 31))


def query(**more: Any) -> Query:
    attack = RULES.of("attacks")
    assert attack is not None
    return Query(WINDOW, attack, unknown=RULES.unknown, **more)


@pytest.mark.parametrize(
    ("changes", "doubts"),
    [
        ({}, ()),
        ({"type": "agreement"}, None),
        ({"status": "denied"}, None),
        ({"status": "unconfirmed"}, None),
        ({"grade": "denied"}, None),
        ({"grade": "contested"}, ("contested",)),
        ({"first": date(2021, 2, 28), "last": date(2021, 2, 28)}, None),
        ({"first": date(2021, 2, 25), "last": date(2021, 3, 3)}, ("day",)),
        ({"first": None, "last": None, "reported": date(2021, 3, 15)}, ("day",)),
        ({"first": None, "last": None, "reported": date(2021, 2, 15)}, None),
        ({"first": None, "last": None, "reported": date(2021, 9, 15)}, None),
        ({"initiators": frozenset()}, ("doer",)),
        ({"initiators": frozenset({"UNKNOWN"})}, ("doer",)),
        ({"initiators": frozenset({"TUR"})}, None),
        ({"type": "armed_clash"}, ("doer",)),
        (
            {"type": "armed_clash", "initiators": frozenset({"TUR"}), "targets": frozenset({"ISIS"})},
            ("doer",),
        ),
        ({"type": "armed_clash", "initiators": frozenset({"TUR"})}, None),
        ({"place_id": None, "admin1": None, "country": None}, ("place",)),
        ({"place_id": "irq", "admin1": None}, ("place",)),
        ({"place_id": "irq-anbar", "admin1": "Anbar"}, None),
    ],
)
def test_what_of_a_case_counts(changes: dict[str, Any], doubts: tuple[str, ...] | None) -> None:
    whole = replace(case("i1", date(2021, 3, 10)), **changes)
    asked = query(areas=(WORDS.places["irq-kirkuk"],), doers=frozenset({"ISIS"}))
    found = match(whole, asked, WORDS.gazetteer, RULE)
    assert (found.doubts if found else None) == doubts


def test_acts_told_in_one_breath_count_as_many() -> None:
    nine, several = (
        match(replace(case("i1", date(2021, 3, 9)), count=n), query(), WORDS.gazetteer, RULE)
        for n in (9, None)
    )
    assert nine is not None and (nine.low, nine.high) == (9, 9)
    assert several is not None and (several.low, several.high) == (2, RULE.several)


def test_tolls_are_summed_with_their_bounds() -> None:
    killed = RULES.of("killed")
    assert killed is not None
    found = match(
        case("i1", date(2021, 3, 9), killed=(3, 4, 7)), Query(WINDOW, killed), WORDS.gazetteer, RULE
    )
    assert found is not None and (found.low, found.high) == (3, 7)
    open_ = match(
        case("i1", date(2021, 3, 9), killed=(5, 5, None)), Query(WINDOW, killed), WORDS.gazetteer, RULE
    )
    assert open_ is not None and open_.high == 10


# ── coverage ──────────────────────────────────────────────────────────────────────────────


def test_each_shortfall_is_named() -> None:
    dark = watch(Coverage.of([]), WINDOW, RULE)
    assert [s.key for s in dark.shortfalls] == ["thin.dark"]
    one = watch(Coverage.of(("صحيفة", FIRST + timedelta(days=n)) for n in range(400)), WINDOW, RULE)
    assert [s.key for s in one.shortfalls] == ["thin.outlets"]
    few = watch(
        Coverage.of(
            [
                *((OUTLETS[n % 4], WINDOW.first + timedelta(days=n)) for n in range(9)),
                *((OUTLETS[0], WINDOW.last + timedelta(days=1 + n % 9)) for n in range(60)),
            ]
        ),
        WINDOW,
        RULE,
    )
    assert [s.key for s in few.shortfalls] == ["thin.documents", "thin.days", "thin.typical"]
    assert watch(covered(), WINDOW, RULE).shortfalls == ()
    lull = [
        (o.outlet, o.day) for o in covered(each=6).outputs if o.day not in WINDOW or o.outlet == OUTLETS[0]
    ]
    assert watch(Coverage.of([*lull, *lull, *lull]), WINDOW, RULE).thin


# ── statements against records with known counts ──────────────────────────────────────────


def test_verdicts_on_a_record_of_twenty_attacks_in_may() -> None:
    of = base(attacks(20, date(2021, 5, 1), 31))
    for number, verdict in ((20, "agrees"), (22, "agrees"), (60, "fewer"), (5, "more")):
        (found,) = checked(f"نفذ تنظيم داعش {number} هجوماً في كركوك خلال شهر أيار 2021", of)
        assert found.outcome == verdict, number
        assert found.tally is not None and found.tally.certain == 20
        assert {m.incident for m in found.tally.matches} == {c.id for c in of.cases}
        (typed,) = checked(f"{number} attacks by ISIS in Kirkuk in May 2021", of)
        assert (typed.outcome, typed.tally) == (found.outcome, found.tally)


def test_the_same_on_a_thin_record_cannot_be_told() -> None:
    of = base(attacks(20, date(2021, 5, 1), 31), Coverage.of([("صحيفة أ", date(2021, 5, 3))]))
    for number in (5, 20, 60):
        (found,) = checked(f"{number} attacks by ISIS in May 2021", of)
        assert found.outcome == "cannot_tell" and found.watch is not None and found.watch.thin
        assert {trial.outcome for trial in found.trials} == {"cannot_tell"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("12 attacks", "fault.window"),
        ("2500 troops in Iraq in May 2021", "fault.stock"),
    ],
)
def test_what_cannot_be_counted_says_why(text: str, why: str) -> None:
    found = checked(text, base([]))[0]
    assert found.outcome == "cannot_tell" and found.reasons[0].key == why


def test_sensitivity_tells_each_change() -> None:
    alone = attacks(6, date(2021, 5, 2), 20, type="shelling", outlets=OUTLETS[:1], grade="single source")
    of = base([*attacks(20, date(2021, 5, 1), 31), *(replace(c, id=f"x{c.id}") for c in alone)])
    (found,) = checked("26 attacks by ISIS in Kirkuk in May 2021", of)
    counts = {trial.what.key: trial.tally.certain for trial in found.trials}
    assert counts["trial.standard"] == 26 and counts["trial.strict"] == counts["trial.several"] == 20
    assert counts["trial.without"] == 20
    assert {
        "trial.loose",
        "trial.earlier",
        "trial.later",
        "trial.anyone",
        "trial.wider",
        "trial.narrower",
    } <= set(counts)


def test_a_bare_name_is_the_governorate_and_the_town_is_tried() -> None:
    of = base(attacks(12, date(2021, 5, 1), 31, place_id="irq-kirkuk-hawija"))
    (found,) = checked("12 attacks in Kirkuk in May 2021", of)
    assert found.tally is not None and found.tally.certain == 12
    assert any(reason.key == "note.governorate" for reason in found.reasons)
    assert next(t.tally.certain for t in found.trials if t.what.key == "trial.narrower") == 0


def test_options_replace_what_is_told() -> None:
    of = base(
        [
            *attacks(5, date(2021, 5, 1), 31),
            *(
                replace(c, id=f"t{c.id}")
                for c in attacks(7, date(2021, 5, 1), 31, initiators=frozenset({"TUR"}))
            ),
        ]
    )
    (found,) = checked("12 attacks by ISIS in May 2021", of, asked=asking(actors=["tur"]))
    assert found.tally is not None and found.tally.certain == 7
    (none,) = checked("12 attacks by ISIS in May 2021", of, asked=asking(area="Syria"))
    assert none.tally is not None and none.tally.possible == 0
    with pytest.raises(QueryError, match="no place"):
        asking(area="Nowhereville")
    with pytest.raises(QueryError, match="no actor"):
        asking(actors=["NOBODY"])
    narrowed = replace(of, definitions=RULES.with_types(["protest"]))
    (other,) = checked("12 attacks by ISIS in May 2021", narrowed)
    assert other.tally is not None and other.tally.possible == 0


def test_a_rise_is_told_by_its_ratio() -> None:
    few, many = attacks(6, date(2021, 4, 1), 30), attacks(40, date(2021, 5, 1), 31)
    (rise,) = checked("attacks by ISIS increased in Kirkuk in May 2021", base([*few, *many]))
    assert (rise.kind, rise.outcome) == ("trend", "agrees")
    assert rise.ratio is not None and rise.ratio[1] > 1
    (fall,) = checked("attacks by ISIS fell in Kirkuk in May 2021", base([*few, *many]))
    assert fall.outcome == "more"
    (level,) = checked("attacks by ISIS increased in Kirkuk in May 2021", base([*few, *few]))
    assert level.outcome in ("fewer", "cannot_tell")
    (arabic,) = checked("تصاعدت هجمات تنظيم داعش في كركوك خلال شهر أيار 2021", base([*few, *many]))
    assert (arabic.kind, arabic.outcome) == ("trend", "agrees")


def test_two_numbers_are_checked_against_each_other() -> None:
    text = "50 attacks by ISIS in the last two weeks against 20 in all of January and February"
    of = base([*attacks(50, date(2021, 6, 17), 14), *attacks(20, date(2021, 1, 2), 57)])
    one, other, against = checked(text, of)
    assert [c.outcome for c in (one, other)] == ["agrees", "agrees"]
    assert against.kind == "comparison" and against.outcome == "agrees"
    assert against.claimed_ratio == pytest.approx((50 / 15) / (20 / 59))
    smaller = base([*attacks(20, date(2021, 6, 17), 14), *attacks(20, date(2021, 1, 2), 57)])
    assert checked(text, smaller)[2].outcome == "fewer"


def test_a_pace_is_checked_against_the_year_before() -> None:
    text = "attacks by ISIS are on track to double last year"
    last = attacks(40, date(2021, 1, 1), 360)
    fast, slow = attacks(80, date(2022, 1, 1), 180), attacks(15, date(2022, 1, 1), 180)
    of = covered(560)
    assert checked(text, base([*last, *fast], of), published="2022-07-01")[0].outcome == "agrees"
    assert checked(text, base([*last, *slow], of), published="2022-07-01")[0].outcome == "fewer"
    assert (
        checked(text, base([*last, *fast], covered(30)), published="2022-07-01")[0].outcome == "cannot_tell"
    )


def test_windows_watched_unlike_are_not_compared() -> None:
    before = covered(120, each=1)
    after = covered(60, each=3, start=date(2021, 5, 1))
    unlike = Coverage.of(
        [(o.outlet, o.day) for c in (before, after) for o in c.outputs for _ in range(o.documents)]
    )
    cases = [*attacks(6, date(2021, 4, 1), 30), *attacks(40, date(2021, 5, 1), 31)]
    (rise,) = checked("attacks by ISIS increased in Kirkuk in May 2021", base(cases, unlike))
    assert rise.outcome == "cannot_tell"
    assert "reason.watched" in {reason.key for reason in rise.reasons}


# ── how it is told ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_kind_of_check_is_told_in_both_languages(language: str) -> None:
    words = words_for(language)
    cases = [
        *attacks(6, date(2021, 4, 1), 30),
        *attacks(40, date(2021, 5, 1), 31),
        case("d", None, reported=date(2021, 5, 9)),
    ]
    statements = (
        "40 attacks by ISIS in Kirkuk in May 2021", "90 attacks in May 2021", "2 attacks in May 2021", "12 attacks",
        "90 fighters in May 2021", "attacks rose in May 2021", "attacks fell in May 2021", "attacks doubled in 2021",
        "40 attacks in May 2021 against 6 in April 2021", "12 attacks in Zork in May 2021", "12 attacks in May 2009",
    )  # fmt: skip
    for text in statements:
        for found in checked(text, base(cases)):
            lines = list(text_lines(found, words))
            assert all(line.strip() and "{" not in line for line in lines)
            html = page([found], words)
            assert f'dir="{words.direction}"' in html and "<script" not in html
            json.dumps(values(found, [words]))


def test_a_text_that_looks_like_markup_is_no_markup() -> None:
    (found,) = checked("12 attacks in May 2021 <b>x</b>", base([]))
    assert "<b>" not in page([found], words_for("en"))


# ── definitions ───────────────────────────────────────────────────────────────────────────


def test_definitions_of_ones_own(tmp_path: Path) -> None:
    from importlib import resources

    text = (resources.files("marsad") / "data" / "definitions.yaml").read_text("utf8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace("documents: 10 ", "documents: 1 "), "utf8")
    assert definitions.load(str(mine)).thresholds.documents == 1
    for broken in (
        text.replace("documents: 10 ", "papers: 10 "),
        text.replace("[attack, bombing, ", "[atack, "),
        "- x",
        "a: [",
    ):
        mine.write_text(broken, "utf8")
        definitions.load.cache_clear()
        with pytest.raises(QueryError):
            definitions.load(str(mine))
    with pytest.raises(QueryError, match="cannot be read"):
        definitions.load(str(tmp_path / "none.yaml"))


# ── the command ───────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("record") / "sample.db"
    articles = Path(__file__).parents[1] / "src" / "marsad" / "data" / "sample" / "articles.jsonl"
    with Record.open(path, create=True) as record:
        pipeline.run(record, [articles], workers=1)
    return str(path)


def marsad(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.stdout if not code else result.stderr


def test_a_typed_claim_is_too_much_for_the_sample(sample: str) -> None:
    told = marsad("-r", sample, "check", "153 attacks in the first half of 2024", "--area", "Iraq,Syria")
    assert "Verdict: record can't tell" in told and "7 documents of 4 outlets" in told
    arabic = marsad(
        "-r",
        sample,
        "check",
        "نفذ داعش 50 هجوماً في الأسبوعين الأخيرين",
        "--published",
        "2020-04-20",
        "--lang",
        "ar",
    )
    assert "الحكم: السجل لا يكفي للحكم" in arabic


def test_forms_and_files(sample: str, tmp_path: Path) -> None:
    (told,) = json.loads(marsad("-r", sample, "check", "12 attacks in 2021", "-f", "json"))
    assert told["verdict"] == "cannot_tell" and set(told["sentence"]) == {"en", "ar"}
    assert marsad("-r", sample, "check", "12 attacks in 2021", "-f", "html").startswith("<!doctype html>")
    article = {
        "id": "a1",
        "published": "2021-03-01",
        "outlet": "صحيفة",
        "text": "نفذ تنظيم داعش 342 هجوماً خلال العام الماضي.",
    }
    (tmp_path / "news.jsonl").write_text(json.dumps(article, ensure_ascii=False) + "\n", "utf8")
    (told,) = json.loads(marsad("-r", sample, "check", str(tmp_path / "news.jsonl"), "-f", "json"))
    assert told["said_by"] == "صحيفة" and told["asked"]["period"] == ["2020-01-01", "2020-12-31"]


def test_what_the_command_refuses(sample: str) -> None:
    assert "no claim" in marsad("-r", sample, "check", "nothing to count", code=2)
    assert "no day" in marsad("-r", sample, "check", "12 attacks in 2021", "--published", "May", code=2)
    assert "ar or en" in marsad("-r", sample, "check", "12 attacks in 2021", "--lang", "fr", code=2)
    assert "no event type" in marsad("-r", sample, "check", "12 attacks in 2021", "--types", "picnic", code=2)


def test_the_documentation_shows_what_the_command_prints(sample: str) -> None:
    docs = (Path(__file__).parents[1] / "docs" / "checks.md").read_text("utf8")
    shown = docs.split("<!-- output:")[1].split("```\n")[1]
    printed = marsad("-r", sample, "check", "153 attacks in the first half of 2024", "--area", "Iraq, Syria")
    assert shown.strip() == printed.strip()


def test_a_pace_in_an_unknown_area_is_not_counted_everywhere() -> None:
    document = Document("attacks in Zork are on track to double this year", date(2021, 7, 1))
    claim = Claim(
        "trend",
        None,
        None,
        Span(0, len(document.text)),
        unit=None,
        qualifier=None,
        direction="up",
        area=Span(11, 15),
    )
    asked = _Resolver(document, base([]), Asking(), WORDS).question(claim)
    found = check_pace(claim, asked, base([]), document.published)
    assert found.outcome == "cannot_tell" and found.reasons[0].key == "fault.area"
