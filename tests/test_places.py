"""Places: what a sentence says of where, and whether the table of places is sound."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from marsad.lexicon import Lexicon, load
from marsad.model import Document, Location, Place
from marsad.read.assemble import find_all
from marsad.read.events import candidates
from marsad.read.layers import annotate
from marsad.read.places import Naming, ancestors
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
    ("قصفت المدفعية نقطة عسكرية في تلة الصخر شمال اللاذقية وقتلت جنديين.", "تلة الصخر", "Latakia", 4),
    ("انفجرت سيارة مفخخة في محيط بلدة سلوك شمالي الرقة وقتل طفلان.", "سلوك", "Raqqa", 2),
    ("هاجم مسلحون حاجزا على الطريق بين كركوك وبيجي وقتلوا جنديين.", "كركوك وبيجي", None, 6),
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


# --- the table --------------------------------------------------------------------------------

#: West, south, east, north of a country, with its border strip.
_BOXES = {"IRQ": (38.7, 29.0, 48.7, 37.5), "SYR": (35.5, 32.2, 42.5, 37.5)}
_KINDS = {
    "country", "region", "desert", "border", "governorate", "district", "subdistrict", "area", "river", "lake", "road",
    "mountain", "wadi", "city", "town", "village", "neighbourhood", "square", "camp", "prison", "base", "airport",
    "crossing", "dam", "oilfield", "facility", "sea",
}  # fmt: skip


def rows() -> list[Place]:
    return list(lexicon().places.values())


def test_ids_are_unique_and_parents_exist() -> None:
    from importlib import resources

    lines = (resources.files("marsad") / "data" / "places.tsv").read_text("utf8").splitlines()[1:]
    ids = [line.split("\t")[0] for line in lines if line.strip()]
    assert len(ids) == len(set(ids)) == len(rows())
    assert [p.id for p in rows() if p.parent and p.parent not in lexicon().places] == []
    assert [p.id for p in rows() if p.id in ancestors(lexicon(), p)] == []


def test_kinds_and_radii_are_known() -> None:
    assert {p.type for p in rows()} <= _KINDS
    assert [p.id for p in rows() if not 0 < p.radius_km <= 6400] == []


def test_points_lie_in_their_country() -> None:
    out = []
    for place in rows():
        if place.country in _BOXES:
            west, south, east, north = _BOXES[place.country]
            if not (west <= place.lon <= east and south <= place.lat <= north):
                out.append(place.id)
    assert out == []


def test_a_place_shares_the_governorate_of_its_parent() -> None:
    table = lexicon().places
    apart = [
        p.id
        for p in rows()
        if p.parent and p.admin1 and table[p.parent].admin1 and table[p.parent].admin1 != p.admin1
    ]
    assert apart == []


def test_homonyms_can_be_told_apart() -> None:
    groups: dict[str, list[Place]] = defaultdict(list)
    for place in rows():
        groups[place.name_ar].append(place)
    same = [
        [p.id for p in group]
        for group in groups.values()
        if len(group) > 1 and len({(p.type, p.admin1, p.country, p.parent) for p in group}) < len(group)
    ]
    assert same == []


def test_no_name_is_an_adjective_of_nationality() -> None:
    adjectives = {"تركية", "عراقية", "روسية", "إيرانية", "أمريكية", "أميركية", "كردية", "إسرائيلية"}
    assert [p.id for p in rows() if adjectives & {p.name_ar, *p.variants_ar}] == []
