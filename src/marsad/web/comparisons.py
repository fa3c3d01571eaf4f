"""What the linker compared of two events, in words: its terms are `kind: level, more`."""

from __future__ import annotations

from marsad.web.i18n import _
from marsad.web.view import View

#: The words that terms are made of.
PARTS = (
    _("always"), _("days"), _("news"), _("figures"), _("headline"), _("initiators"), _("targets"), _("weapons"),
    _("number of events"), _("place"), _("recalled"), _("type"), _("words"), _("same"), _("shared"), _("others"),
    _("overlap"), _("few"), _("more"), _("ten"), _("same day"), _("1 apart"), _("2 or 3 apart"), _("a week apart"),
    _("further apart"), _("by publication"), _("one by publication"), _("fresh"), _("older"), _("close"),
    _("contradict"), _("equal"), _("1 or 2"), _("3 to 9"), _("10 or more"), _("3 or more"), _("at least"), _("possible"),
    _("within twice"), _("both"), _("none"), _("one"), _("differs"), _("apart"), _("20 km"), _("60 km"), _("far"),
    _("touching"), _("spelt alike"), _("same country"), _("same district"), _("same region"), _("same town"),
    _("same village"), _("within the other"), _("a country"), _("a district"), _("a region"), _("a town"),
    _("of near families"), _("of one family"), _("off the map"), _("one governorate"), _("other"), _("no points"),
    _("countries differ"), _("neither told"), _("one told"), _("all shared"), _("most shared"), _("half shared"),
    _("a third shared"), _("a fifth shared"), _("a tenth shared"), _("few shared"), _("some shared"),
    _("many shared"), _("none shared"), _("article"), _("another said"),
    _("name"), _("both unknown"), _("one unknown"), _("of the wider"), _("known"), _("unknown"), _("last told"),
    _("that day"), _("sides"), _("turned round"), _("one acts and is hit"), _("goes on"), _("numbers"),
)  # fmt: skip


#: What may keep a pair apart whatever else agrees.
BARS = (
    _("one article tells them apart"), _("one data set tells of both"), _("the types are of different kinds"),
    _("no day is told"), _("the days are too far apart"), _("the countries differ"),
    _("the places are too far apart"),
)  # fmt: skip


#: Terms that name a code which both have, with the section of the codebook that it is in.
_CODES = {"type": "types", "weapons": "weapons", "initiators": "", "targets": ""}


def bars(barred: str, view: View) -> str:
    """What keeps a pair apart, in the reader's language."""
    return ("؛ " if view.language == "ar" else "; ").join(view.gettext(bar) for bar in barred.split("; "))


def term(name: str, view: View) -> str:
    """A term in the reader's language; a part that no catalogue knows stays as it is."""
    kind, _sep, levels = name.partition(": ")
    if levels.startswith("both ") and kind in _CODES:
        code = levels.removeprefix("both ")
        called = view.term(_CODES[kind], code) if _CODES[kind] else code
        return f"{view.gettext(kind)}: {view.gettext('both')} {called}"
    said = view.gettext(kind)
    if not levels:
        return said
    comma = "، " if view.language == "ar" else ", "
    return f"{said}: {comma.join(view.gettext(level) for level in levels.split(', '))}"
