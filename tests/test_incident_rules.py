"""What an incident says follows the published rules: figures by voice, witnesses, grade, status."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.making import telling

from marsad.lexicon import load
from marsad.link.incident import incident
from marsad.link.rules import load_rules
from marsad.model import Actor, Capture, Document, Incident, Telling
from marsad.pipeline import link_readings
from marsad.read import Reader

ROOT = Path(__file__).parents[1]
ACTORS = {
    code: Actor(code, code, code, side)
    for code, side in (("SYR_ARMY", "syria"), ("REBELS", "opposition"), ("RUS", "russia"))
}


def of(*told: Telling) -> Incident:
    return incident(told, (), actors=ACTORS)


# ── properties ────────────────────────────────────────────────────────────────────────────

_told = st.builds(
    telling,
    st.sampled_from([f"d{n}" for n in range(8)]),
    source=st.sampled_from(["أ", "ب", "ج", "د"]),
    published=st.sampled_from(["2021-05-05", "2021-05-06", "2021-05-09", None]),
    status=st.sampled_from(["asserted", "asserted", "claimed", "unconfirmed", "denied"]),
    recency=st.sampled_from(["news", "background"]),
    speaker=st.sampled_from(
        [None, "المرصد السوري لحقوق الإنسان", "المرصد السوري", "وزارة الدفاع", "مصدر أمني"]
    ),
    initiators=st.sampled_from([(), ("SYR_ARMY",), ("REBELS",), ("SYR_ARMY", "RUS")]),
    killed=st.sampled_from([None, 3, 4, 9, (3, None), (None, 8), (5, 7)]),
)
_some = st.lists(_told, min_size=1, max_size=8, unique_by=lambda t: t.document_id)


@settings(deadline=None)
@given(told=_some, data=st.data())
def test_the_order_of_tellings_changes_nothing(told: list[Telling], data: st.DataObject) -> None:
    assert of(*data.draw(st.permutations(told))) == of(*told)


@settings(deadline=None)
@given(told=_some)
def test_tolls_lie_between_their_accounts_and_each_account_names_figures_that_were_told(
    told: list[Telling],
) -> None:
    found = of(*told)
    events = {t.event_id: t for t in found.tellings}
    for toll in found.tolls:
        assert toll.low <= toll.best and (toll.high is None or toll.best <= toll.high)
        assert toll.low_from and toll.best_from and toll.high_from
        voices = [account.speaker or account.source for account in toll.accounts]
        assert len(voices) == len(set(voices))
        for account in (*toll.accounts, *toll.earlier):
            event = events[account.event_id].event
            spans = {figure.span for figure in event.figures if figure.measure == toll.measure}
            assert account.figures and set(account.figures) <= spans
            assert account.source == events[account.event_id].source
        assert set(toll.history) == {*toll.accounts, *toll.earlier}


@settings(deadline=None)
@given(told=_some, data=st.data())
def test_copies_raise_nothing(told: list[Telling], data: st.DataObject) -> None:
    first = data.draw(st.sampled_from(told))
    copy = replace(
        telling(f"copy of {first.document_id}"), source=first.source, copy_of=first.document_id,
        event=first.event, published=date(2021, 5, 30),
    )  # fmt: skip
    before, after = of(*told), of(*told, copy)
    for name in ("sources", "speakers", "witnesses", "grade", "status", "tolls"):
        assert getattr(after, name) == getattr(before, name), name
    assert (first.document_id, copy.document_id) in after.copies


@settings(deadline=None)
@given(told=_some)
def test_a_denial_never_disappears(told: list[Telling]) -> None:
    found = of(*told)
    statuses = {t.event.status for t in found.tellings}
    assert len(found.tellings) == len(told)
    assert (found.grade in ("contested", "denied")) or "denied" not in statuses
    assert (found.grade == "denied") == (statuses == {"denied"}) == (found.status == "denied")


@settings(deadline=None)
@given(told=_some)
def test_witnesses_are_never_more_than_outlets_or_than_voices(told: list[Telling]) -> None:
    found = of(*told)
    assert 1 <= found.witnesses <= len(found.sources)
    if found.grade == "single source":
        assert found.witnesses == 1


# ── the rules, one by one ─────────────────────────────────────────────────────────────────


def test_two_outlets_that_quote_one_speaker_are_one_witness() -> None:
    here = {"speaker": "المرصد السوري لحقوق الإنسان"}
    found = of(telling("d1", source="أ", **here), telling("d2", source="ب", speaker="المرصد السوري"))
    assert (found.witnesses, found.grade) == (1, "single source")
    assert found.sources == ("أ", "ب") and found.speakers == ("المرصد السوري لحقوق الإنسان",)
    own = telling("d3", source="syriahr.com")
    assert of(*found.tellings, own).witnesses == 1
    assert of(*found.tellings, telling("d4", source="ج", speaker="وزارة الصحة")).grade == "likely"


def test_a_source_without_a_name_is_the_outlet_that_quotes_it() -> None:
    told = [telling(f"d{n}", source=f"{n}", speaker="مصدر أمني") for n in range(3)]
    found = of(*told)
    assert (found.witnesses, found.grade, found.speakers) == (3, "confirmed", ())


def test_what_the_doer_claims_and_another_tells_is_confirmed() -> None:
    claimed = telling("d1", source="أ", status="claimed", speaker="تنظيم الدولة")
    assert of(claimed).grade == "single source" and of(claimed).status == "claimed"
    found = of(claimed, telling("d2", source="ب"))
    assert (found.grade, found.status) == ("confirmed", "asserted")


def test_recollections_bear_witness_only_where_nothing_reports() -> None:
    late = [telling(f"d{n}", source=f"{n}", recency="background") for n in range(3)]
    assert of(*late).witnesses == 3
    assert of(*late, telling("d9", source="9")).witnesses == 1


def test_two_sides_blamed_by_two_voices_each_contest_an_incident() -> None:
    one = [telling(f"a{n}", source=f"a{n}", initiators=("SYR_ARMY",)) for n in range(2)]
    other = [telling(f"b{n}", source=f"b{n}", initiators=("REBELS",)) for n in range(2)]
    assert of(*one, *other).grade == "contested"
    assert of(*one, other[0]).grade == "confirmed"
    both = telling("c", source="c", initiators=("SYR_ARMY", "REBELS"))
    assert of(*one, *other, both).grade == "confirmed"


def test_dozens_do_not_replace_a_count_of_the_same_voice() -> None:
    found = of(
        telling("d1", source="أ", published="2021-05-05", killed=34),
        telling("d2", source="أ", published="2021-05-09", killed=(20, None)),
    )
    (toll,) = found.tolls
    assert (toll.low, toll.best, toll.high) == (34, 34, 34)
    assert [account.low for account in toll.earlier] == [20]


# ── whole articles, of our own writing ────────────────────────────────────────────────────

READER = Reader(load())


def article(id_: str, outlet: str, day: str, text: str) -> Document:
    return Document(
        text=text, published=date.fromisoformat(day), dated_by="input", language="ar",
        capture=Capture(id_, outlet=outlet),
    )  # fmt: skip


def incidents(*articles: Document) -> list[Incident]:
    return sorted(link_readings((a, READER.read(a)) for a in articles), key=lambda i: str(i.period))


def test_a_rising_toll_keeps_its_history() -> None:
    (found,) = incidents(
        article("a1", "الأولى", "2021-05-04", "قُتل 4 أشخاص بانفجار سيارة مفخخة في سوق بمدينة الحويجة اليوم الثلاثاء."),
        article("a2", "الأولى", "2021-05-05", "ارتفعت حصيلة انفجار السيارة المفخخة أمس الثلاثاء بسوق في الحويجة إلى 9 قتلى."),
        article("b", "الثانية", "2021-05-05", "قُتل 7 أشخاص بانفجار سيارة مفخخة في مدينة الحويجة أمس الثلاثاء، بحسب وزارة الصحة."),
        article("c", "الثالثة", "2021-05-05", "قالت وزارة الصحة إن 8 أشخاص قتلوا أمس الثلاثاء بانفجار سيارة مفخخة في الحويجة."),
    )  # fmt: skip
    (toll,) = found.tolls
    assert (toll.low, toll.best, toll.high) == (8, 8, 9)
    assert [(a.source, a.speaker, a.low) for a in toll.accounts] == [
        ("الأولى", None, 9), ("الثالثة", "وزارة الصحة", 8),
    ]  # fmt: skip
    assert [(str(a.said), a.low) for a in toll.history] == [
        ("2021-05-04", 4), ("2021-05-05", 9), ("2021-05-05", 8), ("2021-05-05", 7),
    ]  # fmt: skip
    assert (found.witnesses, found.grade) == (2, "likely")


def test_three_outlets_of_one_wire_are_one_source() -> None:
    wire = (
        "قتل 3 من عناصر الشرطة وأصيب 2 آخرون فجر اليوم الأربعاء بهجوم شنه مسلحون مجهولون على نقطة للشرطة قرب قرية"
        " الرشاد جنوب غرب كركوك. وأغلق الطريق المؤدي إلى القرية، ونقل المصابون إلى مستشفى كركوك العام، ولم يعرف حتى"
        " ظهر اليوم عدد المهاجمين ولا الجهة التي قدموا منها، فيما لم تتبن الهجوم أي جهة."
    )
    found = incidents(
        article("w1", "أ وكالة النهر", "2021-06-02", wire),
        article("w2", "صحيفة الجبل", "2021-06-02", f"{wire} (وكالة النهر)"),
        article("w3", "موقع الوادي", "2021-06-03", f"عاجل. {wire}"),
    )
    (attack,) = [one for one in found if any(t.measure == "killed" for t in one.tolls)]
    assert attack.sources == ("أ وكالة النهر",) and attack.witnesses == 1
    assert attack.grade == "single source"
    assert len(attack.tellings) == 3 and [len(group) for group in attack.copies] == [3]
    for toll in attack.tolls:
        assert len(toll.accounts) == 1 and not toll.earlier


def test_two_attacks_on_one_town_six_weeks_apart_stay_two() -> None:
    found = incidents(
        *(
            article(f"{outlet} {day}", outlet, day, text)
            for day in ("2021-05-05", "2021-06-16")
            for outlet, text in (
                ("الأولى", "قُتل 3 مدنيين بقصف مدفعي على بلدة سرمين بريف إدلب أمس الثلاثاء."),
                ("الثانية", "أسفر قصف مدفعي على سرمين أمس الثلاثاء عن مقتل 3 مدنيين."),
            )
        )
    )
    assert [(str(one.period and one.period.first), one.sources) for one in found] == [
        ("2021-05-04", ("الأولى", "الثانية")), ("2021-06-15", ("الأولى", "الثانية")),
    ]  # fmt: skip


def test_a_round_up_joins_each_of_its_happenings_and_glues_none() -> None:
    round_up = (
        "قُتل 3 مدنيين بقصف مدفعي على بلدة سرمين أمس الثلاثاء.\n"
        "وقُتل 5 جنود بانفجار عبوة ناسفة قرب مدينة تدمر أمس الثلاثاء.\n"
        "وأصيب 6 أشخاص بغارة جوية على بلدة الباب أمس الثلاثاء."
    )
    found = incidents(
        article("all", "الجامعة", "2021-05-05", round_up),
        article("a", "الأولى", "2021-05-05", "أسفر قصف مدفعي على سرمين أمس الثلاثاء عن مقتل 3 مدنيين."),
        article("b", "الثانية", "2021-05-05", "لقي 5 جنود مصرعهم أمس الثلاثاء بانفجار عبوة ناسفة قرب تدمر."),
        article(
            "c", "الثالثة", "2021-05-05", "أصيب 6 أشخاص أمس الثلاثاء جراء غارة جوية على مدينة الباب شرق حلب."
        ),
    )
    assert sorted(one.sources for one in found) == [
        ("الأولى", "الجامعة"), ("الثالثة", "الجامعة"), ("الثانية", "الجامعة"),
    ]  # fmt: skip


# ── published ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_publishes_every_rule(language: str) -> None:
    page = (ROOT / "docs" / "incidents.md").read_text("utf8")
    missing = [line for line in load_rules().markdown(language) if line not in page]
    assert not missing, "python -m bench.rules writes them"
