"""Which words tell a happening, how a sentence is cut into them, and of what type they are."""

from __future__ import annotations

import pytest

from marsad.lexicon import load
from marsad.model import Document
from marsad.read.assemble import find_all
from marsad.read.events import candidates
from marsad.read.layers import annotate

LEXICON = load()


def told(text: str) -> list[str]:
    """The types of the happenings that the text tells, in its order."""
    layers = annotate(Document(text), LEXICON)
    return [c.event.type for c in candidates(layers, find_all(layers))]


@pytest.mark.parametrize(
    ("text", "types"),
    [
        # a word tells an act only in company
        ("دخلت قوات الجيش بلدة الشدادي صباح الأحد.", ["deployment"]),
        ("دخلت المساعدات بلدة الشدادي صباح الأحد.", []),
        ("غادرت عشرات العائلات بلدة الشدادي.", ["displacement"]),
        ("هرب ستة موقوفين من سجن في تكريت.", ["prison_break"]),
        ("هربت عائلات من القصف إلى تكريت.", ["displacement", "shelling"]),
        ("نشرت الصحيفة تقريرا عن تكريت.", []),
        ("نشر الجيش، بحسب مصدر محلي، مدرعات عند مدخل تكريت.", ["deployment"]),
        ("سقطت البلدة في قبضة المسلحين.", ["territory_change"]),
        ("سقطت ثلاث قذائف على حي في تكريت.", ["shelling"]),
        ("حررت الشرطة مختطفا في كركوك.", ["security_operation"]),
        ("أغلق محتجون مداخل مدينة الكوت.", ["protest"]),
        ("أغلقت الشرطة مداخل مدينة الكوت.", ["security_operation"]),
        # nobody is killed by an abduction, nor arrested by an attack
        ("قتل تنظيم داعش تسعة من رجال الشرطة بعد أيام من اختطافهم.", ["attack", "abduction"]),
        ("شن الجيش هجوما على القرية وقتل ثلاثة مسلحين واعتقل أربعة مطلوبين.", ["attack", "arrest"]),
        # an object far from its verb
        ("فتح مجهولان من سيارة مسرعة النار على حارس مدرسة.", ["attack"]),
        ("أطلقت الفصائل، مساء الأحد، صواريخ على القاعدة.", ["shelling"]),
        # what was suffered
        ("تعرضت قرى العوجة ومكيشيفة والمحزم ومحيط الدور لقصف مدفعي.", ["shelling"]),
        ("خشية تعرض القرية لقصف مدفعي أخليت المدرسة.", []),
        # two deeds
        (
            "تعرضت قرية كفر عمة لقصف مدفعي، وردت الفصائل باستهداف الحاجز بقذائف الهاون.",
            ["shelling", "shelling"],
        ),
        # who did it, with what
        ("نفذت هيئة تحرير الشام عملية أمنية ضد نقطة للنظام في إدلب.", ["attack"]),
        ("استهدفت إسرائيل موقعا قرب دمشق.", ["air_strike"]),
        ("تصدت الدفاعات الجوية لصواريخ فوق حمص.", ["shelling"]),
        ("طائرة مسـ ـيرة تسـ ـتهدف سيارة في عين عيسى.", ["air_strike"]),
        ("ألقى مجهول قنبلة يدوية على منزل في البصرة.", ["bombing"]),
        ("ألقت المروحيات براميل متفجرة على قرية الهبيط.", ["air_strike"]),
        ("استهدفت مسيرة تركية انتحارية سيارة في عامودا.", ["air_strike"]),
        ("قبضت الشرطة مساء الأحد على مهربين في زاخو.", ["arrest"]),
        ("استهدف المسلحون القرية قبل أن يشتبكوا مع الحراس.", ["attack", "armed_clash"]),
        # crowds
        ("خرج المئات في مسيرة إلى ساحة القرية تنديدا بالغلاء.", ["protest"]),
        ("نزل آلاف العمال إلى شوارع البصرة.", ["protest"]),
        ("قام عدد من الشبان بإقفال طريق الجسر في الكوت.", ["protest"]),
        ("حاول متظاهرون اقتحام مبنى البلدية في الكوت.", ["riot"]),
        # no happenings
        ("تسيطر قوات العشائر على القرية.", []),
        ("دعت الأمم المتحدة الطرفين أمس إلى هدنة.", []),
        ("حذر محافظ نينوى من هجوم على الموصل.", []),
        ("قد يؤدي ذلك إلى اشتباكات في المنطقة.", []),
    ],
)
def test_what_a_sentence_tells(text: str, types: list[str]) -> None:
    assert told(text) == types
