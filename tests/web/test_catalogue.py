"""Nothing is said in English only, and what is filled in is filled in everywhere."""

from __future__ import annotations

import re
from importlib import resources
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract, extract_from_dir
from babel.messages.pofile import read_po

from marsad.web import __file__ as web

WEB = Path(web).parent


#: Outside of the pages, what pages meet when something cannot be done: faults with messages of the catalogue.
MET = (
    "accounts", "decide/values.py", "pipeline/briefing.py", "pipeline/checking.py", "pipeline/deciding.py",
    "pipeline/judging.py", "pipeline/reviewing.py", "pipeline/studies.py", "record/derived.py", "record/ids.py",
    "record/readings.py",
)  # fmt: skip


def messages() -> set[str | tuple[str, ...]]:
    found = [
        said
        for _, _, said, _, _ in extract_from_dir(
            WEB,
            method_map=[("templates/**.html", "jinja2"), ("**.py", "python")],
            options_map={"templates/**.html": {"newstyle_gettext": "true", "trimmed": "true"}},
            keywords={"_": None, "gettext": None, "ngettext": (1, 2), "_n": (1, 2), "QueryError": None},
        )
    ]
    for part in MET:
        place = WEB.parent / part
        for file in [place] if place.is_file() else sorted(place.glob("*.py")):
            told = extract(
                "python", BytesIO(file.read_bytes()), keywords={"QueryError": None, "AccountError": None}
            )
            found += [said for _, said, _, _ in told]
    return {tuple(said) if isinstance(said, (tuple, list)) else said for said in found}


CATALOGUE = read_po(BytesIO((resources.files("marsad.web") / "locale" / "ar.po").read_bytes()), locale="ar")


def test_every_message_has_its_arabic_and_no_arabic_is_left_over() -> None:
    used = messages()
    known = {message.id: message for message in CATALOGUE if message.id}
    assert len(used) > 50
    assert set(known) == used
    for message in known.values():
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), message.id
        assert len(forms) == (6 if message.pluralizable else 1)


def test_arabic_fills_in_what_english_does() -> None:
    hole = re.compile(r"%\(\w+\)s|\{\w+(?:!r)?\}")
    for message in CATALOGUE:
        if not message.id or message.pluralizable:
            continue
        holes = [
            sorted(h.replace("!r", "") for h in hole.findall(str(s))) for s in (message.id, message.string)
        ]
        assert holes[0] == holes[1], message.id
        assert re.search("[\u0600-\u06ff]", re.sub(hole, "ا", str(message.string))), message.id
