"""What became of how many: own sentences, each with the counts it tells and no others."""

from __future__ import annotations

import pytest

from marsad.lexicon import load
from marsad.model import OUTLET, Document
from marsad.read.actors import document_state, find_mentions
from marsad.read.counts import Count
from marsad.read.figures import figures_of, find_counts
from marsad.read.layers import annotate
from marsad.read.phrases import sound_plural

FIGHTERS, FORCES, CIVILIANS, MIXED, UNKNOWN, OBJECTS = (
    "fighters", "security_forces", "civilians", "mixed", "unknown", "objects",
)  # fmt: skip


def counts(text: str) -> tuple[Count, ...]:
    layers = annotate(Document(text=text), load())
    return find_counts(layers, find_mentions(layers, document_state(layers)))


def told(text: str) -> set[tuple[str, int | None, int | None, str]]:
    return {(c.measure, c.low, c.high, c.group) for c in counts(text)}


TOLD = [
    # a verb and its count
    ("قُتل خمسة مدنيين في سوق البلدة.", {("killed", 5, 5, CIVILIANS)}),
    ("وأصيب 14 شخصا بجروح متفاوتة.", {("wounded", 14, 14, UNKNOWN)}),
    ("استشهد ثلاثة جنود عند الجسر.", {("killed", 3, 3, FORCES)}),
    ("اعتقلت الشرطة سبعة مطلوبين فجرا.", {("arrested", 7, 7, FIGHTERS)}),
    ("قتلت القوات الأمنية خمسة مسلحين قرب النهر.", {("killed", 5, 5, FIGHTERS)}),
    ("اختطف مسلحون مجهولون مساء الخميس ثلاثة مزارعين.", {("abducted", 3, 3, CIVILIANS)}),
    ("قتل مسلح أربعة عمال ثم هرب.", {("killed", 4, 4, CIVILIANS)}),
    ("وقُتل في الاشتباكات جنديان.", {("killed", 2, 2, FORCES)}),
    ("أصيب، بحسب مصدر طبي، ستة عمال.", {("wounded", 6, 6, CIVILIANS)}),
    # one and an unsaid number of others: no upper bound
    ("إصابة قيادي ومقاتلين آخرين في الكمين.", {("wounded", 2, None, FIGHTERS)}),
    # a verbal noun and its count
    ("أسفر الكمين عن مقتل تسعة شرطيين وإصابة 11 آخرين.", {("killed", 9, 9, FORCES), ("wounded", 11, 11, FORCES)}),
    ("أدى القصف إلى إصابة ثلاث نساء.", {("wounded", 3, 3, CIVILIANS)}),
    ("أدى الانفجار لمقتل عاملين.", {("killed", 2, 2, CIVILIANS)}),
    ("القبض على أربعة إرهابيين في الفلوجة.", {("arrested", 4, 4, FIGHTERS)}),
    ("وتم إلقاء القبض على شخصين مطلوبين.", {("arrested", 2, 2, UNKNOWN)}),
    ("إطلاق سراح 20 محتجزا بعد الوساطة.", {("freed", 20, 20, UNKNOWN)}),
    ("اختطاف ثلاثة صحفيين على الطريق العام.", {("abducted", 3, 3, CIVILIANS)}),
    ("نزوح 300 شخص من القرية.", {("displaced", 300, 300, UNKNOWN)}),
    # the count before its verb
    ("إن أحد عشر عراقيا قُتلوا في هجوم على قريتهم.", {("killed", 11, 11, CIVILIANS)}),
    ("وقال إن جنديين قُتلا وأصيب ثلاثة.", {("killed", 2, 2, FORCES), ("wounded", 3, 3, UNKNOWN)}),
    ("ثمانية مدنيين بينهم طفلان أصيبوا بالقذائف.", {("wounded", 8, 8, CIVILIANS)}),
    ("وكان شخص قُتل وأصيب اثنان صباحا.", {("killed", 1, 1, UNKNOWN), ("wounded", 2, 2, UNKNOWN)}),
    ("إن 5 جنود و3 مدنيين قُتلوا في الهجوم.", {("killed", 5, 5, FORCES), ("killed", 3, 3, CIVILIANS)}),
    ("إن جنديين وحارسا قتلوا هناك.", {("killed", 3, 3, FORCES)}),
    # met their death
    ("ولقيت كريمة الجبوري حتفها في الانهيار.", {("killed", 1, 1, UNKNOWN)}),
    ("لقي ستة صيادين مصرعهم في النهر.", {("killed", 6, 6, CIVILIANS)}),
    ("لقي شخصان مصرعهما بعبوة.", {("killed", 2, 2, UNKNOWN)}),
    ("13 من عناصر داعش لقوا حتفهم.", {("killed", 13, 13, FIGHTERS)}),
    # count nouns
    ("32 قتيلا ونحو مئة جريح حصيلة أولية.", {("killed", 32, 32, UNKNOWN), ("wounded", 100, 100, UNKNOWN)}),
    ("سقوط قتيلين في صفوف الجيش.", {("killed", 2, 2, FORCES)}),
    ("خلف التفجير قتلى وجرحى.", {("killed", 2, None, UNKNOWN), ("wounded", 2, None, UNKNOWN)}),
    ("راح ضحيته 40 مدنيا بين قتيل وجريح.", {("casualties", 40, 40, UNKNOWN)}),
    ("سقط 30 شخصا بين قتيل وجريح.", {("casualties", 30, 30, UNKNOWN)}),
    ("ارتفع عدد القتلى الذين سقطوا هناك إلى 60 شخصا.", {("killed", 60, 60, UNKNOWN)}),
    ("ووصلت إلى المشفى ثماني إصابات.", {("wounded", 8, 8, UNKNOWN)}),
    ("استشهدت امرأة وأصيبت أخرى.", {("killed", 1, 1, CIVILIANS), ("wounded", 1, 1, CIVILIANS)}),
    ("سجل المشفى ستين حالة اختناق.", {("wounded", 60, 60, UNKNOWN)}),
    ("ارتفاع حصيلة القتلى إلى 28 مدنيا.", {("killed", 28, 28, CIVILIANS)}),
    ("ارتفع عدد القتلى إلى 100.", {("killed", 100, 100, UNKNOWN)}),
    ("وبلغت حصيلة الجرحى 45 حتى الآن.", {("wounded", 45, 45, UNKNOWN)}),
    ("العثور على ثلاث جثث في بئر.", {("killed", 3, 3, UNKNOWN)}),
    ("مفقودون ثلاثة وجريح واحد.", {("wounded", 1, 1, UNKNOWN)}),
    # falling
    ("سقوط 15 مقاتلا من داعش في المعركة.", {("killed", 15, 15, FIGHTERS)}),
    ("راح ضحيتها سبعة أطفال.", {("killed", 7, 7, CIVILIANS)}),
    # duals, plurals, single people
    ("مقتل جنديين قرب الحدود.", {("killed", 2, 2, FORCES)}),
    ("إصابة مسلحين في المداهمة.", {("wounded", 2, None, FIGHTERS)}),
    ("إصابة مسلحين اثنين في المداهمة.", {("wounded", 2, 2, FIGHTERS)}),
    ("مقتل طفلة برصاصة طائشة.", {("killed", 1, 1, CIVILIANS)}),
    ("وقتلوا أحد الموظفين داخل المبنى.", {("killed", 1, 1, CIVILIANS)}),
    ("مقتل هيثم الدليمي بانفجار.", {("killed", 1, 1, UNKNOWN)}),
    ("مقتل قيادي في داعش.", {("killed", 1, 1, FIGHTERS)}),
    ("مقتل شخصين، على الأقل، في حريق.", {("killed", 2, None, UNKNOWN)}),
    # vague numbers
    ("اعتقال عدد من المحتجين ليلا.", {("arrested", 2, None, CIVILIANS)}),
    ("إصابة مايزيد عن 7 عمال.", {("wounded", 7, None, CIVILIANS)}),
    ("جرح عشرات المتظاهرين.", {("wounded", 20, None, CIVILIANS)}),
    ("مقتل أكثر من 200 مدني.", {("killed", 200, None, CIVILIANS)}),
    # one number for two fates
    ("مقتل وإصابة عدد من الجنود.", {("killed", 2, None, FORCES), ("wounded", 2, None, FORCES)}),
    ("قتل وجرح سبعة جنود بلغم.", {("casualties", 7, 7, FORCES)}),
    ("مقتل وإصابة عشرة عناصر من داعش.", {("casualties", 10, 10, FIGHTERS)}),
    ("تقتل وتصيب 35 مدنيا في القرى.", {("casualties", 35, 35, CIVILIANS)}),
    ("قتل واعتقال عدد من الإرهابيين.", {("killed", 2, None, FIGHTERS), ("arrested", 2, None, FIGHTERS)}),
    # joined phrases
    ("مقتل ضابط وجنديين.", {("killed", 3, 3, FORCES)}),
    ("مقتل أربعة جنود وثلاثة مدنيين.", {("killed", 4, 4, FORCES), ("killed", 3, 3, CIVILIANS)}),
    ("إعدام 40 مدنيا ومنتسبا.", {("killed", 40, 40, MIXED)}),
    ("أصيب شخصان وثلاثة أطفال.", {("wounded", 5, 5, CIVILIANS)}),
    ("اعتقلت القوات رجلا وأربعة من أبنائه.", {("arrested", 5, 5, CIVILIANS)}),
    ("مقتل أربعة مدنيين وجرحى في القصف.", {("killed", 4, 4, CIVILIANS), ("wounded", 2, None, UNKNOWN)}),
    ("هجوم أوقع 40 قتيلا وأصاب 55 في سوق شعبي.", {("killed", 40, 40, UNKNOWN), ("wounded", 55, 55, UNKNOWN)}),
    # parts
    (
        "قُتل عشرة أشخاص، هم سبعة من عناصر الشرطة وثلاثة مدنيين.",
        {("killed", 10, 10, MIXED), ("killed", 7, 7, FORCES), ("killed", 3, 3, CIVILIANS)},
    ),
    (
        "الحصيلة 68 قتيلا، منهم 61 مدنيا وسبعة من قوات النظام.",
        {("killed", 68, 68, MIXED), ("killed", 61, 61, CIVILIANS), ("killed", 7, 7, FORCES)},
    ),
    ("انتشال جثث 46 مدنيا وسبعة جنود.", {("killed", 46, 46, CIVILIANS), ("killed", 7, 7, FORCES)}),
    ("إن 13 مدنيا بينهم 4 أطفال وامرأتان لقوا مصرعهم.", {("killed", 13, 13, CIVILIANS)}),
    ("إصابة تسعة أشخاص بينهم 3 جنود.", {("wounded", 9, 9, MIXED), ("wounded", 3, 3, FORCES)}),
    ("مقتل خمسة أشخاص بينهم طفلان.", {("killed", 5, 5, CIVILIANS)}),
    # things
    ("تدمير ثلاث سيارات تابعة لهم.", {("destroyed", 3, 3, OBJECTS)}),
    ("وضبط 30 سيارة في المزرعة.", {("seized", 30, 30, OBJECTS)}),
    ("ودمرت تسعة مخابئ وأربع مركبات.", {("destroyed", 9, 9, OBJECTS), ("destroyed", 4, 4, OBJECTS)}),
    ("إسقاط طائرتين مسيرتين فوق القاعدة.", {("destroyed", 2, 2, OBJECTS)}),
    ("العثور على خمس عبوات ناسفة.", {("seized", 5, 5, OBJECTS)}),
    ("ضبط بندقيتين ومسدس في المنزل.", {("seized", 2, 2, OBJECTS), ("seized", 1, 1, OBJECTS)}),
    ("خلف القصف دمارا واسعا في خمسة منازل.", {("destroyed", 5, 5, OBJECTS)}),
    # those who flee
    ("فر مئات السكان من المدينة.", {("displaced", 200, None, CIVILIANS)}),
    ("فر خمسة سجناء من الموقف.", {("escaped", 5, 5, UNKNOWN)}),
    # the doer of a verb that has no passive
    ("اغتال مجهولون كريم الدليمي في حي الجامعة.", {("killed", 1, 1, UNKNOWN)}),
    # more than one word for the act, or a row of names
    ("قبضت القوات الأمنية على 12 مهربا.", {("arrested", 12, 12, UNKNOWN)}),
    ("قتل كل من زيد عمر وسالم فهد في الانفجار.", {("killed", 2, 2, UNKNOWN)}),
    ("اعترضت الدفاعات ثلاثة صواريخ فوق الميناء.", {("destroyed", 3, 3, OBJECTS)}),
    ("قالت إن 44 شخصا على الأقل سقطوا قتلى ليلا.", {("killed", 44, None, UNKNOWN)}),
    ("خلف القصف عشرات القتلى والمصابين.", {("casualties", 20, None, UNKNOWN)}),
    ("أودى الانفجار بحياة ستة عمال.", {("killed", 6, 6, CIVILIANS)}),
    ("عثرت القوات الأمنية على 40 عبوة ناسفة.", {("seized", 40, 40, OBJECTS)}),
    ("أعلن المشفى وفاة ثلاثة جرحى متأثرين بجراحهم.", {("killed", 3, 3, UNKNOWN)}),
    ("تمكن 30 سجينا من الفرار.", {("escaped", 30, 30, UNKNOWN)}),
    # the doer is a plural with the article
    ("قتل المتمردون جنديين قرب القرية.", {("killed", 2, 2, FORCES)}),
    # a noun told once for two numbers
    ("سقوط 15 جريحا من المتظاهرين و25 في صفوف الشرطة.", {("wounded", 15, 15, CIVILIANS), ("wounded", 25, 25, FORCES)}),
    # a number that no noun follows
    ("إن أكثر من 120 ألفا فروا من ديارهم.", {("displaced", 120000, None, UNKNOWN)}),
    ("إصابة أكثر من ألف بحالات إغماء.", {("wounded", 1000, None, UNKNOWN)}),
    ("مقتل العشرات واستمرار القتال.", {("killed", 20, None, UNKNOWN)}),
    # one person under two nouns
    ("أصيب شخص مجهول الهوية قرب السوق.", {("wounded", 1, 1, UNKNOWN)}),
    ("إصابة امرأة وطفليها بشظايا.", {("wounded", 3, 3, CIVILIANS)}),
    ("إصابة امرأة بجروح بليغة، وامرأة أخرى بكسور.", {("wounded", 2, 2, CIVILIANS)}),
    ("أجبر القصف عشرات المدنيين على النزوح.", {("displaced", 20, None, CIVILIANS)}),
    # the pronoun of a number before
    ("أطلقوا النار على إمام مسجد ما أدى لمقتله.", {("killed", 1, 1, CIVILIANS)}),
    ("عن خمسة عمال قال إن مسلحين اختطفوهم.", {("abducted", 5, 5, CIVILIANS)}),
]  # fmt: skip

NOTHING = [
    "تفجير مسجد في المدينة القديمة.",
    "استهدف القصف بعض النقاط قرب المطار وقد تصدت لها الدفاعات وأسقطت معظمها.",
    "يبلغ الطفل 12 عاما ويدرس في القرية.",
    "نفذت الطائرات خمس غارات على الجبل.",
    "تقع القرية على بعد 30 كيلومترا من الموصل.",
    "هاجم 20 مسلحا نقطة التفتيش.",
    "انتشر اللواء 45 في البلدة.",
    "انفجرت سيارة مفخخة في الحي.",
    "تفجير عبوة ناسفة على الطريق.",
    "وقع الهجوم دون سقوط ضحايا.",
    "ولم يسفر القصف عن إصابات بين 40 عاملا.",
    "أصاب الصاروخ هدفا خاليا.",
    "تهدف الخطة إلى اعتقال خمسة مطلوبين.",
    "عادت خمس أسر إلى بيوتها.",
    "انطلقت العملية فجر الأحد في ثلاث قرى.",
    "دعا إلى ضبط النفس.",
    "فجروا لغما محلي الصنع على الطريق.",
    "ومن بين الضحايا 11 امرأة و6 أطفال.",
    "قال أحد المصابين إن الانفجار أدى إلى سقوطه أرضا.",
    "وقالوا إن الطائرة الحربية أسقطت قنبلة على السوق.",
    "وقتل الأمل في ظل النزاع المسلح.",
    "صادروا كمية كبيرة من السلاح.",
    "صدر حكم الإعدام بحق ثلاثة متهمين.",
    "جنود في جيش التحرير الفلسطيني.",
    "ونقلت جثث القتلى إلى المشفى.",
    "تهدد باعتقال أطفال المطلوبين.",
    "نزح الناس بين 2017 و2020.",
    "زار ذوي الشهداء في المدينة.",
    "سقوط ثلاثة صواريخ قرب المطار.",
    "القتل والخطف شائعان هناك.",
    "أحبطت محاولة اغتيال نائب.",
    "بحثوا عن مذكرة اعتقال بحق شخصين.",
]


@pytest.mark.parametrize(("text", "expected"), TOLD)
def test_counts_told(text: str, expected: set[tuple[str, int | None, int | None, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_numbers_that_are_nobodys_fate(text: str) -> None:
    assert told(text) == set()


def test_a_noun_in_in_is_dual_only_where_its_plural_is_broken() -> None:
    lexicon = load()
    assert [sound_plural(lexicon, w) for w in ("مسلحين", "مدنيين", "جنديين", "شخصين", "شرطيين")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_a_total_since_a_day_is_marked_and_gives_no_figure() -> None:
    (count,) = counts("قتل 22 شخصا منذ بداية الاحتجاجات.")
    assert count.period and figures_of([count], [], OUTLET) == ()


def test_a_bare_plural_yields_to_a_number_and_a_toll_to_its_parts() -> None:
    told_twice = counts("سقوط قتلى في الانفجار. مقتل ستة أشخاص في الانفجار. ستة ضحايا في القرية.")
    assert [(f.measure, f.low) for f in figures_of(told_twice, [], OUTLET)] == [("killed", 6)]


def test_the_span_is_the_counted_phrase_without_its_clitics() -> None:
    text = "واعتقلت الشرطة وثلاثة متهمين فروا. مقتل 3 من عناصر داعش."
    assert [c.span.of(text) for c in counts(text) if c.measure == "killed"] == ["3 من عناصر داعش"]


def test_others_are_who_those_before_were() -> None:
    groups = [(c.measure, c.group) for c in counts("مقتل جندي وإصابة ثلاثة آخرين.")]
    assert groups == [("killed", FORCES), ("wounded", FORCES)]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("أسفرت الحرب عن مقتل أكثر من 350 ألف شخص.", True),
        ("أودى الزلزال بحياة 3000 شخص.", True),
        ("قُتل 40 ألف شخص في البلاد.", True),  # no act kills as many
        ("قُتل 1700 أسير في القاعدة العسكرية.", False),
        ("قُتل 30 شخصا في الحرب قرب البلدة.", False),
        ("نزح 40 ألف شخص من المدينة.", False),
    ],
)
def test_the_toll_of_a_war_is_of_no_single_happening(text: str, whole: bool) -> None:
    assert {count.period for count in counts(text)} == {whole}
