"""Made-up news to read in bulk: Arabic news of a war, other Arabic news, and pages in other languages.

Every sentence is written for this; places come from the gazetteer, numbers and days from the seed. Texts are
templates filled in, so words repeat more than in real news: what is measured on them is time, memory and disk,
never how well anything is read.
"""

# ruff: noqa: E501 -- sentences stand on one line
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from marsad.lexicon import load

_START = date(2015, 1, 1)
_MONTHS = "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول".split(
    "|"
)
_OUTLETS = ("وكالة النهر", "شبكة الجسر", "صحيفة المدى البعيد", "راديو القلعة", "مرصد الضفة", "قناة السهل")

_HEADS = (
    "مقتل {n} وإصابة {m} في انفجار عبوة ناسفة قرب {place}",
    "غارة جوية على أطراف {place} توقع {n} قتلى",
    "قصف مدفعي يستهدف {place} ويصيب {m} مدنيين",
    "القوات العراقية تعتقل {n} مشتبها بهم في {place}",
    "اشتباكات عنيفة في محيط {place} تخلف {n} قتلى",
    "مسلحون يغتالون مختار قرية في ريف {place}",
)
_LEADS = (
    "أفاد مصدر أمني اليوم بأن عبوة ناسفة انفجرت مستهدفة دورية للجيش العراقي على الطريق المؤدي إلى {place} في محافظة "
    "{province}، ما أسفر عن مقتل {n} جنود وإصابة {m} آخرين بجروح متفاوتة.",
    "قال ناشطون محليون إن طائرة حربية شنت فجر {weekday} {day} غارتين على أطراف {place}، ما أدى إلى مقتل {n} مدنيين بينهم "
    "طفلان وإصابة {m} آخرين نقلوا إلى مشفى قريب.",
    "ذكر المرصد السوري لحقوق الإنسان أن قوات النظام قصفت بالمدفعية الثقيلة بلدة {place} في ريف {province}، وأن القصف أوقع "
    "{n} قتلى و{m} جريحا ودمر عددا من المنازل.",
    "أعلنت خلية الإعلام الأمني أن قوة مشتركة نفذت عملية تفتيش في {place} وألقت القبض على {n} مطلوبين وضبطت {m} عبوة ناسفة "
    "وكميات من الذخيرة كانت مخبأة في نفق.",
    "اندلعت مساء {weekday} اشتباكات بين عناصر تنظيم الدولة وقوات سوريا الديمقراطية في محيط {place}، وأسفرت بحسب مصدر ميداني "
    "عن مقتل {n} من الطرفين وجرح {m}.",
)
_FURTHER = (
    "وأضاف المصدر الذي طلب عدم الكشف عن هويته أن قوة من الشرطة طوقت مكان الحادث وفتحت تحقيقا لمعرفة الجهة المنفذة، فيما نقلت "
    "سيارات الإسعاف المصابين إلى المستشفى العام في {province}.",
    "وقال شاهد عيان من سكان {place} إنه سمع دوي انفجار قوي عند الساعة الثامنة صباحا، ثم رأى أعمدة الدخان تتصاعد من جهة السوق "
    "الشعبي، قبل أن تصل فرق الدفاع المدني وتبدأ بإخلاء المنازل المجاورة.",
    "ونقلت وكالة محلية عن ضابط برتبة عقيد قوله إن حصيلة الهجوم ارتفعت إلى {k} قتلى بعد وفاة جريحين متأثرين بإصاباتهما.",
    "ولم تعلن أي جهة مسؤوليتها عن الهجوم حتى الآن، غير أن تنظيم الدولة تبنى خلال الأشهر الماضية هجمات مماثلة في المنطقة.",
    "وتشهد محافظة {province} منذ {day} توترا أمنيا متزايدا، إذ سجل فيها ما لا يقل عن {k} هجوما خلال أسبوعين، مقارنة مع عشرين "
    "هجوما في الشهرين السابقين، وفق إحصاء لمنظمة محلية.",
    "ونفى متحدث باسم الجيش سقوط قتلى في صفوف القوات، وقال إن الأنباء المتداولة مبالغ فيها وإن الوضع في {place} تحت السيطرة.",
    "وكانت البلدة نفسها تعرضت في {day} لقصف مماثل أودى بحياة {n} أشخاص من عائلة واحدة.",
    "وطالب وجهاء في {place} الحكومة بإرسال تعزيزات إلى القرى النائية وإقامة نقاط تفتيش على الطرق الترابية التي يسلكها المسلحون ليلا.",
    "وفي سياق متصل، فجر مجهولون منزل عنصر في الحشد العشائري جنوب {place} من دون وقوع إصابات، واختطف مسلحون راعيي أغنام شرق البلدة.",
    "وقالت الأمم المتحدة إن {k} عائلة نزحت من {place} والقرى المحيطة بها خلال الأيام الثلاثة الأخيرة بسبب القصف المتواصل.",
)
_OTHER_HEADS = (
    "المنتخب يتأهل إلى نصف النهائي بعد فوزه بهدفين",
    "ارتفاع أسعار الطماطم في أسواق {place} قبل العيد",
    "مهرجان {place} للمسرح يعلن عروض دورته الجديدة",
    "الأرصاد تتوقع أجواء معتدلة في {province} حتى نهاية الأسبوع",
    "جامعة {province} تفتتح كلية للصيدلة",
    "خمس نصائح للنوم الهادئ في ليالي الصيف",
)
_OTHER = (
    "سجل المهاجم هدفين في الشوط الثاني من المباراة التي أقيمت على ملعب {place} أمام {k} ألف متفرج، ليصعد الفريق إلى المركز الثالث "
    "في جدول الدوري برصيد {m} نقطة.",
    "وقال المدرب في المؤتمر الصحفي إن اللاعبين نفذوا الخطة كما يجب، وإن الفريق يستعد للقاء المقبل بمعسكر قصير في {province}.",
    "بلغ سعر الكيلوغرام من الطماطم {n} آلاف ليرة في سوق {place}، فيما استقر سعر الخيار والبطاطا، وعزا التجار ذلك إلى قلة المعروض "
    "وارتفاع أجور النقل.",
    "ويتوقع مزارعون أن تتحسن الكميات مع بداية موسم الساحل، وأن تعود الأسعار إلى مستواها المعتاد خلال أسبوعين.",
    "تضم دورة هذا العام {m} عرضا من تسع دول، وتقام العروض على خشبة المركز الثقافي في {place}، يرافقها معرض للصور وورشة للإضاءة.",
    "وقالت المخرجة إن العمل يروي حكاية جدة تجمع أزرار القمصان القديمة، وإنها كتبت النص قبل عشر سنوات ثم أعادت صياغته مع الممثلين.",
    "تكون السماء صافية إلى غائمة جزئيا، والرياح غربية خفيفة، وتتراوح درجات الحرارة بين {m} و{k} درجة في {province} والمناطق المجاورة لها.",
    "ونصحت الدائرة السائقين بالانتباه من تدني الرؤية بسبب الضباب صباحا على الطرق الجبلية.",
    "تقبل الكلية في عامها الأول {k} طالبا، وتضم مختبرات للكيمياء والأحياء جهزت بالتعاون مع نقابة الصيادلة.",
    "ينصح الأطباء بالابتعاد عن الشاشات ساعة قبل النوم، وبشرب كوب من الحليب الدافئ، وتهوية الغرفة مساء، والنوم في موعد ثابت كل ليلة.",
    "وأعلنت الشركة عن هاتفها الجديد بشاشة أكبر وبطارية تدوم يومين، ويبدأ بيعه في الأسواق المحلية الشهر المقبل بسعر {k} ألف دينار.",
    "ويحكي الكتاب سيرة خطاط عاش في {place} مطلع القرن الماضي وزين جدران مسجدها وأسواقها بخطوط لا تزال باقية.",
)
_FOREIGN = {
    "en": (
        "The city council approved a plan to plant {k} trees along the river before the end of next year.",
        "Shares of the carmaker rose {n} percent after it reported higher sales in the third quarter.",
        "Two people were killed and {m} injured when a bus left the road in heavy rain, police said on Monday.",
        "The band will play {n} concerts in the spring, its first since the release of the album that made it famous.",
        "Scientists who followed {k} families for ten years found no link between the diet and the illness.",
        "The minister said the reform would be presented to parliament in the autumn and discussed with the unions.",
    ),
    "ru": (
        "Городской совет утвердил план высадить {k} деревьев вдоль набережной до конца будущего года.",
        "Акции завода выросли на {n} процента после публикации отчета за третий квартал.",
        "По данным полиции, в аварии на трассе пострадали {m} человек, движение восстановлено к вечеру.",
        "Музей открывает выставку, на которой покажут {k} работ из частных собраний.",
    ),
    "tr": (
        "Belediye meclisi, gelecek yılın sonuna kadar nehir boyunca {k} ağaç dikilmesini onayladı.",
        "Şirketin hisseleri üçüncü çeyrek sonuçlarının ardından yüzde {n} yükseldi.",
        "Takım, deplasmanda oynadığı karşılaşmayı {n} golle kazanarak üçüncü sıraya çıktı.",
    ),
    "fa": (
        "شورای شهر طرح کاشت {k} درخت در کنار رودخانه را تصویب کرد و قرار است کار تا پایان سال آینده به پایان برسد.",
        "قیمت سهام شرکت پس از انتشار گزارش سه ماهه {n} درصد افزایش یافت و کارشناسان این روند را مثبت ارزیابی کردند.",
        "جشنواره فیلم امسال با نمایش {m} فیلم از کشورهای گوناگون در سالن اصلی شهر برگزار می‌شود.",
    ),
}
_WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")


@dataclass(frozen=True, slots=True)
class Story:
    """One text: its number, its kind (`war`, `other`, or a language), and what a page says of it."""

    number: int
    kind: str
    title: str
    paragraphs: tuple[str, ...]
    published: date
    outlet: str

    @property
    def url(self) -> str:
        """An address that no one has."""
        return f"https://site{self.number % 97}.invalid/{self.published:%Y/%m/%d}/{self.number}"


class Newsroom:
    """Writes stories; the same number gives the same story."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        places = load().places.values()
        provinces = {p.admin1: p.name_ar for p in places if p.type == "governorate"}
        self._places = sorted(
            (place.name_ar, provinces[place.admin1])
            for place in places
            if place.country in ("IRQ", "SYR") and place.admin1 in provinces
        )

    def story(self, number: int, kind: str = "war") -> Story:
        """The story of that number."""
        random = Random(f"{self._seed} {number} {kind}")
        place, province = random.choice(self._places)
        day = _START + timedelta(days=number % 2500)
        values = {
            "place": place,
            "province": province,
            "n": random.randint(2, 9),
            "m": random.randint(10, 40),
            "k": random.randint(50, 900),
            "day": f"{day.day} {_MONTHS[day.month - 1]}",
            "weekday": _WEEKDAYS[day.weekday()],
        }
        if kind == "war":
            head, body = (
                random.choice(_HEADS),
                [random.choice(_LEADS), *random.sample(_FURTHER, random.randint(3, 8))],
            )
        elif kind == "other":
            head, body = random.choice(_OTHER_HEADS), random.sample(_OTHER, random.randint(4, 9))
        else:
            body = [random.choice(_FOREIGN[kind]) for _ in range(random.randint(5, 12))]
            head = body[0][:70]
        return Story(
            number,
            kind,
            head.format(**values),
            tuple(text.format(**values) for text in body),
            day,
            _OUTLETS[number % len(_OUTLETS)],
        )

    def stories(self, count: int) -> Iterator[Story]:
        """That many stories of the war, one in ten a reprint by another outlet."""
        for number in range(count):
            if number % 10 or number < 7:
                yield self.story(number)
            else:
                first = self.story(number - 7)
                yield replace(
                    first, number=number, paragraphs=(*first.paragraphs, f"نقلا عن {first.outlet}.")
                )
