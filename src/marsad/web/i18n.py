"""One catalogue of what pages say: messages are English, `locale/ar.po` has them in Arabic.

The catalogue is read as it stands (no compiled copy to forget): a translator edits one file.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from marsad.codebook import LANGUAGES, Language

#: The language of a reader who asks for none that there is.
DEFAULT: Language = "ar"


def _(message: str) -> str:
    """Marks a message for the catalogue where it stands; it is translated when it is shown."""
    return message


def _n(one: str, many: str) -> tuple[str, str]:
    """The same for a message about a number of things."""
    return one, many


@lru_cache(maxsize=len(LANGUAGES))
def translations(language: Language) -> NullTranslations:
    """The messages of a language; English is what the code says."""
    if language == "en":
        return NullTranslations()
    text = (resources.files("marsad.web") / "locale" / f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(text), locale=language, abort_invalid=True))
    compiled.seek(0)
    return Translations(compiled)


def preferred(accept_language: str) -> Language:
    """Which language a browser's Accept-Language header asks for, by weight; Arabic where it asks for neither."""
    asked: list[tuple[float, int, Language]] = []
    for place, item in enumerate(accept_language.split(",")[:20]):
        tag, _, weight = item.strip().lower().partition(";q=")
        for language in LANGUAGES:
            if tag.split("-")[0] == language:
                try:
                    asked.append((-float(weight or 1), place, language))
                except ValueError:
                    continue
    return min(asked)[2] if asked else DEFAULT
