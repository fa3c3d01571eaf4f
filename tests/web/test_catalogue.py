"""Nothing is said in English only, and what is filled in is filled in everywhere."""

from __future__ import annotations

import re
from importlib import resources
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from marsad.web import __file__ as web

WEB = Path(web).parent


def messages() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(
        WEB,
        method_map=[("templates/**.html", "jinja2"), ("**.py", "python")],
        options_map={"templates/**.html": {"newstyle_gettext": "true", "trimmed": "true"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "_n": (1, 2)},
    )
    return {tuple(said) if isinstance(said, (tuple, list)) else said for _, _, said, _, _ in found}


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
    hole = re.compile(r"%\(\w+\)s|\{\w+\}")
    for message in CATALOGUE:
        if not message.id or message.pluralizable:
            continue
        assert sorted(hole.findall(message.id)) == sorted(hole.findall(str(message.string))), message.id
        assert re.search("[\u0600-\u06ff]", re.sub(hole, "ا", str(message.string))), message.id
