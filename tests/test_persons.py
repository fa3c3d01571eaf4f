"""Names of persons: ‹private› and «public» ones found, namesakes and look-alikes left alone; masks keep the rest."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.lexicon import Entry, load, person_words
from marsad.model import Document, Span
from marsad.publish.mask import mask
from marsad.read.layers import annotate
from marsad.read.persons import find_persons

SAID = """
قتل الشاب ‹سامر خليل الدهني› برصاص مجهولين قرب السوق.
عثر الأهالي على جثة المواطن ‹عدنان الفارسي› في مزرعة.
اعتقلت الدورية ‹محمد› عند الحاجز ولم يعرف مصيره.
أصيبت الطفلة ‹ريم الحمدان› بشظية في القصف.
اختطف مسلحون المدعو ‹كنعان› من منزله.
قتل رجل يدعى ‹نورس› في انفجار لغم.
فقد طفل واسمه ‹غياث› في المخيم.
نعت البلدة الشهيد ‹عبد الرحمن الصالحي› ورفيقه ‹أبو خالد›.
قالت ‹أم عمر› إن القصف دمر بيتها.
دخلت ‹أم حسين› المخيم مع أطفالها.
قتل الشاب (‹مروان العبدالله›) في الغارة.
أفرج عن المعتقل ‹م. ع.› بعد عامين.
اعتقل ‹س. ك› و‹ر. ح› بتهمة التهريب.
قتل كل من ‹محمد سالم› و‹كنعان درويش› و‹سلوان بهجت›.
الشهداء: ‹محمد خليل›، ‹أحمد درويش›، ‹سلوان بهجت›.
قتلت ‹فاطمة الحسن› وابنتها ‹هدى› في القصف.
أصيب الصحفي ‹رائد المنفي› أثناء التغطية.
قتل المصور ‹باسل الجندلي› في الغارة على البلدة.
اعتقل الناشط ‹غيلان الرملي› من بيته فجرا.
شيعت القرية ‹يوسف بن حمدان› وزوجته ‹زينب›.
طالب والد المخطوف ‹عبدالله المرعي› بالإفراج عنه.
توفيت النازحة ‹خديجة العلي› من البرد.
خطف المهندس ‹قصي الناعم› وطلبت فدية.
أصيبت السيدة ‹أمل› في يدها.
خطف الطفل ‹جهاد› من أمام المدرسة.
أحرق مجهولون سيارة ‹كريم الجبوري› ليلا.
روى ‹حسن عبد الكريم› تفاصيل القصف.
بحث الأهالي عن ‹دلشاد رشو› في الأنقاض.
اعتقلت الشرطة العسكرية ‹شيروان حسو› في قرية مجاورة.
قتل ‹هفال محمد› بانفجار عبوة.
نقلت ‹بريفان› إلى المشفى بعد القصف.
قتل الصحفي ‹كريستوفر هالن› في البلدة.
قتل أربعة أشخاص من عائلة ‹الناعم› في الغارة.
نزحت أسرة من ‹آل الدهني› إلى المخيم.
قال المواطن ‹سلمان الخطيب› إن الخبز نفد. وأضاف ‹الخطيب› أن الماء مقطوع.
سلم الطبيب ‹أيمن الحموي› نفسه للمحكمة.
قال الخبير العسكري ‹ماجد القيسي› إن الجبهة هادئة.
قتل العقيد ‹رعد الدهني› في انفجار عبوة.
اغتال مجهولون المختار ‹جاسم الحلو› أمام داره.
وصلت رسالة إلى ‹ليلى القاضي› من سجنها.
سلم المحتجز ل‹محمود العلي› بعد فدية.
قتل شقيقه ‹غياث› في القصف نفسه.
توفي ‹يحيى الدين الناعم› تحت التعذيب.
وقتل ‹محمد رمضان› و‹علي شعبان› في الحادث.
بكى ‹علي› عند قبر أخيه ‹حسين› على التل.
قال وزير الدفاع «خالد العبيدي» إن المعركة انتهت.
قال المتحدث باسم الوزارة «عماد جابر» إن المستودع احترق.
أصيب شقيقان هما ‹مسلم نبي› و‹سوزدار مصطفى› بشظايا.
أعلن «إبراهيم كالين» المتحدث باسم الرئاسة التركية الخبر.
أحرق المهاجمون منزل عائلة ‹الدهني› وانسحبوا.
زار «محمد بن سلمان» القاهرة.
انتقد مسؤول العلاقات في حكومة الإقليم «فلاح مصطفى» أمس.
قتل سائق الوزير ‹سامر الدهني› في الانفجار.
لدينا حل سلمي هائل للنزاع.
وذكر ‹غزال عبد الله› أن السوق احترق.
وطالب الجبوري الكتل بالتأييد.
أصيب الطفل ‹عبد العزيز خليل الهجر› في قدمه.
زارت المدعوة ‹أم كناز› أهلها. وقال القيادي «أبو كناز» إنه باق.
استقبل الرئيس «بشار الأسد» وفدا.
قال مدير المرصد السوري «رامي عبد الرحمن» إن القصف توقف.
قال «أردوغان» إن العملية مستمرة.
زار المبعوث الأممي «غير بيدرسون» دمشق.
قال محافظ نينوى «نوفل العاكوب» إن النازحين عادوا.
قال العميد «يحيى رسول» إن القوات تقدمت.
أعلن القائد العام لقوات سوريا الديمقراطية «مظلوم عبدي» وقف القتال.
أعلن زعيم التيار الصدري «مقتدى الصدر» انسحابه.
التقى «فلاديمير بوتين» بـ«رجب طيب أردوغان» في سوتشي.
قال الناطق باسم الداخلية «سعد معن» إن المتهم ‹سامر الدهني› اعترف.
قال «فضل العزاوي»، المتحدث باسم الشرطة، إن الطريق آمن.
انسحبت فرقة السلطان مراد من القرية.
هاجمت كتيبة خالد بن الوليد الحاجز.
أغلق جسر الرشيد أمام السيارات.
سقطت قذيفة على حي الحسين في مدينة صدام.
تظاهر الأهالي أمام مسجد عمر بن الخطاب.
نقل الجرحى إلى مستشفى الشهيد محمد باقر.
وصلت القافلة إلى أبو غريب وأم قصر.
تعرضت بلدة خان يونس للقصف.
عقد الأمل على هدنة جديدة.
دعا التنظيم إلى الجهاد في المدينة.
كان سلوكه حسن السمعة في القرية.
يبلغ من العمر عشرين عاما.
قصفت الطائرات مواقع على أطراف البلدة.
هل القتيل مدني أم عسكري؟
انتهت معركة النصر في جبل سنجار.
قتل الشاب أمام بيته.
نقلت وكالة أ. ف. ب. عن مصدر محلي الخبر.
قتل ثلاثة مدنيين بينهم طفلة وأصيب آخرون.
قتلت عارضة الأزياء، ‹تارة فارس›، في بيتها.
قبضوا على ‹كابرو شيانجو› الملقب بالأصلع قبل عام.
قتل في الغارة ‹كابرو فرحو› (33 عاما) أمام داره.
نفى القيادي في الفصيل، الأقوى في المنطقة، «محمد علوان» أمس ما نشر.
قتل العميد ‹شريف الدهني›، وأكد المكتب مقتل العميد ‹شريف›.
ظهر المطرب ‹إبراهيم تاتلو›، في الفيديو.
من أم كردية وأب عربي ولد، وموقفه نبيل.
تسلمت الدولة «عبدالله أوجلان» قبل أعوام.
نهبت المنازل بكامل محتوياتها.
فازت ملكة جمال البلاد بالجائزة.
""".strip().splitlines()  # fmt: skip
ENTRIES = [entry for entry, _ in person_words()]
_MARK = re.compile("[‹«](.*?)[›»]")


def unmarked(says: str) -> tuple[str, set[tuple[str, bool]]]:
    return re.sub("[‹›«»]", "", says), {(m[1], m[0][0] == "«") for m in _MARK.finditer(says)}


def named(text: str) -> set[tuple[str, bool]]:
    found = find_persons(annotate(Document(text, language="ar"), load()))
    assert list(found) == sorted(found, key=lambda p: p.span.start)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
    return {(p.span.of(text), p.public) for p in found}


@pytest.mark.parametrize("says", SAID)
def test_a_sentence_names_whom_it_names(says: str) -> None:
    text, expected = unmarked(says)
    assert named(text) == expected


@pytest.mark.parametrize("entry", ENTRIES, ids=[e.id for e in ENTRIES])
def test_the_words_prove_themselves(entry: Entry) -> None:
    assert entry.yes and entry.no
    for says in entry.yes:
        text, expected = unmarked(says)
        assert expected and named(text) == expected
    for text in entry.no:
        assert not named(text)


def test_one_who_is_public_once_stays_so() -> None:
    text, expected = unmarked(
        "قال «أيمن الدهني» كلمة. وكان المتحدث باسم الحكومة «أيمن الدهني» في القاعة. وقال «الدهني» إنه سيعود."
    )
    assert named(text) == expected


def test_a_private_one_is_not_shown_by_the_first_name_of_a_public_one() -> None:
    text, expected = unmarked("قال وزير الدفاع «سلمان الدهني» كلمة. وأصيب الطفل ‹سلمان› في القصف.")
    assert named(text) == expected


@st.composite
def _texts(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(st.text(alphabet="ابت مح\nxy", max_size=40))
    edges = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(edges, edges).map(lambda e: Span(min(e), max(e))), max_size=5))
    return text, spans


@given(_texts(), st.sampled_from(["[…]", "█", ""]))
def test_a_mask_changes_nothing_else_and_maps_back(case: tuple[str, list[Span]], with_: str) -> None:
    text, spans = case
    masked = mask(text, spans, with_=with_)
    hidden = {k for span in spans for k in range(span.start, span.end)}
    at = length = 0
    for source, stand in masked.cuts:
        assert text[at : source.start] == masked.text[length : stand.start]
        assert masked.text[stand.start : stand.end] == with_
        at, length = source.end, stand.end
    assert text[at:] == masked.text[length:]
    assert {k for source, _ in masked.cuts for k in range(source.start, source.end)} == hidden
    for k in set(range(len(text))) - hidden:
        there = masked.span(Span(k, k + 1))
        assert there.of(masked.text) == text[k]
        assert masked.original(there) == Span(k, k + 1)
    for source, stand in masked.cuts:
        assert masked.span(source) == stand
        assert not with_ or masked.original(stand) == source
